import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { fillTemplate, shown } from '../../helpers/template';

describe('fillTemplate', () => {
  const rows: readonly [what: string, template: string, values: Record<string, unknown>, filled: string][] = [
    ['a name', 'set to {a}.', { a: 'on' }, 'set to on.'],
    ['a name twice', '{a}{a}', { a: 1 }, '11'],
    ['a name with a dot', '{pgaudit.log}', { 'pgaudit.log': 'all', pgaudit: 'x' }, 'all'],
    ['an unknown name', '{a} {b}', { a: 'x' }, 'x {b}'],
    ['a name that every object has', '{constructor}', {}, '{constructor}'],
    ['a value that looks like a replacement', '<{a}>', { a: '$&$1$$' }, '<"$&$1$$">'],
    ['a value that looks like a name', '{a}', { a: '{b}', b: 'x' }, '"{b}"'],
    ['null', '{a}', { a: null }, 'null'],
  ];
  for (const [what, template, values, filled] of rows) {
    it(`fills ${what}`, () => assert.equal(fillTemplate(template, values), filled));
  }
});

describe('shown', () => {
  const rows: readonly [value: unknown, text: string][] = [
    ['TLSv1.2', 'TLSv1.2'],
    ['', '""'],
    [' on ', '" on "'],
    ['a\nb', '"a\\nb"'],
    [['on', 'a b'], 'on; a b'],
    [['1', '2', '3', '4', '5', '6', '7'], '1; 2; 3; 4; 5; and 2 more'],
    [['x'.repeat(300)], `${'x'.repeat(199)}…`],
    [[], '[]'],
    [['on', 1], '["on",1]'],
    [true, 'true'],
    [undefined, 'nothing'],
  ];
  for (const [value, text] of rows) it(`shows ${JSON.stringify(value)}`, () => assert.equal(shown(value), text));

  it('is never longer than 100, and says where it was cut', () => {
    assert.equal(shown('x'.repeat(100)), 'x'.repeat(100));
    assert.equal(shown('x'.repeat(101)), `${'x'.repeat(99)}…`);
    fc.assert(fc.property(fc.jsonValue(), (value) => assert.ok(shown(value).length <= 100)));
  });
});
