import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { loopbackCertificate } from './certificate';

/** A folder that is there as long as the tests of a file run. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pgposture-'));
  after(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** The certificate for loopback as a file, for `--ca-file`. */
export async function certificateFile(folder: string): Promise<string> {
  const path = join(folder, 'ca.pem');
  writeFileSync(path, (await loopbackCertificate()).cert);
  return path;
}
