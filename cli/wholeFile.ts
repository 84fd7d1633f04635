import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, openSync, realpathSync, rmSync, statSync } from 'node:fs';
import { chmod, chown, type FileHandle, open, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

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

export function remove(path: string): void {
  rmSync(path, { force: true });
  leftovers.delete(path);
}

/** A name of a file that is to become this one, or to be of use until then: hidden, and in the same folder. */
export const beside = (path: string): string =>
  join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.part`);

/** Whoever reads through a link is to see the new file, and the link is to stay. */
export const behindLinks = (path: string): string => (existsSync(path) ? realpathSync(path) : path);

export async function withFile<T>(path: string, flags: string, use: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, flags);
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

/** Makes a file, or replaces it: whole, or not at all. Who may read it, and whose it is, stays. */
export async function replaceFile(path: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  const target = behindLinks(path);
  const before = statSync(target, { throwIfNoEntry: false });
  const whole = beside(target);
  create(whole);
  try {
    await withFile(whole, 'r+', async (file) => {
      await write(file);
      await file.sync().catch(() => undefined);
    });
    // Only root may give a file away.
    if (before) await chown(whole, before.uid, before.gid).catch(() => undefined);
    if (before) await chmod(whole, before.mode);
    await rename(whole, target);
  } finally {
    remove(whole);
  }
}
