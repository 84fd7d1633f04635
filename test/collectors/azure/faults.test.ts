import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Answer, Fault, WireFault } from '../../../emulator';
import type { ReasonKind } from '../../../types';
import { arm } from '../../support/faults';
import { calls, fruit, fruitWith, truth } from '../../support/orchard';
import { scanTenant, verdicts } from '../../support/scanTenant';

const page = (body: Answer['body']): Answer => ({ status: 200, body });

/** What the truth becomes when one kind of call brings nothing. */
const without = {
  singleServers: (kind: ReasonKind) => [
    `Orchard singleServerMinimalTlsVersion: ${kind}`,
    `Orchard singleServerSslEnforcement: ${kind}`,
    ...truth.filter((row) => !/^(quince|medlar)/.test(row)),
  ],
  flexibleServers: (kind: ReasonKind) => [
    `Orchard flexibleServerRequireSecureTransport: ${kind}`,
    `Orchard flexibleServerSslMinProtocolVersion: ${kind}`,
    ...truth.filter((row) => !/^(apple|pear)/.test(row)),
  ],
  parameters: (kind: ReasonKind) => truth.map((row) => row.replace(/^(apple .*): .*/, `$1: ${kind}`)),
};

describe('a throttled subscription', () => {
  const always = (headers: Answer['headers']): Fault => ({
    on: /aaaaaaaa/,
    fault: arm(429, 'TooManyRequests', headers),
  });

  it('is given up at once if Azure asks for a longer wait than a call may take', async () => {
    const { report, requests, took } = await scanTenant(fruitWith(always({ 'retry-after': '3600' })));
    assert.deepEqual(
      verdicts(report)
        .slice(0, 4)
        .map((row) => row.split(': ')[1]),
      Array(4).fill('throttled'),
    );
    assert.deepEqual(verdicts(report).slice(4), truth.slice(8));
    assert.equal(took, 0);
    assert.equal(requests.filter((request) => request.includes('aaaaaaaa')).length, 2);
  });

  it('waits as long as Azure asks, and no other subscription waits with it', async () => {
    const answered: string[] = [];
    const fault = arm(429, 'TooManyRequests', { 'retry-after': '60' });
    const { report, took } = await scanTenant(fruitWith({ on: calls.flexibleServers, times: 1, fault }), {
      onRequest: ({ url }) => answered.push(url.includes('aaaaaaaa') ? 'Orchard' : 'Garden'),
    });
    assert.deepEqual(verdicts(report), truth);
    assert.equal(took, 60_000);
    assert.ok(answered.lastIndexOf('Garden') < answered.lastIndexOf('Orchard'));
  });

  it('is not given up as long as it answers now and then', async () => {
    const fault = arm(429, 'TooManyRequests', { 'retry-after': '70' });
    const once = (on: RegExp): Fault => ({ on, times: 1, fault });
    const { report, took } = await scanTenant(fruitWith(once(calls.flexibleServers), once(calls.parameters)));
    assert.deepEqual(verdicts(report), truth);
    assert.equal(took, 140_000);
  });

  it('is asked once more with another token if the last attempt is a 401, and not for ever', async () => {
    const on = calls.parameters;
    const again = arm(429, 'TooManyRequests', { 'retry-after': '0' });
    const expired = arm(401, 'ExpiredAuthenticationToken');
    const { report, requests } = await scanTenant(
      fruitWith({ on, times: 4, fault: again }, { on, times: 1, fault: expired }, { on, fault: again }),
    );
    assert.deepEqual(verdicts(report), without.parameters('throttled'));
    assert.equal(requests.filter((request) => request.includes('/apple/')).length, 6);
  });

  it('waits as long, too, if the call that was refused is given up', async () => {
    const fault = arm(429, 'TooManyRequests', { 'retry-after': '10' });
    const { report, took } = await scanTenant(fruitWith({ on: calls.parameters, fault }), { concurrency: 1 });
    assert.deepEqual(verdicts(report), without.parameters('throttled'));
    assert.equal(took, 5 * 10_000);
  });

  it('loses nothing under the limit that Azure documents', async () => {
    const servers = Array.from({ length: 60 }, (_, i) => ({ name: `fig-${i}` }));
    const subscriptions = [
      { subscriptionId: 'cccccccc-0000-4000-8000-000000000003', displayName: 'Figs', flexibleServers: servers },
    ];
    const tenant = { tenantId: 'f', subscriptions, parameterCount: 8, reads: { bucket: 10, perSecond: 5 } };
    const { report } = await scanTenant(tenant);
    assert.deepEqual([report.summary.PASS, report.summary.UNKNOWN], [120, 0]);
  });
});

describe('the waits', () => {
  const cases: readonly [name: string, fault: Answer | WireFault, seconds: number][] = [
    ['of a failure double', arm(500, 'InternalServerError'), 0.5 + 1 + 2 + 4],
    ['of a refusal without Retry-After double', arm(429, 'TooManyRequests'), 0.5 + 1 + 2 + 4],
    ['are as long as Azure asks', arm(503, 'ServerBusy', { 'retry-after': '20' }), 4 * 20],
    [
      "are told by Azure's clock, where ours is an hour late",
      arm(503, 'X', { date: 'Sat, 21 Nov 2026 13:00:00 GMT', 'retry-after': 'Sat, 21 Nov 2026 13:00:20 GMT' }),
      4 * 20,
    ],
    [
      "are told by Azure's clock, where ours is an hour early",
      arm(503, 'X', { date: 'Sat, 21 Nov 2026 11:00:00 GMT', 'retry-after': 'Sat, 21 Nov 2026 11:00:20 GMT' }),
      4 * 20,
    ],
    ['may be asked for in milliseconds', arm(503, 'ServerBusy', { 'x-ms-retry-after-ms': '1500' }), 4 * 1.5],
    ['are no longer than two minutes in all', arm(503, 'ServerBusy', { 'retry-after': '70' }), 70],
    ['for an answer are half a minute each, and two minutes in all', 'silence', 120],
    ['for a body too', 'drip', 120],
    ['are part of the two minutes', arm(503, 'ServerBusy', { 'retry-after': '59' }), 2 * 59],
    ['are none where nothing will change', arm(501, 'NotImplemented'), 0],
  ];
  for (const [name, fault, seconds] of cases) {
    it(name, async () => {
      const { took } = await scanTenant(fruitWith({ on: calls.parameters, fault }));
      assert.equal(took, seconds * 1000);
    });
  }

  const figs = (count: number) => ({
    subscriptionId: 'cccccccc-0000-4000-8000-000000000003',
    displayName: 'Figs',
    flexibleServers: Array.from({ length: count }, (_, i) => ({ name: `fig-${i}` })),
  });

  it('of a subscription are bounded for all its calls together', async () => {
    const fault = arm(429, 'SubscriptionRequestsThrottled', { 'retry-after': '50' });
    const tenant = { tenantId: 'f', subscriptions: [figs(60)], faults: [{ on: /configurations/, fault }] };
    const { report, took } = await scanTenant(tenant);
    assert.ok(took <= 120_000 + 50_000, `${took} ms`);
    assert.equal(report.summary.UNKNOWN, 120);
    assert.ok(report.results.every(({ reason }) => reason?.code === 'SubscriptionRequestsThrottled'));
  });

  it('of some subscriptions keep no other from being asked', async () => {
    const subscriptions = Array.from({ length: 8 }, (_, i) => ({
      ...figs(1),
      subscriptionId: `${String(i).repeat(8)}-0000-4000-8000-000000000000`,
      displayName: `Fig ${i}`,
    }));
    const asked: string[] = [];
    const fault = arm(429, 'TooManyRequests', { 'retry-after': '60' });
    const faults = [{ on: /\/(00000000|11111111)/, times: 4, fault }];
    await scanTenant(
      { tenantId: 'f', subscriptions, parameterCount: 8, faults },
      { concurrency: 2, onRequest: ({ url }) => asked.push(/subscriptions\/(\d)/.exec(url)?.[1] ?? '') },
    );
    const waited = asked.findLastIndex((digit) => digit === '0' || digit === '1');
    for (const healthy of ['2', '3', '4', '5', '6', '7']) assert.ok(asked.lastIndexOf(healthy) < waited);
  });

  it('hold no more requests in flight than there may be', async () => {
    const { mostInFlight } = await scanTenant(fruit, { concurrency: 2 });
    assert.equal(mostInFlight, 2);
  });
});

describe('an API version that Azure no longer speaks', () => {
  const gone = arm(404, 'InvalidResourceType');
  const versionError = (on: RegExp, code: string): Fault => ({ on, fault: arm(400, code) });

  for (const code of ['InvalidResourceType', 'NoRegisteredProviderFound', 'InvalidApiVersionParameter']) {
    it(`${code}, and the provider still names the type: UNKNOWN, api-version`, async () => {
      const { report } = await scanTenant(fruitWith(versionError(calls.singleServers, code)));
      assert.deepEqual(verdicts(report), without.singleServers('api-version'));
    });
  }

  it('a type that the provider does not name is retired: no such server, asked once per scan', async () => {
    const noServers = page({ resourceTypes: [{ resourceType: 'flexibleServers' }] });
    const { report, requests } = await scanTenant(
      fruitWith({ on: /\/servers\?/, fault: gone }, { on: /\/Microsoft\.DBforPostgreSQL\?/, fault: noServers }),
    );
    assert.deepEqual(
      verdicts(report),
      truth.filter((row) => !row.includes('singleServer')),
    );
    assert.equal(report.complete, true);
    assert.equal(requests.filter((request) => /Microsoft\.DBforPostgreSQL\?/.test(request)).length, 1);
  });

  it('a type that the provider spells otherwise is not retired', async () => {
    const spelled = page({ resourceTypes: [{ resourceType: 'FLEXIBLESERVERS' }, { resourceType: 'SERVERS' }] });
    const { report } = await scanTenant(
      fruitWith({ on: calls.singleServers, fault: gone }, { on: /\/Microsoft\.DBforPostgreSQL\?/, fault: spelled }),
    );
    assert.deepEqual(verdicts(report), without.singleServers('api-version'));
  });

  it('a provider that does not answer proves nothing', async () => {
    const { report } = await scanTenant(
      fruitWith(
        { on: calls.singleServers, fault: gone },
        { on: /\/Microsoft\.DBforPostgreSQL\?/, fault: arm(403, 'AuthorizationFailed') },
      ),
    );
    assert.deepEqual(verdicts(report), without.singleServers('api-version'));
  });

  const nonsense: readonly [name: string, answer: Answer][] = [
    ['names no type at all', page({ resourceTypes: [] })],
    ['names what is no type', page({ resourceTypes: [{ resourceType: 'flexibleServers' }, null, {}] })],
    ['is another one', page({ namespace: 'Microsoft.Web', resourceTypes: [{ resourceType: 'sites' }] })],
    ['is a list of something else', page({ value: [] })],
  ];
  for (const [name, fault] of nonsense) {
    it(`a provider that ${name} proves nothing, and is asked once`, async () => {
      const { report, requests } = await scanTenant(
        fruitWith({ on: /\/servers\?/, fault: gone }, { on: /\/Microsoft\.DBforPostgreSQL\?/, fault }),
      );
      assert.equal(report.complete, false);
      const kinds = report.results.flatMap(({ reason }) => reason?.kind ?? []);
      assert.deepEqual(kinds, Array(4).fill('api-version'));
      const asked = requests.filter((request) => /Microsoft\.DBforPostgreSQL\?/.test(request)).length;
      assert.ok(asked === 1 || asked === 5, `once, or once with its retries, not ${asked} times`);
    });
  }

  it('a code that says so is believed only from an answer that fits it', async () => {
    const body = '{"code":"MissingSubscriptionRegistration"}';
    const html = { status: 409, headers: { 'content-type': 'text/html' }, body };
    for (const fault of [arm(500, 'MissingSubscriptionRegistration'), html, arm(500, 'InvalidResourceType')]) {
      const { report } = await scanTenant(fruitWith({ on: calls.singleServers, fault }));
      assert.deepEqual(verdicts(report), without.singleServers(fault.status === 500 ? 'server-error' : 'bad-response'));
    }
  });

  it('a provider that is not registered has no servers', async () => {
    const { report } = await scanTenant(
      fruitWith({ on: calls.singleServers, fault: arm(409, 'MissingSubscriptionRegistration') }),
    );
    assert.deepEqual(
      verdicts(report),
      truth.filter((row) => !row.includes('singleServer')),
    );
    assert.equal(report.complete, true);
  });
});

describe('a server whose state explains the refusal', () => {
  const stateCases: readonly [state: string, fault: Answer, kind: ReasonKind, attempts?: number][] = [
    ['Stopped', arm(400, 'ServerStoppedError'), 'stopped'],
    ['Stopping', arm(409, 'ServerUnavailableForOperation'), 'stopped'],
    ['Provisioning', arm(500, 'InternalServerError'), 'provisioning'],
    ['Updating', arm(409, 'ServerBusy'), 'provisioning'],
    ['Dropping', arm(404, 'ResourceNotFound'), 'not-found'],
    ['Ready', arm(400, 'ServerStoppedError'), 'stopped'],
    ['Stopped', arm(403, 'AuthorizationFailed'), 'forbidden'],
    ['Stopped', arm(500, 'InternalServerError'), 'server-error', 5],
  ];
  for (const [state, fault, kind, attempts = 1] of stateCases) {
    it(`${state}, answered ${fault.status}: UNKNOWN, ${kind}, asked ${attempts > 1 ? `${attempts} times` : 'once'}`, async () => {
      const inState = (normal: Answer): Answer => JSON.parse(JSON.stringify(normal).replace('"Ready"', `"${state}"`));
      const { report, requests } = await scanTenant(
        fruitWith({ on: calls.flexibleServers, fault: inState }, { on: calls.parameters, fault }),
      );
      assert.deepEqual(verdicts(report), without.parameters(kind));
      assert.equal(requests.filter((request) => calls.parameters.test(request.slice(4))).length, attempts);
    });
  }

  it('is judged, whatever its state, if Azure shows its parameters', async () => {
    const inState = (normal: Answer): Answer => JSON.parse(JSON.stringify(normal).replaceAll('"Ready"', '"Stopped"'));
    const { report } = await scanTenant(fruitWith({ on: calls.flexibleServers, fault: inState }));
    assert.deepEqual(verdicts(report), truth);
  });
});

describe('a subscription that is disabled', () => {
  const disabled = { ...fruit, subscriptions: fruit.subscriptions.map((each) => ({ ...each, state: 'Disabled' })) };
  const kinds = [
    [
      'refuses with a code of its own',
      arm(409, 'SubscriptionIsDisabled'),
      'subscription-disabled',
      /^Enable the subscription/,
    ],
    [
      'lacks the permission first',
      arm(403, 'AuthorizationFailed'),
      'forbidden',
      /^Grant .* Reader on the subscription/,
    ],
  ] as const;
  for (const [name, fault, kind, remedy] of kinds) {
    it(`${name}: UNKNOWN, ${kind}, with what to do`, async () => {
      const { report } = await scanTenant({ ...disabled, faults: [{ on: calls.singleServers, fault }] });
      assert.deepEqual(verdicts(report), without.singleServers(kind));
      assert.match(report.results[0]?.reason?.remedy ?? '', remedy);
    });
  }

  it('is not blamed for an API version that Azure no longer speaks', async () => {
    const fault = arm(404, 'InvalidResourceType');
    const { report } = await scanTenant({ ...disabled, faults: [{ on: calls.singleServers, fault }] });
    assert.deepEqual(verdicts(report), without.singleServers('api-version'));
  });

  it('is judged like any other if it answers', async () => {
    const { report } = await scanTenant(disabled);
    assert.deepEqual(verdicts(report), truth);
  });
});
