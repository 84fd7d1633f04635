import { realpathSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { behindLinks } from './wholeFile';
import { absolute, bad, isNamedBy } from './words';

/** A path, and the word of the line that gives it: `--json`, `REPORT`. */
export interface NamedPath {
  readonly name: string;
  /** May hold the placeholder; - is stdout. */
  readonly path: string;
}

/** No output may replace another one, or what is read. Throws a ScanError, `bad-option`. */
export function checkApart(outputs: readonly NamedPath[], inputs: readonly NamedPath[]): void {
  for (const [i, output] of outputs.entries()) {
    const twin = [...outputs.slice(0, i), ...inputs].find(({ path }) => isSameFile(path, output.path));
    if (!twin) continue;
    throw bad(`${output.name} and ${twin.name} are both "${output.path}".`, 'Give each a file of its own.');
  }
}

/** Whether they lead to one file, or would; a name with the placeholder leads to any that it fits. */
function isSameFile(one: string, other: string): boolean {
  if (one === '-' || other === '-') return false;
  if (isOneFile(one, other)) return true;
  const others = spellings(other);
  return spellings(one).some((path) => others.some((each) => isNamedBy(path, each) || isNamedBy(each, path)));
}

/** Two spellings, on a disk that does not tell them apart. A file that has several names loses none by what is written to one. */
function isOneFile(one: string, other: string): boolean {
  const [a, b] = [statOf(one), statOf(other)];
  return a?.isFile() === true && a.nlink === 1 && a.ino === b?.ino && a.dev === b.dev;
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/** As it is written, and where it leads. */
const spellings = (path: string): string[] => [folded(absolute(path)), folded(placeOf(path))];

function placeOf(path: string): string {
  try {
    const behind = resolve(behindLinks(path));
    return join(realpathSync(dirname(behind)), basename(behind));
  } catch {
    return absolute(path);
  }
}

/** The disks of these systems take two cases of a letter, and two ways to write an accent, for one name. */
const folded = (path: string): string =>
  ['darwin', 'win32'].includes(process.platform) ? path.normalize('NFC').toLowerCase() : path;
