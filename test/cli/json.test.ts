import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import plugin from '../../plugins/azure/postgresqlserver/flexibleServerSslMinProtocolVersion';
import type { Report } from '../../types';
import { demoReport, runMain, spawnCli } from '../support/cli';
import { fourPluginOptions } from '../support/fourPlugins';

const scan = ['scan', '--demo'];

describe('scan --json', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pgposture-'));
    file = join(folder, 'report.json');
  });
  afterEach(() => rm(folder, { recursive: true }));

  const written = async () => JSON.parse(await readFile(file, 'utf8')) as Report;

  it('writes the report to a file, beside that on the console', async () => {
    const { code, stdout, stderr } = await runMain([...scan, ...fourPluginOptions, '--json', file]);
    assert.deepEqual({ code, stderr }, { code: 1, stderr: '' });
    assert.match(stdout, /^Saw 11 PostgreSQL servers/);
    assert.deepEqual((await written()).results, (await demoReport()).results);
    assert.deepEqual(await readdir(folder), ['report.json'], 'nothing else is left in the folder');
  });

  it('has the fields that schema version 1 promises', async () => {
    const { startedAt, finishedAt, ...report } = JSON.parse((await runMain([...scan, '--json', '-'])).stdout) as Report;
    const { version } = require('../../../package.json') as { version: string };
    for (const time of [startedAt, finishedAt]) assert.equal(new Date(time).toISOString(), time);

    const { scopes, summary, results, plugins, choice, ...rest } = report;
    assert.deepEqual(choice, { subscriptions: [], excludeSubscriptions: [], managementGroups: [] });
    assert.deepEqual(
      [...new Set(results.map((result) => result.plugin))].sort(),
      plugins?.map(({ id }) => id),
    );
    assert.deepEqual(rest, {
      schemaVersion: 1,
      tool: { name: 'pgposture', version },
      complete: false,
      settings: { minimumTlsVersion: '1.2' },
    });
    assert.deepEqual(scopes[4], {
      id: '/subscriptions/55d6f708-4e5f-4182-9dc3-8f9a0b1c2d05',
      type: 'Microsoft.Resources/subscriptions',
      subscriptionId: '55d6f708-4e5f-4182-9dc3-8f9a0b1c2d05',
      name: 'Pay-As-You-Go',
      state: 'Disabled',
      kinds: {
        'Microsoft.DBforPostgreSQL/flexibleServers': { answered: true, servers: 0 },
        'Microsoft.DBforPostgreSQL/servers': { answered: true, servers: 0 },
      },
    });
    const refused = scopes[3]?.kinds['Microsoft.DBforPostgreSQL/servers'];
    assert.ok(refused && !refused.answered);
    assert.deepEqual(
      [refused.servers, refused.reason.kind, refused.reason.code],
      [0, 'forbidden', 'AuthorizationFailed'],
    );

    assert.equal(summary.PASS + summary.WARN + summary.FAIL + summary.UNKNOWN, results.length);
    assert.deepEqual([summary.servers, summary.subscriptions], [11, 5]);
    assert.deepEqual(
      results.find(({ resource, status }) => resource.name === 'partner-gateway' && status === 'FAIL'),
      {
        plugin: plugin.id,
        title: plugin.title,
        severity: 'medium',
        status: 'FAIL',
        message: 'ssl_min_protocol_version is TLSv1.1: TLS older than 1.2 is accepted.',
        resource: {
          id: '/subscriptions/11f7a4c2-0c1d-4a64-9d0e-3a5b7c9d1e01/resourceGroups/RG-Partners/providers/Microsoft.DBforPostgreSQL/flexibleServers/partner-gateway',
          name: 'partner-gateway',
          type: 'Microsoft.DBforPostgreSQL/flexibleServers',
          location: 'New Zealand North',
          resourceGroup: 'RG-Partners',
          subscriptionId: '11f7a4c2-0c1d-4a64-9d0e-3a5b7c9d1e01',
        },
        evidence: { ssl_min_protocol_version: 'TLSv1.1', require_secure_transport: 'on' },
      },
    );
    for (const { status, reason } of results) assert.equal(reason !== undefined, status === 'UNKNOWN');
  });

  it('is not touched by --ignore-ok and --console', async () => {
    await runMain([...scan, '--json', file, '--ignore-ok', '--console', 'none']);
    assert.ok((await written()).results.some(({ status }) => status === 'PASS'));
  });

  it('shows the console report too on stdout, if asked', async () => {
    const { stdout } = await runMain([...scan, '--json', '-', '--console', 'text']);
    assert.match(stdout, /^Saw 11 PostgreSQL servers/);
    assert.match(stdout, /^\{\n {2}"schemaVersion": 1,$/m);
  });

  it('replaces a report that is there', async () => {
    await writeFile(file, 'the report of yesterday');
    await runMain([...scan, '--json', file]);
    assert.equal((await written()).schemaVersion, 1);
  });

  it('leaves a report that is there alone, if the scan cannot be made', async () => {
    await writeFile(file, 'the report of yesterday');
    const { code } = await runMain([...scan, '--json', file, '--subscription', 'Elsewhere']);
    assert.equal(code, 2);
    assert.equal(await readFile(file, 'utf8'), 'the report of yesterday');
  });

  for (const [name, path, remedy] of [
    ['a folder', '.', 'It is a folder'],
    ['a file in a missing folder', join('missing', 'report.json'), 'make it first'],
  ] as const) {
    it(`refuses ${name} before anything is scanned`, async () => {
      const { code, stdout, stderr } = await runMain([...scan, '--verbose', '--json', join(folder, path)]);
      assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
      assert.match(stderr, /^pgposture: ".*" cannot be written \(E\w+\)\.\n.+\n$/);
      assert.ok(stderr.includes(remedy), stderr);
      assert.deepEqual(await readdir(folder), []);
    });
  }

  it('refuses a file in a folder that may not be written to, before anything is scanned', async () => {
    const locked = join(folder, 'locked');
    await mkdir(locked, { mode: 0o555 });
    await chmod(folder, 0o755);
    const nobody = process.getuid?.() === 0 ? { uid: 65534 } : {};
    const argv = [...scan, '--verbose', '--json', join(locked, 'report.json')];
    const { code, stdout, stderr } = await spawnCli(argv, nobody);
    assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
    assert.match(stderr, /^pgposture: ".*" cannot be written \(EACCES\)\.\n.*may write.*\n$/);
    assert.deepEqual(await readdir(locked), []);
  });
});
