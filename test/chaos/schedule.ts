import fc from 'fast-check';
import type { EmulatedServer, EmulatedSubscription, Tenant } from '../../emulator';
import { failOns, reasonKinds, severities } from '../../types';
import { type PluginId, pluginIds, spelled } from './settings';
import { troubles } from './troubles';

/** A trouble, and the requests that meet it. */
export interface Misfortune {
  readonly trouble: string;
  /** Which of the calls of the tenant, counted round. */
  readonly at: number;
  /** That call; all of its kind in its subscription; all of its subscription; all of its kind. */
  readonly reach: 'call' | 'siblings' | 'lane' | 'kind';
  /** Requests that it lets pass before. */
  readonly after: number;
  /** Requests that meet it. */
  readonly times: number;
  /** Of each call; or of all of them together, as when a subscription falls silent. */
  readonly counted: 'each' | 'together';
}

export interface Options {
  readonly plugins: readonly PluginId[];
  readonly minimumTlsVersion: '1.2' | '1.3';
  readonly concurrency: number;
  /** How tokens are come by: any is good; by GitHub and Entra, with Azure's own credential; from one whose tokens end soon. */
  readonly signIn: 'open' | 'github' | 'short';
  /** Seconds. */
  readonly tokenLifetime: number;
  /** Which of the fetches of such a token fail. */
  readonly failingFetches: readonly number[];
  readonly failure: 'error' | 'silence';
  /** Milliseconds that the others take. */
  readonly fetchTakes: number;
  /** Milliseconds after which the scan is cut short, and why. */
  readonly cut: { readonly after: number; readonly kind: 'timeout' | 'not-collected' } | undefined;
  readonly choice:
    | { readonly by: 'all' }
    | { readonly by: 'include' | 'exclude'; readonly at: readonly number[]; readonly named: boolean }
    | { readonly by: 'groups' };
  readonly shard: { readonly index: number; readonly count: number } | undefined;
  /** Keeps what comes whole, as `--collection` does. */
  readonly recorded: boolean;
  readonly gate: {
    readonly failOn: (typeof failOns)[number];
    readonly failSeverity: (typeof severities)[number];
    readonly allowUnknown: readonly (typeof reasonKinds)[number][];
  };
}

/** A tenant, what goes wrong, in which order answers come, and how it is scanned. */
export interface Schedule {
  readonly tenant: Tenant;
  readonly misfortunes: readonly Misfortune[];
  readonly latency: { readonly seed: number; readonly most: number };
  /** Of the waits between attempts. */
  readonly jitter: number;
  readonly options: Options;
}

const parameter = (values: fc.Arbitrary<EmulatedValue>) =>
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ value: values }) },
    {
      weight: 2,
      arbitrary: fc.record({ value: values, isConfigPendingRestart: fc.constantFrom(...spelled.pendings) }),
    },
    { weight: 1, arbitrary: fc.constantFrom(null, { value: null }) },
  );
type EmulatedValue = (typeof spelled.versions)[number];

const flexibleServer = (name: string) =>
  fc.record(
    {
      name: fc.constant(name),
      location: fc.constantFrom('East US', 'westeurope'),
      properties: fc.oneof(
        { weight: 1, arbitrary: fc.constant({}) },
        {
          weight: 1,
          arbitrary: fc.record({
            state: fc.constantFrom(
              'Stopped',
              'Provisioning',
              'Updating',
              'Dropping',
              'Disabled',
              'Ready',
              'stopping',
              7,
            ),
          }),
        },
      ),
      parameters: fc.record(
        {
          require_secure_transport: parameter(fc.constantFrom(...spelled.switches)),
          ssl_min_protocol_version: parameter(fc.constantFrom(...spelled.versions)),
        },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: ['name'] },
  );

const singleServer = (name: string) =>
  fc.record(
    {
      name: fc.constant(name),
      properties: fc.record(
        {
          sslEnforcement: fc.constantFrom<EmulatedValue>(...spelled.enforcements, null),
          minimalTlsVersion: fc.constantFrom<EmulatedValue>(...spelled.versions, 'TLSEnforcementDisabled', null),
        },
        { requiredKeys: [] },
      ),
    },
    { requiredKeys: ['name'] },
  );

const names = ['apple', 'pear', 'quince', 'medlar', 'plum', 'fig'];

/** As many, each with a name of its own. */
const servers = (server: (name: string) => fc.Arbitrary<EmulatedServer>) =>
  fc
    .oneof({ weight: 4, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.nat(names.length) })
    .chain((count) => fc.tuple(...names.slice(0, count).map(server)));

/** As ever; but once in ten it is otherwise. */
const rarely = <T>(usual: T, otherwise: T) =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constant(otherwise) });

type ServerType = 'servers' | 'flexibleServers';

const subscription = (i: number): fc.Arbitrary<EmulatedSubscription> =>
  fc.record(
    {
      subscriptionId: fc.constant(`${'abcdef'[i]?.repeat(8)}-0000-4000-8000-00000000000${i}`),
      displayName: fc.constantFrom(`Orchard ${i}`, `"Müller" & Söhne ${i}`, `::error::${i}\n##vso[x]${i}`),
      state: fc.constantFrom('Enabled', 'Enabled', 'Warned', 'Disabled'),
      forbidden: rarely(false, true),
      unregistered: rarely(false, true),
      retiredTypes: rarely<readonly ServerType[]>([], ['servers']).chain((some) =>
        rarely(some, ['servers', 'flexibleServers']),
      ),
      singleServers: servers(singleServer),
      flexibleServers: servers(flexibleServer),
    },
    { requiredKeys: ['subscriptionId', 'displayName', 'singleServers', 'flexibleServers'] },
  );

const tenantId = 'ffffffff-0000-4000-8000-00000000000f';
const hidden = '77777777-0000-4000-8000-000000000007';

const tenant = fc
  .oneof(
    { weight: 4, arbitrary: fc.integer({ min: 1, max: 3 }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 6 }) },
  )
  .chain((count) =>
    fc.record({
      tenantId: fc.constant(tenantId),
      subscriptions: fc.tuple(...Array.from({ length: count }, (_, i) => subscription(i))),
      managementGroups: fc.tuple(fc.nat(63), fc.nat(63), fc.boolean()).map(([above, below, unseen]) => [
        { id: 'shop', subscriptions: [...membersOf(count, above), ...(unseen ? [hidden] : [])], groups: ['shelf'] },
        { id: 'shelf', subscriptions: membersOf(count, below & ~above) },
      ]),
      pageSize: fc.constantFrom(1, 2, 100),
      parameterCount: fc.constantFrom(12, 14, 20),
      parameterPageSize: fc.constantFrom(5, 1_000, 1_000),
      reads: fc.constantFrom(
        { bucket: 250, perSecond: 25 },
        { bucket: 250, perSecond: 25 },
        { bucket: 4, perSecond: 2 },
        { bucket: 1, perSecond: 0.2 },
      ),
    }),
  ) satisfies fc.Arbitrary<Tenant>;

/** The bits say which. */
const membersOf = (count: number, bits: number): string[] =>
  Array.from({ length: count }, (_, i) => i)
    .filter((i) => (bits >> i) & 1)
    .map((i) => `${'abcdef'[i]?.repeat(8)}-0000-4000-8000-00000000000${i}`);

/** Few troubles are silent or slow, and they are what scans hang on. */
const trouble = fc
  .oneof(
    { weight: 5, arbitrary: fc.constant(troubles) },
    { weight: 1, arbitrary: fc.constant(troubles.filter(({ name, delay }) => delay || name.includes('never come'))) },
    { weight: 1, arbitrary: fc.constant(troubles.filter(({ name }) => name.includes('Retry-After '))) },
  )
  .chain((some) => fc.constantFrom(...some.map(({ name }) => name)));

const misfortune: fc.Arbitrary<Misfortune> = fc.record({
  trouble,
  at: fc.nat(99),
  reach: fc.constantFrom('call', 'call', 'siblings', 'lane', 'lane', 'kind'),
  after: fc.constantFrom(0, 0, 0, 1, 2, 4),
  times: fc.constantFrom(1, 1, 2, 3, 4, 5, 1_000, 1_000, 1_000, 1_000),
  counted: fc.constantFrom('each', 'together'),
});

const seldom = <T>(some: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: some });

const options: fc.Arbitrary<Options> = fc.record({
  plugins: fc.oneof(
    { weight: 2, arbitrary: fc.constant(pluginIds) },
    { weight: 1, arbitrary: fc.subarray([...pluginIds], { minLength: 1 }) },
  ),
  minimumTlsVersion: fc.constantFrom('1.2', '1.2', '1.3'),
  concurrency: fc.constantFrom(1, 1, 2, 3, 8, 32),
  signIn: fc.constantFrom('open', 'open', 'open', 'github', 'short', 'short'),
  tokenLifetime: fc.constantFrom(125, 200, 600),
  failingFetches: fc.uniqueArray(fc.integer({ min: 1, max: 8 }), { maxLength: 3 }),
  failure: fc.constantFrom('error', 'error', 'silence'),
  fetchTakes: fc.constantFrom(0, 0, 100, 3_000),
  cut: seldom(
    fc.record({
      after: fc.oneof(fc.nat(200), fc.nat(5_000), fc.nat(300_000)),
      kind: fc.constantFrom('timeout', 'not-collected'),
    }),
  ),
  choice: fc.oneof(
    { weight: 6, arbitrary: fc.constant({ by: 'all' as const }) },
    {
      weight: 1,
      arbitrary: fc.record({
        by: fc.constantFrom('include' as const, 'exclude' as const),
        at: fc.array(fc.nat(5), { minLength: 1, maxLength: 3 }),
        named: fc.boolean(),
      }),
    },
    { weight: 1, arbitrary: fc.constant({ by: 'groups' as const }) },
  ),
  shard: seldom(
    fc.constantFrom({ index: 1, count: 1 }, { index: 1, count: 2 }, { index: 2, count: 2 }, { index: 2, count: 3 }),
  ),
  recorded: fc.constantFrom(false, false, false, true),
  gate: fc.record({
    failOn: fc.constantFrom(...failOns),
    failSeverity: fc.constantFrom(...severities),
    allowUnknown: fc.subarray([...reasonKinds]),
  }),
});

export const schedule: fc.Arbitrary<Schedule> = fc.record({
  tenant,
  misfortunes: fc.oneof(
    { weight: 1, arbitrary: fc.constant([]) },
    { weight: 3, arbitrary: fc.array(misfortune, { minLength: 1, maxLength: 1 }) },
    { weight: 3, arbitrary: fc.array(misfortune, { minLength: 2, maxLength: 6 }) },
  ),
  latency: fc.record({ seed: fc.nat(), most: fc.constantFrom(0, 1, 50, 50, 2_000, 20_000) }),
  jitter: fc.nat(),
  options,
});
