import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { shardOf } from '../../collectors/azure/shard';
import type { EmulatedServer, EmulatedSubscription, Fault, Tenant } from '../../emulator';
import { exitCode } from '../../engine/gate';
import { merge } from '../../engine/merge';
import { reporters } from '../../reporters';
import type { ForeignPlugin, Report, Result, Shard } from '../../types';
import { changed, fruit } from '../support/orchard';
import { flexible, plugins, view } from '../support/report';
import { scanTenant, verdicts } from '../support/scanTenant';
import { read, shardReports, timeless } from '../support/shards';

const tenantId = 'ffffffff-0000-4000-8000-00000000000f';

const server = (singular: boolean) =>
  fc.record<EmulatedServer>({
    name: fc.constantFrom('apple', 'pear', 'quince', 'medlar', 'plum'),
    properties: singular
      ? fc.constantFrom({}, { sslEnforcement: 'Disabled' }, { minimalTlsVersion: 'TLS1_2' }, { sslEnforcement: null })
      : fc.constantFrom({}, { state: 'Stopped' }, { state: 'Provisioning' }),
    parameters: fc.constantFrom(
      {},
      { require_secure_transport: 'off' },
      { ssl_min_protocol_version: 'TLSv1.1' },
      { ssl_min_protocol_version: null },
      { require_secure_transport: { value: 'on', isConfigPendingRestart: true } },
    ),
  });

const servers = (singular: boolean) => fc.uniqueArray(server(singular), { maxLength: 3, selector: ({ name }) => name });

const subscription = fc.record(
  {
    subscriptionId: fc.oneof(
      fc.uuid(),
      fc.uuid().map((id) => id.toUpperCase()),
    ),
    displayName: fc.constantFrom('Orchard', 'Garden', 'Müller & Söhne', '::error::x'),
    state: fc.constantFrom('Enabled', 'Warned', 'Disabled'),
    forbidden: fc.constantFrom(false, false, false, true),
    unregistered: fc.constantFrom(false, false, false, true),
    singleServers: servers(true),
    flexibleServers: servers(false),
  },
  { requiredKeys: ['subscriptionId', 'displayName'] },
) satisfies fc.Arbitrary<EmulatedSubscription>;

/** What goes wrong does so in every scan. */
const faults: readonly Fault[] = [
  { on: /^\/subscriptions\?.*skip/i, fault: { status: 403, body: {} } },
  { on: /^\/subscriptions\?/, fault: changed(({ value }) => void value.push({ id: 'nobody' })) },
  { on: /\/servers\?/, fault: { status: 500, body: '' } },
  { on: /\/flexibleServers\?.*skip/i, fault: 'reset' },
  { on: /\/apple\/configurations/, fault: { status: 429, headers: { 'retry-after': '999' }, body: '' } },
  { on: /\/pear\/configurations/, fault: { status: 404, body: {} } },
];

const tenant: fc.Arbitrary<Tenant> = fc.record({
  tenantId: fc.constant(tenantId),
  subscriptions: fc.uniqueArray(subscription, {
    minLength: 1,
    maxLength: 6,
    selector: ({ subscriptionId }) => subscriptionId.toLowerCase(),
  }),
  parameterCount: fc.constant(12),
  pageSize: fc.constantFrom(1, 2, 100),
  faults: fc.subarray([...faults], { maxLength: 2 }),
});

/** A plugin of another tool: many words on a subscription, some on servers that nobody told, some on none. */
const foreign: ForeignPlugin = {
  id: 'foreignTaster',
  title: 'Ripe',
  category: 'Fruit',
  severity: 'low',
  description: '-',
  moreInfo: '-',
  recommendedAction: 'Wait.',
  link: 'https://example.com/',
  kinds: [flexible],
  settings: {},
  findings(subscriptionId) {
    if (subscriptionId.startsWith('a')) throw new Error('it did not taste');
    const id = `/subscriptions/${subscriptionId}/resourceGroups/g/providers/${flexible}/seedling`;
    return [
      { status: 'FAIL', message: 'sour', resource: id },
      { status: 'PASS', message: 'sweet', resource: id },
      { status: 'UNKNOWN', message: 'who knows', resource: null },
    ];
  },
};

describe('merge', () => {
  for (const [name, foreignPlugins] of [
    ['our plugins', []],
    ['a plugin of another tool', [foreign]],
  ] as const) {
    it(`gives the report of one scan, byte for byte but for the times, by ${name}`, async () => {
      const options = { inProcess: true, foreignPlugins };
      await fc.assert(
        fc.asyncProperty(
          tenant,
          fc.integer({ min: 1, max: 5 }),
          fc.infiniteStream(fc.nat()),
          async (tenant, count, by) => {
            const { report: whole } = await scanTenant(tenant, options);
            const shards = await shardReports(count, tenant, options);
            const given = shards.map(read).sort(() => (by.next().value % 2 ? 1 : -1));
            const merged = merge(given);
            assert.equal(timeless(merged), timeless(whole));
            assert.equal(exitCode(merged), exitCode(whole));
            for (const { scopes, shard } of shards) {
              for (const { subscriptionId: id } of scopes) if (id) assert.equal(shardOf(id, count), shard?.index);
            }
          },
        ),
        { numRuns: 40 },
      );
    });
  }

  it('has the times of the first that began and the last that ended', async () => {
    const [one, two] = await twoShards();
    const { startedAt, finishedAt } = merge([
      { ...one, startedAt: '2026-11-21T12:00:02.000Z', finishedAt: '2026-11-21T12:00:09.000Z' },
      { ...two, startedAt: '2026-11-21T12:00:01.000Z', finishedAt: '2026-11-21T12:00:08.000Z' },
    ]);
    assert.deepEqual([startedAt, finishedAt], ['2026-11-21T12:00:01.000Z', '2026-11-21T12:00:09.000Z']);
  });

  it('is complete only if every shard is', async () => {
    const [one, two] = await twoShards();
    assert.equal(merge([one, two]).complete, true);
    const cut = merge([one, { ...two, complete: false }]);
    assert.deepEqual([cut.complete, exitCode({ ...cut, results: [] })], [false, 3]);
  });

  it('changes nothing that it is given', async () => {
    const given = await twoShards();
    const before = structuredClone(given);
    merge(given);
    assert.deepEqual(given, before);
  });

  it('is soon done with ten thousand servers', async () => {
    const [one, two] = await twoShards();
    const scope = one.scopes[0] ?? assert.fail();
    const [result] = one.results;
    const results = Array.from({ length: 20_000 }, (_, i): Result => {
      const { id: plugin } = plugins[i % 2] ?? assert.fail();
      const name = `apple${i >> 1}`;
      const resource = { ...(result ?? assert.fail()).resource, name, type: flexible, id: `${scope.id}/x/${name}` };
      return { ...(result as Result), plugin, status: 'PASS', resource, evidence: {} } as Result;
    });
    const kinds = { ...scope.kinds, [flexible]: { answered: true, servers: 10_000 } } as const;
    const single = one.results.filter(({ plugin }) => plugin.startsWith('single'));
    const many = sound({ ...one, scopes: [{ ...scope, kinds }], results: [...single, ...results] });
    const began = performance.now();
    const { summary } = merge([many, two]);
    assert.ok(summary.servers > 10_000);
    assert.ok(performance.now() - began < 5_000);
  });
});

/** Two shards of a tenant, with a subscription in each. */
const twoShards = async () => (await shardReports(2, halves)).map(read) as [Report, Report];

const halves: Tenant = {
  ...fruit,
  subscriptions: fruit.subscriptions.map((each, i) => ({ ...each, subscriptionId: fallingTo(i + 1, 2) })),
};

/** The id of a subscription that falls to a shard. */
function fallingTo(index: number, count: number): string {
  for (let i = 0; ; i++) {
    const id = `aaaaaaaa-0000-4000-8000-${`${i}`.padStart(12, '0')}`;
    if (shardOf(id, count) === index) return id;
  }
}

/** With a summary that adds up. */
function sound(report: Report): Report {
  const count = (status: string) => report.results.filter((result) => result.status === status).length;
  const coverages = report.scopes.flatMap(({ kinds }) => Object.values(kinds));
  return {
    ...report,
    summary: {
      ...report.summary,
      FAIL: count('FAIL'),
      UNKNOWN: count('UNKNOWN'),
      WARN: count('WARN'),
      PASS: count('PASS'),
      servers: coverages.reduce((sum, { servers }) => sum + servers, 0),
    },
  };
}

describe('lists of subscriptions that differ', () => {
  const [first, second] = halves.subscriptions;
  const only = (...subscriptions: (EmulatedSubscription | undefined)[]): Tenant => ({
    ...halves,
    subscriptions: subscriptions.flatMap((each) => each ?? []),
  });

  it('leave UNKNOWN what no shard has scanned', async () => {
    const reports = await shardReports(2, (index) => (index === 1 ? only(second) : halves));
    const merged = merge(reports);
    const id = first?.subscriptionId;
    assert.deepEqual(
      [merged.complete, exitCode(merged), merged.summary.subscriptions, merged.summary.UNKNOWN],
      [false, 3, 2, 4],
    );
    assert.deepEqual(
      verdicts(merged).filter((verdict) => verdict.startsWith(`${id}`)),
      ['RequireSecureTransport', 'SslMinProtocolVersion']
        .map((end) => `${id} flexibleServer${end}: not-collected`)
        .concat(['MinimalTlsVersion', 'SslEnforcement'].map((end) => `${id} singleServer${end}: not-collected`)),
    );
    const scope = merged.scopes.find(({ subscriptionId }) => subscriptionId === id);
    assert.deepEqual(
      Object.values(scope?.kinds ?? {}).map(({ answered, servers }) => [answered, servers]),
      [
        [false, 0],
        [false, 0],
      ],
    );
  });

  it('take nothing from what another shard has scanned', async () => {
    const reports = await shardReports(2, (index) => (index === 1 ? only(first) : halves));
    assert.equal(timeless(merge(reports)), timeless((await scanTenant(halves)).report));
  });

  const brokenOff: Tenant = {
    ...halves,
    pageSize: 1,
    faults: [{ on: /^\/subscriptions\?.*skip/i, fault: { status: 403, body: {} } }],
  };
  for (const broken of [1, 2]) {
    it(`keep the UNKNOWN of the one that broke off, in shard ${broken}`, async () => {
      const reports = await shardReports(2, (index) => (index === broken ? brokenOff : halves));
      const merged = merge(reports);
      assert.deepEqual(
        merged.scopes.map(({ id }) => id),
        [
          ...halves.subscriptions.map(({ subscriptionId }) => `/subscriptions/${subscriptionId}`).sort(),
          `/tenants/${tenantId}`,
        ],
      );
      assert.deepEqual(verdicts(merged).filter((verdict) => /incomplete-list/.test(verdict)).length, 4);
      assert.equal(merged.complete, false);
    });
  }

  it('tell the same of a scope that two shards tell in other words, whatever the order of the reports', async () => {
    const reports = await shardReports(2, (index) => ({
      ...brokenOff,
      faults: [{ on: /^\/subscriptions\?.*skip/i, fault: { status: index === 1 ? 403 : 404, body: {} } }],
    }));
    const merged = merge(reports);
    assert.equal(timeless(merged), timeless(merge([...reports].reverse())));
    const told = merged.results.filter(({ resource }) => resource.id.startsWith('/tenants/'));
    assert.deepEqual([told.length, new Set(told.map(({ message }) => message)).size], [4, 1]);
    assert.match(told[0]?.message ?? '', /403/);
  });
});

type Change = (report: Report & { shard: Shard }) => unknown;

describe('merge refuses', () => {
  const some = (report: Report): Result => report.results[0] ?? assert.fail();
  /** What becomes of the second of two reports, and what the error says. */
  const rows: readonly (readonly [name: string, change: Change, says: RegExp])[] = [
    ['nothing', () => null, /^Report 2 is no report of pgposture\.$/],
    ['text', () => 'report', /^Report 2 is no report of pgposture\.$/],
    ['a list', () => [], /no report/],
    ['something else', () => ({ version: '2.1.0', runs: [] }), /^Report 2 is no report of pgposture\.$/],
    [
      'a newer format',
      (report) => ({ ...report, schemaVersion: 2 }),
      /^Report 2 is a report of schemaVersion 2, .* 1\.$/,
    ],
    ['a field of a newer version', (report) => ({ ...report, novelty: 1 }), /^Report 2 has "novelty"/],
    ['the report of a whole scan', ({ shard, ...report }) => report, /^Report 2 is of a scan that was not split\.$/],
    [
      'another version',
      (report) => ({ ...report, tool: { ...report.tool, version: '9' } }),
      /by pgposture 0, and Report 2 was made by pgposture 9\.$/,
    ],
    [
      'another setting',
      (report) => ({ ...report, settings: { minimumTlsVersion: '1.3' } }),
      /^Report 1 had minimumTlsVersion=1\.2, and Report 2 had minimumTlsVersion=1\.3\.$/,
    ],
    ['no settings', (report) => ({ ...report, settings: {} }), /Report 2 had no settings/],
    [
      'another count',
      (report) => with_(report, { count: 3 }),
      /^Report 1 is of 2 shards, and Report 2 is of 3 shards\.$/,
    ],
    [
      'another Azure',
      (report) => with_(report, { armEndpoint: 'https://x' }),
      /localhost.*, and Report 2 asked https:\/\/x\.$/,
    ],
    [
      'other subscriptions',
      (report) => with_(report, { choice: { ...report.shard.choice, subscriptions: ['Orchard', 'Garden'] } }),
      /^Report 1 scanned all subscriptions, and Report 2 scanned "Orchard", "Garden"\.$/,
    ],
    [
      'other exclusions',
      (report) => with_(report, { choice: { ...report.shard.choice, excludeSubscriptions: ['Garden'] } }),
      /Report 2 scanned all subscriptions without "Garden"\.$/,
    ],
    [
      'another management group',
      (report) => with_(report, { choice: { ...report.shard.choice, managementGroups: ['shop'] } }),
      /Report 2 scanned the management group "shop"\.$/,
    ],
    [
      'other plugins',
      (report) => with_(report, { plugins: report.shard.plugins.slice(1) }),
      /Report 2 ran flexibleServerSslMinProtocolVersion, /,
    ],
    ['the same shard', (report) => with_(report, { index: 1 }), /^Report 1 and Report 2 are both of shard 1 of 2\.$/],
    [
      'a shard that cannot be',
      (report) => with_(report, { index: 3 }),
      /^Report 2 contradicts itself: it is shard 3 of 2\.$/,
    ],
    ['half a shard', (report) => with_(report, { index: 1.5 }), /: \/shard\/index is missing, or/],
    ['another tenant', elsewhere, /^Report 1 and Report 2 have no subscription in common/],
    [
      'a result that was taken out',
      (report) => ({ ...report, results: report.results.slice(1) }),
      /its summary says PASS 2, and it holds 1/,
    ],
    [
      'a server that was taken out',
      (report) => sound({ ...report, results: report.results.slice(1) }),
      /has 1 .*flexibleServers, and flexibleServerRequireSecureTransport has results of 0/,
    ],
    [
      'a verdict that was changed',
      (report) => ({ ...report, results: [{ ...some(report), status: 'WARN' }, ...report.results.slice(1)] }),
      /its summary says PASS 2/,
    ],
    [
      'a status that is none',
      (report) => ({ ...report, results: [{ ...some(report), status: 'OK' }] }),
      /^Report 2 is no report of pgposture: \/results\/0\/status is missing, or/,
    ],
    [
      'a list of servers that was emptied',
      (report) => ({ ...report, scopes: [] }),
      /its summary says servers 1, and it holds 0/,
    ],
    [
      'a kind that was taken out',
      (report) => sound({ ...report, scopes: report.scopes.map((scope) => ({ ...scope, kinds: {} })) }),
      /it says nothing of .*flexibleServers in \/subscriptions\//,
    ],
    [
      'a gap that was taken out of the results',
      (report) => unanswered(report),
      /did not show all its servers, and singleServerMinimalTlsVersion has no result that says so/,
    ],
    [
      'a subscription that is not in its list',
      (report) => with_(report, { subscriptions: [] }),
      /^Report 2 contradicts itself: it has scanned the subscription aaaa/,
    ],
  ];
  for (const [name, change, says] of rows) {
    it(name, async () => {
      const [one, two] = await twoShards();
      const reports = [one, change(two as Report & { shard: Shard }) as Report];
      assert.throws(() => merge(reports), { name: 'ScanError', code: 'bad-report', message: says });
      assert.throws(() => merge([...reports].reverse()), { name: 'ScanError', code: 'bad-report' });
    });
  }

  it('no report at all', () => assert.throws(() => merge([]), { code: 'bad-report', message: /no report to merge/ }));

  it('a subscription that two shards have scanned', async () => {
    const [one, two] = await twoShards();
    const both = sound({
      ...two,
      summary: { ...two.summary, subscriptions: 2 },
      scopes: [...two.scopes, ...one.scopes],
      results: [...two.results, ...one.results],
    });
    const says = /^Report 1 and Report 2 have both scanned the subscription aaaa/;
    assert.throws(() => merge([one, both]), { code: 'bad-report', message: says });
  });

  it('what is missing, and names it by what it was called', async () => {
    const [, second, third] = await shardReports(4, fruit);
    const [message, remedy] = [/^2 of 4 shards are missing: 1, 4\.$/, /--shard 1\/4/];
    assert.throws(() => merge([third, second] as Report[]), { code: 'bad-report', message, remedy });
    const twice = { message: '"b.json" and "c.json" are both of shard 2 of 4.' };
    assert.throws(() => merge([third, second, second] as Report[], ['"a.json"', '"b.json"', '"c.json"']), twice);
  });

  it('many that are missing, in a line', async () => {
    const [one] = await shardReports(1, fruit);
    const report = with_(one as Report & { shard: Shard }, { count: 1000 });
    assert.throws(() => merge([report]), {
      message: '999 of 1000 shards are missing: 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, ….',
    });
  });
});

const with_ = (report: Report & { shard: Shard }, shard: Partial<Shard>): Report => ({
  ...report,
  shard: { ...report.shard, ...shard },
});

/** The same, of a tenant that has other subscriptions. */
function elsewhere(report: Report): Report {
  const text = reporters.json(report, view).replaceAll('aaaaaaaa-', 'cccccccc-');
  return JSON.parse(text) as Report;
}

function unanswered(report: Report): Report {
  const reason = { kind: 'forbidden', detail: '-', remedy: '-' } as const;
  const gap = { answered: false, servers: 0, reason } as const;
  const scopes = report.scopes.map((scope) => ({
    ...scope,
    kinds: { ...scope.kinds, 'Microsoft.DBforPostgreSQL/servers': gap },
  }));
  return sound({ ...report, scopes });
}
