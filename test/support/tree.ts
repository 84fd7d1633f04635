import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** What stands in a folder, hidden files too, and in the folders in it, by its path; nothing, if it is not there. */
export function treeOf(folder: string): Record<string, string> {
  return lstatSync(folder, { throwIfNoEntry: false }) ? Object.fromEntries(entriesIn(folder, '')) : {};
}

function entriesIn(folder: string, path: string): (readonly [path: string, content: string])[] {
  return readdirSync(join(folder, path))
    .sort()
    .flatMap((name) => entriesOf(folder, join(path, name)));
}

function entriesOf(folder: string, path: string): (readonly [path: string, content: string])[] {
  const full = join(folder, path);
  const stats = lstatSync(full);
  if (stats.isSymbolicLink()) return [[path, `-> ${readlinkSync(full)}`]];
  if (stats.isDirectory()) return [[path, 'a folder'], ...entriesIn(folder, path)];
  return [[path, stats.isFile() ? readFileSync(full, 'latin1') : 'no file']];
}
