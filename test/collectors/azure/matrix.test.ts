import assert from 'node:assert/strict';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import type { Fault, Tenant } from '../../../emulator';
import { ScanError } from '../../../helpers/scanError';
import type { ReasonKind } from '../../../types';
import { certificateOfAnother, expiredCertificate, proxyCertificate } from '../../support/certificate';
import { arm, type CallFault, type ConnectionFault, callFaults, connectionFaults } from '../../support/faults';
import { changing, fruit, truth } from '../../support/orchard';
import { type Detour, directory, type Scanned, scanTenant, verdicts } from '../../support/scanTenant';

/** One kind of request that a scan makes, and what becomes of the truth if it never brings anything. */
interface Call {
  readonly name: string;
  readonly on: RegExp;
  readonly tenant: Tenant;
  readonly truth: readonly string[];
  /** The rows that are left, or the code of the error if there is nothing to report. */
  lost(kind: ReasonKind): readonly string[] | ScanError['code'];
  /** The rows if the resource provider is not registered: an answer, to the lists of servers. */
  readonly none?: readonly string[];
  /** The rows that are left if the scan is cut short while it is made, if fewer are known then. */
  readonly cut?: readonly string[] | ScanError['code'];
  readonly signIn?: boolean;
  /** How often it is made if all is well; once, if left out. */
  readonly made?: number;
}

const pages: Tenant = { ...fruit, pageSize: 1 };
const orchard = 'aaaaaaaa-0000-4000-8000-000000000001';
const first = '\\?(?!.*skiptoken)';
const second = '\\?.*skiptoken';
const singlePlugins = ['singleServerMinimalTlsVersion', 'singleServerSslEnforcement'];
const flexiblePlugins = ['flexibleServerRequireSecureTransport', 'flexibleServerSslMinProtocolVersion'];
const unknown = (name: string, plugins: readonly string[], kind: ReasonKind) =>
  plugins.map((plugin) => `${name} ${plugin}: ${kind}`);
const truthWithout = (servers: RegExp) => truth.filter((row) => !servers.test(row));
const withoutSingle = truthWithout(/^(quince|medlar)/);

/** The parameters of apple in two pages. */
const parametersInPages: Fault = changing(/\/apple\/configurations\?(?!.*skiptoken)/, (body) => {
  const ofApple = `/subscriptions/${orchard}/resourceGroups/rg-databases/providers/Microsoft.DBforPostgreSQL/flexibleServers/apple`;
  body.value = body.value.slice(0, 1);
  body.nextLink = `${ofApple}/configurations?api-version=2025-08-01&$skiptoken=1`;
});

const signIn = (name: string, on: RegExp): Call => ({
  name: `the sign-in (${name})`,
  on,
  tenant: { ...pages, directory },
  truth,
  lost: () => 'sign-in-failed',
  cut: 'cut-short',
  signIn: true,
});

const calls: readonly Call[] = [
  { ...signIn("GitHub's word", /^\/github\/idtoken/), made: 2 },
  signIn('addresses', /openid-configuration/),
  signIn('token', /\/oauth2\/v2\.0\/token/),
  {
    name: 'the subscriptions',
    on: new RegExp(`^/subscriptions${first}`),
    tenant: pages,
    truth,
    lost: () => 'subscriptions-unavailable',
  },
  {
    name: 'the second page of the subscriptions',
    on: new RegExp(`^/subscriptions${second}`),
    tenant: pages,
    truth,
    lost: () => [
      ...truthWithout(/^plum/),
      ...unknown(fruit.tenantId, [...flexiblePlugins, ...singlePlugins], 'incomplete-list'),
    ],
  },
  {
    name: 'the list of Single Servers',
    on: new RegExp(`aaaaaaaa.*/servers${first}`),
    tenant: pages,
    truth,
    lost: (kind) => [...unknown('Orchard', singlePlugins, kind), ...withoutSingle],
    none: withoutSingle,
  },
  {
    name: 'the second page of the Single Servers',
    on: new RegExp(`aaaaaaaa.*/servers${second}`),
    tenant: pages,
    truth,
    lost: () => [...unknown('Orchard', singlePlugins, 'incomplete-list'), ...truthWithout(/^medlar/)],
  },
  {
    name: 'the list of Flexible Servers',
    on: new RegExp(`aaaaaaaa.*/flexibleServers${first}`),
    tenant: pages,
    truth,
    lost: (kind) => [...unknown('Orchard', flexiblePlugins, kind), ...truthWithout(/^(apple|pear)/)],
    none: truthWithout(/^(apple|pear)/),
  },
  {
    name: 'the second page of the Flexible Servers',
    on: new RegExp(`aaaaaaaa.*/flexibleServers${second}`),
    tenant: pages,
    truth,
    lost: () => [...unknown('Orchard', flexiblePlugins, 'incomplete-list'), ...truthWithout(/^pear/)],
  },
  {
    name: 'the parameters of a server',
    on: new RegExp(`/apple/configurations${first}`),
    tenant: pages,
    truth,
    lost: (kind) => [...unknown('apple', flexiblePlugins, kind), ...truthWithout(/^apple/)],
  },
  {
    name: 'the second page of the parameters',
    on: new RegExp(`/apple/configurations${second}`),
    tenant: { ...pages, faults: [parametersInPages] },
    truth,
    lost: () => [...unknown('apple', flexiblePlugins, 'incomplete-list'), ...truthWithout(/^apple/)],
  },
  {
    name: 'the provider',
    on: /\/providers\/Microsoft\.DBforPostgreSQL\?/,
    tenant: {
      ...pages,
      subscriptions: pages.subscriptions.map((each) => ({ ...each, retiredTypes: ['servers'] })),
    },
    truth: withoutSingle,
    lost: () => [
      ...unknown('Orchard', singlePlugins, 'api-version'),
      ...withoutSingle.slice(0, 4),
      ...unknown('Garden', singlePlugins, 'api-version'),
      ...withoutSingle.slice(4),
    ],
  },
];

/** The rows, or the code of the error. */
const outcome = async (scanned: Promise<Scanned>) =>
  scanned.then(
    ({ report }) => verdicts(report),
    (error: unknown) => (error instanceof ScanError ? error.code : Promise.reject(error)),
  );

const withFault = (call: Call, fault: Fault): Tenant => ({
  ...call.tenant,
  faults: [...(call.tenant.faults ?? []), fault],
});

/** How often the call is made when the fault stays. A sign-in is not made again after a refusal, and has a minute in all. */
function attemptsOf({ attempts }: CallFault, { signIn }: Call): number {
  if (!signIn) return attempts;
  return { 1: 1, 2: 1, 4: 3, 5: 5 }[attempts];
}

const servers: Server[] = [];
const origins = new Map<string, string>();
const certificates = new Map<string, string>();
const at = (name: string) => () => origins.get(name) ?? assert.fail(name);
const trusting = (name: string) => () => certificates.get(name) ?? assert.fail(name);

before(async () => {
  const start = async (name: string, server: Server) => {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    origins.set(name, `https://localhost:${(server.address() as AddressInfo).port}`);
  };
  const sockets = new Set<Socket>();
  const accepting = (onConnection: (socket: Socket) => void) =>
    createServer((socket) => {
      sockets.add(socket.on('error', () => {}));
      onConnection(socket);
    }).on('close', () => sockets.forEach((socket) => void socket.destroy()));
  await start(
    'reset',
    accepting((socket) => socket.resetAndDestroy()),
  );
  await start(
    'closed',
    accepting((socket) => socket.end()),
  );
  await start(
    'silent',
    accepting(() => {}),
  );
  await start(
    'plain',
    accepting((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 12\r\n\r\n{"value":[]}')),
  );
  for (const [name, certificate] of [
    ['expired', await expiredCertificate()],
    ['another', await certificateOfAnother()],
    ['unknown', await proxyCertificate()],
  ] as const) {
    certificates.set(name, certificate.cert);
    await start(
      name,
      createTlsServer(certificate, () => assert.fail('it was trusted')).on('tlsClientError', () => {}),
    );
  }
});
after(() => servers.forEach((server) => void server.close()));

/** Where a connection ends instead, and what is trusted there. */
const ends: Readonly<Record<ConnectionFault['name'], { readonly to: () => string; readonly ca?: () => string }>> = {
  'a name that does not resolve': { to: () => 'https://arm.invalid' },
  'a connection that is refused': { to: () => 'https://localhost:1' },
  'a connection that is reset': { to: at('reset') },
  'a connection that is closed': { to: at('closed') },
  'a connection on which nobody speaks': { to: at('silent') },
  'a connection without TLS': { to: at('plain') },
  'a certificate that has expired': { to: at('expired'), ca: trusting('expired') },
  'a certificate of another host': { to: at('another'), ca: trusting('another') },
  'a certificate that nobody vouches for': { to: at('unknown') },
};

for (const call of calls) {
  describe(`a fault of ${call.name}`, () => {
    const scan = async (fault: Fault, options: { readonly timeout?: number } = {}) => {
      let made = 0;
      const onRequest = ({ url }: { url: string }) => {
        const { pathname, search } = new URL(url);
        if (call.on.test(pathname + search)) made++;
      };
      const scanned = scanTenant(withFault(call, fault), { onRequest, signIn: call.signIn ?? false, ...options });
      const rows = await outcome(scanned);
      const took = await scanned.then(
        ({ took }) => took,
        () => undefined,
      );
      return { rows, made, took };
    };

    it('none', async () => {
      const { rows, made } = await scan({ on: call.on, times: 0, fault: arm(500, 'never') });
      assert.deepEqual(rows, call.truth);
      assert.equal(made, call.made ?? 1);
    });

    for (const fault of callFaults) {
      const attempts = attemptsOf(fault, call);
      it(`${fault.name}, once: ${attempts > 1 ? 'nothing is lost' : 'it is an answer'}`, async () => {
        const { rows, made } = await scan({ on: call.on, times: 1, fault: fault.fault });
        assert.deepEqual(rows, attempts > 1 ? call.truth : call.lost(fault.kind));
        assert.equal(made, attempts > 1 ? (call.made ?? 1) + 1 : 1);
      });

      if (attempts === 1) continue;
      it(`${fault.name}, always: told, after ${attempts} attempts`, async () => {
        const { rows, made, took } = await scan({ on: call.on, fault: fault.fault });
        assert.deepEqual(rows, call.lost(fault.kind));
        assert.equal(made, attempts * (fault.each ?? 1));
        if (attempts === 4) assert.ok(took === undefined || took === 120_000, `${took} ms`);
      });
    }

    it('silence, and 45 seconds for the whole scan: all is known by then that can be', async () => {
      const { rows, made, took } = await scan({ on: call.on, fault: 'silence' }, { timeout: 45_000 });
      assert.deepEqual(rows, call.cut ?? call.lost('timeout'));
      assert.equal(made, 2);
      assert.ok(took === undefined || took === 45_000, `${took} ms`);
    });

    it(`MissingSubscriptionRegistration: ${call.none ? 'there is none' : 'it is no answer to this'}`, async () => {
      const { rows, made } = await scan({ on: call.on, fault: arm(409, 'MissingSubscriptionRegistration') });
      assert.deepEqual(rows, call.none ?? call.lost('bad-response'));
      assert.equal(made, 1);
    });

    for (const { name, attempts, kind } of connectionFaults) {
      const { to, ca } = ends[name];
      const scanAway = async (times?: number) => {
        const detour: Detour = { on: call.on, to: to(), times, ca: ca?.(), endless: kind === 'timeout' };
        return outcome(scanTenant(call.tenant, { detour, signIn: call.signIn ?? false }));
      };
      it(`${name}, once: ${attempts > 1 ? 'nothing is lost' : 'told'}`, async () => {
        assert.deepEqual(await scanAway(1), attempts > 1 ? call.truth : call.lost(kind));
      });

      if (attempts === 1) continue;
      it(`${name}, always: told`, async () => {
        assert.deepEqual(await scanAway(), call.lost(kind));
      });
    }

    it('429, Retry-After of an hour: the call is given up, and no row is wrong', async () => {
      const { rows, made } = await scan({ on: call.on, times: 1, fault: arm(429, 'X', { 'retry-after': '3600' }) });
      assert.equal(made, 1);
      const lost = call.lost('throttled');
      if (typeof lost === 'string') return assert.equal(rows, lost);
      assert.ok(Array.isArray(rows));
      // All that the subscription has not answered by then is given up with it.
      for (const row of rows) {
        assert.ok(lost.includes(row) || /^(?!plum|Garden).*: (throttled|incomplete-list)$/.test(row), row);
      }
      assert.ok(
        lost.filter((row) => /: (throttled|incomplete-list|api-version)$/.test(row)).every((row) => rows.includes(row)),
      );
    });
  });
}
