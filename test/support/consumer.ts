import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './root';

/** A folder of somebody who has installed pgposture, and packages that it uses too, with these files. */
export function consumer(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'pgposture-consumer-'));
  mkdirSync(join(folder, 'node_modules/@azure'), { recursive: true });
  symlinkSync(root, join(folder, 'node_modules/pgposture'), 'junction');
  for (const name of ['ajv', '@azure/identity']) {
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name), 'junction');
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}
