import assert from 'node:assert/strict';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Fault } from '../../emulator';
import { runMain, spawnCli } from '../support/cli';
import { startEmulator, startManagedIdentity } from '../support/emulator';
import { certificateFile, temporaryFolder } from '../support/folder';
import { changed, fruit, fruitWith } from '../support/orchard';
import { startProxy } from '../support/proxy';
import { leakIn, secret, secretToken } from '../support/secrets';

const folder = temporaryFolder();
let ca: string;
before(async () => {
  ca = await certificateFile(folder);
});

const clientId = '10000000-0000-4000-8000-00000000000a';
const scanner = {
  AZURE_TENANT_ID: fruit.tenantId,
  AZURE_CLIENT_ID: clientId,
  AZURE_CLIENT_SECRET: secret('right'),
};
const directory = { applications: [{ clientId, secret: secret('right') }] };

/** Whatever can be asked to talk. NODE_DEBUG is Node's own: it prints headers as they are. */
const loud = { AZURE_LOG_LEVEL: 'verbose', DEBUG: '*' };
const token = secretToken('token');

describe('a secret is found', () => {
  const forms: readonly (readonly [name: string, text: string])[] = [
    ['as it is', `x${token}x`],
    ['in other case', secret('token').toUpperCase()],
    ['in JSON in JSON', JSON.stringify(JSON.stringify({ token: `"${token}"` }))],
    ['in a URL', encodeURIComponent(`Bearer ${token}/`)],
    ['in hexadecimal', Buffer.from(token).toString('hex')],
    ['as a buffer is printed', String(Buffer.from(token).toString('hex').match(/../g)?.join(' '))],
    ...['', 'a', 'ab'].flatMap((name) =>
      (['base64', 'base64url'] as const).map(
        (encoding) => [`in ${encoding} behind "${name}"`, Buffer.from(name + token).toString(encoding)] as const,
      ),
    ),
    ['as a signed token', `${Buffer.from('{"alg":"PS256"}').toString('base64url')}.eyJhIjoxfQ.x`],
    ['as a key', '-----BEGIN RSA PRIVATE KEY-----'],
  ];
  for (const [name, text] of forms) {
    it(name, () => assert.ok(leakIn(`before ${text} after`)));
  }

  it('and nothing else is', async () => {
    for (const argv of [
      ['scan', '--demo', '--json', '-'],
      ['plugins', '--json', '-'],
      ['scan', '--help'],
    ]) {
      assert.equal(leakIn((await runMain(argv)).stdout), undefined);
    }
  });

  for (const [where, plant] of [
    ['stdout', (text: string) => `require('node:fs').writeSync(1, ${text});`],
    ['stderr', (text: string) => `require('node:fs').writeSync(2, ${text});`],
    ['file', (text: string, path: string) => `require('node:fs').writeFileSync(${JSON.stringify(path)}, ${text});`],
  ] as const) {
    for (const encoding of ['utf8', 'base64'] as const) {
      it(`in what a process writes: ${where}, ${encoding}`, async () => {
        const id = '55d6f708-4e5f-4182-9dc3-8f9a0b1c2d05';
        const pattern = join(folder, `${where}-${encoding}-{subscription}.json`);
        const path = pattern.replace('{subscription}', 'planted');
        const text = `Buffer.from(${JSON.stringify(token)}).toString('${encoding}')`;
        const preload = join(folder, `${where}-${encoding}.js`);
        await writeFile(preload, plant(text, path));
        const env = { NODE_OPTIONS: `--require ${JSON.stringify(preload)}` };
        const run = spawnCli(['scan', '--demo', '--subscription', id, '--collection', pattern], { env });
        await assert.rejects(run, ({ message }: Error) =>
          message.startsWith(`a secret stands in ${where === 'file' ? path : where}`),
        );
      });
    }
  }
});

/** The scan of a tenant that answers so, told as loudly as it goes, to the console and into files. */
async function scanLoudly(...faults: readonly Fault[]) {
  const identity = await startManagedIdentity();
  const { endpoint } = await startEmulator(fruitWith(...faults));
  const out = await mkdtemp(join(folder, 'out-'));
  const argv = ['scan', '--arm-endpoint', endpoint, '--ca-file', ca, '--verbose', '--json', join(out, 'report.json')];
  return spawnCli([...argv, '--collection', join(out, 'azure-{subscription}.json')], { env: { ...identity, ...loud } });
}

describe('the token that an answer repeats is not told', { concurrency: 8 }, () => {
  const error = (code: string) => ({
    error: { code, message: `Not with Bearer ${token}.`, details: [{ code, message: token }] },
  });
  const answers: readonly (readonly [name: string, answer: Fault['fault'], times?: number])[] = [
    [
      '401 with a challenge',
      {
        status: 401,
        headers: {
          'www-authenticate': `Bearer realm="", error="invalid_token", error_description="${token}", claims="${token}"`,
        },
        body: error('InvalidAuthenticationToken'),
      },
    ],
    ['403', { status: 403, headers: { authorization: `Bearer ${token}` }, body: error('AuthorizationFailed') }],
    ['403 of a code that is none', { status: 403, body: error(`Bearer ${token}`) }],
    ['404', { status: 404, body: error('ResourceNotFound') }],
    ['500, once', { status: 500, headers: { 'x-ms-request-id': token }, body: error('InternalServerError') }, 1],
    ['500 in HTML', { status: 500, headers: { 'content-type': 'text/html' }, body: `<h1>Bearer ${token}</h1>` }],
    ['200 in HTML', { status: 200, headers: { 'content-type': 'text/html' }, body: `<h1>Bearer ${token}</h1>` }],
    ['200 that is no JSON', { status: 200, body: `{ "value": [ ${token}` }],
    ['200 of another shape', { status: 200, body: { value: token } }],
    ['a redirect', { status: 307, headers: { location: `https://localhost:1/?token=${token}` }, body: error('Moved') }],
    [
      'a link',
      changed((body) => {
        body.nextLink = `https://localhost:1/subscriptions?token=${token}`;
      }),
    ],
    [
      '429 for longer than anybody waits',
      { status: 429, headers: { 'retry-after': '9999' }, body: error('TooManyRequests') },
    ],
  ];
  for (const [call, on] of [
    ['the subscriptions', /^\/subscriptions\?/],
    ['servers', /aaaaaaaa.*\/(servers|flexibleServers)\?/],
    ['parameters', /\/apple\/configurations\?/],
  ] as const) {
    for (const [name, fault, times = Number.POSITIVE_INFINITY] of answers) {
      it(`${name}, to the list of ${call}`, async () => {
        const { stderr } = await scanLoudly({ on, fault, times });
        assert.match(stderr, /^azure:/m);
      });
    }
  }
});

/** An authority of its own, a Resource Manager of its own, and a host that has no business with either. */
async function startAll(toStranger: (stranger: string) => { readonly arm?: Fault; readonly authority?: Fault }) {
  const connections: string[] = [];
  const stranger = createTcpServer((socket) => {
    connections.push(String(socket.remotePort));
    socket.destroy();
  });
  after(() => stranger.close());
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(stranger.address() as AddressInfo).port}`;
  const { arm, authority } = toStranger(host);
  const entra = await startEmulator({ ...fruit, directory, faults: authority ? [authority] : [] });
  const resources = await startEmulator(fruitWith(...(arm ? [arm] : [])));
  return { host, connections, entra, resources, proxy: await startProxy(), signsIn: authority === undefined };
}

describe('a token goes', { concurrency: 8 }, () => {
  const link = (on: RegExp, href: string): Fault => ({
    on,
    fault: changed((body) => {
      body.nextLink = href;
    }),
  });
  const redirect = (on: RegExp, status: number, location: string): Fault => ({
    on,
    fault: { status, headers: { location }, body: '' },
  });
  const lists = [
    ['subscriptions', /^\/subscriptions\?/],
    ['servers', /aaaaaaaa.*\/servers\?/],
    ['parameters', /\/apple\/configurations\?/],
  ] as const;
  const spellings: readonly (readonly [name: string, href: (stranger: string) => string])[] = [
    ['as a link', (host) => `https://${host}/subscriptions?api-version=1`],
    ['as a link without TLS', (host) => `http://${host}/subscriptions`],
    ['as a link without a scheme', (host) => `//${host}/subscriptions`],
    ['behind the name of somebody else', (host) => `https://management.azure.com@${host}/subscriptions`],
    ['with backslashes', (host) => `https:\\\\${host}\\subscriptions`],
  ];
  const strangers: readonly (readonly [name: string, Parameters<typeof startAll>[0]])[] = [
    ['where nobody else is named', () => ({})],
    ...lists.flatMap(([list, on]) => [
      ...spellings.map(
        ([name, href]) =>
          [`where a list of ${list} names one ${name}`, (host: string) => ({ arm: link(on, href(host)) })] as const,
      ),
      ...[301, 302, 307, 308].map(
        (status) =>
          [
            `where a list of ${list} redirects, ${status}`,
            (host: string) => ({ arm: redirect(on, status, `https://${host}/`) }),
          ] as const,
      ),
    ]),
    [
      'where a challenge names another authority',
      (host) => ({
        arm: {
          on: /\/apple\/configurations\?/,
          fault: {
            status: 401,
            headers: {
              'www-authenticate': `Bearer authorization_uri="https://${host}/common", resource="https://${host}"`,
            },
            body: { error: { code: 'AuthenticationFailed', message: '' } },
          },
        },
      }),
    ],
    ...[302, 307].map(
      (status) =>
        [
          `where the authority redirects, ${status}`,
          (host: string) => ({ authority: redirect(/oauth2\/v2\.0\/token/, status, `https://${host}/`) }),
        ] as const,
    ),
  ];
  for (const [name, toStranger] of strangers) {
    it(`to the Resource Manager alone, ${name}`, async () => {
      const { connections, entra, resources, proxy, signsIn } = await startAll(toStranger);
      const where = ['--arm-endpoint', resources.endpoint, '--authority-host', entra.endpoint, '--ca-file', ca];
      const { code } = await spawnCli(['scan', ...where, '--verbose'], {
        env: { ...scanner, ...loud, HTTPS_PROXY: proxy.url },
      });
      assert.notEqual(code, 0);
      assert.deepEqual(connections, []);
      const known = [resources, entra].map(({ endpoint }) => new URL(endpoint).host);
      assert.deepEqual(
        proxy.tunnels.filter((host) => !known.includes(host)),
        [],
      );
      assert.ok(proxy.tunnels.includes(new URL(entra.endpoint).host));
      assert.equal(leakIn(Buffer.concat(proxy.heard.map((each) => Buffer.from(each)))), undefined);

      const { requests: asked } = entra.emulator;
      assert.ok(asked.every(({ authorization, body }) => authorization === undefined && !body?.includes('token-1')));
      for (const { authorization, url, body } of resources.emulator.requests) {
        assert.match(authorization ?? '', /^Bearer eyJ[\w.-]+\.token-\d+$/);
        assert.equal(leakIn(`${url} ${body}`), undefined);
      }
      assert.equal(resources.emulator.requests.length > 0, signsIn);
    });
  }

  it('nowhere, where a managed identity redirects', async () => {
    const { connections, resources, host } = await startAll(() => ({}));
    const identity = createServer((_, response) => response.writeHead(302, { location: `http://${host}/` }).end());
    after(() => identity.close());
    await new Promise<void>((resolve) => identity.listen(0, '127.0.0.1', resolve));
    const env = {
      ...loud,
      IDENTITY_ENDPOINT: `http://127.0.0.1:${(identity.address() as AddressInfo).port}/`,
      IDENTITY_HEADER: secret('header'),
    };
    const argv = ['scan', '--credential', 'managed-identity', '--arm-endpoint', resources.endpoint, '--ca-file', ca];
    const { code } = await spawnCli([...argv, '--verbose'], { env });
    assert.deepEqual([code, connections, resources.emulator.requests], [2, [], []]);
  });
});

describe('a sign-in that fails tells no secret', { concurrency: 4 }, () => {
  const says = (description: string): Fault => ({
    on: /oauth2\/v2\.0\/token/,
    fault: {
      status: 401,
      headers: { 'x-ms-request-id': token },
      body: { error: 'invalid_client', error_description: description },
    },
  });
  for (const [name, description] of [
    ['its secret', `AADSTS7000215: Invalid client secret '${secret('right')}' provided. Trace ID: 0`],
    ['its assertion', `AADSTS700024: Client assertion ${token} is not within its valid time range. Trace ID: 0`],
    ['both, without a number', `Not with ${secret('right')}, nor with ${token}. More: ${token}`],
  ] as const) {
    it(`that Entra repeats: ${name}`, async () => {
      const { endpoint } = await startEmulator({ ...fruit, directory, faults: [says(description)] });
      const where = ['--arm-endpoint', endpoint, '--authority-host', endpoint, '--ca-file', ca];
      const { code, stderr } = await spawnCli(['scan', '--credential', 'environment', ...where, '--verbose'], {
        env: { ...scanner, ...loud },
      });
      assert.equal(code, 2);
      assert.match(stderr, /by environment failed: .*\*\*\*/);
    });
  }

  it('to a certificate that nobody vouches for', async () => {
    const { endpoint, emulator } = await startEmulator({ ...fruit, directory });
    const { code, stderr } = await spawnCli(
      ['scan', '--arm-endpoint', endpoint, '--authority-host', endpoint, '--verbose'],
      { env: { ...scanner, ...loud } },
    );
    assert.deepEqual([code, emulator.requests], [2, []]);
    assert.match(stderr, /SELF_SIGNED_CERT/);
  });

  for (const refuses of [407, 403, 502] as const) {
    it(`past a proxy with a word of its own that refuses: ${refuses}`, async () => {
      const { endpoint, emulator } = await startEmulator({ ...fruit, directory });
      const proxy = await startProxy({ refuses });
      const where = ['--arm-endpoint', endpoint, '--authority-host', endpoint, '--ca-file', ca, '--verbose'];
      const env = { ...scanner, ...loud, HTTPS_PROXY: proxy.url.replace('//', `//ada:${secret('word')}@`) };
      const { code, stderr } = await spawnCli(['scan', ...where], { env });
      assert.deepEqual([code, emulator.requests], [2, []]);
      assert.match(stderr, new RegExp(`The proxy localhost:\\d+ answered ${refuses}`));
    });
  }
});
