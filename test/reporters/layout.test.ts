import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { grid } from '../../reporters/layout';

describe('a cell of a grid', () => {
  it('that is longer than anybody reads is cut: to lay it out would take for ever', () => {
    const lines = grid([['x'.repeat(5_000_000), 'a word']], [22, 20]).split('\n');
    assert.equal(lines[0], `${'x'.repeat(20)}  a word`);
    assert.deepEqual([lines.length, lines.at(-1)], [101, '…']);
  });

  it('is cut between characters', () => assert.match(grid([[`x${'😀'.repeat(2_000)}`]], [80]), /^x[😀\n]+…$/u));
});
