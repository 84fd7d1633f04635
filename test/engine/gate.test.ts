import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decide, exitCode, type Gate } from '../../engine/gate';
import {
  type Change,
  failOns,
  type ReasonKind,
  type Result,
  reasonKinds,
  type Severity,
  type Status,
  severities,
} from '../../types';
import { gap, single, subscription, unanswered } from '../support/report';

const suppression = { plugin: '*', resource: '*', reason: 'Known.', source: 'x.yaml:1' };

/** `FAIL`, `UNKNOWN stopped`, `WARN medium`, `FAIL suppressed`, `FAIL known`: known to the baseline. */
function result(words: string, i: number): Result & { readonly known: boolean } {
  const [status, ...more] = words.split(' ') as [Status, ...string[]];
  const kind = more.find((word) => !['low', 'medium', 'high', 'suppressed', 'known'].includes(word)) as ReasonKind;
  const verdict = kind ? { status: 'UNKNOWN' as const, reason: { ...gap, kind } } : { status: status as 'PASS' };
  return {
    ...verdict,
    plugin: 'taster',
    title: 'Ripe',
    severity: severities.find((word) => more.includes(word)) ?? 'high',
    message: '',
    resource: { id: `/X${i}`, name: 'x', type: 'x', location: null, resourceGroup: null, subscriptionId: null },
    evidence: {},
    ...(more.includes('suppressed') && { suppression }),
    known: more.includes('known'),
  };
}

/** Rows `a, b`; where one is known, the report was compared with a baseline. */
function reportOf(rows: string, complete = true): Parameters<typeof decide>[0] {
  const results = rows ? rows.split(', ').map(result) : [];
  if (!rows.includes('known')) return { results, complete };
  const changes = results.flatMap(({ known, plugin, title, severity, resource, status }): Change[] =>
    known || status === 'PASS'
      ? []
      : [
          {
            change: 'worse',
            plugin,
            title,
            severity,
            resource: { ...resource, id: resource.id.toLowerCase() },
            before: null,
            after: null,
          },
        ],
  );
  return { results, complete, comparison: { changes } as never };
}

describe('the exit code', () => {
  /** `--fail-on`, `--fail-severity`, `--allow-unknown` (+ is all that is stopped). */
  const gates = failOns.flatMap((failOn) =>
    ['low', 'high'].flatMap((failSeverity) =>
      [[], ['stopped']].map(
        (kinds): Gate => ({
          failOn,
          failSeverity: failSeverity as Severity,
          allowUnknown: new Set(kinds as ReasonKind[]),
        }),
      ),
    ),
  );
  const words = gates.map(
    ({ failOn, failSeverity, allowUnknown }) => `${failOn} ${failSeverity}${allowUnknown?.size ? '+' : ''}`,
  );
  assert.equal(
    words.join(', '),
    'fail low, fail low+, fail high, fail high+, warn low, warn low+, warn high, warn high+, never low, never low+, never high, never high+',
  );

  /** The codes under each of the gates, in that order. */
  const table: readonly [rows: string, fail: string, warn: string, never: string][] = [
    ['', '0000', '0000', '0000'],
    ['PASS', '0000', '0000', '0000'],
    ['WARN', '0000', '1111', '0000'],
    ['WARN medium', '0000', '1100', '0000'],
    ['PASS, WARN', '0000', '1111', '0000'],
    ['FAIL', '1111', '1111', '0000'],
    ['FAIL medium', '1100', '1100', '0000'],
    ['FAIL low', '1100', '1100', '0000'],
    ['FAIL medium, WARN high', '1100', '1111', '0000'],
    ['UNKNOWN stopped', '3030', '3030', '3030'],
    ['UNKNOWN stopped low', '3030', '3030', '3030'],
    ['UNKNOWN forbidden', '3333', '3333', '3333'],
    ['UNKNOWN stopped, UNKNOWN forbidden', '3333', '3333', '3333'],
    ['WARN, UNKNOWN stopped', '3030', '1111', '3030'],
    ['FAIL medium, UNKNOWN stopped', '1130', '1130', '3030'],
    ['FAIL, UNKNOWN forbidden', '1111', '1111', '3333'],
    ['PASS, WARN, UNKNOWN stopped, FAIL', '1111', '1111', '3030'],

    ['FAIL suppressed', '0000', '0000', '0000'],
    ['WARN suppressed', '0000', '0000', '0000'],
    ['UNKNOWN forbidden suppressed', '0000', '0000', '0000'],
    ['FAIL suppressed, FAIL', '1111', '1111', '0000'],
    ['FAIL suppressed, UNKNOWN stopped', '3030', '3030', '3030'],

    ['FAIL known', '0000', '0000', '0000'],
    ['WARN known', '0000', '0000', '0000'],
    ['UNKNOWN forbidden known', '0000', '0000', '0000'],
    ['FAIL known, FAIL', '1111', '1111', '0000'],
    ['FAIL known, FAIL medium', '1100', '1100', '0000'],
    ['FAIL known, WARN', '0000', '1111', '0000'],
    ['FAIL known, UNKNOWN stopped', '3030', '3030', '3030'],
    ['FAIL known, FAIL suppressed', '0000', '0000', '0000'],
  ];
  for (const [rows, ...codes] of table) {
    for (const [i, gate] of gates.entries()) {
      it(`of ${rows || 'nothing'}, ${words[i]}`, () =>
        assert.equal(`${exitCode(reportOf(rows), gate)}`, codes.join('')[i]));
    }
  }

  it('is that of a gate that lets the least through, if none is given', () => {
    assert.deepEqual(
      ['FAIL low', 'WARN', 'UNKNOWN stopped', 'PASS'].map((rows) => exitCode(reportOf(rows))),
      [1, 0, 3, 0],
    );
  });

  it('of nothing, where not all was seen and nobody says why', () => {
    const allowUnknown = new Set<ReasonKind>(['timeout']);
    assert.equal(exitCode(reportOf('', false), { allowUnknown }), 3);
    assert.equal(exitCode(reportOf('PASS', false)), 3);
    assert.equal(exitCode(reportOf('UNKNOWN timeout', false)), 3);
    assert.equal(exitCode(reportOf('UNKNOWN timeout', false), { allowUnknown }), 0);
    assert.equal(exitCode(reportOf('UNKNOWN timeout suppressed', false)), 0);
    const stopped = { allowUnknown: new Set<ReasonKind>(['stopped']) };
    assert.equal(exitCode(reportOf('UNKNOWN stopped', false), stopped), 3, 'it does not say why');
    const unlisted = [subscription('0', { [single]: unanswered })];
    assert.equal(exitCode({ ...reportOf('UNKNOWN stopped', false), scopes: unlisted }, stopped), 0);
    assert.equal(exitCode(reportOf('UNKNOWN stopped', false), { allowUnknown: new Set(reasonKinds) }), 0);
  });

  it('says how many it let through, and why', () => {
    const rows = 'FAIL suppressed, FAIL known, FAIL medium, FAIL, WARN, UNKNOWN stopped, UNKNOWN forbidden, PASS';
    const gate = { failSeverity: 'high', allowUnknown: new Set<ReasonKind>(['stopped']) } as const;
    const { failing, unknown, accepted } = decide(reportOf(rows), gate);
    assert.deepEqual(accepted, { suppression: 1, baseline: 1, failOn: 0, failSeverity: 1, allowUnknown: 1 });
    assert.deepEqual(
      [failing, unknown].map((some) => some.map(({ resource }) => resource.id)),
      [['/X3'], ['/X6']],
    );
  });
});
