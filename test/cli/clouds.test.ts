import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { secretWord } from '../../emulator';
import { certificateOfAnother, loopbackCertificate, proxyCertificate } from '../support/certificate';
import { spawnCli } from '../support/cli';
import { startEmulator } from '../support/emulator';
import { certificateFile, temporaryFolder } from '../support/folder';
import { fruit } from '../support/orchard';
import { startProxy } from '../support/proxy';
import { secret } from '../support/secrets';

const folder = temporaryFolder();
let ca: string;
before(async () => {
  ca = await certificateFile(folder);
});

const clientId = '10000000-0000-4000-8000-00000000000a';
const scanner = { AZURE_TENANT_ID: fruit.tenantId, AZURE_CLIENT_ID: clientId, AZURE_CLIENT_SECRET: secret('right') };
const start = (tenant = fruit) =>
  startEmulator({ ...tenant, directory: { applications: [{ clientId, secret: secret('right') }] } });

/** What `az cloud list` says of each, and what a scan of it has to be: the words, the hosts that are asked, the audience of the token. */
const expected = [
  {
    words: [[], ['--cloud', 'public'], ['--cloud', 'azure'], ['--cloud', 'AzureCloud']],
    arm: 'management.azure.com',
    authority: 'login.microsoftonline.com',
    audience: 'https://management.azure.com',
  },
  {
    words: [
      ['--cloud', 'usgov'],
      ['--cloud', 'AzureUSGovernment'],
    ],
    arm: 'management.usgovcloudapi.net',
    authority: 'login.microsoftonline.us',
    audience: 'https://management.core.usgovcloudapi.net',
  },
  {
    words: [
      ['--cloud', 'china'],
      ['--cloud', 'AzureChinaCloud'],
    ],
    arm: 'management.chinacloudapi.cn',
    authority: 'login.partner.microsoftonline.cn',
    audience: 'https://management.core.chinacloudapi.cn',
  },
];

describe('--cloud', { concurrency: 2 }, () => {
  for (const { words, arm, authority, audience } of expected) {
    for (const argv of words) {
      it(`${argv.join(' ') || 'left out'} is ${arm}, by ${authority}`, async () => {
        const { endpoint, signIn } = await start();
        const proxy = await startProxy({ leadsTo: endpoint });
        const env = { ...scanner, HTTPS_PROXY: proxy.url };
        const { code, stderr } = await spawnCli(['scan', ...argv, '--ca-file', ca], { env });
        assert.deepEqual([code, stderr], [1, '']);
        assert.deepEqual(new Set(proxy.tunnels), new Set([`${arm}:443`, `${authority}:443`]));
        assert.deepEqual(signIn.audiences, [audience]);
      });
    }
  }

  it('left out is the cloud of AZURE_AUTHORITY_HOST', async () => {
    const { endpoint, signIn } = await start();
    const proxy = await startProxy({ leadsTo: endpoint });
    const env = { ...scanner, HTTPS_PROXY: proxy.url, AZURE_AUTHORITY_HOST: 'https://login.microsoftonline.us/' };
    const { code } = await spawnCli(['scan', '--ca-file', ca], { env });
    assert.equal(code, 1);
    assert.deepEqual(signIn.audiences, ['https://management.core.usgovcloudapi.net']);
  });

  it('wins over AZURE_AUTHORITY_HOST', async () => {
    const { endpoint } = await start();
    const proxy = await startProxy({ leadsTo: endpoint });
    const env = { ...scanner, HTTPS_PROXY: proxy.url, AZURE_AUTHORITY_HOST: 'https://login.microsoftonline.com/' };
    const { code } = await spawnCli(['scan', '--cloud', 'usgov', '--ca-file', ca], { env });
    assert.equal(code, 1);
    assert.ok(
      proxy.tunnels.every((host) => !host.includes('microsoftonline.com')),
      proxy.tunnels.join(),
    );
  });

  it('of your own is asked for nothing but itself', async () => {
    const { endpoint, signIn } = await start();
    const own = ['--arm-endpoint', endpoint, '--authority-host', endpoint, '--ca-file', ca];
    const proxy = await startProxy();
    const { code, stderr } = await spawnCli(['scan', ...own], { env: { ...scanner, HTTPS_PROXY: proxy.url } });
    assert.deepEqual([code, stderr], [1, '']);
    assert.deepEqual(new Set(proxy.tunnels), new Set([new URL(endpoint).host]));
    assert.deepEqual(signIn.audiences, [endpoint]);
  });
});

describe('--arm-endpoint', () => {
  for (const [endpoint, shown] of [
    [`https://ada:${secretWord}/x@arm.example`, 'https://…@arm.example'],
    [`https://ada:${secretWord}@x@arm.example`, 'https://…@arm.example'],
    [`https://${secretWord}@arm.example`, 'https://…@arm.example'],
  ] as const) {
    it(`cannot be ${endpoint}, and its word is not told`, async () => {
      const { code, stderr } = await spawnCli(['scan', '--arm-endpoint', endpoint]);
      assert.equal(code, 2);
      assert.match(stderr, new RegExp(`"${shown}" is not an https origin`));
    });
  }
});

describe('--ca-file', () => {
  it('may hold more than one certificate', async () => {
    const { endpoint } = await start();
    const both = join(folder, 'both.pem');
    await writeFile(both, `${(await certificateOfAnother()).cert}\n${(await loopbackCertificate()).cert}`);
    const own = ['--arm-endpoint', endpoint, '--authority-host', endpoint, '--ca-file', both];
    const { code, stderr } = await spawnCli(['scan', ...own], { env: scanner });
    assert.deepEqual([code, stderr], [1, '']);
  });
});

describe('HTTPS_PROXY', { concurrency: 2 }, () => {
  const scan = async (env: Record<string, string>, ...more: readonly string[]) => {
    const { endpoint, emulator } = await start();
    const own = ['--arm-endpoint', endpoint, '--authority-host', endpoint, '--ca-file', ca];
    const outcome = await spawnCli(['scan', ...own, ...more], { env: { ...scanner, ...env } });
    return { ...outcome, asked: emulator.requests.length };
  };

  it('is not asked about what NO_PROXY names', async () => {
    const proxy = await startProxy();
    const { code } = await scan({ HTTPS_PROXY: proxy.url, NO_PROXY: 'localhost' });
    assert.deepEqual([code, proxy.tunnels], [1, []]);
  });

  for (const takes of [0, 50]) {
    it(`opens no more tunnels than requests in flight, each in ${takes} ms, and keeps them`, async () => {
      const flexibleServers = Array.from({ length: 50 }, (_, i) => ({ name: `plum-${i}` }));
      const subscriptions = [{ subscriptionId: clientId, displayName: 'Orchard', flexibleServers }];
      const { endpoint, emulator } = await start({ ...fruit, subscriptions, latency: 20 });
      const proxy = await startProxy({ leadsTo: endpoint, takes });
      const env = { ...scanner, HTTPS_PROXY: proxy.url };
      const { code, stderr } = await spawnCli(['scan', '--ca-file', ca, '--concurrency', '4'], { env });
      assert.deepEqual([code, stderr], [0, '']);
      assert.ok(emulator.requests.length > 50);
      // The sign-in is at another host, and has its own.
      const toArm = proxy.tunnels.filter((host) => host === 'management.azure.com:443');
      assert.equal(toArm.length, 4);
      assert.ok(proxy.tunnels.length - toArm.length <= 1);
    });
  }

  it('is told the name and word in it, and nobody else is', async () => {
    const proxy = await startProxy({ refuses: 407 });
    const env = { HTTPS_PROXY: proxy.url.replace('//', `//ada:a%40${secretWord}@`), AZURE_LOG_LEVEL: 'verbose' };
    const { code, stderr } = await scan(env);
    assert.deepEqual(
      [code, proxy.authorizations[0]],
      [2, `Basic ${Buffer.from(`ada:a@${secretWord}`).toString('base64')}`],
    );
    assert.match(stderr, /The proxy localhost:\d+ answered 407/);
  });

  it('may speak TLS', async () => {
    const { endpoint } = await start();
    const certificate = await proxyCertificate();
    const proxy = await startProxy({ certificate, leadsTo: endpoint });
    const both = join(folder, 'both.pem');
    await writeFile(both, `${(await loopbackCertificate()).cert}\n${certificate.cert}`);
    const env = { ...scanner, HTTPS_PROXY: proxy.url };
    const { code, stderr } = await spawnCli(['scan', '--ca-file', both], { env });
    assert.deepEqual([code, stderr], [1, '']);
    assert.ok(proxy.tunnels.includes('management.azure.com:443'));
  });

  for (const url of [`socks5://ada:${secretWord}@localhost:1`, 'https://', `http://ada:${secretWord}%@localhost:1`]) {
    it(`cannot be ${url}`, async () => {
      const { code, stderr, asked } = await scan({ HTTPS_PROXY: url });
      assert.deepEqual([code, asked], [2, 0]);
      assert.match(stderr, /The proxy "[^"]*" is no URL/);
      assert.match(stderr, /HTTPS_PROXY/);
    });
  }

  for (const name of ['HTTPS_PROXY', 'https_proxy', 'ALL_PROXY']) {
    it(`without a scheme is spoken to by HTTP: ${name}`, async () => {
      const proxy = await startProxy();
      const { code, stderr } = await scan({ [name]: proxy.url.replace('http://', `ada:${secretWord}@`) });
      assert.deepEqual([code, stderr], [1, '']);
      assert.equal(proxy.authorizations[0], `Basic ${Buffer.from(`ada:${secretWord}`).toString('base64')}`);
    });
  }

  it('is asked for an address of IPv6 in brackets', async () => {
    const proxy = await startProxy({ refuses: 403 });
    const own = ['--arm-endpoint', 'https://[::1]:1', '--authority-host', 'https://[::1]:1'];
    await spawnCli(['scan', ...own], { env: { ...scanner, HTTPS_PROXY: proxy.url } });
    assert.equal(proxy.tunnels[0], '[::1]:1');
  });

  it('may be an address without a scheme', async () => {
    const { stderr } = await scan({ HTTPS_PROXY: '127.0.0.1:1' });
    assert.match(stderr, /The connection to the proxy 127\.0\.0\.1:1 failed: ECONNREFUSED/);
  });

  it('is no matter of the sample tenant', async () => {
    const { code, stderr } = await spawnCli(['scan', '--demo'], { env: { HTTPS_PROXY: 'socks5://localhost:1' } });
    assert.deepEqual([code, stderr], [1, '']);
  });

  it('that nobody listens at is named', async () => {
    const { code, stderr } = await scan({ HTTPS_PROXY: 'http://localhost:1' });
    assert.equal(code, 2);
    assert.match(stderr, /The connection to the proxy localhost:1 failed: ECONNREFUSED/);
  });
});
