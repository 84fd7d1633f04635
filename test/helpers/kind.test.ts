import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { kinds, wheres } from '../../helpers/kind';
import { flexible, single } from '../support/report';

describe('the words for a kind of server', () => {
  const rows = [
    [flexible, 'Flexible Server', /^a server parameter: .* configurations\/jit of each server/],
    [single, 'Single Server', /^a property of each server: .* properties\.jit in/],
  ] as const;
  for (const [kind, name, where] of rows) {
    it(kind, () => {
      assert.equal(kinds[kind].name, name);
      assert.match(wheres[kind]('jit'), where);
      assert.equal(new URL(kinds[kind].link).host, 'learn.microsoft.com');
    });
  }

  it('are there for each kind, and not the same', () => {
    assert.equal(new Set(Object.values(kinds).map(({ link }) => link)).size, Object.keys(kinds).length);
  });
});
