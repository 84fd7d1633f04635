import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { collectedSettings } from '../../../adapters/cloudsploit/replay';
import { demoTenant, type EmulatedServer, type EmulatedSubscription, type Fault, type Tenant } from '../../../emulator';
import { CutShort } from '../../../helpers/cutShort';
import type { ScanError } from '../../../helpers/scanError';
import { minimumTlsVersion } from '../../../helpers/tls';
import type { Json, Settings } from '../../../types';
import { readText, recording, replay, timeless } from '../../support/collection';
import { fourPlugins } from '../../support/fourPlugins';
import { type Body, calls, changed, changing, fruit, fruitWith } from '../../support/orchard';
import { clock, hostileNames } from '../../support/report';
import { type ScanTenantOptions, scanTenant, verdicts } from '../../support/scanTenant';

// ── What we wrote ────────────────────────────────────────────────────────────────────────────────────────────────────

type Item = Record<string, Json> & { properties: Record<string, Json> };
type Case = readonly [name: string, tenant: Tenant, options?: () => ScanTenantOptions];

const { flexibleServers, parameters, singleServers } = calls;
const orchard = fruit.subscriptions[0] as EmulatedSubscription;
const orchardWith = (more: Partial<EmulatedSubscription>, ...faults: readonly Fault[]): Tenant => ({
  ...fruitWith(...faults),
  subscriptions: [{ ...orchard, ...more }],
});
const refusing = (on: RegExp, status: number, code: string): Fault => ({
  on,
  fault: { status, body: { error: { code, message: 'PASS, said the prose' } } },
});

/** The lists, with each item changed; with the first one; with more beside those that are there. */
const each = (on: RegExp, change: (item: Item) => void): Tenant =>
  fruitWith(changing(on, ({ value }) => (value as Item[]).forEach(change)));
const first = (on: RegExp, change: (item: Item) => void): Tenant =>
  fruitWith(changing(on, ({ value }) => change(value[0] as Item)));
const beside = (on: RegExp, more: (item: Item) => readonly Json[]): Tenant =>
  fruitWith(changing(on, ({ value }) => void value.push(...more(structuredClone(value[0] as Item)))));
/** In both lists of servers. */
const servers = /aaaaaaaa.*ervers\?/;

const shouted = (item: Item): Item => ({ ...item, id: String(item.id).toUpperCase() });
const disabled = (item: Item): Item => ({ ...item, properties: { ...item.properties, sslEnforcement: 'Disabled' } });
const withId = (item: Item, from: RegExp, to: string): Item => ({ ...item, id: String(item.id).replace(from, to) });
const brokenOff = (body: Body) => {
  body.value.length = 8;
  body.nextLink = '/subscriptions/aaaaaaaa-0000-4000-8000-000000000001/page2/configurations';
};
const cutAt = (request: RegExp, kind: CutShort['kind']) => () => {
  const cut = new AbortController();
  const onRequest = ({ url }: { url: string }) => void (request.test(url) && cut.abort(new CutShort(kind)));
  return { signal: cut.signal, onRequest };
};
const moved = (location: Json): Case => [
  `servers in ${JSON.stringify(location)}`,
  first(servers, (item) => Object.assign(item, { location })),
];
const called = (name: string): Case => [
  `servers called ${JSON.stringify(name)}`,
  first(servers, (item) => Object.assign(item, { id: String(item.id).replace(/[^/]+$/, name), name, location: name })),
];
const flexible = (...flexibleServers: readonly EmulatedServer[]) => orchardWith({ flexibleServers });

const cases: readonly Case[] = [
  ['every answer came', fruit],
  ['the sample tenant', { ...demoTenant, parameterCount: 12 }],
  ['no server', orchardWith({ singleServers: [], flexibleServers: [] })],
  ['one kind only', fruit, () => ({ plugins: ['singleServerSslEnforcement'] })],
  ['another setting', fruit, () => ({ settings: { minimumTlsVersion: '1.3' } })],
  ['a subscription with a hostile name', orchardWith({ displayName: '"}\u2028\ud83c' })],

  ['lists in pages', { ...fruit, pageSize: 1 }],
  ...['servers', 'flexibleServers', 'subscriptions'].map((list): Case => {
    const secondPage = refusing(new RegExp(`/${list}\\?.*skiptoken`), 502, 'ProviderError');
    return [`a list of ${list} that breaks off`, { ...fruitWith(secondPage), pageSize: 1 }];
  }),
  ['a list that fails', fruitWith(refusing(flexibleServers, 500, 'InternalServerError'))],
  ['a list that is none', fruitWith({ on: singleServers, fault: { status: 200, body: { value: null } } })],
  ['a forbidden subscription', orchardWith({ forbidden: true })],
  ['a provider that is not registered', orchardWith({ unregistered: true })],
  ['a retired type', orchardWith({ retiredTypes: ['servers'] })],
  [
    'a disabled subscription',
    orchardWith({ state: 'Disabled' }, refusing(singleServers, 409, 'SubscriptionIsDisabled')),
  ],
  [
    'a subscription that is not visible',
    {
      ...fruit,
      managementGroups: [{ id: 'g', subscriptions: [orchard.subscriptionId, 'cccccccc-0000-4000-8000-000000000003'] }],
    },
    () => ({ managementGroups: ['g'] }),
  ],

  ['items that are no server', beside(flexibleServers, (item) => [null, 'pear', [], {}, { ...item, id: 'x' }])],
  [
    'items of another subscription, and of another type',
    beside(servers, (item) => [withId(item, /aaaaaaaa/, 'cccccccc'), withId(item, /PostgreSQL/, 'MySQL')]),
  ],
  ['servers twice', beside(servers, (item) => [item, shouted(item)])],
  [
    'servers twice, in other locations',
    beside(servers, (item) => [
      { ...item, location: 'West US' },
      { ...shouted(item), location: 'Australia East' },
    ]),
  ],
  ['a server twice, with other properties', beside(singleServers, (item) => [disabled(item)])],
  [
    'a server twice, in another location, with other properties',
    beside(singleServers, (item) => [{ ...disabled(item), location: 'australiaeast' }]),
  ],
  ...[undefined, null, 'none', []].map(
    (properties): Case => [
      `properties that are ${JSON.stringify(properties)}`,
      first(servers, (item) => Object.assign(item, { properties })),
    ],
  ),
  [
    'properties that are called like what says which item it is',
    each(/aaaaaaaa/, (item) => Object.assign(item.properties, { id: 'x', name: 'y', location: 'z' })),
  ],
  ...['', ' ', null, 7, {}, 'global', 'mars', '__proto__', 'constructor', '0', 'err', 'EAST us'].map(moved),
  ['two spellings of a location', flexible({ name: 'fig', location: 'East US' }, { name: 'pear', location: 'eastus' })],
  ...[...hostileNames, '__proto__', 'constructor', 'a\u0000b'].map(called),

  ...['Stopped', 'Provisioning', 'Dropping', 'Ready'].map(
    (state): Case => [
      `a server that is ${state}, and refuses`,
      { ...flexible({ name: 'apple', properties: { state } }), faults: [refusing(parameters, 409, 'ServerBusy')] },
    ],
  ),
  ['a stopped server that answers', flexible({ name: 'apple', properties: { state: 'Disabled' } })],
  ['parameters that may not be read', fruitWith(refusing(parameters, 403, 'AuthorizationFailed'))],
  ['parameters that do not come', fruitWith({ on: parameters, fault: 'silence' })],
  ['parameters that break off', fruitWith({ on: parameters, fault: changed(brokenOff) })],
  ['no parameter at all', fruitWith(changing(parameters, () => ({ value: [] })))],
  ['parameters that are none', beside(parameters, () => [null, 7, 'x', [], {}, { name: null }])],
  ['parameters of another subscription', each(parameters, (item) => Object.assign(item, withId(item, /aaaa/, 'cccc')))],
  ['parameters twice', beside(parameters, (item) => [item])],
  [
    'parameters twice, with another value',
    fruitWith(
      changing(parameters, ({ value }) => {
        const others = (value as Item[]).map((item) => ({ ...item, properties: { ...item.properties, value: 'off' } }));
        value.push(...others);
      }),
    ),
  ],
  [
    'parameters in capitals',
    each(parameters, (item) => Object.assign(item, { name: String(item.name).toUpperCase() })),
  ],
  ['parameters without an id', each(parameters, (item) => Object.assign(item, { id: undefined }))],
  ['parameters without a value', each(parameters, ({ properties }) => Object.assign(properties, { value: undefined }))],
  ['parameters without properties', each(parameters, (item) => Object.assign(item, { properties: undefined }))],
  [
    'parameters of other types',
    flexible(
      {
        name: 'fig',
        parameters: { require_secure_transport: { value: true }, ssl_min_protocol_version: { value: [] } },
      },
      { name: 'pear', parameters: { require_secure_transport: { value: 'on', isConfigPendingRestart: 'yes' } } },
    ),
  ],
  [
    'parameters with names of JavaScript',
    flexible({ name: 'fig', parameters: Object.fromEntries(['__proto__', 'constructor'].map((name) => [name, 'on'])) }),
  ],

  ...(['timeout', 'not-collected'] as const).flatMap((kind): Case[] => [
    [`a scan that is cut short, ${kind}, at its lists`, fruit, cutAt(/ervers\?/, kind)],
    [`a scan that is cut short, ${kind}, at a second page`, { ...fruit, pageSize: 1 }, cutAt(/skiptoken/, kind)],
    [`a scan that is cut short, ${kind}, at some parameters`, fruit, cutAt(/pear\/configurations/, kind)],
    [`a scan that is cut short, ${kind}, at its last answer`, fruit, cutAt(/plum\/configurations/, kind)],
  ]),
];

/** The same keys, the other way round. */
function turned(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(turned);
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, each]) => [name, turned(each as Json)]),
  );
}

describe('a collection of ours', () => {
  for (const [name, tenant, options] of cases) {
    it(`is judged as its tenant was, in whatever order the answers come: ${name}`, async () => {
      for (const concurrency of [1, 32]) {
        const { recorder, texts } = recording();
        const given = { inProcess: true, concurrency, plugins: fourPlugins, settings: {}, ...options?.() };
        const { report } = await scanTenant(tenant, { ...given, recorder });
        assert.deepEqual(timeless(await replay(texts.values(), given)), timeless(report));
        assert.doesNotMatch([...texts.values()].join(), /Bearer|"secret/);
        const others = [...texts.values()].map((text) => JSON.stringify(turned(JSON.parse(text) as Json)));
        assert.deepEqual(timeless(await replay(others.reverse(), given)), timeless(report));
      }
    });
  }
});

/** The collections of a tenant, and those changed as data. */
async function collect(tenant: Tenant, options: ScanTenantOptions = {}, settings?: Settings): Promise<Collected[]> {
  const { recorder, texts } = recording(settings);
  await scanTenant(tenant, { inProcess: true, ...options, recorder });
  return [...texts.values()].map((text) => JSON.parse(text) as Collected);
}

interface Collected {
  pgposture: { scope: { kinds: Record<string, Json> }; gaps: Record<string, Json> };
  servers: Record<string, Record<string, { data?: Json[]; err?: string }>>;
  flexibleServersConfigurations: { listByPostgresServer: Record<string, Record<string, { data?: Json[] }>> };
}

const texts = (collections: readonly unknown[]) => collections.map((each) => JSON.stringify(each));

describe('a collection that is judged by others than those for whom it was made', () => {
  const [require, floor, tls, enforcement] = fourPlugins as [string, string, string, string];

  it('has every parameter', async () => {
    const collections = await collect(fruit, { plugins: [require] });
    const { report } = await scanTenant(fruit, { plugins: [floor], inProcess: true });
    assert.deepEqual(timeless(await replay(texts(collections), { plugins: [floor] })), timeless(report));
  });

  it('says once of a subscription that a list was not collected', async () => {
    const collections = await collect(fruit, { plugins: [require] });
    const report = await replay(texts(collections), { plugins: [require, tls, enforcement] });
    assert.deepEqual(
      verdicts(report).filter((row) => !row.includes(require)),
      ['Orchard', 'Garden'].flatMap((name) => [tls, enforcement].map((id) => `${name} ${id}: not-collected`)),
    );
    assert.equal(report.complete, false);
    assert.match(report.results.find(({ reason }) => reason)?.message ?? '', /does not hold servers:listPostgres\./);
  });

  it('is complete if all came that they look at', async () => {
    const collections = await collect(fruitWith(refusing(/\/servers\?/, 403, 'AuthorizationFailed')));
    const report = await replay(texts(collections), { plugins: [floor] });
    assert.deepEqual([report.complete, report.summary.UNKNOWN], [true, 0]);
    assert.equal((await replay(texts(collections))).complete, false);
  });

  it('that was cut short is not, though every list came', async () => {
    const collections = await collect(fruit, cutAt(/plum\/configurations/, 'timeout')());
    const report = await replay(texts(collections), { plugins: [tls] });
    assert.deepEqual([report.complete, report.summary.UNKNOWN], [false, 0]);
  });
});

describe('a collection that says it is not all, and not what is missing', () => {
  it('leaves an UNKNOWN of each plugin, and its servers their verdicts', async () => {
    const [whole = ''] = texts(await collect(fruit));
    const cut = whole.replace(/("complete": ?)true/, '$1false');
    assert.notEqual(cut, whole);
    const [all, some] = [await replay([whole]), await replay([cut])];
    assert.equal(some.complete, false);
    const added = some.results.filter(({ resource }) => resource.type === 'Microsoft.Resources/subscriptions');
    assert.deepEqual(
      added.map(({ plugin, reason }) => [plugin, reason?.kind]),
      (all.plugins ?? []).map(({ id }) => [id, 'not-collected']),
    );
    assert.deepEqual(
      some.results.filter((result) => !added.includes(result)),
      all.results,
    );
  });
});

describe('a replay', () => {
  it('tells when each scope was collected, and a tenant whose subscriptions were not all listed', async () => {
    const secondPage = refusing(/^\/subscriptions\?.*skiptoken/, 503, 'ServiceUnavailable');
    const report = await replay(texts(await collect({ ...fruitWith(secondPage), pageSize: 1 })));
    const at = new Date(clock.now()).toISOString();
    assert.deepEqual(
      report.scopes.map(({ type, collectedAt }) => [type, collectedAt]),
      [
        ['Microsoft.Resources/subscriptions', at],
        ['Microsoft.Resources/tenants', at],
      ],
    );
  });

  it('takes each subscription once', async () => {
    const [one] = texts(await collect(fruit));
    await assert.rejects(replay([one ?? '', (one ?? '').replaceAll('aaaaaaaa', 'AAAAAAAA')]), {
      code: 'unreadable-input',
      message: '"0.json" and "1.json" are both of the subscription AAAAAAAA-0000-4000-8000-000000000001.',
      remedy: 'Give one of them.',
    });
  });

  const changes: readonly (readonly [name: string, change: (collection: Collected) => void, holds: RegExp])[] = [
    [
      'a server is gone',
      ({ servers }) => void servers.listPostgresFlexibleServer?.eastus?.data?.pop(),
      /counts 2.*holds 1/,
    ],
    ['one was added', ({ servers }) => void servers.listPostgres?.eastus?.data?.push(pear('fig')), /counts 2.*holds 3/],
    [
      'a location is gone',
      ({ servers }) => void delete servers.listPostgres?.eastus,
      /counts 2.*listPostgres holds none/,
    ],
    ['a list is gone', ({ servers }) => void delete servers.listPostgresFlexibleServer, /counts 2.*holds none/],
    [
      'a server is of another subscription',
      ({ servers }) => {
        Object.assign(servers.listPostgres?.eastus?.data?.[0] as Item, { id: '/subscriptions/x' });
      },
      /counts 2.*holds 1/,
    ],
  ];
  for (const [name, change, holds] of changes) {
    it(`does not believe a collection in which ${name}`, async () => {
      const [one] = await collect(fruit);
      change(one as Collected);
      await assert.rejects(replay(texts([one])), (error: ScanError) => {
        assert.equal(error.code, 'unreadable-input');
        assert.match(error.message, /^"0.json" was changed: /);
        assert.match(error.message, holds);
        return true;
      });
    });
  }

  it('proves nothing by parameters that stand under two locations, and are others', async () => {
    const [one] = (await collect(fruit)) as [Collected];
    const { listPostgresFlexibleServer: lists = {} } = one.servers;
    const { listByPostgresServer: entries } = one.flexibleServersConfigurations;
    const twin = JSON.parse(JSON.stringify(entries.eastus).replaceAll('"value":"off"', '"value":"on"'));
    const before = (there: object, name: string, value: unknown) => ({ [name]: value, ...there });
    one.servers.listPostgresFlexibleServer = before(lists, 'EastUS', lists.eastus) as typeof lists;
    one.flexibleServersConfigurations.listByPostgresServer = before(entries, 'EastUS', twin) as typeof entries;
    const { results } = await replay(texts([one]), { plugins: ['flexibleServerRequireSecureTransport'] });
    assert.deepEqual(
      results.map(({ resource, status, reason }) => `${resource.name} ${reason?.kind ?? status}`),
      ['apple PASS', 'pear bad-response'],
    );
  });

  it('proves nothing by parameters that are gone', async () => {
    for (const change of [
      (one: Collected) => void delete (one as Partial<Collected>).flexibleServersConfigurations,
      (one: Collected) => void delete one.flexibleServersConfigurations.listByPostgresServer.eastus,
      (one: Collected) => {
        const entries = one.flexibleServersConfigurations.listByPostgresServer.eastus ?? {};
        for (const id of Object.keys(entries)) entries[id] = {};
      },
    ]) {
      const [one] = await collect(fruit);
      change(one as Collected);
      const { results } = await replay(texts([one]), { plugins: ['flexibleServerRequireSecureTransport'] });
      assert.deepEqual(
        results.map(({ reason }) => reason?.kind),
        ['not-collected', 'not-collected'],
      );
    }
  });
});

describe('the settings of a replay', () => {
  const plugins = ['flexibleServerSslMinProtocolVersion'];
  const madeWith = async (...values: readonly string[]) => {
    const collections = await Promise.all(values.map((minimumTlsVersion) => collect(fruit, {}, { minimumTlsVersion })));
    return texts(collections.map((each, i) => each[i]));
  };

  it('are those with which it was collected, unless others are given', async () => {
    const collections = await madeWith('1.3');
    assert.deepEqual((await replay(collections, { plugins })).settings, { minimumTlsVersion: '1.3' });
    const given = { minimumTlsVersion: '1.2' };
    assert.deepEqual((await replay(collections, { plugins, settings: given })).settings, given);
  });

  it('have to be said if two were made with different ones, and somebody reads them', async () => {
    const collections = await madeWith('1.2', '1.3');
    await assert.rejects(replay(collections, { plugins }), {
      code: 'bad-setting',
      message: '"0.json" was collected with minimumTlsVersion=1.2, and "1.json" with minimumTlsVersion=1.3.',
      remedy: 'Say which is to hold, as in --setting minimumTlsVersion=1.3.',
    });
    await replay(collections, { plugins, settings: { minimumTlsVersion: '1.3' } });
    await replay(collections, { plugins: ['flexibleServerRequireSecureTransport'] });
  });

  it('may be none that this version knows: the message names the file', async () => {
    const collections = await madeWith('1.4');
    await assert.rejects(replay(collections, { plugins }), {
      code: 'bad-setting',
      message: '"0.json" was collected with minimumTlsVersion=1.4, which it cannot be.',
      remedy: 'It can be 1.2 or 1.3. Say which is to hold, with --setting minimumTlsVersion=….',
    });
    await replay(collections, { plugins, settings: { minimumTlsVersion: '1.3' } });
  });

  it('are not blamed for what two plugins do not agree on', async () => {
    const collections = await madeWith('1.3');
    const unsure = (standard: string) => ({
      settings: { minimumTlsVersion, days: { description: '', default: standard, values: [standard] } },
    });
    const parsed = collections.map((text, i) => readText(text, { name: `${i}.json` }));
    const settings = collectedSettings(parsed, {}, [unsure('7'), unsure('14')]);
    assert.deepEqual(settings, { minimumTlsVersion: '1.3' });
  });
});

// ── What CloudSploit wrote ───────────────────────────────────────────────────────────────────────────────────────────

/** As many as in its table. */
const locations = ['eastus', 'westeurope', ...Array.from({ length: 51 }, (_, i) => `region${i}`)];
const everywhere = (entries: Record<string, Json>): Json =>
  Object.fromEntries([...locations.map((location) => [location, { data: [] }] as const), ...Object.entries(entries)]);
const idOf = (type: string, name: string, digit = 'a') =>
  `/subscriptions/${digit.repeat(8)}-0000-4000-8000-000000000001/resourceGroups/rg/providers/Microsoft.DBforPostgreSQL/${type}/${name}`;
const pear = (name: string, digit?: string) => ({
  id: idOf('servers', name, digit),
  name,
  location: 'eastus',
  sslEnforcement: 'Enabled',
  minimalTlsVersion: 'TLS1_2',
});
const apple = (name: string, digit?: string) => ({
  id: idOf('flexibleServers', name, digit),
  name,
  location: 'East US',
});
const on = [
  { name: 'require_secure_transport', value: 'on', isConfigPendingRestart: false },
  { name: 'ssl_min_protocol_version', value: 'TLSv1.3', isConfigPendingRestart: false },
];
const refusal = "The client 'x' does not have authorization";

interface Lists {
  readonly single?: Record<string, Json>;
  readonly flexible?: Record<string, Json>;
  readonly parameters?: Record<string, Json>;
}
const cloudsploit = ({ single = {}, flexible = {}, parameters = {} }: Lists) =>
  JSON.stringify({
    resourceGroups: { list: { eastus: { data: [{ id: 'x' }] } } },
    servers: { listPostgres: everywhere(single), listPostgresFlexibleServer: everywhere(flexible) },
    flexibleServersConfigurations: { listByPostgresServer: { eastus: parameters } },
  });
const orchardServers = {
  single: { eastus: { data: [pear('quince')] } },
  flexible: { eastus: { data: [apple('apple')] } },
  parameters: { [idOf('flexibleServers', 'apple')]: { data: on } },
};

describe('a collection of CloudSploit', () => {
  const unseen = (subscription: string, kinds: Partial<Record<'flexible' | 'single', string>> = {}) =>
    fourPlugins.map(
      (id) => `${subscription} ${id}: ${kinds[id.startsWith('flex') ? 'flexible' : 'single'] ?? 'incomplete-list'}`,
    );
  const passed = (flexible: readonly string[], single: readonly string[]) => [
    ...flexible.flatMap((name) => fourPlugins.slice(0, 2).map((id) => `${name} ${id}: PASS`)),
    ...single.flatMap((name) => fourPlugins.slice(2).map((id) => `${name} ${id}: PASS`)),
  ];
  const a = 'aaaaaaaa-0000-4000-8000-000000000001';
  const b = a.replaceAll('a', 'b');

  const written: readonly (readonly [name: string, text: string, rows: readonly string[], said?: RegExp])[] = [
    [
      'every list came',
      cloudsploit(orchardServers),
      [...unseen(a), ...passed(['apple'], ['quince'])],
      /regions in its table/,
    ],
    ['no server at all', cloudsploit({}), unseen('unknown (0.json)')],
    [
      'servers of two subscriptions',
      cloudsploit({
        ...orchardServers,
        single: { eastus: { data: [pear('quince'), pear('plum', 'b')] }, westeurope: { data: [pear('fig', 'b')] } },
      }),
      [...unseen(a), ...passed(['apple'], ['quince']), ...unseen(b), ...passed([], ['fig', 'plum'])],
    ],
    [
      'locations that failed',
      cloudsploit({
        ...orchardServers,
        single: { ...orchardServers.single, westeurope: { err: refusal }, region7: { err: 'x' } },
      }),
      [...unseen(a, { single: 'not-collected' }), ...passed(['apple'], ['quince'])],
      /in westeurope could not be read: The client 'x' does not have authorization\.$/,
    ],
    [
      'every location failed',
      cloudsploit({ single: Object.fromEntries(locations.map((each) => [each, { err: refusal }])) }),
      unseen('unknown (0.json)', { single: 'not-collected' }),
    ],
    ...([{ data: {} }, { data: null }, {}, null, 7, 'x', [], { err: null }] as Json[]).map(
      (entry) =>
        [
          `a location that is ${JSON.stringify(entry)}`,
          cloudsploit({ ...orchardServers, flexible: { ...orchardServers.flexible, westeurope: entry } }),
          [...unseen(a, { flexible: 'not-collected' }), ...passed(['apple'], ['quince'])],
          /in westeurope were not collected/,
        ] as const,
    ),
    [
      'items that are no server',
      cloudsploit({ ...orchardServers, flexible: { eastus: { data: [apple('apple'), null, 'x', { id: 7 }] } } }),
      [...unseen(a), ...passed(['apple'], ['quince'])],
      /3 of its items are no Microsoft\.DBforPostgreSQL\/flexibleServers/,
    ],
    [
      'one call only',
      JSON.stringify({ servers: { listPostgres: everywhere(orchardServers.single) } }),
      [...unseen(a, { flexible: 'not-collected' }), ...passed([], ['quince'])],
      /does not hold servers:listPostgresFlexibleServer/,
    ],
  ];
  for (const [name, text, rows, said] of written) {
    it(`is judged, and is no whole subscription: ${name}`, async () => {
      const report = await replay([text]);
      assert.deepEqual(verdicts(report), rows);
      assert.equal(report.complete, false);
      for (const scope of report.scopes) {
        assert.equal(scope.collectedAt, null);
        assert.ok(Object.values(scope.kinds).every(({ answered }) => !answered));
      }
      const servers = rows.filter((row) => / (flexibleServerRequire|singleServerSsl).*: PASS/.test(row)).length;
      assert.equal(report.summary.servers, servers);
      if (said) assert.ok(report.results.some(({ reason }) => said.test(reason?.detail ?? '')));
    });
  }

  const answers: readonly (readonly [name: string, entry: Json | undefined, kind: string])[] = [
    ['an error', { err: 'The server is stopped' }, 'not-collected'],
    ['nothing', undefined, 'not-collected'],
    ['no list', { data: {} }, 'not-collected'],
    ['an empty list', { data: [] }, 'absent'],
    ['a list of something else', { data: [null, 'x'] }, 'incomplete-list'],
    [
      'a value of null',
      {
        data: [
          { ...on[0], value: null },
          { ...on[1], value: null },
        ],
      },
      'absent',
    ],
  ];
  for (const [name, entry, kind] of answers) {
    it(`is UNKNOWN, ${kind}, of a server whose parameters are ${name}`, async () => {
      const { parameters, ...lists } = orchardServers;
      const text = cloudsploit({
        ...lists,
        parameters: entry === undefined ? {} : { [Object.keys(parameters)[0] ?? '']: entry },
      });
      assert.deepEqual(
        verdicts(await replay([text])).filter((row) => row.startsWith('apple')),
        fourPlugins.slice(0, 2).map((id) => `apple ${id}: ${kind}`),
      );
    });
  }

  it('may stand beside others, and beside ours', async () => {
    const [, garden] = texts(await collect(fruit));
    const report = await replay([cloudsploit(orchardServers), garden ?? '', cloudsploit({}), cloudsploit({})]);
    assert.deepEqual(
      report.scopes.map(({ subscriptionId, collectedAt }) => [subscriptionId, collectedAt === null]),
      [
        [a, true],
        ['bbbbbbbb-0000-4000-8000-000000000002', false],
        ['unknown (2.json)', true],
        ['unknown (3.json)', true],
      ],
    );
  });
});
