import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { PostgreSQLManagementFlexibleServerClient } from '@azure/arm-postgresql-flexible';
import type { GetTokenOptions } from '@azure/core-auth';
import { ArmError } from '../../../collectors/azure/gap';
import { CachedCredential } from '../../../collectors/azure/signIn';
import { CutShort } from '../../../helpers/cutShort';
import type { ScanError } from '../../../helpers/scanError';
import type { Recorder } from '../../../types';
import { armOf } from '../../support/arm';
import { VirtualClock } from '../../support/clock';
import { arm } from '../../support/faults';
import { calls, changing, fruit, fruitWith, truth } from '../../support/orchard';
import { scanTenant, verdicts } from '../../support/scanTenant';
import { accessToken } from '../../support/secrets';

describe('a sign-in', () => {
  const token = { token: accessToken, expiresOnTimestamp: Date.parse('2100-01-01') };

  it('is made once for all clients, for the audience of the endpoint, and for a token that can be revoked', async () => {
    const scopes: unknown[] = [];
    const getToken = async (scope: string | string[], options?: GetTokenOptions) => {
      scopes.push(scope);
      assert.equal(options?.enableCae, true);
      return token;
    };
    const { report, requests, asked } = await scanTenant(fruit, { credential: { getToken } });
    assert.deepEqual(verdicts(report), truth);
    assert.deepEqual(scopes, [`${new URL(asked[0]?.url ?? '').origin}/.default`]);
    assert.ok(requests.length > 5);
  });

  it('that fails says all that was tried, and is no stack of errors', async () => {
    const getToken = async () => {
      throw new AggregateError([
        new Error('EnvironmentCredential is unavailable.\nIts second line'),
        new Error('az is not installed'),
      ]);
    };
    await assert.rejects(scanTenant(fruit, { credential: { getToken } }), (error: ScanError) => {
      assert.equal(error.code, 'sign-in-failed');
      assert.equal(
        error.message,
        'No sign-in to Azure was possible. Tried:\n  - EnvironmentCredential is unavailable.\n  - az is not installed',
      );
      return true;
    });
  });

  it('that never answers ends', async () => {
    const credential = { getToken: () => new Promise<never>(() => {}) };
    await assert.rejects(
      scanTenant(fruit, { credential, inProcess: true }),
      (error: ScanError) => error.code === 'sign-in-failed',
    );
  });

  for (const [left, name] of [
    [-1, 'has ended, and cannot be renewed, leaves no answer'],
    [60_000, 'ends soon, and cannot be renewed, is used to its end'],
  ] as const) {
    it(`whose token ${name}`, async () => {
      let given = 0;
      const getToken = async () => {
        if (++given > 1) throw new Error('the assertion has expired');
        return { token: accessToken, expiresOnTimestamp: new VirtualClock().now() + left };
      };
      const scanned = scanTenant(fruit, { credential: { getToken } });
      if (left > 0) {
        assert.deepEqual(verdicts((await scanned).report), truth);
        assert.equal(given, 2, 'a renewal that failed is not tried with every call');
        return;
      }
      await assert.rejects(scanned, (error: ScanError) => error.code === 'subscriptions-unavailable');
    });
  }

  it('is made once for all calls that wait for it', async () => {
    let asked = 0;
    const getToken = async () => {
      asked++;
      await setImmediate();
      return token;
    };
    const cached = new CachedCredential({ getToken }, new VirtualClock(), new AbortController().signal);
    await Promise.all([1, 2, 3].map(() => cached.getToken('scope')));
    assert.equal(asked, 1);
  });

  it('is made again when Azure asks for claims', async () => {
    const claims: unknown[] = [];
    const challenge = {
      status: 401,
      headers: {
        'www-authenticate': `Bearer realm="", error="insufficient_claims", claims="${btoa('{"access_token":{}}')}"`,
      },
      body: { error: { code: 'InvalidAuthenticationToken' } },
    };
    const credential = {
      async getToken(_: string | string[], options?: { claims?: string }) {
        claims.push(options?.claims);
        return token;
      },
    };
    const { report } = await scanTenant(fruitWith({ on: calls.parameters, times: 1, fault: challenge }), {
      credential,
    });
    assert.deepEqual(verdicts(report), truth);
    assert.deepEqual(claims, [undefined, '{"access_token":{}}']);
  });
});

/** Every token asked for, and every request sent, fails with another error than the guard's. */
const armThatSendsNothing = () =>
  armOf(
    () => assert.fail('a request was sent'),
    () => assert.fail('a token was asked for'),
  );

describe('the pipeline', () => {
  it('refuses anything but GET, and any other origin, before a token is attached', async () => {
    const arm = armThatSendsNothing();
    const client = new PostgreSQLManagementFlexibleServerClient(
      arm.credential,
      '00000000-0000-0000-0000-000000000000',
      arm.clientOptions,
    );
    const refused = (error: unknown) => error instanceof ArmError && /refused|not followed/.test(error.message);
    await assert.rejects(client.configurations.beginUpdate('rg', 'apple', 'ssl', { value: 'off' }), refused);
    await assert.rejects(client.servers.beginDelete('rg', 'apple'), refused);
    await assert.rejects(client.servers.beginStart('rg', 'apple'), refused);
    for (const url of [
      'https://example.com/',
      'http://arm.example/',
      'https://arm.example:8443/',
      'https://arm.example.com/',
      'https://x@arm.example/',
    ]) {
      await assert.rejects(arm.get(url, { lane: '' }), refused);
    }
  });

  it('stands in the order in which it was built', () => {
    const { clientOptions } = armThatSendsNothing();
    assert.deepEqual(
      clientOptions.pipeline.getOrderedPolicies().map(({ name }) => name),
      [
        'serializationPolicy',
        'pgpostureGuard',
        'setClientRequestIdPolicy',
        'userAgentPolicy',
        'deserializationPolicy',
        'pgpostureAnswer',
        'pgpostureQuota',
        'bearerTokenAuthenticationPolicy',
        'logPolicy',
        'pgpostureEcho',
      ],
    );
  });

  it('shows no token that Azure repeats, and sends it with every request', async () => {
    const repeated = { code: accessToken, message: `The token ${accessToken} is not good.` };
    for (const [status, body] of [
      [500, accessToken],
      [403, { error: repeated }],
      [400, { ...repeated }],
    ] as const) {
      const headers = { 'www-authenticate': accessToken, 'x-ms-request-id': accessToken };
      const faults = fruitWith({ on: /aaaaaaaa/, times: 3, fault: { status, headers, body } });
      const { asked, log } = await scanTenant(faults);
      assert.ok(asked.every(({ authorization }) => authorization === `Bearer ${accessToken}`));
      assert.equal(log.length > 1, status === 500);
    }
  });
});

describe('an error of Azure', () => {
  it('has a code only if that is a word', async () => {
    const { report } = await scanTenant(fruitWith({ on: /aaaaaaaa/, fault: arm(403, 'All servers: PASS') }));
    const reasons = report.results.flatMap(({ reason }) => reason ?? []);
    assert.deepEqual(
      [...new Set(reasons.map(({ code, detail }) => `${code} ${detail}`))],
      ['undefined Azure answered 403.'],
    );
  });
});

describe('a scan that is cut short', () => {
  for (const kind of ['timeout', 'not-collected'] as const) {
    it(`tells what it knows, and marks the rest ${kind}`, async () => {
      const cut = new AbortController();
      let attempts = 0;
      const { report } = await scanTenant(fruitWith({ on: calls.parameters, fault: 'silence' }), {
        signal: cut.signal,
        onRequest({ url }) {
          if (url.includes('/apple/') && ++attempts === 2) cut.abort(new CutShort(kind));
        },
      });
      assert.deepEqual(
        verdicts(report),
        truth.map((row) => row.replace(/^(apple .*): .*/, `$1: ${kind}`)),
      );
      assert.equal(report.complete, false);
    });
  }

  it('asks for nothing more', async () => {
    const cut = new AbortController();
    const { report, requests } = await scanTenant(fruit, {
      signal: cut.signal,
      concurrency: 1,
      onRequest: ({ url }) => {
        if (url.includes('aaaaaaaa')) cut.abort(new CutShort('not-collected'));
      },
    });
    assert.equal(requests.length, 2);
    assert.ok(report.results.every(({ reason }) => reason?.kind === 'not-collected'));
    assert.deepEqual(
      report.scopes.map(({ name }) => name),
      ['Orchard', 'Garden'],
    );
  });
});

describe('a scan of one kind of server', () => {
  for (const [plugin, other] of [
    ['singleServerSslEnforcement', 'flexibleServers'],
    ['flexibleServerRequireSecureTransport', 'servers'],
  ] as const) {
    it(`by ${plugin} asks for no other kind`, async () => {
      const { report, requests } = await scanTenant(fruit, { plugins: [plugin] });
      assert.deepEqual(
        verdicts(report),
        truth.filter((row) => row.includes(plugin)),
      );
      assert.ok(requests.every((request) => !request.includes(`/${other}?`)));
    });
  }
});

describe('a recorder', () => {
  it('is told all that was answered, before it is judged', async () => {
    const told: string[] = [];
    const recorder: Recorder = {
      begin: (ids, unlisted) => void told.push(`begin ${ids.length} ${unlisted.length}`),
      servers: async (_, kind, items) => void told.push(`${kind.split('/')[1]} ${items.length}`),
      parameters: async ({ name }, { items, gap, said }) =>
        void told.push(`${name} ${items.length > 0} ${gap?.kind} ${said}`),
      scope: async ({ name }, cutShort) => void told.push(`${name} ${cutShort}`),
    };
    const refusal = { status: 403, body: { error: { code: 'AuthorizationFailed', message: 'No.' } } };
    const { report } = await scanTenant(fruitWith({ on: calls.parameters, fault: refusal }), { recorder });
    assert.equal(told[0], 'begin 2 0');
    assert.deepEqual(told.slice(1).sort(), [
      'Garden false',
      'Orchard false',
      'apple false forbidden No.',
      'flexibleServers 1',
      'flexibleServers 2',
      'pear true undefined undefined',
      'plum true undefined undefined',
      'servers 0',
      'servers 2',
    ]);
    assert.equal(report.summary.servers, 5);
  });

  it('is told no item that is no server of the list', async () => {
    let seen = 0;
    const strange = changing(calls.singleServers, ({ value }) => {
      value.push({ id: '/subscriptions/x' }, null);
    });
    const recorder: Recorder = {
      begin: () => undefined,
      servers: async (_, kind, items) => {
        if (kind.endsWith('/servers')) seen += items.length;
      },
      parameters: async () => undefined,
      scope: async () => undefined,
    };
    await scanTenant(fruitWith(strange), { recorder });
    assert.equal(seen, 2);
  });
});
