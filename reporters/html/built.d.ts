import type { PageContent } from './content';

/** What build.mjs makes of page.tsx and all that it imports, the script and the style of the page included. */
export function page(content: PageContent): string;
