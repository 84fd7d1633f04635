import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type AssessedReport, complianceOf } from '../../helpers/assessed';
import { cis, own, published } from '../../helpers/compliance';
import real from '../../plugins/azure/postgresqlserver/flexibleServerRequireSecureTransport';
import {
  type AssessedControl,
  type Control,
  type ForeignDescription,
  frameworks,
  type Plugin,
  type Result,
  type Status,
  statuses,
} from '../../types';
import { suppression } from '../support/gated';
import { gap } from '../support/report';

const plugin = (id: string, ...compliance: readonly Control[]): Plugin => ({ ...real, id, compliance });

const resource = {
  id: '/subscriptions/0',
  name: 'Fruit',
  type: 'Microsoft.Resources/subscriptions',
  location: null,
  resourceGroup: null,
  subscriptionId: '0',
};

const result = (id: string, status: Status, more: Partial<Pick<Result, 'suppression'>> = {}): Result => {
  const judgement = { plugin: id, title: 'x', severity: 'low', message: 'x', resource, evidence: {}, ...more } as const;
  return status === 'UNKNOWN' ? { ...judgement, status, reason: gap } : { ...judgement, status };
};

/** `apple FAIL PASS`: a plugin that ran, and its results. */
function reportOf(...lines: readonly string[]): AssessedReport {
  const rows = lines.map((line) => line.split(' '));
  return {
    complete: true,
    scopes: [],
    plugins: rows.map(([id = '']) => ({ id, title: 'x', severity: 'low', kinds: [] })),
    results: rows.flatMap(([id = '', ...words]) =>
      statuses.flatMap((status) => words.filter((word) => word === status).map(() => result(id, status))),
    ),
  };
}

const pci = published('pci', 'DSS 4.0.1', '4.2.1');
const controlsOf = (report: AssessedReport, plugins: readonly (Plugin | ForeignDescription)[]) =>
  complianceOf(report, plugins, frameworks).flatMap(({ controls }) => controls);
const states = (report: AssessedReport, plugins: readonly Plugin[]) =>
  controlsOf(report, plugins).map(({ state }) => state);

describe('a control', () => {
  const both = [plugin('apple', ...pci), plugin('pear', ...pci)];
  const rows: readonly (readonly [name: string, report: AssessedReport, state: AssessedControl['state']])[] = [
    ['that passes everywhere', reportOf('apple PASS PASS', 'pear PASS'), 'met'],
    ['of which one plugin has nothing to look at', reportOf('apple PASS', 'pear'), 'met'],
    ['of which no plugin has anything to look at', reportOf('apple', 'pear'), 'not-assessed'],
    ['with a FAIL', reportOf('apple PASS UNKNOWN WARN FAIL', 'pear PASS'), 'failed'],
    ['with an UNKNOWN', reportOf('apple PASS WARN', 'pear UNKNOWN'), 'unknown'],
    ['with nothing but an UNKNOWN', reportOf('apple', 'pear UNKNOWN'), 'unknown'],
    ['with a WARN', reportOf('apple PASS', 'pear PASS WARN'), 'warning'],
    ['with nothing but a WARN', reportOf('apple WARN', 'pear'), 'warning'],
    ['of which one plugin did not run', reportOf('apple PASS'), 'unknown'],
    ['of which one did not run, and the other warns', reportOf('apple WARN'), 'unknown'],
    ['of which one did not run, and the other fails', reportOf('apple FAIL'), 'failed'],
    ['of which none ran', reportOf('quince PASS'), 'unknown'],
    [
      'of a report that does not say why it is not complete',
      { ...reportOf('apple', 'pear'), complete: false },
      'unknown',
    ],
    [
      'that passes in a report that does not say why it is not complete',
      { ...reportOf('apple PASS', 'pear PASS'), complete: false },
      'unknown',
    ],
    ['that fails in such a report', { ...reportOf('apple PASS', 'pear FAIL'), complete: false }, 'failed'],
  ];
  for (const [name, report, state] of rows) {
    it(`${name} is ${state}`, () => assert.deepEqual(states(report, both), [state]));
  }

  it('names its plugins, in order, and counts their results only', () => {
    const report = reportOf('quince FAIL', 'pear PASS WARN', 'apple FAIL');
    const known = [plugin('pear', ...pci), plugin('fig', ...pci), plugin('quince'), plugin('apple', ...pci)];
    assert.deepEqual(complianceOf(report, known, ['pci']), [
      {
        framework: 'pci',
        name: 'PCI',
        controls: [
          {
            edition: 'DSS 4.0.1',
            control: '4.2.1',
            own: false,
            state: 'failed',
            plugins: ['apple', 'pear'],
            notRun: ['fig'],
            summary: { FAIL: 1, UNKNOWN: 0, WARN: 1, PASS: 1 },
            suppressed: 0,
          },
        ],
      },
    ]);
  });

  it('is met by no suppression', () => {
    const accepted = result('apple', 'FAIL', { suppression });
    const [control] = controlsOf({ ...reportOf('apple PASS'), results: [accepted, result('apple', 'PASS')] }, [
      plugin('apple', ...pci),
    ]);
    assert.deepEqual([control?.state, control?.suppressed, control?.summary.FAIL], ['failed', 1, 1]);
  });

  it('counts a plugin once that names it twice', () => {
    const [control, ...others] = controlsOf(reportOf('apple PASS'), [plugin('apple', ...pci, ...pci)]);
    assert.deepEqual([control?.plugins, control?.summary.PASS, others], [['apple'], 1, []]);
  });

  it('knows by the list of a shard what ran', () => {
    const { plugins = [], ...report } = reportOf('apple PASS');
    const shard = {
      index: 1,
      count: 2,
      armEndpoint: 'https://management.azure.com',
      choice: { subscriptions: [], excludeSubscriptions: [], managementGroups: [] },
      subscriptions: [],
      plugins: [...plugins, { id: 'pear', title: 'x', severity: 'low', kinds: [] }] as const,
    };
    assert.deepEqual(states({ ...report, shard }, both), ['met']);
  });

  it('takes of an old report, which does not list its plugins, those for such that ran which have a result', () => {
    const { plugins: _, ...report } = reportOf('apple PASS', 'pear');
    assert.deepEqual(states(report, both), ['unknown']);
  });

  it('rests on no plugin of another tool', () => {
    const { compliance: _, kind: __, needs: ___, ...described } = plugin('theirs');
    const foreign: ForeignDescription = { ...described, kinds: [], settings: {} };
    assert.deepEqual(controlsOf(reportOf('theirs FAIL', 'apple PASS'), [foreign, plugin('apple', ...pci)]).length, 1);
  });
});

describe('the controls of a framework', () => {
  const named = (...controls: readonly Control[]) =>
    controlsOf(reportOf('apple'), [plugin('apple', ...controls)]).map(
      ({ edition, control, own }) => `${edition} ${control}${own ? ' ours' : ''}`,
    );

  it('are apart by what is published and what is ours, and never count for one another', () => {
    const known = [plugin('apple', ...own('pci', 'DSS 4.0.1', '4.2.1')), plugin('pear', ...pci)];
    assert.deepEqual(
      controlsOf(reportOf('apple FAIL', 'pear PASS'), known).map(({ own, state, plugins }) => [own, state, plugins]),
      [
        [false, 'met', ['pear']],
        [true, 'failed', ['apple']],
      ],
    );
  });

  it('are told apart by their whole names', () => {
    const joined = [...published('nist', 'a b', 'c'), ...published('nist', 'a', 'b c')];
    const quoted = [...published('nist', 'a","b', 'c'), ...published('nist', 'a', 'b","c')];
    assert.equal(named(...joined, ...quoted).length, 4);
    assert.equal(named(...published('nist', '1', '2'), ...published('cis', '1', '2')).length, 2);
  });

  it('are in the order of their numbers', () => {
    const shuffled = [
      ...published('cis', 'B 2.0', '1'),
      ...published('cis', 'A 10', '1'),
      ...published('cis', 'A 9', '6.10', '6.9', '6', '6.9.1'),
      ...published('cis', 'A 9', 'SC-8(1)', 'SC-8', 'SC-13'),
      ...own('cis', 'A 9', '6.9'),
    ];
    assert.deepEqual(named(...shuffled), [
      'A 9 6',
      'A 9 6.9',
      'A 9 6.9 ours',
      'A 9 6.9.1',
      'A 9 6.10',
      'A 9 SC-8',
      'A 9 SC-8(1)',
      'A 9 SC-13',
      'A 10 1',
      'B 2.0 1',
    ]);
  });

  it('belong to the lowest profile that anybody names', () => {
    const levels = (...controls: readonly Control[]) =>
      controlsOf(
        reportOf(),
        controls.map((control, i) => plugin(`p${i}`, control)),
      ).map(({ level }) => level);
    const [two, one, none] = [...cis(2, 'A', '1'), ...cis(1, 'A', '1'), ...published('cis', 'A', '1')] as const;
    assert.ok(two && one && none);
    for (const order of [
      [two, one, none],
      [none, one, two],
      [one, none, two],
    ])
      assert.deepEqual(levels(...order), [1]);
    assert.deepEqual(levels(none), [undefined]);
  });

  it('are of the chosen frameworks only, each once, in one order', () => {
    const known = [plugin('apple', ...pci, ...own('hipaa', 'x', '1'))];
    const found = complianceOf(reportOf('apple PASS'), known, ['soc2', 'pci', 'soc2']);
    assert.deepEqual(
      found.map(({ framework, controls }) => [framework, controls.length]),
      [
        ['pci', 1],
        ['soc2', 0],
      ],
    );
  });
});

describe('of any report', () => {
  const ids = ['apple', 'fig', 'pear', 'quince'];
  const control = fc
    .tuple(
      fc.constantFrom(...frameworks.slice(0, 2)),
      fc.constantFrom('1', '2'),
      fc.constantFrom('6.9', '6.10'),
      fc.boolean(),
    )
    .map(([framework, edition, control, own]): Control => ({ framework, edition, control, own }));
  const plugins = fc
    .tuple(...ids.map((id) => fc.array(control, { maxLength: 4 }).map((controls) => plugin(id, ...controls))))
    .map((each): Plugin[] => each);
  const rows = fc.array(
    fc
      .tuple(fc.constantFrom(...ids), fc.constantFrom(...statuses, 'PASS' as const, 'PASS' as const), fc.boolean())
      .map(([id, status, isSuppressed]) =>
        result(id, status, isSuppressed && status !== 'PASS' ? { suppression } : {}),
      ),
    { maxLength: 12 },
  );
  const report = fc.tuple(fc.subarray(ids), rows, fc.boolean()).map(
    ([ran, results, complete]): AssessedReport => ({
      ...reportOf(...ran),
      results: results.filter(({ plugin }) => ran.includes(plugin)),
      complete: complete || results.length % 3 > 0,
    }),
  );

  it('the order of results and of plugins leaves no trace', () => {
    fc.assert(
      fc.property(
        plugins.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        report.chain((one) =>
          fc.tuple(
            fc.constant(one),
            fc.shuffledSubarray([...one.results], { minLength: one.results.length }),
            fc.shuffledSubarray([...(one.plugins ?? [])], { minLength: one.plugins?.length ?? 0 }),
          ),
        ),
        ([all, shuffled], [one, results, ran]) =>
          assert.deepEqual(
            complianceOf({ ...one, results, plugins: ran }, shuffled, frameworks),
            complianceOf(one, all, frameworks),
          ),
      ),
    );
  });

  it('a control is met if, and only if, all of its plugins ran, all of their results are PASS, and there is one', () => {
    let met = 0;
    fc.assert(
      fc.property(plugins, report, (all, one) => {
        for (const { framework, controls } of complianceOf(one, all, frameworks)) {
          for (const each of controls) {
            const mapped = all.filter(({ compliance }) =>
              compliance.some(
                (other) =>
                  other.framework === framework &&
                  other.edition === each.edition &&
                  other.control === each.control &&
                  other.own === each.own,
              ),
            );
            const ran = mapped.every(({ id }) => one.plugins?.some((that) => that.id === id));
            const words = one.results.filter((row) => mapped.some(({ id }) => id === row.plugin));
            const isProven = one.complete && ran && words.length > 0 && words.every(({ status }) => status === 'PASS');
            assert.equal(each.state === 'met', isProven);
            if (isProven) met++;
            assert.equal(
              statuses.reduce((sum, status) => sum + each.summary[status], 0),
              words.length,
            );
          }
        }
      }),
      { numRuns: 300 },
    );
    assert.ok(met > 50, `only ${met} are met`);
  });

  it('one more UNKNOWN leaves nothing met, nor makes a failure of it', () => {
    fc.assert(
      fc.property(plugins, report, fc.constantFrom(...ids), (all, one, id) => {
        fc.pre(one.plugins?.some((ran) => ran.id === id) ?? false);
        const before = controlsOf(one, all);
        const after = controlsOf({ ...one, results: [...one.results, result(id, 'UNKNOWN')] }, all);
        for (const [i, control] of after.entries()) {
          if (!control.plugins.includes(id)) continue;
          assert.equal(control.state, before[i]?.state === 'failed' ? 'failed' : 'unknown');
        }
      }),
    );
  });

  it('what a suppression accepts changes no state', () => {
    fc.assert(
      fc.property(plugins, report, (all, one) => {
        const bare = one.results.map(({ suppression: _, ...row }) => row as Result);
        assert.deepEqual(states(one, all), states({ ...one, results: bare }, all));
      }),
    );
  });
});

it('looks at each result once, whatever the number of controls', () => {
  let looks = 0;
  const seen = (row: Result): Result => {
    const get = () => {
      looks++;
      return row.status;
    };
    return Object.defineProperty({ ...row }, 'status', { enumerable: true, get });
  };
  const controls = frameworks.flatMap((framework) => published(framework, '1', ...Array.from('abcdefghij')));
  const report = reportOf('apple', 'pear');
  const results = Array.from({ length: 100 }, (_, i) => seen(result(i % 2 ? 'apple' : 'pear', 'PASS')));
  complianceOf({ ...report, results }, [plugin('apple', ...controls), plugin('pear', ...controls)], frameworks);
  assert.equal(looks, results.length);
});
