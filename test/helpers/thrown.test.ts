import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { thrown } from '../../helpers/thrown';

describe('thrown', () => {
  class Worm extends Error {
    override readonly name = 'Worm';
  }
  const rows: readonly [what: string, error: unknown, shown: string][] = [
    ['an error', new TypeError('too sour'), 'TypeError: too sour'],
    ['an error with a name of its own', new Worm('found'), 'Worm: found'],
    ['a word', 'sour', 'sour'],
    ['nothing', undefined, 'undefined'],
    ['an object', { code: 7 }, '[object Object]'],
    ['many lines', new Error('one\ntwo'), 'Error: one'],
    ['no word', '', ''],
    ['a line of 300', 'x'.repeat(300), 'x'.repeat(300)],
    ['a longer line', 'x'.repeat(301), `${'x'.repeat(299)}…`],
    ['what cannot be made a text', Object.create(null), 'something that cannot be shown'],
    [
      'an error that throws',
      Object.defineProperty(new Error(), 'message', { get: () => assert.fail() }),
      'something that cannot be shown',
    ],
  ];
  for (const [what, error, shown] of rows) it(`shows ${what}`, () => assert.equal(thrown(error), shown));
});
