import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  assigned,
  boolean,
  either,
  oneOf,
  optional,
  parameter,
  text,
  tlsVersion,
  unlimited,
  wholeNumber,
} from '../../helpers/need';
import type { Json } from '../../types';

describe('boolean', () => {
  const words = { on: true, true: true, 1: true, yes: true, off: false, false: false, 0: false, no: false };
  const space = fc.stringMatching(/^[ \t\r\n]{0,3}$/);

  for (const [word, value] of Object.entries(words)) {
    it(`reads ${word} as ${value}, in any case and with space around it`, () => {
      fc.assert(
        fc.property(space, fc.mixedCase(fc.constant(word)), space, (before, spelling, after) =>
          assert.equal(boolean.read(before + spelling + after), value),
        ),
      );
    });
  }

  it('reads no other text', () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'onfyestru01 ') }));
    const others = text.filter((each) => !Object.hasOwn(words, each.trim().toLowerCase()));
    const near = fc.constantFrom('', 'o', 't', 'y', 'onn', 'on off', '01', '1.0', '-0', 'enabled', 'constructor');
    fc.assert(fc.property(fc.oneof(others, near), (each) => assert.equal(boolean.read(each), undefined)));
  });

  const scalars: readonly [Json, boolean | undefined][] = [
    [true, true],
    [false, false],
    [1, true],
    [0, false],
    [2, undefined],
    [null, undefined],
    [['on'], undefined],
    [{ value: 'on' }, undefined],
  ];
  for (const [json, value] of scalars) {
    it(`reads the JSON ${JSON.stringify(json)} as ${value}`, () => assert.equal(boolean.read(json), value));
  }

  it('can be a need by itself, with the spelling of Azure as evidence', () => {
    assert.deepEqual([boolean.optional, boolean.spelled(' ON ')], [false, ' ON ']);
  });
});

describe('oneOf', () => {
  const need = oneOf('Enabled', 'Disabled');
  it('gives the word as the plugin spells it', () => {
    assert.equal(need.read(' ENABLED '), 'Enabled');
    assert.equal(need.read('disabled'), 'Disabled');
  });
  for (const other of ['', 'Enable', 'Enabled Disabled', 'Enabled or Disabled', true, null, ['Enabled']]) {
    it(`does not read ${JSON.stringify(other)}`, () => assert.equal(need.read(other), undefined));
  }
  it('says what it expects', () => assert.equal(need.expects, 'Enabled or Disabled'));
  it('keeps the spelling of Azure as evidence', () => assert.equal(need.spelled(' ENABLED '), ' ENABLED '));
});

describe('either', () => {
  const need = either(oneOf('None'), tlsVersion);
  it('reads what the first or the second can read', () => {
    assert.equal(need.read('none'), 'None');
    assert.deepEqual(need.read('TLS1_2'), { major: 1, minor: 2 });
    assert.equal(need.read('both'), undefined);
  });
  it('expects both', () => assert.equal(need.expects, 'None or a TLS version such as TLSv1.2 or TLS1_2'));
  it('takes the false of the first for an answer', () => {
    const never = { ...oneOf('x'), read: () => assert.fail('the second was asked') };
    assert.equal(either(boolean, never).read('off'), false);
  });
});

describe('parameter', () => {
  const need = parameter(boolean);
  const rows: readonly [value: Json, pending: Json | undefined, read: boolean | undefined, waits?: boolean][] = [
    ['on', false, true, false],
    ['off', false, false, false],
    ['on', true, true, true],
    ['on', 'True', true, true],
    ['on', null, true, false],
    ['on', undefined, true, false],
    ['on', 'soon', true, true],
    ['off', 'soon', false, true],
    ['perhaps', false, undefined],
    [null, false, undefined],
  ];
  for (const [value, isConfigPendingRestart, read, waits] of rows) {
    it(`reads ${JSON.stringify({ value, isConfigPendingRestart })}`, () => {
      const fact = { value, ...(isConfigPendingRestart === undefined ? {} : { isConfigPendingRestart }) };
      const expected = read === undefined ? undefined : { value: read, isConfigPendingRestart: waits };
      assert.deepEqual(need.read(fact), expected);
    });
  }
  it('keeps the value alone as evidence', () => {
    assert.equal(need.spelled({ value: ' On ', isConfigPendingRestart: true }), ' On ');
  });
});

it('optional changes nothing but that it is optional', () => {
  assert.deepEqual(optional(tlsVersion), { ...tlsVersion, optional: true });
});

describe('text, wholeNumber, assigned and unlimited', () => {
  for (const [name, reader, rows] of [
    [
      'text',
      text,
      [
        [' a b ', 'a b'],
        ['', undefined],
        ['  ', undefined],
        [1, undefined],
      ],
    ],
    [
      'wholeNumber',
      wholeNumber,
      [
        [7, 7],
        [-1, -1],
        [0, 0],
        [1.5, undefined],
        ['7', undefined],
        [null, undefined],
      ],
    ],
    [
      'assigned',
      assigned(boolean),
      [
        ['a = on', true],
        ['a = off', false],
        ['a = maybe', undefined],
        ['on', undefined],
        ['a b = on', undefined],
      ],
    ],
    [
      'unlimited',
      unlimited(oneOf('low')),
      [
        ['', 'unlimited'],
        ['low', 'low'],
        [' ', undefined],
        [null, undefined],
      ],
    ],
  ] as const) {
    for (const [given, value] of rows)
      it(`${name} reads ${JSON.stringify(given)} as ${value}`, () => assert.equal(reader.read(given as Json), value));
  }
});
