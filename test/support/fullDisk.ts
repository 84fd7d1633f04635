import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Mounts a small disk of its own there, and fills it; false where that is not for us to do. The test unmounts it. */
export function mountFull(folder: string): boolean {
  mkdirSync(folder, { recursive: true });
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]).status !== 0) return false;
  try {
    writeFileSync(join(folder, 'rest'), Buffer.alloc(1_000_000));
  } catch {
    // It holds as much as there was room for.
  }
  return true;
}

export const unmount = (folder: string): void => void spawnSync('umount', [folder]);
