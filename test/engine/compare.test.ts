import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { compare } from '../../engine/compare';
import { exitCode } from '../../engine/gate';
import { suppress } from '../../engine/suppress';
import { ScanError } from '../../helpers/scanError';
import { type Choice, changeKinds, type Report, type Resource, type Scope, statuses } from '../../types';
import {
  answered,
  flexible,
  flexibleServer,
  mixedReport,
  plugins,
  reportOf,
  single,
  subscription,
  tenant,
  unanswered,
} from '../support/report';

const require_ = 'flexibleServerRequireSecureTransport';

/** A server whose `require_secure_transport` ends in this status; its other plugin passes. */
const server = (status: string, where: Partial<Resource> = {}): Resource => {
  const pending = { known: true, value: { value: 'on', isConfigPendingRestart: true } } as const;
  const given = flexibleServer(
    'apple',
    { require_secure_transport: { FAIL: 'off', UNKNOWN: '?' }[status] ?? 'on' },
    where,
  );
  const { ssl_min_protocol_version: floor } = flexibleServer('apple').facts;
  const facts = {
    ...given.facts,
    ...(status === 'WARN' && { require_secure_transport: pending }),
    ...(floor && { ssl_min_protocol_version: floor }),
  };
  return { ...given, facts };
};

/** Only the one plugin: the report of a server, in a subscription that answered. */
async function of(status: string, scope: Scope = subscription('0', { [flexible]: answered(1) })): Promise<Report> {
  return only(
    await reportOf(
      ...(status === '-' ? [] : [server(status)]),
      status === '-'
        ? {
            ...scope,
            kinds: { ...scope.kinds, [flexible]: scope.kinds[flexible]?.answered ? answered(0) : unanswered },
          }
        : scope,
    ),
  );
}

/** As if no other plugin had run. */
const only = (report: Report): Report => ({
  ...report,
  plugins: (report.plugins ?? []).filter(({ id }) => id === require_),
  results: report.results.filter(({ plugin }) => plugin === require_),
});

const said = ({ comparison }: Report) =>
  comparison?.changes.map(
    ({ change, resource, before, after }) =>
      `${change} ${resource.name}: ${before?.status ?? '-'} > ${after?.status ?? '-'}`,
  );

describe('compare', () => {
  /** Before, now, what is said of it, and the exit codes of the gate, `--fail-on warn` the second. */
  const rows: readonly (readonly [before: string, now: string, change: string, codes: string])[] = [
    ['PASS', 'PASS', '', '00'],
    ['PASS', 'WARN', 'worse', '01'],
    ['PASS', 'UNKNOWN', 'worse', '33'],
    ['PASS', 'FAIL', 'worse', '11'],
    ['WARN', 'PASS', 'fixed', '00'],
    ['WARN', 'WARN', '', '00'],
    ['WARN', 'UNKNOWN', 'worse', '33'],
    ['WARN', 'FAIL', 'worse', '11'],
    ['UNKNOWN', 'PASS', 'fixed', '00'],
    ['UNKNOWN', 'WARN', 'better', '00'],
    ['UNKNOWN', 'UNKNOWN', '', '00'],
    ['UNKNOWN', 'FAIL', 'worse', '11'],
    ['FAIL', 'PASS', 'fixed', '00'],
    ['FAIL', 'WARN', 'better', '00'],
    ['FAIL', 'UNKNOWN', 'unknown', '00'],
    ['FAIL', 'FAIL', '', '00'],
    ['-', 'PASS', '', '00'],
    ['-', 'WARN', 'new', '01'],
    ['-', 'UNKNOWN', 'new', '33'],
    ['-', 'FAIL', 'new', '11'],
    ['FAIL', '-', 'gone', '00'],
    ['UNKNOWN', '-', 'gone', '00'],
    ['PASS', '-', 'gone', '00'],
  ];
  for (const [before, now, change, codes] of rows) {
    it(`${before} with ${now}`, async () => {
      const report = compare(await of(before), await of(now));
      assert.deepEqual(said(report), change ? [`${change} apple: ${before} > ${now}`] : []);
      assert.equal(`${exitCode(report)}${exitCode(report, { failOn: 'warn' })}`, codes);
      const { same, ...counts } = report.comparison?.summary ?? { same: -1 };
      assert.deepEqual(
        Object.entries(counts).filter(([, count]) => count > 0),
        change ? [[change, 1]] : [],
      );
      assert.equal(same, before === now ? 1 : 0);
    });
  }

  it('takes a server for gone only if its list came whole', async () => {
    const unlisted = subscription('0', { [flexible]: unanswered });
    const report = compare(await of('FAIL'), await of('-', unlisted));
    assert.deepEqual(said(report), ['new Fruit: - > UNKNOWN', 'unknown apple: FAIL > -']);
    assert.equal(exitCode(report), 3);
  });

  it('takes a scope that showed not all, and does now, for gone', async () => {
    const unlisted = await of('-', subscription('0', { [flexible]: unanswered }));
    assert.deepEqual(said(compare(unlisted, await of('-'))), ['gone Fruit: UNKNOWN > -']);
    assert.deepEqual(said(compare(unlisted, unlisted)), []);
    assert.deepEqual(said(compare(only(await reportOf(tenant)), await of('-'))), ['gone Orchard: UNKNOWN > -']);
  });

  it('takes a scope that shows fewer servers than before for worse, though it never showed all', async () => {
    const partly = subscription('0', { [flexible]: { ...unanswered, servers: 1 } });
    const rows = { PASS: 3, WARN: 3, UNKNOWN: 0, FAIL: 0 } as const;
    for (const [before, code] of Object.entries(rows)) {
      const report = compare(await of(before, partly), await of('-', partly));
      const scope = code === 3 ? ['worse Fruit: UNKNOWN > UNKNOWN'] : [];
      assert.deepEqual(said(report), [...scope, `unknown apple: ${before} > -`]);
      assert.equal(exitCode(report), code, before);
      assert.equal(report.comparison.summary.same, code === 3 ? 0 : 1);
    }
    const suppressions = [{ plugin: '*', resource: '*', reason: 'Known.', source: 'x.yaml:1' }];
    assert.equal(exitCode(compare(suppress(await of('FAIL', partly), suppressions), await of('-', partly))), 3);
  });

  it('compares ids without case, and spells them as they are now', async () => {
    const { id } = server('FAIL');
    const report = compare(
      await of('FAIL'),
      only(await reportOf(server('FAIL', { id: id.toUpperCase() }), subscription('0', { [flexible]: answered(1) }))),
    );
    assert.deepEqual(report.comparison?.changes, []);
  });

  it('says nothing of a plugin, or of a kind, that was not asked for now', async () => {
    const now = await of('PASS');
    assert.deepEqual(
      said(compare(await reportOf(server('FAIL'), subscription('0', { [flexible]: answered(1) })), now)),
      ['fixed apple: FAIL > PASS'],
    );
    const scopes = now.scopes.map((scope) => ({ ...scope, kinds: { [single]: answered(0) } }));
    assert.deepEqual(said(compare(await of('FAIL'), { ...now, scopes, results: [] })), []);
  });

  it('takes what a suppression covered before for worse, once none does', async () => {
    const suppressions = [{ plugin: '*', resource: '*', reason: 'Known.', source: 'x.yaml:1', expires: '2025-03-28' }];
    const failing = await of('FAIL');
    const accepted = suppress(failing, suppressions);
    const codes = [failing, suppress(failing, suppressions, { today: '2025-03-29' }), accepted].map((now) =>
      exitCode(compare(accepted, now)),
    );
    assert.deepEqual(codes, [1, 1, 0]);
    assert.deepEqual(said(compare(accepted, failing)), ['worse apple: FAIL > FAIL']);
    assert.deepEqual(said(compare(accepted, await of('PASS'))), ['fixed apple: FAIL > PASS']);
    assert.deepEqual(said(compare(failing, accepted)), []);
  });

  it('keeps several results of one plugin on one server apart', async () => {
    const report = await of('FAIL');
    const twice = { ...report, results: [...report.results, ...report.results] };
    assert.deepEqual(said(compare(twice, twice)), []);
    assert.deepEqual(said(compare(report, twice)), ['new apple: - > FAIL']);
    assert.deepEqual(said(compare(twice, report)), ['gone apple: FAIL > -']);
  });

  it('leads to one order, and to itself', async () => {
    const report = await mixedReport();
    const { comparison, ...rest } = compare(report, report);
    assert.deepEqual(rest, report);
    assert.deepEqual([comparison?.changes, comparison?.summary.same], [[], report.results.length]);
    const { changes } = compare(await of('PASS'), report).comparison ?? { changes: [] };
    const kinds = changes.map(({ change }) => changeKinds.indexOf(change));
    assert.ok(changes.length > 3);
    assert.deepEqual(
      kinds,
      kinds.toSorted((a, b) => a - b),
    );
  });

  it('loses nothing: each result that is no PASS, and each of the baseline that is not as it was, is in it', () => {
    const status = fc.constantFrom('-', ...statuses);
    return fc.assert(
      fc.asyncProperty(status, status, fc.boolean(), async (before, now, listed) => {
        const scope = subscription('0', { [flexible]: listed ? answered(1) : unanswered });
        const { comparison, results } = compare(await of(before), await of(now, scope));
        const rows = new Set([
          ...results.map(({ resource }) => resource.id),
          ...(comparison?.changes ?? []).map(({ resource }) => resource.id),
        ]);
        if (before !== '-') assert.ok(rows.has(server('PASS').id));
        const { same = 0 } = comparison?.summary ?? {};
        const told = (comparison?.changes ?? []).filter(({ after }) => after).length + same;
        assert.equal(
          told,
          results.filter(
            ({ resource, status }) => status !== 'PASS' || resource.id !== server('PASS').id || before !== '-',
          ).length,
        );
      }),
    );
  });
});

describe('a subscription of the baseline that is not seen any more', () => {
  const none: Choice = { subscriptions: [], excludeSubscriptions: [], managementGroups: [] };
  const before = async (choice: Choice = none) => ({
    ...only(
      await reportOf(server('FAIL'), subscription('0', { [flexible]: answered(1) }), {
        ...subscription('A1'),
        name: 'Garden',
      }),
    ),
    choice,
  });
  const now = async (choice?: Choice) => ({
    ...only(await reportOf(server('FAIL'), subscription('0', { [flexible]: answered(1) }))),
    ...(choice && { choice }),
  });

  it('is UNKNOWN, once for each plugin that ran', async () => {
    const report = compare(await before(), await now(none));
    assert.deepEqual(said(report), ['new Garden: - > UNKNOWN']);
    assert.deepEqual([exitCode(report), exitCode(report, { allowUnknown: new Set(['not-collected']) })], [3, 0]);
    assert.deepEqual(
      [report.complete, report.scopes.length, report.summary.subscriptions, report.summary.UNKNOWN],
      [false, 2, 2, 1],
    );
    assert.equal(report.results.find(({ status }) => status === 'UNKNOWN')?.resource.id, '/subscriptions/A1');
  });

  it('leaves its servers neither gone nor fixed', async () => {
    const elsewhere = only(await reportOf(subscription('B2')));
    const report = compare(await before(), elsewhere);
    assert.deepEqual(said(report), ['new Fruit: - > UNKNOWN', 'new Garden: - > UNKNOWN', 'unknown apple: FAIL > -']);
  });

  it('is of all plugins, even where none has a result', async () => {
    const whole = await before();
    const { results } = compare(whole, await reportOf(subscription('B2')));
    assert.equal(results.filter(({ resource }) => resource.id === '/subscriptions/A1').length, plugins.length);
  });

  const rows: readonly (readonly [name: string, now: Choice | undefined, before: Choice, lost: boolean])[] = [
    ['where nobody chose', none, none, true],
    ['where a collection was judged', undefined, none, true],
    ['where others were named', { ...none, subscriptions: ['0'] }, none, false],
    ['where it was excluded by id', { ...none, excludeSubscriptions: ['a1'] }, none, false],
    ['where it was excluded by name', { ...none, excludeSubscriptions: ['Garden'] }, none, false],
    ['where another was excluded', { ...none, excludeSubscriptions: ['garden'] }, none, true],
    [
      'where the group is the one of the baseline',
      { ...none, managementGroups: ['shop'] },
      { ...none, managementGroups: ['shop'] },
      true,
    ],
    ['where it is a group, and was none', { ...none, managementGroups: ['shop'] }, none, false],
  ];
  for (const [name, choice, chosen, lost] of rows) {
    it(`${lost ? 'is' : 'is not'} UNKNOWN ${name}`, async () => {
      const report = compare(await before(chosen), await now(choice));
      assert.deepEqual(said(report), lost ? ['new Garden: - > UNKNOWN'] : []);
    });
  }
});

describe('compare refuses', () => {
  const refused = (message: RegExp) => (error: unknown) =>
    error instanceof ScanError && error.code === 'bad-report' && message.test(error.message);
  const shard = {
    index: 1,
    count: 2,
    armEndpoint: 'x',
    choice: { subscriptions: [], excludeSubscriptions: [], managementGroups: [] },
    plugins: [],
    subscriptions: [],
  };

  it('what is no report', async () => {
    const report = await mixedReport();
    for (const [broken, message] of [
      [null, /^"old" is no report of pgposture\.$/],
      [{ runs: [] }, /^"old" is no report/],
      [{ ...report, schemaVersion: 2 }, /schemaVersion 2/],
      [{ ...report, results: [{ ...report.results[0], status: 'GOOD' }] }, /\/results\/0\/status/],
    ] as const) {
      assert.throws(() => compare(broken as unknown as Report, report, { baseline: '"old"' }), refused(message));
    }
  });

  it('a shard', async () => {
    const report = await mixedReport();
    assert.throws(
      () => compare({ ...report, shard }, report, { baseline: '"old"' }),
      refused(/^"old" is a shard only/),
    );
    assert.throws(() => compare(report, { ...report, shard }), refused(/^What is compared with it is a shard only/));
  });

  it('no report of an older release that has no result: what ran then is what ran before', async () => {
    const before = await of('FAIL');
    const { plugins: _plugins, ...empty } = await of('-', subscription('1'));
    assert.deepEqual(said(compare(before, empty)), ['new Fruit: - > UNKNOWN', 'unknown apple: FAIL > -']);
  });

  it('no report of an older release, that has fewer fields', async () => {
    const { plugins: _plugins, ...old } = await mixedReport();
    assert.deepEqual(compare(old, old).comparison?.changes, []);
  });
});
