import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { exitCode } from '../../engine/gate';
import type { ReasonKind, Result, Status } from '../../types';
import { gap } from '../support/report';

const result = (word: string): Result => {
  const [status, kind] = word.split(' ') as [Status, ReasonKind | undefined];
  const verdict = kind ? { status: 'UNKNOWN' as const, reason: { ...gap, kind } } : { status: status as 'PASS' };
  return {
    ...verdict,
    plugin: 'taster',
    title: 'Ripe',
    severity: 'high',
    message: '',
    resource: { id: '/x', name: 'x', type: 'x', location: null, resourceGroup: null, subscriptionId: null },
    evidence: {},
  };
};

describe('exitCode', () => {
  const gates: readonly ReasonKind[][] = [[], ['stopped'], ['timeout', 'stopped']];
  /** The codes under each of the gates. */
  const table: readonly [rows: string, codes: string][] = [
    ['', '0 0 0'],
    ['PASS', '0 0 0'],
    ['WARN', '0 0 0'],
    ['PASS, WARN', '0 0 0'],
    ['FAIL', '1 1 1'],
    ['PASS, FAIL', '1 1 1'],
    ['WARN, FAIL', '1 1 1'],
    ['UNKNOWN stopped', '3 0 0'],
    ['UNKNOWN timeout', '3 3 0'],
    ['UNKNOWN forbidden', '3 3 3'],
    ['UNKNOWN stopped, UNKNOWN timeout', '3 3 0'],
    ['UNKNOWN stopped, UNKNOWN forbidden', '3 3 3'],
    ['PASS, UNKNOWN stopped', '3 0 0'],
    ['WARN, UNKNOWN stopped', '3 0 0'],
    ['FAIL, UNKNOWN stopped', '1 1 1'],
    ['UNKNOWN forbidden, FAIL', '1 1 1'],
    ['PASS, WARN, UNKNOWN stopped, FAIL', '1 1 1'],
  ];
  it('of nothing, where not all was seen and nobody says why', () => {
    const allowUnknown = new Set<ReasonKind>(['timeout']);
    assert.equal(exitCode({ results: [], complete: false }, { allowUnknown }), 3);
    assert.equal(exitCode({ results: [result('PASS')], complete: false }), 3);
    assert.equal(exitCode({ results: [result('UNKNOWN timeout')], complete: false }), 3);
    assert.equal(exitCode({ results: [result('UNKNOWN timeout')], complete: false }, { allowUnknown }), 0);
  });

  for (const [rows, codes] of table) {
    it(`of ${rows || 'nothing'}`, () => {
      const results = rows ? rows.split(', ').map(result) : [];
      assert.equal(
        gates.map((kinds) => exitCode({ results, complete: true }, { allowUnknown: new Set(kinds) })).join(' '),
        codes,
      );
    });
  }
});
