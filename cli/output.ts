import { fstatSync, type Stats } from 'node:fs';
import { access, constants, stat } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import { Readable } from 'node:stream';
import { ScanError } from '../helpers/scanError';
import type { Io } from './io';
import { isWrittenTo, writeSpecial } from './special';
import { behindLinks, beside, create, remove, replaceFile } from './wholeFile';

export interface Output {
  readonly path: string;
  /** A path that it may stand for. */
  readonly sample?: string;
}

/** Checked before the scan, so that nobody waits for a report that cannot be written; and all of them, so that nobody mends one after the other. */
export async function checkAllWritable(outputs: readonly Output[]): Promise<void> {
  const failed: unknown[] = [];
  for (const { path, sample = path } of outputs) {
    if (path !== '-') await checkWritable(sample).catch((error) => void failed.push(unwritable(path, error)));
  }
  throwAll(failed);
}

async function checkWritable(path: string): Promise<void> {
  const existing = await statIfThere(path);
  if (existing?.isDirectory() || path.endsWith('/') || path.endsWith(sep)) throw trouble('EISDIR');
  if (existing) await access(path, constants.W_OK);
  if (!isWrittenTo(path)) await checkReplaceable(path, existing);
}

async function checkReplaceable(path: string, existing: Stats | undefined): Promise<void> {
  const target = behindLinks(path);
  const folder = await stat(dirname(resolve(target)));
  if (!folder.isDirectory()) throw trouble('ENOTDIR');
  if (existing) checkOwner(existing, folder);
  if (existing) checkStreams(path, existing);
  const trial = beside(target);
  create(trial);
  remove(trial);
}

/** In a folder like /tmp, nobody replaces what is another's. */
function checkOwner(file: Stats, folder: Stats): void {
  const isSticky = (folder.mode & 0o1000) !== 0;
  if (isSticky && ![0, file.uid, folder.uid].includes(process.geteuid?.() ?? 0)) throw trouble('EPERM');
}

/** What a shell has opened (`>log`) would go on into the old file while the new one has its name. */
function checkStreams(path: string, file: Stats): void {
  for (const [fd, name] of [
    [1, 'stdout'],
    [2, 'stderr'],
  ] as const) {
    const open = statOf(fd);
    if (open?.dev !== file.dev || open.ino !== file.ino) continue;
    throw new ScanError('unwritable-output', `"${path}" is where ${name} goes.`, 'Give each a file of its own.');
  }
}

/** Undefined if there is none: a program without a console on Windows. */
function statOf(fd: number): Stats | undefined {
  try {
    return fstatSync(fd);
  } catch {
    return undefined;
  }
}

const trouble = (code: string) => Object.assign(new Error(), { code });

const statIfThere = (path: string) =>
  stat(path).catch((error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? undefined : Promise.reject(error)));

/** Whole or not at all: a file is replaced by rename; what is no file (/dev/stderr, a pipe) is written to. */
export async function writeOutput(path: string, pieces: Iterable<string>): Promise<void> {
  try {
    if (isWrittenTo(path)) return await writeSpecial(path, Readable.from(pieces));
    await replaceFile(path, async (file) => {
      for (const piece of pieces) await file.writeFile(piece);
    });
  } catch (error) {
    throw unwritable(path, error);
  }
}

export const writeStdout = ({ stdout }: Io, text: string): Promise<void> =>
  stdout.write(text).catch((error) => Promise.reject(unwritable('stdout', error)));

const elsewhere = 'or name a file on another disk.';

const whatToDo: Readonly<Record<string, string>> = {
  EISDIR: 'It is a folder: name a file in it.',
  ENOENT: 'Its folder does not exist: make it first.',
  ENOTDIR: 'Something on its way is a file, not a folder.',
  EACCES: 'Name a file that you may write.',
  EPERM: 'Neither its folder nor its disk lets you replace it: name a file of your own.',
  EROFS: 'Name a file on a disk that is not read-only.',
  ENOSPC: `The disk is full: make room, ${elsewhere}`,
  EDQUOT: `Your share of the disk is used up: make room, ${elsewhere}`,
  EFBIG: `No file may be as large here: raise the limit (ulimit -f), ${elsewhere}`,
  EIO: `The disk has failed: look after it, ${elsewhere}`,
  EBUSY: 'A program holds it, or it is mounted by itself: close it, or mount its folder.',
  EXDEV: 'It is mounted by itself: mount its folder.',
  ELOOP: 'Its links lead in a circle: name a file.',
  ENAMETOOLONG: 'Its name is too long: shorten it.',
  EMFILE: 'Too many files are open: raise the limit (ulimit -n).',
  ENFILE: 'Too many files are open on this machine: close some.',
  ENXIO: 'It is a socket, or a device that is not there: name a file.',
};

/** What kept a file, or stdout, from being written. A bug stays what it is: it is no fault of the disk. */
export function unwritable(path: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof ScanError || code === undefined) return error;
  return new ScanError(
    'unwritable-output',
    `"${path}" cannot be written (${code}).`,
    whatToDo[code] ?? 'Name another file.',
  );
}

/** Throws what has failed, if anything has: a bug, or else one ScanError that names every output, and every remedy once. */
export function throwAll(failed: readonly unknown[]): void {
  const known = failed.filter((each) => each instanceof ScanError);
  if (known.length < failed.length) throw failed.find((each) => !(each instanceof ScanError));
  const [first] = known;
  if (!first) return;
  const messages = new Map(known.map(({ remedy }) => [remedy, new Set<string>()]));
  for (const { remedy, message } of known) messages.get(remedy)?.add(message);
  const lines = [...messages].flatMap(([remedy, those]) => [...those, remedy]);
  throw new ScanError(first.code, lines.slice(0, -1).join('\n'), lines.at(-1) ?? '');
}
