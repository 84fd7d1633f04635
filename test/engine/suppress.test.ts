import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { exitCode } from '../../engine/gate';
import { suppress } from '../../engine/suppress';
import type { Report, Suppression } from '../../types';
import {
  answered,
  flexible,
  flexibleServer,
  mixedReport,
  reportOf,
  single,
  subscription,
  unanswered,
} from '../support/report';

const require_ = 'flexibleServerRequireSecureTransport';
const floor = 'flexibleServerSslMinProtocolVersion';
const banana = `/subscriptions/0/resourceGroups/fruit/providers/${flexible}/banana`;
const accepting = (resource: string, more: Partial<Suppression> = {}): Suppression => ({
  plugin: '*',
  resource,
  reason: 'Known.',
  source: 'x.yaml:1',
  ...more,
});

/** `name plugin` of what is marked. */
const marked = ({ results }: Report) =>
  results.flatMap(({ resource, plugin, suppression }) => (suppression ? [`${resource.name} ${plugin}`] : []));
const states = ({ suppressions = [] }: Report) => suppressions.map(({ state, results }) => `${state} ${results}`);

describe('suppress', () => {
  const all = [`banana ${require_}`, `banana ${floor}`, `cherry ${require_}`, `cherry ${floor}`];
  const rows: readonly (readonly [name: string, given: Suppression, expected: readonly string[], state: string])[] = [
    ['an id', accepting(banana), all.slice(0, 2), 'used 2'],
    ['an id in another case', accepting(banana.toUpperCase()), all.slice(0, 2), 'used 2'],
    ['an id and a plugin', accepting(banana, { plugin: require_ }), all.slice(0, 1), 'used 1'],
    ['any server', accepting('*'), all, 'used 4'],
    ['any server in a subscription', accepting('/subscriptions/0/*'), all, 'used 4'],
    ['plugins that are called alike', accepting('*', { plugin: '*Transport' }), [all[0] ?? '', all[2] ?? ''], 'used 2'],
    ['a region', accepting('*', { location: 'East US' }), all, 'used 4'],
    ['another region', accepting('*', { location: 'westus' }), [], 'untried 0'],
    [
      'what has no region',
      accepting('/subscriptions/1', { location: 'global' }),
      ['Fruit singleServerMinimalTlsVersion', 'Fruit singleServerSslEnforcement'],
      'used 2',
    ],
    ['what has no region, by another', accepting('/subscriptions/1', { location: 'eastus' }), [], 'untried 0'],
    [
      'a scope that did not answer',
      accepting('/subscriptions/1'),
      ['Fruit singleServerMinimalTlsVersion', 'Fruit singleServerSslEnforcement'],
      'used 2',
    ],
    ['a scope that did not answer, by a pattern', accepting('/subscriptions/*1'), [], 'untried 0'],
    ['a server that passes', accepting(banana.replace('banana', 'apple')), [], 'unused 0'],
    ['a server that is not there', accepting(`${banana}s`), [], 'unused 0'],
    ['a server of a subscription that did not answer', accepting(banana.replace('/0/', '/1/')), [], 'untried 0'],
    ['a server of a subscription that was not asked', accepting(banana.replace('/0/', '/2/')), [], 'untried 0'],
    ['a pattern that could fit what did not answer', accepting('*/durian'), [], 'untried 0'],
    ['a pattern in a subscription that answered', accepting('/subscriptions/0/*/durian'), [], 'unused 0'],
    ['the beginning of an id', accepting('/subscriptions/0'), [], 'unused 0'],
    ['a plugin that nobody has', accepting(banana, { plugin: 'ripeness' }), [], 'unused 0'],
    ['a plugin that did not run', accepting(banana, { plugin: 'notToday' }), [], 'untried 0'],
    ['what looks like a regular expression', accepting(banana.replace('banana', '.*')), [], 'unused 0'],
    ['the day before its last', accepting(banana, { expires: '2025-03-29' }), all.slice(0, 2), 'used 2'],
    ['its last day', accepting(banana, { expires: '2025-03-28' }), all.slice(0, 2), 'used 2'],
    ['the day after', accepting(banana, { expires: '2025-03-27' }), [], 'expired 2'],
    ['the day after, of what is not there', accepting(`${banana}s`, { expires: '2025-03-27' }), [], 'expired 0'],
  ];
  for (const [name, given, expected, state] of rows) {
    it(`by ${name}`, async () => {
      const report = suppress(await mixedReport(), [given], { plugins: ['notToday'] });
      assert.deepEqual([marked(report), states(report)], [expected, [state]]);
      for (const { suppression } of report.results) assert.ok(suppression === undefined || suppression === given);
    });
  }

  it('never marks a PASS, and changes nothing else', async () => {
    const before = await mixedReport();
    const { suppressions, ...after } = suppress(before, [accepting('*')]);
    assert.ok(after.results.every(({ status, suppression }) => status !== 'PASS' || !suppression));
    const results = after.results.map(({ suppression: _mark, ...result }) => result);
    assert.deepEqual({ ...after, results }, before);
    assert.equal(suppressions?.length, 1);
  });

  it('marks a result by the first that counts, and both are of use', async () => {
    const old = accepting(banana, { expires: '2000-01-01', source: 'old' });
    const [one, two] = [accepting(banana, { source: 'one' }), accepting('*', { source: 'two' })];
    const report = suppress(await mixedReport(), [old, one, two]);
    const sources = report.results.map(({ suppression }) => suppression?.source).filter(Boolean);
    assert.deepEqual(
      [sources, states(report)],
      [
        ['one', 'one', 'two', 'two'],
        ['expired 2', 'used 2', 'used 4'],
      ],
    );
  });

  it('takes the day that is given', async () => {
    const report = suppress(await mixedReport(), [accepting('*', { expires: '2026-01-01' })], { today: '2026-01-02' });
    assert.deepEqual(states(report), ['expired 4']);
  });

  it('tells an unused pattern only of a scan of all that is visible', async () => {
    const whole = await reportOf(flexibleServer('apple'), subscription('0', { [flexible]: answered(1) }));
    const none = { subscriptions: [], excludeSubscriptions: [], managementGroups: [] };
    const state = (choice: Report['choice'], report = whole) =>
      states(suppress(choice ? { ...report, choice } : report, [accepting('*/durian')]))[0];
    assert.equal(state(none), 'unused 0');
    assert.equal(state(undefined), 'untried 0');
    for (const word of Object.keys(none)) assert.equal(state({ ...none, [word]: ['x'] }), 'untried 0', word);
    const partial = await reportOf(flexibleServer('apple'), subscription('0', { [single]: unanswered }));
    assert.equal(state(none, partial), 'untried 0');
  });

  it('lets a gate through all that it marks, and no more', async () => {
    const report = await reportOf(
      flexibleServer('banana', { require_secure_transport: 'off' }),
      subscription('0', { [flexible]: answered(1) }),
    );
    const codes = (given: Suppression) => [
      exitCode(suppress(report, [given])),
      exitCode(suppress(report, [given]), { failOn: 'warn' }),
    ];
    assert.deepEqual(codes(accepting(banana)), [0, 0]);
    assert.deepEqual(codes(accepting(banana, { plugin: require_ })), [0, 1]);
    assert.deepEqual(codes(accepting(banana, { expires: '2025-03-27' })), [1, 1]);
  });
});
