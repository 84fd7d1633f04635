import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type EmulatedSubscription, secretWord, type Tenant } from '../../emulator';
import type { Report } from '../../types';
import { loopbackCertificate } from '../support/certificate';
import { program, spawnCli, verdicts } from '../support/cli';
import { startEmulator, startManagedIdentity } from '../support/emulator';
import { fourPluginOptions } from '../support/fourPlugins';
import { cloudsploitModule, seesAll } from '../support/pluginModules';
import { secretToken } from '../support/secrets';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pgposture-'));
});
after(() => rm(folder, { recursive: true }));

const temporary = async (name: string, text: string) => {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
};

describe('pgposture as a process', () => {
  it('exits 1 for the sample tenant, with the report on stdout and nothing on stderr', async () => {
    const { code, stdout, stderr } = await spawnCli(['scan', '--demo']);
    assert.deepEqual({ code, stderr }, { code: 1, stderr: '' });
    assert.match(stdout, /^Saw 11 PostgreSQL servers.*\d+ FAIL, \d+ UNKNOWN, \d+ WARN, \d+ PASS\n$/s);
  });

  it('exits 2 for a typo', async () => {
    const { code, stdout, stderr } = await spawnCli(['scan', '--demmo']);
    assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
    assert.match(stderr, /demmo.*\n.*demo/);
  });

  for (const [argv, code] of [
    [['scan', '--demo'], 1],
    [['scan', '--demo', '--console', 'text'], 1],
    [['scan', '--demo', '--json', '-'], 1],
    [['scan', '--demo', '--collection', '-', '--subscription', 'Pay-As-You-Go'], 0],
    [['plugins'], 0],
    [['plugins', '--json', '-'], 0],
    [['explain', 'singleServerSslEnforcement'], 0],
    [['completion'], 0],
    [['--help'], 0],
  ] as const) {
    it(`says nothing of a closed pipe, and keeps its exit code: ${argv.join(' ')}`, async () => {
      const { signal, stderr, ...ended } = await spawnCli(argv, { closed: ['stdout'] });
      assert.deepEqual({ code: ended.code, signal, stderr }, { code, signal: null, stderr: '' });
    });
  }

  it('reports on stdout what it may not tell on stderr', async () => {
    const { code, stdout } = await spawnCli(['scan', '--demo', '--verbose'], { closed: ['stderr'] });
    assert.equal(code, 1);
    assert.match(stdout, /\d+ FAIL, \d+ UNKNOWN, \d+ WARN, \d+ PASS\n$/);
  });

  it('keeps its exit code where nobody reads anything', async () => {
    const { code, signal } = await spawnCli(['scan', '--demo', '--verbose'], { closed: ['stdout', 'stderr'] });
    assert.deepEqual({ code, signal }, { code: 1, signal: null });
  });

  it('does not take a report that could not be written for a clean one', { skip: !existsSync('/dev/full') }, () => {
    const command = `"${process.execPath}" "${program}" scan --demo --subscription Pay-As-You-Go >/dev/full`;
    const { status, stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
    assert.equal(status, 2);
    assert.match(stderr, /^pgposture: "stdout" cannot be written \(ENOSPC\)/);
  });

  it('exits 2 at once if the sign-in cannot even be set up, however long it may take', async () => {
    const env = { AZURE_TOKEN_CREDENTIALS: 'nonsense' };
    const { code, stderr } = await spawnCli(['scan', '--timeout', '1h'], { env });
    assert.equal(code, 2);
    assert.match(stderr, /^pgposture: No sign-in/);
  });

  it('speaks one language', async () => {
    const { stderr } = await spawnCli(['scan', '--demmo'], { env: { LC_ALL: 'de_DE.UTF-8' } });
    assert.match(stderr, /Unknown argument: demmo\nDid you mean --demo/);
  });

  it('exits 2 if it cannot even be loaded', async () => {
    const preload = await temporary(
      'gone.js',
      `const load = require('node:module')._load;
       require('node:module')._load = (...args) => { if (args[0] === './main') throw new Error('gone'); return load(...args); };`,
    );
    const { code } = await spawnCli(['--version'], { env: { NODE_OPTIONS: `--require "${preload}"` } });
    assert.equal(code, 2);
  });

  it('colours nothing in a pipe, unless FORCE_COLOR asks for it and NO_COLOR does not forbid it', async () => {
    const coloured = async (env: Record<string, string>) =>
      (await spawnCli(['scan', '--demo'], { env })).stdout.includes('\u001b[');
    assert.equal(await coloured({}), false);
    assert.equal(await coloured({ FORCE_COLOR: '1' }), true);
    assert.equal(await coloured({ FORCE_COLOR: '1', NO_COLOR: '1' }), false);
  });

  for (const [what, source] of [
    [
      'thrown while main runs',
      (dist: string) => `require(${JSON.stringify(dist)}).reporters.table = () => { throw new Error('boom'); };`,
    ],
    ['thrown where nobody waits', () => `setImmediate(() => { throw new Error('boom'); });`],
    ['rejected where nobody waits', () => `setImmediate(() => Promise.reject(new Error('boom')));`],
  ] as const) {
    it(`exits 2 for an error of its own, ${what}`, async () => {
      const preload = await temporary('boom.js', source(join(__dirname, '..', '..', 'reporters')));
      const { code, stderr } = await spawnCli(['scan', '--demo'], {
        env: { NODE_OPTIONS: `--require "${preload}"` },
      });
      assert.equal(code, 2);
      assert.match(stderr, /^pgposture: a bug: Error: boom\n/);
    });
  }
});

describe('a plugin module in the process', () => {
  for (const [what, name, source] of [
    ['ends the process', 'exits.js', 'process.exit(0);'],
    ['ends the process later', 'exitsLater.js', `setImmediate(() => process.exit(0)); ${cloudsploitModule(seesAll)}`],
    ['waits for what never comes', 'waits.mjs', 'await new Promise(() => {});'],
  ] as const) {
    it(`does not pass for a clean scan if it ${what}`, async () => {
      const argv = [
        'scan',
        '--demo',
        '--subscription',
        'Pay-As-You-Go',
        '--plugin-module',
        await temporary(name, source),
      ];
      const { code, stdout, stderr } = await spawnCli(argv);
      assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
      assert.match(stderr, /^pgposture: .+\n.*plugin module.*\n$/);
    });
  }

  for (const [what, print] of [
    ['console.log', `console.log('hello');`],
    ['process.stdout', `process.stdout.write('hello\\n');`],
  ] as const) {
    it(`prints by ${what} on stderr: stdout is the report's`, async () => {
      const plugin = cloudsploitModule(`${print} ${seesAll}`);
      const path = await temporary('prints.js', `${print} ${plugin}`);
      const { code, stdout, stderr } = await spawnCli(['scan', '--demo', '--json', '-', '--plugin-module', path]);
      assert.deepEqual({ code, stderr }, { code: 1, stderr: 'hello\n' });
      assert.equal((JSON.parse(stdout) as Report).schemaVersion, 1);
    });
  }
});

const shop = {
  subscriptionId: '00000000-0000-0000-0000-00000000000a',
  displayName: 'Shop',
  flexibleServers: [{ name: 'orders' }],
};
const bank = {
  subscriptionId: '00000000-0000-0000-0000-00000000000b',
  displayName: 'Bank',
  flexibleServers: [{ name: 'ledger' }],
};
const tenantOf = (...subscriptions: readonly EmulatedSubscription[]): Tenant => ({
  tenantId: '00000000-0000-0000-0000-000000000001',
  subscriptions,
});
const small = tenantOf(shop, bank);

const trusted = async () => ({ NODE_EXTRA_CA_CERTS: await temporary('ca.pem', (await loopbackCertificate()).cert) });

describe('pgposture against Azure Resource Manager on loopback HTTPS', () => {
  const noSignIn = { AZURE_TOKEN_CREDENTIALS: 'EnvironmentCredential' };

  it('exits 2 if no sign-in is possible, says what was tried and what to do, and asks nothing', async () => {
    const { emulator, endpoint } = await startEmulator(small);
    const { code, stdout, stderr } = await spawnCli(['scan', '--arm-endpoint', endpoint], {
      env: { ...(await trusted()), ...noSignIn },
    });
    assert.deepEqual({ code, stdout, asked: emulator.requests }, { code: 2, stdout: '', asked: [] });
    assert.match(stderr, /^pgposture: No sign-in .*\n {2}- EnvironmentCredential .*\n.*az login.*\n$/);
  });

  it('shows no password of an endpoint that it refuses', async () => {
    const argv = ['scan', '--arm-endpoint', `https://name:${secretWord}@localhost`];
    const { code, stderr } = await spawnCli(argv, { env: noSignIn });
    assert.equal(code, 2);
    assert.match(stderr, /…@localhost/);
  });

  it('ends although a sign-in does not, and exits 2', async () => {
    const silent = createServer();
    const sockets: Socket[] = [];
    silent.on('connection', (socket) => sockets.push(socket));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const identity = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
    const env = {
      AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential',
      IDENTITY_ENDPOINT: identity,
      IDENTITY_HEADER: 'x',
    };
    const { code, signal, stderr } = await spawnCli(['scan', '--timeout', '1s'], { env });
    for (const socket of sockets) socket.destroy();
    silent.close();
    assert.deepEqual({ code, signal }, { code: 2, signal: null });
    assert.match(stderr, /^pgposture: The time for the scan was up\. Nothing was known by then\.\n/);
  });

  it('leaves UNKNOWN what was not read by its --timeout, and exits 3', async () => {
    const { endpoint } = await startEmulator({
      ...small,
      faults: [{ on: /0b\/.*flexibleServers\?/, fault: 'silence' }],
    });
    const env = { ...(await trusted()), ...(await startManagedIdentity()) };
    const argv = ['scan', '--arm-endpoint', endpoint, '--json', '-', '--timeout', '3s'];
    const { code, stdout } = await spawnCli(argv, { env });
    const { results, complete } = JSON.parse(stdout) as Report;
    const late = results.filter(({ reason }) => reason?.kind === 'timeout').map(({ resource }) => resource.name);
    assert.deepEqual({ code, complete, late: new Set(late) }, { code: 3, complete: false, late: new Set(['Bank']) });
  });

  for (const endpoint of ['http://localhost', 'nonsense', 'https://localhost/path']) {
    it(`refuses ${endpoint} as an endpoint`, async () => {
      const { code, stdout, stderr } = await spawnCli(['scan', '--arm-endpoint', endpoint], { env: noSignIn });
      assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
      assert.match(stderr, /^pgposture: .*endpoint.*\n.*https:\/\/management\.azure\.com.*\n$/);
      assert.ok(stderr.includes(endpoint.replace(/\/\/.*@/, '//…@')), stderr);
    });
  }

  it('only reads, with the token of the sign-in, and exits 0 if all is well', async () => {
    const { emulator, endpoint } = await startEmulator(small);
    const env = { ...(await trusted()), ...(await startManagedIdentity()) };
    const { code, stdout, stderr } = await spawnCli(
      ['scan', '--arm-endpoint', endpoint, '--json', '-', ...fourPluginOptions],
      {
        env,
      },
    );
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    assert.deepEqual(verdicts(JSON.parse(stdout) as Report), {
      'orders flexibleServerRequireSecureTransport': 'PASS',
      'orders flexibleServerSslMinProtocolVersion': 'PASS',
      'ledger flexibleServerRequireSecureTransport': 'PASS',
      'ledger flexibleServerSslMinProtocolVersion': 'PASS',
    });
    for (const { method, authorization } of emulator.requests) {
      assert.deepEqual({ method, authorization }, { method: 'GET', authorization: `Bearer ${secretToken('token')}` });
    }
  });

  it('exits 0 for a WARN alone', async () => {
    const parameters = { require_secure_transport: { value: 'on', isConfigPendingRestart: true } };
    const { endpoint } = await startEmulator(tenantOf({ ...shop, flexibleServers: [{ name: 'orders', parameters }] }));
    const env = { ...(await trusted()), ...(await startManagedIdentity()) };
    const { code, stdout } = await spawnCli(['scan', '--arm-endpoint', endpoint, ...fourPluginOptions], { env });
    assert.match(stdout, /0 FAIL, 0 UNKNOWN, 1 WARN, 1 PASS\n$/);
    assert.equal(code, 0);
  });

  it('exits 2 if the identity sees no subscription, and says what to do', async () => {
    const { endpoint } = await startEmulator(tenantOf());
    const env = { ...(await trusted()), ...(await startManagedIdentity()) };
    const { code, stdout, stderr } = await spawnCli(['scan', '--arm-endpoint', endpoint], { env });
    assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
    assert.match(stderr, /^pgposture: The identity sees no subscription.*\nGrant it the role Reader .*\n$/);
  });

  it('sends no token to a certificate that nobody vouches for, and exits 2', async () => {
    const { emulator, endpoint } = await startEmulator(small);
    const { code, stdout, stderr } = await spawnCli(['scan', '--arm-endpoint', endpoint], {
      env: await startManagedIdentity(),
    });
    assert.deepEqual({ code, stdout, asked: emulator.requests }, { code: 2, stdout: '', asked: [] });
    assert.match(stderr, /^pgposture: .*SELF_SIGNED_CERT.*\n.*certificates.*\n$/);
  });
});
