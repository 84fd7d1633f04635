import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '../types';
import type { Asked, Azure } from './azure';
import { type Measured, measure, type Program } from './measure';
import { type Size, summaryOf } from './tenant';

/** A scan that was right about every server. */
export interface Scanned extends Measured {
  readonly asked: Asked;
}

/** The program as it is installed, from its start to its end: sign-in, scan, and the report as a file. Throws if it was wrong. */
export async function ours(azure: Azure, size: Size, concurrency?: number): Promise<Scanned> {
  await azure.asked();
  const measured = await runScan(azure, { concurrency });
  const { complete, summary } = readReport(azure);
  assert.ok(complete);
  assert.deepEqual(summary, summaryOf(size));
  return { ...measured, asked: await azure.asked() };
}

export const readReport = ({ report }: Azure): Report => JSON.parse(readFileSync(report, 'utf8')) as Report;

export interface ScanOptions extends Pick<Program, 'watch'> {
  readonly concurrency?: number | undefined;
  /** Options of Node's own. */
  readonly node?: readonly string[];
}

/** The same, whatever it says of the servers. */
export function runScan(azure: Azure, { concurrency, node = [], watch }: ScanOptions): Promise<Measured> {
  const { endpoint, identityEndpoint, certificate, report } = azure;
  return measure({
    argv: [
      ...node,
      join(__dirname, '..', 'cli', 'index.js'),
      ...['scan', '--console', 'none', '--quiet', '--json', report],
      ...['--arm-endpoint', endpoint, '--authority-host', endpoint, '--ca-file', certificate],
      ...(concurrency === undefined ? [] : ['--concurrency', String(concurrency)]),
    ],
    env: {
      AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential',
      IDENTITY_ENDPOINT: identityEndpoint,
      IDENTITY_HEADER: 'header',
    },
    codes: [0, 1],
    ...(watch && { watch }),
  });
}
/** The least that the same requests can cost. Throws if it read less. */
export async function floor({ endpoint, certificate }: Azure, size: Size, concurrency: number): Promise<Measured> {
  const argv = [join(__dirname, 'floor', 'scan.js'), endpoint, certificate, String(concurrency)];
  const measured = await measure({ argv, codes: [0] });
  assert.equal(Number(measured.stdout), 437 * (size.flexibleServers + (size.inTheFirst ?? 0)));
  return measured;
}
