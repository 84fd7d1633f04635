import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { wildcard } from '../../helpers/wildcard';

describe('wildcard', () => {
  const rows: readonly (readonly [pattern: string, fits: readonly string[], fitsNot: readonly string[]])[] = [
    ['/a.b', ['/a.b', '/A.B'], ['/aXb', '/a.bc', 'x/a.b', '']],
    ['*', ['', 'anything', 'two\nlines'], []],
    ['a*', ['a', 'abc', 'A*'], ['ba', '']],
    ['*a', ['a', 'cba'], ['ab']],
    ['a*a', ['aa', 'aba'], ['a']],
    ['ab*ba', ['abba', 'ab-ba'], ['aba']],
    ['*/servers/*', ['/x/servers/', '/x/SERVERS/y'], ['/x/servers', '/x/flexibleServers']],
    ['a*b*c', ['abc', 'a-b-b-c'], ['acb', 'ac', 'abcb']],
    ['a**c', ['ac', 'abc'], ['a']],
    ['(', ['('], ['((']],
    ['[a-z]+$', ['[a-z]+$'], ['abc']],
    ['', [''], ['a']],
  ];
  for (const [pattern, fits, fitsNot] of rows) {
    it(`"${pattern}" fits ${fits.length} of ${fits.length + fitsNot.length} texts`, () => {
      assert.deepEqual([...fits, ...fitsNot].filter(wildcard(pattern)), fits);
    });
  }

  it('means what a regular expression of its escaped parts means', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'A', '.', '/', '\n'), maxLength: 12 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '.', '/', '*', '\n'), maxLength: 6 });
    fc.assert(
      fc.property(pattern, text, (pattern, text) => {
        const escaped = pattern.split('*').map((part) => part.replace(/[./]/g, '\\$&'));
        assert.equal(wildcard(pattern)(text), new RegExp(`^${escaped.join('.*')}$`, 'is').test(text));
      }),
      { numRuns: 2_000 },
    );
  });
});
