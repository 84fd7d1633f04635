import { join } from 'node:path';
import type { Azure } from './azure';
import { measure } from './measure';

/** What the rows of its last report take in memory by themselves, in MB. */
export async function rowsOf({ report }: Pick<Azure, 'report'>): Promise<number> {
  const argv = ['--expose-gc', join(__dirname, 'floor', 'rows.js'), report];
  return Number((await measure({ argv, codes: [0] })).stdout);
}
