import { lstatSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { OptionName } from './configValue';
import { fileFormats } from './options';

/** What a file that was merely found may name, if it stays in its folder. */
const inFolder: readonly OptionName[] = [...fileFormats, 'suppressions', 'baseline'];

const paths: readonly OptionName[] = [...inFolder, 'ca-file', 'collection', 'from-collection'];

const isPath = (name: OptionName, word: string): boolean =>
  paths.includes(name) ? word !== '-' : name === 'plugin-module' && word.startsWith('.');

/** What a path of a file means, seen from the working folder; any other word as it is. */
export function pathFrom(name: OptionName, word: string, folder: string): string {
  const working = process.cwd();
  if (!isPath(name, word) || isAbsolute(word) || folder === working) return word;
  const path = resolve(folder, word);
  const seen = relative(working, path);
  // It must not become a package, stdout, or nothing.
  return name === 'plugin-module' || seen === '' || seen.startsWith('-') ? path : seen;
}

/**
 * What is wrong with a path, as the end of a sentence; undefined if nothing is. What a file that was merely found names has to
 * stay in its folder, also behind links, and out of `.git`: whoever changes that file chooses what is read and written.
 */
export function strayPath(name: OptionName, word: string, folder: string, found: boolean): string | undefined {
  if (!isPath(name, word)) return undefined;
  if (word.includes('\0')) return 'is no path';
  if (!found || !inFolder.includes(name)) return undefined;
  if (isAbsolute(word)) return 'is not relative to the folder of this file';
  const path = resolve(folder, word);
  const way = wayIn(folder, path);
  if (way === undefined) return 'is not in the folder of this file';
  const real = target(path);
  const realWay = real === undefined ? undefined : wayIn(realpathSync(folder), real);
  if (realWay === undefined) return 'leads out of the folder of this file';
  return isGits(way) || isGits(realWay) ? 'is in .git' : undefined;
}

/** However Windows and macOS let one spell it. */
export const isGits = (way = ''): boolean =>
  way.split(/[\\/]/).some((part) => /^(\.git|git~\d)([ .:].*)?$/i.test(part));

/** From a folder to what is in it, or the folder itself; undefined if it is elsewhere. */
export function wayIn(folder: string, path: string): string | undefined {
  const way = relative(folder, path);
  return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way) ? undefined : way;
}

/** Where it is, or would be made, behind all links; undefined if a link leads to what is not there, or nobody can tell. */
function target(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') return undefined;
    if (code === 'ENOENT' && lstatSync(path, { throwIfNoEntry: false })) return undefined;
  }
  const parent = target(dirname(path));
  return parent && join(parent, basename(path));
}
