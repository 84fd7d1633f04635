import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '../types';
import type { Azure } from './azure';
import { type Measured, measure } from './measure';

/** The program as it is installed, from its start to its end: sign-in, scan, and the report as a file. */
export async function ours(azure: Azure, concurrency?: number): Promise<Measured & { readonly report: Report }> {
  const { endpoint, identityEndpoint, certificate, folder } = azure;
  const json = join(folder, 'report.json');
  const measured = await measure({
    argv: [
      join(__dirname, '..', 'cli', 'index.js'),
      ...['scan', '--console', 'none', '--quiet', '--json', json],
      ...['--arm-endpoint', endpoint, '--authority-host', endpoint, '--ca-file', certificate],
      ...(concurrency === undefined ? [] : ['--concurrency', String(concurrency)]),
    ],
    env: {
      AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential',
      IDENTITY_ENDPOINT: identityEndpoint,
      IDENTITY_HEADER: 'header',
    },
    codes: [0, 1],
  });
  return { ...measured, report: JSON.parse(readFileSync(json, 'utf8')) as Report };
}

export const floor = ({ endpoint, certificate }: Azure, concurrency: number): Promise<Measured> =>
  measure({ argv: [join(__dirname, 'floor.js'), endpoint, certificate, String(concurrency)], codes: [0] });
