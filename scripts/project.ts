import { join, relative } from 'node:path';

/** The folder of the project; scripts run from dist/scripts. */
export const root = join(__dirname, '../..');
export const pluginFolder = 'plugins/azure/postgresqlserver';
export const testFolder = 'test/plugins';
/** `npm run docs` writes a page for each plugin there. */
export const pageFolder = 'docs/plugins';

/** Where the user stands: npm starts a script in the folder of the project. */
const here = process.env.INIT_CWD ?? process.cwd();
/** A file of the project, as the user would name it. */
export const shownPath = (file: string): string => relative(here, join(root, file));
