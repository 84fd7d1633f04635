import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Answer, EmulatedSubscription, Tenant } from '../../../emulator';
import { ScanError, type ScanErrorCode } from '../../../helpers/scanError';
import type { Json } from '../../../types';
import { calls, changing, fruit, fruitWith, truth } from '../../support/orchard';
import { scanTenant, verdicts } from '../../support/scanTenant';

const id = (digit: string) => `${digit.repeat(8)}-0000-4000-8000-000000000000`;
const tenantOf = (...subscriptions: readonly EmulatedSubscription[]): Tenant => ({ tenantId: 'grove', subscriptions });

const refused =
  (code: ScanErrorCode, ...words: readonly RegExp[]) =>
  (error: unknown) => {
    assert.ok(error instanceof ScanError, String(error));
    assert.equal(error.code, code);
    for (const word of words) assert.match(`${error.message} ${error.remedy}`, word);
    return true;
  };

describe('the subscriptions of a scan', () => {
  it('are all that are visible, in whatever state, each with its name', async () => {
    const states = ['Enabled', 'Warned', 'PastDue', 'Disabled', 'Deleted', 'Unheard-of'];
    const { report } = await scanTenant(
      tenantOf(
        ...states.map((state, i) => ({
          subscriptionId: id(String(i)),
          displayName: `${state} one`,
          state,
          flexibleServers: [{ name: 'fig' }],
        })),
      ),
    );
    assert.deepEqual(
      report.scopes.map(({ name, state }) => [name, state]),
      states.map((state) => [`${state} one`, state]),
    );
    assert.equal(report.summary.PASS, states.length * 2);
  });

  it('can be named by id in any case, or by exact name', async () => {
    const chosen = { subscriptions: ['AAAAAAAA-0000-4000-8000-000000000001', 'Garden', 'Garden'] };
    const { report } = await scanTenant(fruit, chosen);
    assert.deepEqual(verdicts(report), truth);
    const garden = await scanTenant(fruit, { excludeSubscriptions: ['Orchard'] });
    assert.deepEqual(verdicts(garden.report), truth.slice(8));
  });

  it('that do not exist are an error with the nearest names', async () => {
    await assert.rejects(
      scanTenant(fruit, { subscriptions: ['Orchid'] }),
      refused('unknown-subscription', /Orchid/, /Did you mean Orchard/),
    );
    await assert.rejects(
      scanTenant(fruit, { excludeSubscriptions: ['garden'] }),
      refused('unknown-subscription', /garden/, /Garden/),
    );
  });

  it('may be in what the list left out, if it broke off before it named any', async () => {
    const nobody = changing(/^\/subscriptions\?/, () => ({ value: [], nextLink: 5 }));
    await assert.rejects(
      scanTenant(fruitWith(nobody), { subscriptions: ['Orchard'] }),
      refused('unknown-subscription', /Orchard/, /It may exist: The list is not whole/),
    );
  });

  it('that the list does not hold may be in what it left out', async () => {
    const secondPage = { on: /^\/subscriptions\?.*skiptoken/, fault: { status: 503, body: '' } };
    await assert.rejects(
      scanTenant({ ...fruit, pageSize: 1, faults: [secondPage] }, { subscriptions: ['zzzzzzzz'] }),
      refused('unknown-subscription', /It may exist: The list is not whole/),
    );
  });

  it('of one name are an error with both ids', async () => {
    const twins = tenantOf(
      { subscriptionId: id('1'), displayName: 'Fig' },
      { subscriptionId: id('2'), displayName: 'Fig' },
    );
    await assert.rejects(
      scanTenant(twins, { subscriptions: ['Fig'] }),
      refused('ambiguous-subscription', new RegExp(id('1')), new RegExp(id('2'))),
    );
    const { report } = await scanTenant(twins);
    assert.equal(report.scopes.length, 2);
  });

  it('cannot be none', async () => {
    await assert.rejects(scanTenant(tenantOf()), refused('no-subscription', /sees no subscription/));
    await assert.rejects(
      scanTenant(fruit, { excludeSubscriptions: ['Orchard', 'Garden'] }),
      refused('no-subscription', /excluded/),
    );
  });

  it('with no server are said to have none', async () => {
    const { report } = await scanTenant(tenantOf({ subscriptionId: id('1'), displayName: 'Empty' }));
    assert.deepEqual(
      [report.results, report.complete, report.summary.servers, report.summary.subscriptions],
      [[], true, 0, 1],
    );
  });
});

describe('the list of subscriptions', () => {
  const failing: readonly [name: string, answer: Answer | 'reset' | 'silence'][] = [
    ['is refused', { status: 403, body: { error: { code: 'AuthorizationFailed' } } }],
    ['is a page of a hotel', { status: 200, headers: { 'content-type': 'text/html' }, body: '<html></html>' }],
    ['does not come', 'silence'],
    ['breaks off', 'reset'],
  ];
  for (const [name, fault] of failing) {
    it(`that ${name} is an error, for then nothing can be scanned`, async () => {
      await assert.rejects(
        scanTenant(fruitWith({ on: calls.subscriptions, fault })),
        refused('subscriptions-unavailable'),
      );
    });
  }

  const tenantRows = (tenant: string) =>
    [
      'flexibleServerRequireSecureTransport',
      'flexibleServerSslMinProtocolVersion',
      'singleServerMinimalTlsVersion',
      'singleServerSslEnforcement',
    ].map((plugin) => `${tenant} ${plugin}: incomplete-list`);

  it('that breaks off leaves the tenant UNKNOWN, beside what was seen', async () => {
    const secondPage = { on: /^\/subscriptions\?.*skiptoken/, fault: { status: 503, body: '' } };
    const { report } = await scanTenant({ ...fruit, pageSize: 1, faults: [secondPage] });
    assert.deepEqual(verdicts(report), [...truth.slice(0, 8), ...tenantRows(fruit.tenantId)]);
    assert.deepEqual(report.results.at(-1)?.resource, {
      id: `/tenants/${fruit.tenantId}`,
      name: fruit.tenantId,
      type: 'Microsoft.Resources/tenants',
      location: null,
      resourceGroup: null,
      subscriptionId: null,
    });
    assert.deepEqual([report.complete, report.summary.subscriptions], [false, 1]);
  });

  it('that breaks off before it named one leaves the tenant UNKNOWN, and is not taken for an empty one', async () => {
    const empty = { status: 200, body: { value: [], nextLink: '/subscriptions?api-version=2022-12-01&$skiptoken=1' } };
    const broken = { on: /^\/subscriptions\?.*skiptoken/, fault: { status: 503, body: '' } };
    const { report } = await scanTenant(fruitWith({ on: calls.subscriptions, times: 1, fault: empty }, broken));
    assert.deepEqual(verdicts(report), tenantRows('unknown'));
    assert.equal(report.complete, false);
  });

  it('that breaks off matters not to one who asked for what was seen', async () => {
    const secondPage = { on: /^\/subscriptions\?.*skiptoken/, fault: { status: 503, body: '' } };
    const { report } = await scanTenant(
      { ...fruit, pageSize: 1, faults: [secondPage] },
      { subscriptions: ['Orchard'] },
    );
    assert.deepEqual(verdicts(report), truth.slice(0, 8));
  });

  for (const [name, item] of [
    ['null', null],
    ['without an id', { displayName: 'Nameless' }],
    ['with an id that is none', { subscriptionId: '../../x' }],
  ] as const) {
    it(`with an item ${name} leaves the tenant UNKNOWN`, async () => {
      const fault = (normal: Answer): Answer => ({
        ...normal,
        body: { value: [...(normal.body as { value: Json[] }).value, item] },
      });
      const { report } = await scanTenant(fruitWith({ on: calls.subscriptions, fault }));
      assert.deepEqual(verdicts(report), [...truth, ...tenantRows(fruit.tenantId)]);
    });
  }

  for (const [name, spoiled] of [
    ['without a name and a state', {}],
    ['with an empty name and a state that is no word', { displayName: '', state: 1 }],
    ['with a name that is no word', { displayName: 7, state: null }],
  ] as const) {
    it(`with a subscription ${name} scans it under its id`, async () => {
      const [subscriptionId] = fruit.subscriptions.map((each) => each.subscriptionId);
      const fault = (normal: Answer): Answer => ({
        ...normal,
        body: { value: [{ ...spoiled, subscriptionId }] } as Json,
      });
      const { report } = await scanTenant(fruitWith({ on: calls.subscriptions, fault }));
      assert.deepEqual(
        report.scopes.map(({ name, state }) => [name, state]),
        [[subscriptionId, 'unknown']],
      );
      assert.deepEqual(verdicts(report), truth.slice(0, 8));
    });
  }

  it('that names one twice scans it once', async () => {
    const fault = (normal: Answer): Answer => {
      const { value } = normal.body as { value: Json[] };
      return { ...normal, body: { value: [...value, ...value] } };
    };
    const { report } = await scanTenant(fruitWith({ on: calls.subscriptions, fault }));
    assert.deepEqual(verdicts(report), truth);
  });
});
