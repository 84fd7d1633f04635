import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Answer, EmulatedSubscription, Fault, Tenant } from '../../../emulator';
import type { Recorder } from '../../../types';
import { arm } from '../../support/faults';
import { fruit, fruitWith, truth } from '../../support/orchard';
import { type ScanTenantOptions, scanTenant, verdicts } from '../../support/scanTenant';

const remainingReads = 'x-ms-ratelimit-remaining-subscription-reads';
const idOf = (i: number) => `${String(i).padStart(8, '0')}-0000-4000-8000-000000000000`;

/** Subscriptions with so many Flexible Servers each. */
const orchards = (...servers: readonly number[]): EmulatedSubscription[] =>
  servers.map((count, i) => ({
    subscriptionId: idOf(i),
    displayName: `Orchard ${i}`,
    flexibleServers: Array.from({ length: count }, (_, n) => ({ name: `fig-${i}-${n}` })),
  }));
const tenantOf = (...servers: readonly number[]): Tenant => ({
  ...fruit,
  subscriptions: orchards(...servers),
});

describe('a subscription with more servers than Azure grants reads at once', () => {
  const figs = 300;
  const reads = { bucket: 50, perSecond: 25 };
  const least = ((figs + 2 - reads.bucket) / reads.perSecond) * 1000;
  const tenant = { ...tenantOf(3, 3, figs, 3, 3), reads };

  /** Scans it, and counts how often Azure refused. */
  async function scan(change: (normal: Answer) => Answer, options: ScanTenantOptions = {}) {
    let refused = 0;
    const fault = (normal: Answer) => {
      if (normal.status === 429) refused++;
      return change(normal);
    };
    const scanned = await scanTenant({ ...tenant, faults: [{ on: /./, fault }] }, { inProcess: true, ...options });
    const { PASS, UNKNOWN } = scanned.report.summary;
    assert.deepEqual([PASS, UNKNOWN, scanned.report.complete], [2 * (figs + 12), 0, true]);
    return { ...scanned, refused };
  }

  it('is read as fast as Azure grants it, and never refused', async () => {
    const { refused, requests, took } = await scan((normal) => normal);
    assert.equal(refused, 0);
    assert.equal(requests.length, 1 + 5 * 2 + figs + 12);
    assert.ok(took >= least && took <= 1.1 * least, `${took} ms, and not about ${least}`);
  });

  it('holds up no smaller one, though that comes later', async () => {
    const { requests } = await scan((normal) => normal);
    const large = requests.map((request) => request.includes(idOf(2)));
    const after = large.slice(large.lastIndexOf(false)).filter(Boolean).length;
    assert.ok(after > figs / 2, `${after} of its requests came after all others`);
  });

  it('does not hold up a scan that is cut short', async () => {
    const { report, took } = await scanTenant(tenant, { inProcess: true, timeout: 3_010 });
    const { PASS, UNKNOWN } = report.summary;
    assert.deepEqual([took, PASS + UNKNOWN, report.complete], [3_010, 2 * (figs + 12), false]);
    assert.equal(PASS, 2 * (12 + reads.bucket - 2 + 3 * reads.perSecond));
  });

  it('is read wholly where Azure says nothing of its limit', async () => {
    const { refused } = await scan(({ headers, ...normal }) => ({
      ...normal,
      headers: Object.fromEntries(Object.entries(headers ?? {}).filter(([name]) => name !== remainingReads)),
    }));
    assert.ok(refused > 0);
  });
});

describe('what Azure says of a limit', () => {
  const saying = (text: string): Fault => ({
    on: /\/subscriptions\/./,
    fault: (normal) => ({ ...normal, headers: { [remainingReads]: text } }),
  });

  it('is obeyed: after a 0 the next read waits', async () => {
    const { report, took } = await scanTenant(fruitWith(saying('0')), { concurrency: 1 });
    assert.deepEqual(verdicts(report), truth);
    assert.equal(took, 3 * 40);
  });

  for (const text of ['', '-1', '0x0', '0.5', 'none', '0, 0', '00000000000', 'NaN']) {
    it(`is nothing if it is ${JSON.stringify(text)}`, async () => {
      const { report, took } = await scanTenant(fruitWith(saying(text)), { inProcess: true });
      assert.deepEqual(verdicts(report), truth);
      assert.equal(took, 0);
    });
  }
});

describe('the requests of a scan', () => {
  /** How many of each kind there were. */
  async function countOf(plugins?: readonly string[]) {
    const { requests } = await scanTenant(tenantOf(3, 0, 1, 2), { inProcess: true, ...(plugins && { plugins }) });
    const count = (of: RegExp) => requests.filter((request) => of.test(request)).length;
    return {
      subscriptions: count(/^GET \/subscriptions\?/),
      servers: count(/\/servers\?/),
      flexibleServers: count(/\/flexibleServers\?/),
      parameters: count(/\/configurations\?/),
      all: requests.length,
    };
  }

  it('are two for each subscription, and one for each Flexible Server', async () => {
    assert.deepEqual(await countOf(), { subscriptions: 1, servers: 4, flexibleServers: 4, parameters: 6, all: 15 });
  });

  it('are one for each subscription where only Single Server is looked at', async () => {
    const plugins = ['singleServerMinimalTlsVersion', 'singleServerSslEnforcement'];
    const expected = { subscriptions: 1, servers: 4, flexibleServers: 0, parameters: 0, all: 5 };
    assert.deepEqual(await countOf(plugins), expected);
  });
});

describe('a list of subscriptions whose last page is slow', () => {
  const lastPage = /^\/subscriptions\?.*skiptoken=4/;
  const tenant: Tenant = {
    ...tenantOf(1, 1, 1, 1, 1),
    pageSize: 2,
    managementGroups: [{ id: 'trees', subscriptions: [0, 1, 2, 3, 4].map(idOf) }],
    faults: [{ on: lastPage, times: 1, fault: 'silence' }],
  };

  /** The requests before the one that brought the last page, and those after it. */
  async function scanAround(options: ScanTenantOptions) {
    const { report, requests, took } = await scanTenant(tenant, { inProcess: true, ...options });
    assert.equal(took, 30_500);
    assert.equal(report.summary.UNKNOWN, 0);
    const came = requests.findLastIndex((request) => lastPage.test(request.slice(4)));
    const parameters = (some: readonly string[]) => some.filter((request) => /configurations/.test(request)).length;
    return [parameters(requests.slice(0, came)), parameters(requests.slice(came))];
  }

  it('holds up none of the pages before', async () => {
    assert.deepEqual(await scanAround({}), [4, 1]);
  });

  const recorder: Recorder = {
    begin: () => undefined,
    servers: async () => undefined,
    parameters: async () => undefined,
    scope: async () => undefined,
  };
  const cases: readonly [name: string, options: ScanTenantOptions, servers: number][] = [
    ['a name, which another subscription may have', { subscriptions: ['Orchard 0'] }, 1],
    ['an exception', { excludeSubscriptions: ['Orchard 0'] }, 4],
    ['a management group', { managementGroups: ['trees'] }, 5],
    ['a recorder, which is told of all at first', { recorder }, 5],
  ];
  for (const [name, options, servers] of cases) {
    it(`is read to its end first where there is ${name}`, async () => {
      assert.deepEqual(await scanAround(options), [0, servers]);
    });
  }
});

describe('a subscription that is given up', () => {
  it('is none any more that the scan waits for', async () => {
    const fault = arm(429, 'TooManyRequests', { 'retry-after': '3600' });
    const waits: string[] = [];
    const { requests } = await scanTenant(
      { ...tenantOf(1, 1, 1, 1, 1), faults: [{ on: new RegExp(idOf(0)), fault }] },
      {
        inProcess: true,
        concurrency: 1,
        onProgress: ({ waitingFor }) => void (waitingFor?.until && waits.push(waitingFor.name)),
      },
    );
    assert.ok(requests.length > 10);
    assert.deepEqual([...new Set(waits)], ['Orchard 0']);
  });
});
