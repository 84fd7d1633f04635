import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { wholeness } from '../../engine/foreign';
import { runScan } from '../../engine/scan';
import { CutShort } from '../../helpers/cutShort';
import type { Coverage, Finding, ForeignPlugin, Report, Resource, Scope, Status } from '../../types';
import {
  answered,
  clock,
  collectorOf,
  flexible,
  flexibleServer,
  gap,
  known,
  plugins as ours,
  single,
  subscription,
  tenant,
  tool,
  unanswered,
} from '../support/report';

const foreign = (findings: ForeignPlugin['findings'], other: Partial<ForeignPlugin> = {}): ForeignPlugin => ({
  id: 'taster',
  title: 'Ripe',
  category: 'Fruit',
  severity: 'medium',
  description: 'Tastes.',
  moreInfo: 'Who does not taste does not know.',
  recommendedAction: 'Wait.',
  link: 'https://example.org',
  kinds: [flexible],
  settings: {},
  findings,
  ...other,
});

const scanWith = (foreignPlugins: readonly ForeignPlugin[], ...found: readonly (Resource | Scope)[]): Promise<Report> =>
  runScan({
    collector: collectorOf(...found),
    plugins: [],
    foreignPlugins,
    clock,
    tool,
    signal: new AbortController().signal,
  });

/** `apple PASS: ripe`; of an UNKNOWN, the kind of its reason. */
const told = ({ results }: Report) =>
  results.map(({ resource, status, reason, message }) => `${resource.name} ${reason?.kind ?? status}: ${message}`);

const { id } = flexibleServer('apple');
const idOf = (name: string) => flexibleServer(name).id;
const server = (name: string, where: Partial<Resource> = {}): Resource => ({
  ...flexibleServer(name, {}, where),
  facts: { [wholeness]: known(undefined) },
});
const finding = (status: Status, resource: string | null = id, message = 'said'): Finding => ({
  status,
  message,
  resource,
});
const fruit = (coverage: Coverage = answered(1)) => subscription('0', { [flexible]: coverage });
const silent = 'plugin-crashed: The plugin taster said nothing of this server.';
const unread = { ...server('apple'), facts: { [wholeness]: { known: false, gap } as const } };

describe('what a plugin of another tool says', () => {
  const rows: readonly (readonly [
    name: string,
    findings: readonly Finding[],
    found: readonly (Resource | Scope)[],
    expected: readonly string[],
  ])[] = [
    ['of a server is believed', [finding('FAIL')], [server('apple'), fruit()], ['apple FAIL: said']],
    [
      'of a server in another case is of that server',
      [finding('WARN', id.toUpperCase())],
      [server('apple', { type: flexible.toLowerCase() as typeof flexible }), fruit()],
      ['apple WARN: said'],
    ],
    [
      'of another server is none of one that is spelled in another case',
      [],
      [server('apple', { type: flexible.toLowerCase() as typeof flexible }), fruit()],
      [`apple ${silent}`],
    ],
    [
      'twice of a server stands twice',
      [finding('PASS', id, 'one'), finding('FAIL', id, 'two')],
      [server('apple'), fruit()],
      ['apple PASS: one', 'apple FAIL: two'],
    ],
    ['UNKNOWN is its own', [finding('UNKNOWN')], [server('apple'), fruit()], ['apple unreadable: said']],
    ['UNKNOWN has the reason of Azure', [finding('UNKNOWN')], [unread, fruit()], ['apple forbidden: said']],
    [
      'UNKNOWN has the reason of Azure, whatever else came',
      [finding('UNKNOWN')],
      [{ ...unread, facts: { jit: known('off'), ...unread.facts } }, fruit()],
      ['apple forbidden: said'],
    ],
    [
      'of what nobody collected stands, too',
      [finding('PASS', idOf('pear'))],
      [fruit(answered(0))],
      ['pear PASS: said'],
    ],
    ['of something odd stands, too', [finding('PASS', 'x')], [fruit(answered(0))], ['x PASS: said']],
    [
      'of one server only is UNKNOWN of the others of its kinds',
      [finding('PASS')],
      [server('apple'), server('pear'), server('fig', { type: single }), fruit(answered(2))],
      ['apple PASS: said', `pear ${silent}`],
    ],
    ['of nothing is UNKNOWN of each server', [], [server('apple'), fruit()], [`apple ${silent}`]],
    ['of nothing is nothing, where there is no server', [], [fruit(answered(0))], []],
    ['OK of nothing in particular is dropped', [finding('PASS', null)], [fruit(answered(0))], []],
    [
      'of nothing in particular is one UNKNOWN of the subscription',
      [finding('PASS', null), finding('FAIL', null, 'one'), finding('UNKNOWN', null, 'two'), finding('PASS')],
      [server('apple'), fruit()],
      ['Fruit unreadable: one', 'apple PASS: said'],
    ],
    [
      'stands beside a list that did not come',
      [finding('PASS'), finding('UNKNOWN', null)],
      [server('apple'), fruit({ ...unanswered, servers: 1 })],
      ['Fruit forbidden: Azure answered 403 AuthorizationFailed.', 'apple PASS: said'],
    ],
    [
      'stands beside a server that a list named and nobody told',
      [finding('PASS')],
      [server('apple'), fruit(answered(2))],
      ['Fruit incomplete-list: The list named 2 servers, and the collector told 1.', 'apple PASS: said'],
    ],
  ];
  for (const [name, findings, found, expected] of rows) {
    it(name, async () => assert.deepEqual(told(await scanWith([foreign(() => findings)], ...found)), expected));
  }

  it('is told as a verdict of ours is', async () => {
    const { results, summary } = await scanWith([foreign(() => [finding('FAIL')])], server('apple'), fruit());
    const { name, type, location, resourceGroup, subscriptionId } = server('apple');
    assert.deepEqual(results, [
      {
        ...{ plugin: 'taster', title: 'Ripe', severity: 'medium', status: 'FAIL', message: 'said', evidence: {} },
        resource: { id, name, type, location, resourceGroup, subscriptionId },
      },
    ]);
    assert.deepEqual([summary.FAIL, summary.servers], [1, 1]);
  });

  it('of what nobody collected is told with what its id says', async () => {
    const pear = idOf('pear').replace('/0/', '/1/');
    const { results } = await scanWith(
      [foreign(() => [finding('PASS', pear), finding('PASS', 'x')])],
      fruit(answered(0)),
    );
    const place = { location: null, resourceGroup: 'fruit', subscriptionId: '1' };
    assert.deepEqual(
      results.map(({ resource }) => resource),
      [
        { id: pear, name: 'pear', type: flexible, ...place },
        { id: 'x', name: 'x', type: 'unknown', location: null, resourceGroup: null, subscriptionId: '0' },
      ],
    );
  });

  it('is asked for each subscription, after all of it was told', async () => {
    const asked: string[] = [];
    const taster = foreign((subscription) => {
      asked.push(subscription);
      return [];
    });
    const there = { subscriptionId: 'B', id: idOf('pear').replace('/0/', '/b/') };
    const found = [
      server('apple'),
      fruit(),
      server('pear', there),
      subscription('b', { [flexible]: answered(1) }),
      tenant,
    ];
    const report = await scanWith([taster], ...found);
    assert.deepEqual(
      report.results.flatMap(({ resource, reason }) => (resource.name === 'pear' ? [reason?.kind] : [])),
      ['plugin-crashed'],
    );
    assert.deepEqual(asked, ['0', 'b']);
  });

  it('is held to all of its kinds', async () => {
    const both = foreign(() => [], { kinds: [single, flexible] });
    assert.deepEqual(told(await scanWith([both], server('apple'), fruit({ ...unanswered, servers: 1 }))), [
      'Fruit forbidden: Azure answered 403 AuthorizationFailed.',
      `apple ${silent}`,
    ]);
  });

  it('UNKNOWN says whom to ask', async () => {
    const { results } = await scanWith([foreign(() => [finding('UNKNOWN')])], server('apple'), fruit());
    assert.equal(results[0]?.reason?.remedy, 'Ask the authors of taster what it could not judge.');
  });

  it('stands beside what ours say', async () => {
    const report = await runScan({
      collector: collectorOf({ ...server('apple'), facts: flexibleServer('apple').facts }, fruit()),
      plugins: ours,
      foreignPlugins: [foreign(() => [finding('PASS')])],
      clock,
      tool,
      signal: new AbortController().signal,
    });
    assert.deepEqual(
      report.results.flatMap(({ plugin, resource }) => (resource.name === 'apple' ? [plugin] : [])),
      [...ours.filter(({ kind }) => kind === flexible).map((plugin) => plugin.id), 'taster'],
    );
  });
});

describe('a plugin of another tool that fails', () => {
  const failing = (error: unknown) =>
    foreign(() => {
      throw error;
    });
  const fault = 'plugin-crashed: The plugin taster failed: boom.';
  const late = 'timeout: The time for the scan was up. The plugin had not judged this by then.';
  const refused = 'forbidden: Azure answered 403 AuthorizationFailed.';
  const rows: readonly (readonly [
    name: string,
    error: unknown,
    found: readonly (Resource | Scope)[],
    expected: readonly string[],
  ])[] = [
    [
      'is UNKNOWN of each server of its kinds',
      new Error('boom'),
      [server('apple'), server('pear'), server('fig', { type: single }), fruit(answered(2))],
      [`apple ${fault}`, `pear ${fault}`],
    ],
    ['is UNKNOWN of a subscription without servers', new Error('boom'), [fruit(answered(0))], [`Fruit ${fault}`]],
    [
      'leaves a list that did not come its reason',
      new Error('boom'),
      [server('apple'), fruit({ ...unanswered, servers: 1 })],
      [`Fruit ${refused}`, `apple ${fault}`],
    ],
    ['is not to blame if it had no time', new CutShort('timeout'), [server('apple'), fruit()], [`apple ${late}`]],
    ['is not asked about a tenant', new Error('boom'), [tenant], [`Orchard ${refused}`]],
  ];
  for (const [name, error, found, expected] of rows) {
    it(name, async () => assert.deepEqual(told(await scanWith([failing(error)], ...found)), expected));
  }

  it('takes nothing from another one', async () => {
    const other = foreign(() => [finding('PASS')], { id: 'other' });
    const { results } = await scanWith([failing('boom'), other], server('apple'), fruit());
    assert.deepEqual(
      results.map(({ plugin, status }) => `${plugin} ${status}`),
      ['other PASS', 'taster UNKNOWN'],
    );
  });
});

describe('a server of which no scope is told', () => {
  const noTenant = { ...tenant, kinds: { [flexible]: answered(0), [single]: answered(0) } };
  const rows: readonly (readonly [name: string, found: readonly (Resource | Scope)[]])[] = [
    ['because there is none', [server('apple')]],
    ['because its subscription was told before it', [fruit(answered(0)), server('apple')]],
    ['because it names none', [server('apple', { subscriptionId: null }), fruit(answered(0)), noTenant]],
  ];
  for (const [name, found] of rows) {
    it(`${name}, is UNKNOWN`, async () => {
      const other = foreign(() => [], { id: 'other', kinds: [single] });
      const report = await scanWith([foreign(() => []), other], ...found);
      assert.deepEqual(told(report), ['apple not-collected: The collector told no subscription of this server.']);
    });
  }
});
