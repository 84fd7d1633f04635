import { access, constants, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { ScanError } from '../helpers/scanError';
import type { Io } from './io';
import { isSpecial, writeSpecial } from './special';
import { replaceFile } from './wholeFile';

/** Checked before the scan, so that nobody waits for a report that cannot be written. */
export async function checkWritable(path: string): Promise<void> {
  try {
    const folder = dirname(resolve(path));
    const existing = await statIfThere(path);
    if (existing?.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
    if (!(await stat(folder)).isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' });
    if (existing) await access(path, constants.W_OK);
    if (existing?.isFile() ?? true) await access(folder, constants.W_OK);
  } catch (error) {
    throw unwritable(path, error);
  }
}

export async function checkAllWritable(files: readonly { readonly path: string }[]): Promise<void> {
  for (const { path } of files) if (path !== '-') await checkWritable(path);
}

const statIfThere = (path: string) =>
  stat(path).catch((error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? undefined : Promise.reject(error)));

/** Whole or not at all: a file is replaced by rename; what is no file (/dev/stderr, a pipe) is written to. */
export async function writeOutput(path: string, pieces: Iterable<string>): Promise<void> {
  try {
    if (isSpecial(path)) return await writeSpecial(path, Readable.from(pieces));
    await replaceFile(path, async (file) => {
      for (const piece of pieces) await file.writeFile(piece);
    });
  } catch (error) {
    // What it is made of may fail, too: that is a bug, and no fault of the disk.
    throw (error as NodeJS.ErrnoException).code === undefined ? error : unwritable(path, error);
  }
}

export const writeStdout = ({ stdout }: Io, text: string): Promise<void> =>
  stdout.write(text).catch((error) => Promise.reject(unwritable('stdout', error)));

const whatToDo: Readonly<Record<string, string>> = {
  EISDIR: 'It is a folder: name a file in it.',
  ENOENT: 'Its folder does not exist: make it first.',
  ENOTDIR: 'Something on its way is a file, not a folder.',
  EACCES: 'Name a file that you may write.',
  EROFS: 'Name a file on a disk that is not read-only.',
  ENOSPC: 'The disk is full: make room, or name a file on another one.',
};

/** What kept a file, or stdout, from being written. */
export function unwritable(path: string, error: unknown): ScanError {
  const code = (error as NodeJS.ErrnoException).code ?? 'EIO';
  return new ScanError(
    'unwritable-output',
    `"${path}" cannot be written (${code}).`,
    whatToDo[code] ?? 'Name another file.',
  );
}
