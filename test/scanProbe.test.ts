import assert from 'node:assert/strict';
import { connect, createServer, type Server } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { type EmulatedServer, Emulator, emulatorHttpClient, type Tenant } from '../emulator';
import { systemClock } from '../helpers/clock';
import { plugins } from '../plugins';
import { scan } from '../scan';
import type { Report } from '../types';
import { issued } from './support/certificate';
import { noPgBouncer, noPostgres15, startPgBouncer, startPostgres } from './support/postgres';

/** Azure's servers listen at two ports, whatever they are called: each of ours has an address of its own on loopback. */
const own = `127.21.${process.pid % 250}`;
const hosts = { open: `${own}.1`, shut: `${own}.2`, gone: `${own}.3` } as const;

const forwards: Server[] = [];
after(() => forwards.forEach((each) => void each.close()));

/** Leads to another port of loopback, until the tests are over. */
async function forward(host: string, port: number, to: number): Promise<void> {
  const server = createServer((client) => {
    const other = connect(to, '127.0.0.1');
    client.pipe(other).pipe(client);
    for (const socket of [client, other])
      socket.on('error', () => [client, other].forEach((each) => void each.destroy()));
  });
  forwards.push(server);
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
}

const flexible = (name: string, host: string, parameters: EmulatedServer['parameters'] = {}): EmulatedServer => ({
  name,
  properties: { fullyQualifiedDomainName: host },
  parameters,
});

const tenant: Tenant = {
  tenantId: 'ffffffff-0000-4000-8000-00000000000f',
  parameterCount: 12,
  subscriptions: [
    {
      subscriptionId: 'aaaaaaaa-0000-4000-8000-000000000001',
      displayName: 'Orchard',
      flexibleServers: [
        flexible('open', hosts.open, { 'pgbouncer.enabled': 'true' }),
        flexible('shut', hosts.shut, { require_secure_transport: 'off', 'pgbouncer.enabled': 'false' }),
        flexible('gone', hosts.gone),
        { name: 'nameless', properties: { fullyQualifiedDomainName: null } },
      ],
      singleServers: [
        { name: 'old', properties: { fullyQualifiedDomainName: hosts.shut, minimalTlsVersion: 'TLS1_0' } },
      ],
    },
  ],
};

const scanned = (options: Parameters<typeof scan>[0] = {}): Promise<Report> =>
  scan({
    credential: { getToken: async () => ({ token: 'demo', expiresOnTimestamp: Number.MAX_SAFE_INTEGER }) },
    httpClient: emulatorHttpClient(new Emulator(tenant, systemClock)),
    cloud: { armEndpoint: 'https://management.demo.invalid' },
    probe: true,
    ...options,
  });

const said = ({ results }: Report, plugin: string) =>
  Object.fromEntries(
    results
      .filter((result) => result.plugin === plugin)
      .map(({ resource: { id }, status, message, reason }) => [
        id.split('/').slice(-3).join('/'),
        `${status}${reason ? ` ${reason.kind}` : ''}: ${message}`,
      ]),
  );

describe('scan --probe', { skip: noPostgres15 || noPgBouncer }, () => {
  let report: Report;
  const started: { stop(): Promise<void> }[] = [];
  after(() => Promise.all(started.map((each) => each.stop())));
  before(async () => {
    const certificate = await issued(['localhost']);
    const [open, shut] = await Promise.all([startPostgres(15), startPostgres(15)]);
    started.push(open, shut);
    await open.configure({ hba: ['host all all all scram-sha-256'], certificate });
    await shut.configure({ hba: ['hostssl all all all scram-sha-256'], certificate });
    const bouncer = await startPgBouncer({ to: open, settings: { client_tls_sslmode: 'require' }, certificate });
    started.push(bouncer);
    await forward(hosts.open, 5432, open.port);
    await forward(hosts.open, 6432, bouncer.port);
    await forward(hosts.shut, 5432, shut.port);
    report = await scanned();
  });

  it('says where the port is not what Azure says, and asks PgBouncer where it is on', () => {
    assert.deepEqual(said(report, 'endpointPlaintextRefused'), {
      'open/endpoints/5432':
        'FAIL: A session may begin without TLS, although Azure says "require_secure_transport = on": the port asks a client that does not encrypt to sign in.',
      'open/endpoints/6432': 'PASS: A session without TLS is refused, and the same one inside TLS is not.',
      'shut/endpoints/5432':
        'PASS: A session without TLS is refused, although Azure says "require_secure_transport = off".',
      'gone/endpoints/5432': `UNKNOWN network: Nothing listens at ${hosts.gone}:5432, or a firewall says so (ECONNREFUSED).`,
      'nameless/endpoints/5432':
        "UNKNOWN absent: Azure's answer holds no fullyQualifiedDomainName, so nobody knows where the server listens.",
      'old/endpoints/5432': 'PASS: A session without TLS is refused, and the same one inside TLS is not.',
    });
  });

  it('says the same of TLS versions', () => {
    const versions = said(report, 'endpointMinimumTlsVersion');
    assert.equal(
      versions['old/endpoints/5432'],
      'PASS: Nothing older than TLS 1.2 is accepted, although Azure says "minimalTlsVersion = TLS1_0".',
    );
    assert.match(versions['open/endpoints/5432'] ?? '', /^WARN: .* plaintext is accepted\.$/);
  });

  it('shows of Azure what a scan shows, and counts no endpoint as a server', async () => {
    const without = await scanned({ probe: false });
    assert.ok(report.complete);
    assert.equal(report.summary.servers, without.summary.servers);
    const azures = report.results.filter(({ resource }) => !resource.id.includes('/endpoints/'));
    assert.deepEqual(azures, without.results);
    const [scope] = report.scopes;
    assert.deepEqual(scope?.kinds['PostgreSQL/endpoints'], { answered: true, servers: 6 });
    const { 'PostgreSQL/endpoints': _, ...kinds } = scope?.kinds ?? {};
    assert.deepEqual(without.scopes[0]?.kinds, kinds);
  });

  it('runs the plugins that are named, and no other', async () => {
    const only = await scanned({ plugins: plugins.filter(({ id }) => id === 'endpointPlaintextRefused') });
    assert.deepEqual([...new Set(only.results.map(({ plugin }) => plugin))], ['endpointPlaintextRefused']);
    assert.deepEqual(Object.keys(only.scopes[0]?.kinds ?? {}), ['PostgreSQL/endpoints']);
  });
});
