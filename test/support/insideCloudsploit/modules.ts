import { createRequire } from 'node:module';
import { join } from 'node:path';

/** A plugin of CloudSploit, as far as we use it. */
interface Plugin {
  readonly title: string;
  readonly category: string;
  readonly apis: readonly string[];
  run(cache: unknown, settings: object, callback: (error: unknown, rows: readonly Row[]) => void): void;
}

/** What a plugin of CloudSploit says. */
export interface Row {
  readonly status: number;
  readonly message: string;
  readonly region: string;
  readonly resource: string | null;
}

/** What a file of CloudSploit, in whose folder this process runs, would get by `require`. */
export const requireThere = createRequire(join(process.cwd(), 'index.js'));

/** Its plugins by cloud and id: the object that its engine reads. */
export const clouds: Record<string, Record<string, Plugin>> = requireThere('./exports.js');
