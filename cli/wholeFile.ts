import { randomBytes } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  lstatSync,
  openSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
} from 'node:fs';
import { chmod, chown, type FileHandle, open, rename } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

/** Files that must not outlive the process, however it ends. */
const leftovers = new Set<string>();
process.once('exit', () => {
  for (const path of leftovers) remove(path);
});

/**
 * A file that is there until it is removed, or until the process ends. Made at once, to be opened without a flag that
 * creates: else it could come to be after the process has cleaned up.
 */
export function create(path: string, mode?: number): void {
  closeSync(openSync(path, 'wx', mode));
  leftovers.add(path);
}

/** Never throws: what keeps a file from being removed has kept it from being written, and that is told. */
export function remove(path: string): void {
  try {
    rmSync(path, { force: true });
    leftovers.delete(path);
  } catch {
    // The end of the process tries again.
  }
}

/** Of a name as long as a disk takes, less is repeated: 40 characters have at most 120 bytes. */
const repeated = 40;

/** A name of a file that is to become this one, or to be of use until then: hidden, and in the same folder. */
export const beside = (path: string): string =>
  join(dirname(path), `.${basename(path).slice(0, repeated)}.${randomBytes(6).toString('hex')}.part`);

/**
 * Where a path leads: whoever reads through a link is to see the new file, and the link is to stay, be it one to a file that
 * is not there yet. Throws what the file system says of it: ELOOP, EACCES.
 */
export function behindLinks(path: string): string {
  if (statSync(path, { throwIfNoEntry: false })) return realpathSync(path);
  if (!lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) return path;
  return behindLinks(resolve(realpathSync(dirname(path)), readlinkSync(path)));
}

export async function withFile<T>(path: string, flags: string, use: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, flags);
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

/** What a disk says that cannot be asked to keep what it was given. Any other word of it means that something is lost. */
const cannotSync = new Set(['EINVAL', 'ENOTSUP', 'ENOSYS']);

/** Writes to a file that was created, and sees that it is on the disk before it gets its name: a rename may overtake it. */
export const fill = (path: string, write: (file: FileHandle) => Promise<void>): Promise<void> =>
  withFile(path, 'r+', async (file) => {
    await write(file);
    await file.sync().catch((error: NodeJS.ErrnoException) => {
      if (!cannotSync.has(error.code ?? '')) throw error;
    });
  });

/**
 * Makes a file, or replaces it: whole, or not at all. Who may read it, and whose it is, stays; what nobody may write is not
 * replaced. The folder is not synced: after a power failure the old file may be there again, and it is whole, too.
 */
export async function replaceFile(path: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  const target = behindLinks(path);
  const before = statSync(target, { throwIfNoEntry: false });
  if (before) accessSync(target, constants.W_OK);
  const whole = beside(target);
  // Until it has the mode of the old one, nobody else may read it.
  create(whole, before && 0o600);
  try {
    await fill(whole, write);
    // Only root may give a file away.
    if (before) await chown(whole, before.uid, before.gid).catch(() => undefined);
    if (before) await chmod(whole, before.mode);
    await rename(whole, target);
  } finally {
    remove(whole);
  }
}
