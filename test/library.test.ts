import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { demoTenant } from '../emulator';
import { loopbackCertificate } from './support/certificate';
import { consumer } from './support/consumer';
import { startEmulator } from './support/emulator';
import { startProxy } from './support/proxy';
import { root } from './support/root';

const path = join(root, 'docs/library.md');
const page = readFileSync(path, 'utf8');

/** Each example, with the headline above it and what it prints. */
const examples = [...page.matchAll(/```ts\n([\s\S]*?)```\n+```text\n([\s\S]*?)```/g)].map(
  ([, code = '', prints = ''], i) => ({ file: `example${i + 1}`, code, prints }),
);

describe('docs/library.md', () => {
  let folder: string;

  before(async () => {
    const files = examples.map(({ file, code }) => [`${file}.mts`, code] as const);
    folder = consumer({ ...Object.fromEntries(files), 'ca.pem': (await loopbackCertificate()).cert });
  });
  after(() => rmSync(folder, { recursive: true }));

  it('has an output below each of its examples', () => {
    assert.ok(examples.length >= 8);
    assert.equal(examples.length, page.match(/```ts\n/g)?.length);
  });

  it('names every code of a ScanError', () => {
    const source = readFileSync(join(root, 'helpers/scanError.ts'), 'utf8');
    const codes = [...source.matchAll(/^ {2}\| '([\w-]+)'/gm)].map(([, code]) => code);
    assert.ok(codes.length > 5);
    for (const code of codes) assert.ok(page.includes(`\`${code}\``), code);
  });

  it('has examples that compile', () => {
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    const flags = ['--strict', '--target', 'es2023', '--module', 'node16', '--types', 'node'];
    const types = ['--typeRoots', join(root, 'node_modules/@types')];
    const files = examples.map(({ file }) => `${file}.mts`);
    const { status, stdout } = spawnSync(process.execPath, [compiler, ...flags, ...types, ...files], {
      cwd: folder,
      encoding: 'utf8',
    });
    assert.deepEqual({ status, stdout }, { status: 0, stdout: '' });
  });

  for (const { file, prints } of examples) {
    it(`has an ${file} that prints what it says`, async () => {
      const { stdout, stderr } = await run([`${file}.mjs`], folder, {
        ...(await signedIn()),
        NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'),
      });
      assert.equal(stderr, '');
      if (process.env.UPDATE_DOCS) update(file, stdout);
      else assert.equal(stdout, prints);
    });
  }
});

/** The environment of somebody who has an Azure: the sample tenant, behind a proxy that stands for the internet. */
async function signedIn(): Promise<Record<string, string>> {
  const clientId = '10000000-0000-4000-8000-00000000000a';
  const directory = { applications: [{ clientId, secret: 'right' }] };
  const { endpoint } = await startEmulator({ ...demoTenant, directory });
  const { url } = await startProxy({ leadsTo: endpoint });
  const { tenantId } = demoTenant;
  return { AZURE_TENANT_ID: tenantId, AZURE_CLIENT_ID: clientId, AZURE_CLIENT_SECRET: 'right', HTTPS_PROXY: url };
}

function update(file: string, stdout: string): void {
  let i = 0;
  const text = readFileSync(path, 'utf8').replace(
    /(```ts\n[\s\S]*?```\n+```text\n)[\s\S]*?```/g,
    (block, above: string) => (`example${++i}` === file ? `${above}${stdout}\`\`\`` : block),
  );
  writeFileSync(path, text);
}

const run = (argv: readonly string[], cwd: string, env: Record<string, string>) =>
  new Promise<{ stdout: string; stderr: string }>((resolve, reject) => {
    const child = spawn(process.execPath, argv, { cwd, env: { PATH: process.env.PATH, ...env } });
    const written = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text) => {
        written[name] += text;
      });
    }
    child.on('error', reject);
    child.on('close', () => resolve(written));
  });
