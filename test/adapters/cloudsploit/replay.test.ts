import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { demoTenant, type EmulatedServer, type EmulatedSubscription, type Fault, type Tenant } from '../../../emulator';
import { CutShort } from '../../../helpers/cutShort';
import type { Json } from '../../../types';
import { recording, replay, timeless } from '../../support/collection';
import { fourPlugins } from '../../support/fourPlugins';
import { type Body, calls, changed, changing, fruit, fruitWith } from '../../support/orchard';
import { hostileNames } from '../../support/report';
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
  fault: { status, body: { error: { code, message: 'The token is secret.' } } },
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
        const others = [...texts.values()].map((text) => JSON.stringify(turned(JSON.parse(text) as Json)));
        assert.deepEqual(timeless(await replay(others.reverse(), given)), timeless(report));
      }
    });
  }
});
