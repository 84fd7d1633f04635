import { join } from 'node:path';

/** The folder of the project; tests run from dist/test. */
export const root = join(__dirname, '../../..');
