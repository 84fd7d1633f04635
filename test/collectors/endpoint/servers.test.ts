import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
import { after, afterEach, describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { withEndpoints } from '../../../collectors/endpoint/servers';
import { systemClock } from '../../../helpers/clock';
import { CutShort } from '../../../helpers/cutShort';
import type { Collector, Fact, Gap, Kind, NeededFacts, Resource, Scope, Sink } from '../../../types';

const flexible = 'Microsoft.DBforPostgreSQL/flexibleServers';
const single = 'Microsoft.DBforPostgreSQL/servers';
const endpoint = 'PostgreSQL/endpoints';

const known = (value: Extract<Fact, { known: true }>['value']): Fact => ({ known: true, value });
const parameter = (value: string | boolean) => known({ value, isConfigPendingRestart: false });
const gap: Gap = { kind: 'forbidden', code: 'AuthorizationFailed', detail: 'It was not let in.', remedy: 'Let it in.' };
const unknown: Fact = { known: false, gap };

const subscription = 'aaaaaaaa-0000-4000-8000-000000000001';

/** Azure's ports are always the same two: so each run of the tests has addresses of its own on loopback. */
const at = (host: number) => `127.${100 + ((process.pid >> 8) % 100)}.${process.pid & 255}.${host}`;

/** Nothing listens there. */
const nowhere = at(41);

const server = (
  name: string,
  facts: Resource['facts'] = {},
  more: Partial<Pick<Resource, 'type' | 'subscriptionId'>> = {},
): Resource => ({
  id: `/subscriptions/${subscription}/resourceGroups/rg/providers/${more.type ?? flexible}/${name}`,
  name,
  type: flexible,
  location: 'eastus',
  resourceGroup: 'rg',
  subscriptionId: subscription,
  facts: { fullyQualifiedDomainName: known(nowhere), 'pgbouncer.enabled': known(undefined), ...facts },
  ...more,
});

const scope = (kinds: Scope['kinds'], subscriptionId = subscription): Scope => ({
  id: `/subscriptions/${subscriptionId}`,
  type: 'Microsoft.Resources/subscriptions',
  subscriptionId,
  name: 'Orchard',
  state: 'Enabled',
  kinds,
});

interface Told {
  readonly resources: Resource[];
  readonly scopes: Scope[];
  /** Both, as they came: the name of a resource, or of a scope its id. */
  readonly order: string[];
  /** What the servers were asked for. */
  needs: NeededFacts | undefined;
  /** Why it ended without an end. */
  thrown: unknown;
  readonly log: string[];
}

interface Asked {
  readonly needs?: readonly (readonly [Kind, readonly string[]])[];
  readonly signal?: AbortSignal;
  readonly sink?: Partial<Sink>;
}

/** What comes of servers that `list` tells. */
async function collected(list: (sink: Sink) => void | Promise<void>, asked: Asked = {}): Promise<Told> {
  const told: Told = { resources: [], scopes: [], order: [], needs: undefined, thrown: undefined, log: [] };
  const servers: Collector = {
    kinds: [flexible, single],
    async collect(needs, sink) {
      told.needs = needs;
      await list(sink);
    },
  };
  const sink: Sink = {
    resource(resource) {
      told.resources.push(resource);
      told.order.push(resource.name);
    },
    scope(each) {
      told.scopes.push(each);
      told.order.push(each.id);
    },
    progress: () => undefined,
    incomplete: () => undefined,
    ...asked.sink,
  };
  const collector = withEndpoints(servers, { clock: systemClock, log: (line) => told.log.push(line) });
  assert.deepEqual(collector.kinds, [flexible, single, endpoint]);
  const needs = new Map<Kind, readonly string[]>(asked.needs ?? [[endpoint, ['plaintext']]]);
  const signal = asked.signal ?? new AbortController().signal;
  await collector.collect(needs, sink, signal).catch((error: unknown) => {
    told.thrown = error;
  });
  return told;
}

const tail = ({ id }: Resource) => id.split('/').slice(-3).join('/');

const inWords = (fact: Fact | undefined) => (fact?.known ? fact.value : `UNKNOWN ${fact?.gap.kind}`);

describe('the endpoints of a server', () => {
  for (const [name, facts, ports] of [
    ['5432, where PgBouncer is off', { 'pgbouncer.enabled': parameter('false') }, [5432]],
    ['5432, where it is OFF', { 'pgbouncer.enabled': parameter(' OFF ') }, [5432]],
    ['5432, where it is false as JSON has it', { 'pgbouncer.enabled': parameter(false) }, [5432]],
    ['5432, where there is none', {}, [5432]],
    ['5432, where all that Azure says does not hold it', { 'pgbouncer.enabled': known(undefined) }, [5432]],
    ['5432 and 6432, where it is on', { 'pgbouncer.enabled': parameter('true') }, [5432, 6432]],
    ['5432 and 6432, where it is true as JSON has it', { 'pgbouncer.enabled': parameter(true) }, [5432, 6432]],
    ['5432 and 6432, where it is a word that nobody knows', { 'pgbouncer.enabled': parameter('maybe') }, [5432, 6432]],
    ['5432 and 6432, where nobody knows', { 'pgbouncer.enabled': unknown }, [5432, 6432]],
    [
      '5432 and 6432, where its value is null',
      { 'pgbouncer.enabled': known({ value: null, isConfigPendingRestart: null }) },
      [5432, 6432],
    ],
  ] as const) {
    it(`are ${name}`, async () => {
      const { resources, scopes } = await collected((sink) => {
        sink.resource(server('db', facts));
        sink.scope(scope({ [flexible]: { answered: true, servers: 1 } }));
      });
      assert.deepEqual(
        resources.map(tail),
        ports.map((port) => `db/endpoints/${port}`),
      );
      for (const { type, location, resourceGroup, subscriptionId } of resources) {
        assert.deepEqual([type, location, resourceGroup, subscriptionId], [endpoint, 'eastus', 'rg', subscription]);
      }
      assert.deepEqual(scopes[0]?.kinds, { [endpoint]: { answered: true, servers: ports.length } });
    });
  }

  it('are 5432 alone of a Single Server', async () => {
    const { resources } = await collected((sink) => {
      sink.resource(server('old', { 'pgbouncer.enabled': parameter('true') }, { type: single }));
    });
    assert.deepEqual(resources.map(tail), ['old/endpoints/5432']);
  });

  it('are not asked, where nobody knows whether PgBouncer is there, and the reason is that', async () => {
    const { resources } = await collected((sink) => sink.resource(server('db', { 'pgbouncer.enabled': unknown })));
    const [own, pooled] = resources.map(({ facts }) => facts.plaintext);
    assert.equal(inWords(own), 'UNKNOWN network');
    assert.deepEqual(pooled, { known: false, gap });
  });

  for (const [name, fact, kind] of [
    ['has no name', known(null), 'absent'],
    ['has an empty name', known(''), 'absent'],
    ['has a name that could not be read', unknown, 'forbidden'],
  ] as const) {
    it(`are unknown if it ${name}, and have its own`, async () => {
      const { resources } = await collected((sink) => sink.resource(server('db', { fullyQualifiedDomainName: fact })));
      assert.deepEqual(
        resources.map((each) => each.name),
        ['db:5432'],
      );
      const { operator, encryptionSetting, minimumTlsVersionSetting, ...probed } = resources[0]?.facts ?? {};
      assert.deepEqual([...new Set(Object.values(probed).map(inWords))], [`UNKNOWN ${kind}`]);
      assert.deepEqual(inWords(operator), 'Azure');
    });
  }

  it('have what is set beside what is seen', async () => {
    const { resources } = await collected((sink) => {
      const set = { require_secure_transport: parameter('on'), ssl_min_protocol_version: parameter('TLSv1.2') };
      sink.resource(server('new', set));
      const old = { sslEnforcement: known('Enabled'), minimalTlsVersion: known('TLS1_0') };
      sink.resource(server('old', old, { type: single }));
      sink.resource(server('bare'));
      sink.resource(server('hidden', { require_secure_transport: unknown }));
    });
    const settings = Object.fromEntries(
      resources.map(({ id, facts }) => [
        id.split('/').at(-3),
        [inWords(facts.encryptionSetting), inWords(facts.minimumTlsVersionSetting)],
      ]),
    );
    assert.deepEqual(settings, {
      new: ['require_secure_transport = on', 'ssl_min_protocol_version = TLSv1.2'],
      old: ['sslEnforcement = Enabled', 'minimalTlsVersion = TLS1_0'],
      bare: [undefined, undefined],
      hidden: ['UNKNOWN forbidden', undefined],
    });
  });

  it('are called as a URL would, in small letters', async () => {
    const { resources, log } = await collected((sink) => {
      sink.resource(server('six', { fullyQualifiedDomainName: known('::FFFF:127.0.0.41') }));
    });
    assert.equal(resources[0]?.name, '[::ffff:127.0.0.41]:5432');
    assert.deepEqual(log, ['[::ffff:127.0.0.41]:5432 was probed.']);
  });
});

describe('a scope', () => {
  it('is told after the endpoints of its servers, and of no others', async () => {
    await listening(at(42), 5432, 30);
    const other = 'bbbbbbbb-0000-4000-8000-000000000002';
    const { order } = await collected((sink) => {
      sink.resource(server('slow', { fullyQualifiedDomainName: known(at(42)) }));
      sink.scope(scope({ [flexible]: { answered: true, servers: 1 } }));
      sink.resource(server('quick', {}, { subscriptionId: other }));
      sink.scope(scope({ [flexible]: { answered: true, servers: 1 } }, other));
    });
    const own = [`${nowhere}:5432`, `/subscriptions/${other}`];
    assert.deepEqual(order, [...own, `${at(42)}:5432`, `/subscriptions/${subscription}`]);
  });

  it('counts the endpoints of a subscription whatever the case of its id', async () => {
    const { scopes } = await collected((sink) => {
      sink.resource(server('db', {}, { subscriptionId: subscription.toUpperCase() }));
      sink.scope(scope({ [flexible]: { answered: true, servers: 1 } }));
    });
    assert.deepEqual(scopes[0]?.kinds, { [endpoint]: { answered: true, servers: 1 } });
  });

  it('says that not all endpoints are known if a list of servers is not, and shows what was asked for', async () => {
    const missing = { answered: false, servers: 0, reason: gap } as const;
    const needs = [
      [endpoint, ['plaintext']],
      [single, ['sslEnforcement']],
    ] as const;
    const { scopes, resources } = await collected(
      (sink) => {
        sink.resource(server('db'));
        sink.scope(scope({ [flexible]: { answered: true, servers: 1 }, [single]: missing }));
      },
      { needs },
    );
    assert.deepEqual(scopes[0]?.kinds, {
      [single]: missing,
      [endpoint]: { answered: false, servers: 1, reason: gap },
    });
    assert.equal(resources.length, 1);
  });

  it('without servers has no endpoints, and is answered', async () => {
    const { scopes } = await collected((sink) => sink.scope(scope({ [flexible]: { answered: true, servers: 0 } })));
    assert.deepEqual(scopes[0]?.kinds, { [endpoint]: { answered: true, servers: 0 } });
  });
});

describe('the servers', () => {
  it('are asked as before, and nothing is probed, if nobody needs endpoints', async () => {
    const told = scope({ [flexible]: { answered: true, servers: 1 } });
    const db = server('db');
    const { resources, scopes, needs, log } = await collected(
      (sink) => {
        sink.resource(db);
        sink.scope(told);
      },
      { needs: [[flexible, ['log_lock_waits']]] },
    );
    assert.deepEqual([resources, scopes, log], [[db], [told], []]);
    assert.deepEqual(needs, new Map([[flexible, ['log_lock_waits']]]));
  });

  it('are asked for what endpoints need of them besides what plugins do', async () => {
    const { needs, resources } = await collected((sink) => sink.resource(server('db')), {
      needs: [
        [endpoint, ['plaintext']],
        [flexible, ['log_lock_waits', 'require_secure_transport']],
      ],
    });
    assert.deepEqual(
      needs,
      new Map([
        [
          flexible,
          [
            'fullyQualifiedDomainName',
            'log_lock_waits',
            'pgbouncer.enabled',
            'require_secure_transport',
            'ssl_min_protocol_version',
          ],
        ],
        [single, ['fullyQualifiedDomainName', 'minimalTlsVersion', 'sslEnforcement']],
      ]),
    );
    assert.deepEqual(resources.map(tail), [`${flexible}/db`, 'db/endpoints/5432']);
  });
});

const listeners: Server[] = [];
afterEach(() => {
  for (const each of listeners.splice(0)) each.close();
});

/** Connections that wait for an answer, by host. */
const waiting = new Map<string, number>();
let mostHosts = 0;
let mostPerHost = 0;

/** A PostgreSQL without TLS that takes its time. */
async function listening(host: string, port: number, milliseconds: number): Promise<void> {
  const count = (more: 1 | -1) => {
    const connections = (waiting.get(host) ?? 0) + more;
    if (connections > 0) waiting.set(host, connections);
    else waiting.delete(host);
    mostHosts = Math.max(mostHosts, waiting.size);
    mostPerHost = Math.max(mostPerHost, connections);
  };
  const listener = createServer((socket) => {
    count(1);
    socket.on('error', () => undefined);
    socket.once('data', async (bytes) => {
      await Promise.race([
        setTimeout(milliseconds, undefined, { ref: false }),
        new Promise((resolve) => socket.once('close', resolve)),
      ]);
      count(-1);
      const isStartup = bytes.length > 8 && bytes.readUInt32BE(4) === 0x3_0000;
      // AuthenticationCleartextPassword; to an SSLRequest N; and to TLS nothing.
      socket.end(isStartup ? Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]) : bytes.length === 8 ? 'N' : '');
    });
  });
  listeners.push(listener);
  await new Promise<void>((resolve, reject) => listener.once('error', reject).listen(port, host, resolve));
}

describe('the probes', () => {
  const warnings: Error[] = [];
  const warned = (warning: Error) => void warnings.push(warning);
  process.on('warning', warned);
  after(() => process.off('warning', warned));

  it('are those of sixteen hosts at once, one connection to each', async () => {
    const hosts = Array.from({ length: 40 }, (_, i) => at(100 + i));
    await Promise.all(hosts.flatMap((host) => [listening(host, 5432, 10), listening(host, 6432, 10)]));
    [mostHosts, mostPerHost] = [0, 0];
    const { resources, scopes } = await collected((sink) => {
      for (const host of hosts) {
        const facts = { fullyQualifiedDomainName: known(host), 'pgbouncer.enabled': parameter('on') };
        sink.resource(server(host, facts));
      }
      sink.scope(scope({ [flexible]: { answered: true, servers: 40 } }));
    });
    assert.equal(resources.length, 80);
    for (const { facts } of resources) {
      const said = [facts.plaintext, facts.TLSv1, facts['TLSv1.3'], facts.directTls].map(inWords);
      assert.deepEqual(said, ['accepted', 'refused', 'refused', 'refused']);
    }
    assert.deepEqual(scopes[0]?.kinds[endpoint], { answered: true, servers: 80 });
    assert.deepEqual([mostHosts, mostPerHost], [16, 1]);
    assert.deepEqual(warnings, []);
  });

  it('end with the scan, and say so of what was not asked', async () => {
    await listening(at(43), 5432, 60_000);
    const cut = new AbortController();
    const began = performance.now();
    const collecting = collected(
      (sink) => {
        for (let i = 0; i < 40; i++) {
          sink.resource(server(`db${i}`, { fullyQualifiedDomainName: known(at(43)) }));
        }
        sink.scope(scope({ [flexible]: { answered: true, servers: 40 } }));
      },
      { signal: cut.signal },
    );
    await setTimeout(50);
    cut.abort(new CutShort('timeout'));
    const { resources, scopes, thrown } = await collecting;
    assert.ok(performance.now() - began < 2_000);
    assert.equal(thrown, undefined);
    assert.deepEqual([...new Set(resources.map(({ facts }) => inWords(facts.plaintext)))], ['UNKNOWN timeout']);
    assert.deepEqual(scopes[0]?.kinds[endpoint], { answered: true, servers: 40 });
  });

  it('end with a list that fails, which is told as it is, and nobody hears of them', async () => {
    await listening(at(44), 5432, 60_000);
    const failure = new Error('no sign-in');
    const began = performance.now();
    const { thrown, order, log } = await collected(async (sink) => {
      for (let i = 0; i < 40; i++) {
        sink.resource(server(`db${i}`, { fullyQualifiedDomainName: known(at(44)) }));
      }
      sink.scope(scope({ [flexible]: { answered: true, servers: 40 } }));
      await setTimeout(20);
      throw failure;
    });
    assert.equal(thrown, failure);
    await setTimeout(50);
    assert.ok(performance.now() - began < 2_000);
    assert.deepEqual([order, log, waiting.size], [[], [], 0]);
  });

  it('end the scan if who is told of them fails, even while the list goes on', async () => {
    const failure = new Error('no room on the disk');
    const sink = {
      resource() {
        throw failure;
      },
    };
    const { thrown } = await collected(
      async (listed) => {
        listed.resource(server('db'));
        listed.scope(scope({ [flexible]: { answered: true, servers: 1 } }));
        // A rejection that nobody waits for yet would end the process here.
        await setTimeout(50);
      },
      { sink },
    );
    assert.equal(thrown, failure);
  });
});
