import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type RunOptions, runScan } from '../../engine/scan';
import { ScanError } from '../../helpers/scanError';
import { plugins as all } from '../../plugins';
import type { Collector, Progress, Resource, Result, Scope, Stage } from '../../types';
import { fourPlugins } from '../support/fourPlugins';
import {
  answered,
  clock,
  collectorOf,
  flexible,
  flexibleServer,
  gap,
  known,
  reportOf,
  settings,
  single,
  subscription,
  tenant,
  tool,
  unanswered,
} from '../support/report';

const plugins = all.filter(({ id }) => fourPlugins.includes(id));

const scanWith = (options: Partial<RunOptions>) =>
  runScan({
    collector: collectorOf(),
    plugins,
    settings,
    clock,
    tool,
    signal: new AbortController().signal,
    ...options,
  });

const singleServer = (name: string): Resource => ({
  ...flexibleServer(name),
  id: `/subscriptions/0/resourceGroups/fruit/providers/${single}/${name}`,
  type: single,
  facts: { sslEnforcement: known('Enabled'), minimalTlsVersion: known('TLS1_2') },
});

describe('order', () => {
  const shuffled = <T>(all: readonly T[]) => fc.shuffledSubarray([...all], { minLength: all.length });
  const backwards = (scope: Scope): Scope => ({
    ...scope,
    kinds: Object.fromEntries(Object.entries(scope.kinds).reverse()),
  });

  it('of arrival leaves no trace in the report', async () => {
    const names = fc.uniqueArray(fc.string({ minLength: 1, unit: 'binary' }), {
      selector: (name) => name.toLowerCase(),
    });
    const mixed = names.chain((names) => {
      const servers = names.map((name, i) => (i % 3 ? flexibleServer(name) : singleServer(name)));
      const scopes = [subscription('1'), subscription('0', { [single]: unanswered }), tenant];
      const found = [...servers, ...scopes];
      return fc.tuple(fc.constant(found), shuffled([...servers, ...scopes.map(backwards)]), shuffled(plugins));
    });
    await fc.assert(
      fc.asyncProperty(mixed, async ([found, otherwise, plugins]) => {
        const report = await scanWith({ collector: collectorOf(...otherwise), plugins });
        assert.equal(JSON.stringify(report), JSON.stringify(await reportOf(...found)));
      }),
    );
  });

  it('of results is by lower-cased id, then by plugin, by code unit', async () => {
    const names = ['aB', 'a_b', 'Banana', 'cherry', 'Z', 'ß', 'Äpfel', 'ärger', '🍏', '～'];
    const { results } = await reportOf(...names.map((name) => flexibleServer(name)).reverse());
    const found = results.map(({ resource, plugin }) => [resource.name, plugin]);
    const ids = plugins.filter(({ kind }) => kind === flexible).map(({ id }) => id);
    assert.deepEqual(
      found,
      ['a_b', 'aB', 'Banana', 'cherry', 'Z', 'ß', 'Äpfel', 'ärger', '🍏', '～'].flatMap((name) =>
        ids.map((id) => [name, id]),
      ),
    );
  });

  it('of scopes is by lower-cased id', async () => {
    const { scopes } = await reportOf(tenant, ...['b', 'C', 'A'].map((id) => subscription(id)));
    assert.deepEqual(
      scopes.map(({ id }) => id),
      ['/subscriptions/A', '/subscriptions/b', '/subscriptions/C', '/tenants/0'],
    );
  });
});

describe('summary', () => {
  it('counts the results by status, the servers and the subscriptions', async () => {
    const { summary } = await reportOf(
      flexibleServer('apple'),
      flexibleServer('banana', { require_secure_transport: 'off' }),
      flexibleServer('cherry', { ssl_min_protocol_version: 'TLSv1.1', require_secure_transport: 'perhaps' }),
      singleServer('damson'),
      subscription('0', { [flexible]: answered(3), [single]: answered(1) }),
      subscription('1', { [single]: unanswered }),
      tenant,
    );
    assert.deepEqual(summary, { PASS: 4, WARN: 1, FAIL: 2, UNKNOWN: 7, servers: 4, subscriptions: 2 });
  });

  it('is all zeros where there is nothing', async () => {
    const { summary } = await reportOf();
    assert.deepEqual(summary, { PASS: 0, WARN: 0, FAIL: 0, UNKNOWN: 0, servers: 0, subscriptions: 0 });
  });
});

describe('complete', () => {
  const whole = subscription('0');
  const rows: readonly [name: string, complete: boolean, scopes: Scope[], aborted?: boolean][] = [
    ['every scope answered', true, [whole, subscription('1')]],
    ['one kind of one scope did not answer', false, [whole, subscription('1', { [single]: unanswered })]],
    ['a list broke off', false, [subscription('0', { [flexible]: { ...unanswered, servers: 5 } })]],
    ['the list of subscriptions is not whole', false, [whole, tenant]],
    ['nobody told of a scope', false, []],
    ['the scan was cut short', false, [whole], true],
  ];
  for (const [name, complete, scopes, aborted] of rows) {
    it(`is ${complete} if ${name}`, async () => {
      const signal = aborted ? AbortSignal.abort() : new AbortController().signal;
      const report = await scanWith({ collector: collectorOf(...scopes), signal });
      assert.equal(report.complete, complete);
    });
  }

  it('is false if the scan is cut short on the way', async () => {
    const cut = new AbortController();
    const collector: Collector = {
      kinds: [flexible, single],
      async collect(_needs, sink) {
        sink.scope(whole);
        cut.abort();
      },
    };
    assert.equal((await scanWith({ collector, signal: cut.signal })).complete, false);
  });
});

describe('a scope that did not answer', () => {
  it('is UNKNOWN once for each plugin of that kind, and for no other', async () => {
    const { results } = await reportOf(subscription('0', { [single]: unanswered }));
    const ofScope = {
      status: 'UNKNOWN',
      message: gap.detail,
      reason: gap,
      evidence: {},
      resource: {
        id: '/subscriptions/0',
        name: 'Fruit',
        type: 'Microsoft.Resources/subscriptions',
        location: null,
        resourceGroup: null,
        subscriptionId: '0',
      },
    };
    assert.deepEqual(
      results,
      plugins
        .filter(({ kind }) => kind === single)
        .map(({ id, title, severity }) => ({ plugin: id, title, severity, ...ofScope })),
    );
  });

  it('can be the tenant', async () => {
    const { results } = await reportOf(tenant);
    assert.deepEqual(
      results.map(({ plugin, resource: { id, subscriptionId } }) => [plugin, id, subscriptionId]),
      plugins.map(({ id }) => [id, '/tenants/0', null]),
    );
  });

  it('takes nothing from the servers that it did name', async () => {
    const { results } = await reportOf(
      flexibleServer('apple'),
      subscription('0', { [flexible]: { ...unanswered, servers: 1 } }),
    );
    assert.deepEqual(
      results.map(({ resource, status }) => [resource.name, status]),
      [
        ['Fruit', 'UNKNOWN'],
        ['Fruit', 'UNKNOWN'],
        ['apple', 'PASS'],
        ['apple', 'PASS'],
      ],
    );
  });
});

describe('the collector', () => {
  it('is asked for what the plugins need, and gets the signal', async () => {
    let asked: unknown[] = [];
    const { signal } = new AbortController();
    const collector: Collector = {
      kinds: [flexible, single],
      async collect(needs, _sink, signal) {
        asked = [[...needs], signal];
      },
    };
    await scanWith({ collector, signal, plugins: plugins.filter(({ kind }) => kind === single) });
    assert.deepEqual(asked[0], [[single, ['minimalTlsVersion', 'sslEnforcement']]]);
    assert.equal(asked[1], signal);
  });

  it('that loses a server which a list named is not believed', async () => {
    const report = await reportOf(flexibleServer('apple'), subscription('0', { [flexible]: answered(2) }));
    assert.equal(report.complete, false);
    assert.deepEqual(
      report.results.map(({ resource, reason }) => [resource.name, reason?.kind]),
      [
        ['Fruit', 'incomplete-list'],
        ['Fruit', 'incomplete-list'],
        ['apple', undefined],
        ['apple', undefined],
      ],
    );
  });

  it('is not believed because of servers elsewhere', async () => {
    const elsewhere = [singleServer('apple'), flexibleServer('pear', {}, { subscriptionId: '1' })];
    const { results } = await reportOf(
      ...elsewhere,
      subscription('0', { [flexible]: answered(1), [single]: answered(1) }),
    );
    const lost = results.filter(({ reason }) => reason?.kind === 'incomplete-list').map(({ plugin }) => plugin);
    assert.deepEqual(
      lost,
      plugins.filter(({ kind }) => kind === flexible).map(({ id }) => id),
    );
  });

  it('that forgets a kind of server is not believed', async () => {
    const { kinds: _, ...forgetful } = subscription('0');
    const report = await reportOf({ ...forgetful, kinds: { [single]: answered(0) } });
    assert.equal(report.complete, false);
    assert.deepEqual(
      report.results.map(({ resource, reason }) => [resource.name, reason?.kind, reason?.detail]),
      plugins
        .filter(({ kind }) => kind === flexible)
        .map(() => ['Fruit', 'not-collected', 'The collector said nothing of this kind of server.']),
    );
  });

  it('that says so was not shown all', async () => {
    const collector: Collector = {
      kinds: [flexible, single],
      async collect(_needs, sink) {
        sink.scope(subscription('0'));
        sink.incomplete();
      },
    };
    assert.equal((await scanWith({ collector })).complete, false);
  });

  it('may spell ids and types in any case', async () => {
    const apple = flexibleServer('apple', { require_secure_transport: 'off' });
    const type = apple.type.toLowerCase() as typeof apple.type;
    const scope = { ...subscription('A', { [flexible]: answered(1) }) };
    const report = await reportOf({ ...apple, type, subscriptionId: 'a' }, scope);
    assert.deepEqual([report.complete, report.summary.FAIL], [true, 1]);
  });

  it('ends the scan if it has nothing to scan', async () => {
    const error = new ScanError('no-subscription', 'No subscription.', 'Sign in.');
    const collector = { kinds: [flexible, single], collect: () => Promise.reject(error) } as const;
    await assert.rejects(scanWith({ collector }), error);
  });
});

it('only the selected plugins judge, and only what is of their kind', async () => {
  const found = [flexibleServer('apple'), singleServer('banana')];
  const [one] = plugins;
  const { results } = await scanWith({ collector: collectorOf(...found), plugins: one ? [one] : [] });
  assert.deepEqual(
    results.map(({ plugin, resource }) => [plugin, resource.name]),
    [[one?.id, 'apple']],
  );
});

it('tells of each scope', async () => {
  const told: Scope[] = [];
  const scopes = [subscription('1'), tenant];
  await scanWith({ collector: collectorOf(...scopes), onScope: (scope) => told.push(scope) });
  assert.deepEqual(told, scopes);
});

it('says when, by whom and by which settings', async () => {
  const { schemaVersion, startedAt, finishedAt, ...report } = await reportOf();
  const then = '2025-03-28T00:00:00.000Z';
  assert.deepEqual([schemaVersion, startedAt, finishedAt], [1, then, then]);
  assert.deepEqual([report.tool, report.settings], [tool, settings]);
});

it('tells of each result, in the order of arrival', async () => {
  const told: Result[] = [];
  const collector = collectorOf(
    flexibleServer('pear'),
    flexibleServer('apple'),
    subscription('0', { [flexible]: unanswered }),
  );
  const { results } = await scanWith({ collector, onResult: (result) => told.push(result) });
  assert.deepEqual(
    told.map(({ resource }) => resource.name),
    ['pear', 'pear', 'apple', 'apple', 'Fruit', 'Fruit'],
  );
  assert.deepEqual(new Set(told), new Set(results));
});

it('tells how far it has come, whenever that changes', async () => {
  const told: Progress[] = [];
  const stage: Stage = {
    phase: 'servers',
    subscriptions: 1,
    requests: { done: 2, ahead: 3 },
    waitingFor: { name: 'Fruit', until: null },
  };
  const collector: Collector = {
    kinds: [flexible, single],
    async collect(_needs, sink) {
      sink.resource(flexibleServer('apple'));
      sink.progress(stage);
      sink.scope(subscription('0', { [flexible]: answered(1) }));
      sink.scope(tenant);
    },
  };
  await scanWith({ collector, onProgress: (progress) => told.push(progress) });
  const none = { PASS: 0, WARN: 0, FAIL: 0, UNKNOWN: 0 };
  const before = { phase: 'sign-in', requests: { done: 0, ahead: 0 }, waitingFor: null };
  const seen = { ...stage, servers: 1 };
  assert.deepEqual(told, [
    { ...before, subscriptions: { done: 0, total: null }, servers: 1, summary: { ...none, PASS: 2 } },
    { ...seen, subscriptions: { done: 0, total: 1 }, summary: { ...none, PASS: 2 } },
    { ...seen, subscriptions: { done: 1, total: 1 }, summary: { ...none, PASS: 2 } },
    { ...seen, subscriptions: { done: 1, total: 1 }, summary: { ...none, PASS: 2, UNKNOWN: plugins.length } },
  ]);
});
