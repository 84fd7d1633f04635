import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { didYouMean, nearest } from '../../helpers/nearest';

describe('nearest', () => {
  const rows: readonly [word: string, candidates: string[], near: string[]][] = [
    ['severty', ['plugin', 'severity'], ['severity']],
    ['SEVERITY', ['severity'], ['severity']],
    ['grape', ['grapefruit', 'grapes', 'graph', 'lemon'], ['grapes', 'graph', 'grapefruit']],
    ['pear', ['bear', 'peas', 'pearl', 'pear'], ['pear', 'bear', 'peas']],
    [
      'sslmin',
      ['flexibleServerSslMinProtocolVersion', 'singleServerSslEnforcement'],
      ['flexibleServerSslMinProtocolVersion'],
    ],
    ['ss', ['flexibleServerSslMinProtocolVersion'], []],
    ['pexx', ['pear', 'plums'], ['pear']],
    ['zzzzzzzz', ['severity', 'plugin'], []],
    ['apple', [], []],
  ];
  for (const [word, candidates, near] of rows) {
    it(`of ${word} among ${candidates.join(', ') || 'nothing'}`, () =>
      assert.deepEqual(nearest(word, candidates), near));
  }
});

it('didYouMean asks, or says what it was given if nothing is near', () => {
  assert.equal(didYouMean('aple', ['apple', 'ample', 'melon'], 'No.'), 'Did you mean apple, ample?');
  assert.equal(didYouMean('zzzzzzzz', ['apple'], 'No.'), 'No.');
  assert.equal(didYouMean('Apple', ['apples', 'apple', 'ample'], 'No.'), 'Did you mean apple?');
});
