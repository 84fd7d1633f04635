import type { Json } from '../../types';
import type { ArmItem, Page } from './answer';
import type { Arm, CallOptions, SdkCall } from './arm';
import { ArmError, asArmError } from './gap';

/** No list of Azure's has so many; a chain of pages without end has. */
const mostPages = 1_000;

/** How a list ended: read whole, or broken off after so many pages. */
export type ListEnd =
  | { readonly whole: true }
  | { readonly whole: false; readonly pages: number; readonly error: ArmError };

/**
 * Reads a list through all its pages. A list over a subscription is a fan-out over regions, and a slow region is parked
 * in a `nextLink`: an empty page is a page like any other, and a page that stays broken is a region unseen.
 *
 * @param first the SDK's call for the first page, or its URL.
 * @param onPage takes the items of each page, and the same whole if they are kept; the next page is asked for when it is done.
 */
export async function readList(
  arm: Arm,
  first: SdkCall | string,
  options: CallOptions,
  onPage: (items: readonly ArmItem[], whole: readonly Json[]) => Promise<void> | void,
): Promise<ListEnd> {
  const seen = new Set<string>();
  let link: string | undefined;
  for (let pages = 1; ; pages++) {
    let page: Page;
    try {
      if (link !== undefined) page = await arm.get(link, { ...options, expected: false });
      else page = await (typeof first === 'string' ? arm.get(first, options) : arm.call(first, options));
    } catch (error) {
      return { whole: false, pages: pages - 1, error: asArmError(error) };
    }
    await onPage(page.value, page.whole ?? []);
    const next = nextLink(page, arm.endpoint);
    if (next === undefined) return { whole: true };
    if (typeof next !== 'string') return { whole: false, pages, error: next };
    if (seen.has(next) || pages === mostPages) return { whole: false, pages, error: endless };
    seen.add(next);
    link = next;
  }
}

const malformed = new ArmError('bad-response', 'It names a next page that is no URL.', { code: 'MalformedNextLink' });
const endless = new ArmError('bad-response', 'Its pages lead round in a circle.', { code: 'EndlessList' });

/** The link as Azure wrote it, never rebuilt; only a relative one is completed. */
function nextLink({ nextLink: link }: Page, endpoint: string): string | typeof malformed | undefined {
  if (link === undefined || link === null || link === '') return undefined;
  if (typeof link !== 'string' || !URL.canParse(link, endpoint)) return malformed;
  return URL.canParse(link) ? link : new URL(link, endpoint).href;
}
