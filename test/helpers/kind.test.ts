import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isServerKind, isView, kinds, serverKinds, wheres } from '../../helpers/kind';
import type { Kind } from '../../types';
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

  it('tell what Azure lists from what is looked at beside', () => {
    assert.deepEqual(serverKinds, [flexible, single]);
    assert.deepEqual(Object.keys(kinds).filter(isView).sort(), ['PostgreSQL/databases', 'PostgreSQL/endpoints']);
    for (const kind of Object.keys(kinds) as Kind[]) assert.equal(isView(kind), !isServerKind(kind), kind);
  });
});
