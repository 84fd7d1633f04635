import { constants, copyFile, link, lstat } from 'node:fs/promises';
import { ScanError } from '../helpers/scanError';
import { unwritable } from './output';
import { beside, create, fill, remove } from './wholeFile';

export interface NewFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Makes files: all of them whole, or none; the first is there before the last. One that is there already is kept. Throws a
 * ScanError, `unwritable-output`.
 *
 * @param remedy what to do about one that is there.
 */
export async function makeFiles(files: readonly NewFile[], remedy: string): Promise<void> {
  const parts: string[] = [];
  const made: string[] = [];
  const attempt = async (path: string, work: () => Promise<void>) =>
    work().catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw unwritable(path, error);
      throw new ScanError('unwritable-output', `"${path}" is there already, and is kept.`, remedy);
    });
  try {
    for (const { path, text } of files) {
      const part = beside(path);
      await attempt(path, async () => {
        await checkFree(path);
        create(part);
        parts.push(part);
        await fill(part, (file) => file.writeFile(text));
      });
    }
    for (const [i, { path }] of files.entries()) {
      await attempt(path, () => moveIn(parts[i] ?? '', path));
      made.push(path);
    }
  } catch (error) {
    for (const path of made) remove(path);
    throw error;
  } finally {
    for (const path of parts) remove(path);
  }
}

async function checkFree(path: string): Promise<void> {
  const there = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  if (there) throw Object.assign(new Error(), { code: 'EEXIST' });
}

/** What a disk says that has no links, or not there. */
const noLinks = new Set(['EPERM', 'ENOTSUP', 'ENOSYS', 'EXDEV']);

/** Replaces nothing, whoever was quicker. A link is there whole at once; a copy, on a disk without links, soon. */
const moveIn = (part: string, path: string): Promise<void> =>
  link(part, path).catch((error: NodeJS.ErrnoException) =>
    noLinks.has(error.code ?? '') ? copyFile(part, path, constants.COPYFILE_EXCL) : Promise.reject(error),
  );
