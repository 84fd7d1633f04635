import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { skim } from '../../../collectors/azure/skim';
import { parameterItems } from '../../../emulator/parameters';

const wanted = new Set(['ssl', 'work_mem']);
const isWanted = (name: string) => wanted.has(name.toLowerCase());

/** What a reader has of a list who picks the wanted items, and those that have no name. */
function picked(text: string): unknown {
  try {
    const body = JSON.parse(text);
    const stays = (item: unknown) =>
      typeof item !== 'object' ||
      item === null ||
      !('name' in item) ||
      typeof item.name !== 'string' ||
      isWanted(item.name);
    return Array.isArray(body.value) ? { ...body, value: body.value.filter(stays) } : body;
  } catch {
    return 'malformed';
  }
}

const assertSame = (bytes: Buffer) => assert.deepEqual(picked(skim(bytes, isWanted)), picked(bytes.toString()));

const listOf = (...items: readonly string[]) => `{"value":[${items.join()}]}`;
const skimmed = (text: string) => skim(Buffer.from(text), isWanted);

const space = fc.string({ unit: fc.constantFrom(' ', '\n', '\r', '\t'), maxLength: 2 });
const escaped = (letter: string) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;
/** The word as JSON, with some of its letters escaped. */
const spelled = (word: string) =>
  fc
    .oneof({ weight: 3, arbitrary: fc.constant<number[]>([]) }, fc.array(fc.nat(word.length - 1), { maxLength: 2 }))
    .map((at) => `"${[...word].map((letter, i) => (at.includes(i) ? escaped(letter) : letter)).join('')}"`);
const text = fc
  .array(fc.constantFrom('"name":', 'ssl', 'a', '{', '}', '[', ']', ':', ',', '"', '\\', '\n', 'é', '漢', '😀', ' '))
  .map((parts) => JSON.stringify(parts.join('')));
const name = fc.oneof(...['ssl', 'SSL', 'work_mem', 'wor\u212A_mem', 'ssl_ca_file', 'jit', 'ssl '].map(spelled), text);
const key = fc.oneof({ weight: 2, arbitrary: spelled('name') }, fc.constantFrom('"Name"', '"value"', '"name "'), text);

/** JSON, with white space wherever it may stand. */
const { value, object } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('null', 'true', '-1.5e3', '""'),
    name,
    fc.array(tie('value'), { maxLength: 3 }).map((values) => `[${values.join(', ')}]`),
    tie('object'),
  ),
  object: fc
    .array(fc.tuple(space, key, space, space, fc.oneof(name, tie('value')), space), { maxLength: 4 })
    .map((entries) => `{${entries.map(([a, k, b, c, v, d]) => `${a}${k}${b}:${c}${v}${d}`).join()}}`),
}));
const item = fc.oneof({ weight: 9, arbitrary: object }, value);
const items = fc
  .array(fc.tuple(space, item, space), { maxLength: 6 })
  .map((each) => each.map((parts) => parts.join('')).join());
const pair = fc
  .tuple(space, fc.constant('"value"'), space, space, items)
  .map(([a, k, b, c, i]) => `${a}${k}${b}:${c}[${i}]`);
const other = fc.oneof(
  fc.tuple(key, value).map((each) => each.join(':')),
  fc.constantFrom('"nextLink":null', '"value":7', '"value":null'),
);
const list = fc
  .tuple(space, fc.array(other, { maxLength: 1 }), pair, fc.array(fc.oneof(other, pair), { maxLength: 2 }), space)
  .map(([before, first, main, last, after]) => `${before}{${[...first, main, ...last].join()}}${after}`);

describe('a list that is skimmed', () => {
  it('has the same wanted items as the whole one, whatever is in it', () => {
    fc.assert(
      fc.property(list, (whole) => assertSame(Buffer.from(whole))),
      { numRuns: 1000 },
    );
  });

  it('is malformed if it breaks off, wherever it does, or if something follows it', () => {
    fc.assert(
      fc.property(list, fc.nat(), fc.constantFrom('', ']', '}', ',', '{}', 'x', '"'), (whole, at, junk) => {
        const bytes = Buffer.from(whole);
        assertSame(bytes.subarray(0, at % (bytes.length + 1)));
        assertSame(Buffer.from(whole + junk));
      }),
      { numRuns: 1000 },
    );
  });

  it('loses no wanted item by a wrong byte, which goes unseen only in an item that is left out', () => {
    const word = fc.array(fc.constantFrom('a', '"', '\\', '{', '}', ',"name":'), { maxLength: 4 });
    const string = word.map((parts) => JSON.stringify(`x${parts.join('')}`));
    const parameter = fc
      .tuple(fc.constantFrom('ssl', 'jit'), fc.boolean(), string, string)
      .map(([name, first, a, b]) => {
        const named = `"name":"${name}"`;
        const properties = `"properties":{"value":${a},"allowedValues":[${b}]}`;
        return `{${(first ? [named, properties] : [properties, named]).join()}}`;
      });
    const parameters = fc.array(parameter, { minLength: 1, maxLength: 5 }).map((each) => listOf(...each));
    const wrong = fc.constantFrom('', '"', '\\', '{', '}', '[', ']', ',', ':', ' ', '\n', 'x');
    fc.assert(
      fc.property(parameters, fc.nat(), fc.nat(1), wrong, (whole, at, gone, put) => {
        const start = at % whole.length;
        const broken = whole.slice(0, start) + put + whole.slice(start + gone);
        const expected = picked(broken);
        const found = picked(skimmed(broken));
        if (expected !== 'malformed' || found !== 'malformed') {
          assert.deepEqual(found, expected === 'malformed' ? picked(whole) : expected);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  for (const [first, last] of [
    ['{"name":"jit","a":{', '{"name":"jit"}}'],
    ['{"name":"jit","a":[', '{"name":"jit"}]'],
    ['{"name":"jit"', '{"name":"jit"}}'],
    ['{"name":"jit","a":"x","b":', '{"name":"jit"}}'],
    ['{"name":"jit","a":"x""}', '{""name":"jit"}'],
  ] as const) {
    it(`hides no wanted item between ${first} and ${last}`, () => {
      for (const space of ['', ' ']) {
        const broken = listOf(first, `${space}{"name":"ssl"}`, last);
        assert.equal(skimmed(broken), broken);
      }
    });
  }

  it('reads what is nested deeper than any parameter', () => {
    const deep = `{"name":"jit","a":${'['.repeat(40)}${']'.repeat(40)}}`;
    assert.equal(skimmed(listOf('{"name":"ssl"}', deep)), listOf('{"name":"ssl"}', deep));
  });

  const rows: readonly [what: string, item: string, stays: boolean][] = [
    ['is wanted', '{"name":"ssl"}', true],
    ['is wanted, in other letters', '{"name":"SSL"}', true],
    ['is wanted, behind all else', '{"properties":{"name":"jit","value":"{"},"name":"ssl"}', true],
    ['is not wanted', '{"name":"jit"}', false],
    ['is not wanted, though something in it has the name', '{"properties":{"name":"ssl"},"name":"jit"}', false],
    ['is not wanted, though it says the name', '{"name":"jit","value":"\\"name\\":\\"ssl\\""}', false],
    ['has no name', '{"id":"ssl"}', true],
    ['has a name that is no text', '{"name":null}', true],
    ['has two names, the last of which counts', '{"name":"ssl","name":"jit"}', true],
    ['has an escape in its name', '{"name":"s\\u0073l"}', true],
    ['has an escape in the word "name"', '{"name":"jit","n\\u0061me":"ssl"}', true],
    ['has a name that is in small letters of ASCII only', '{"name":"wor\u212A_mem"}', true],
    ['has a name with what may not stand in one', '{"name":"s\nsl"}', true],
    ['is no JSON, but has a name that is not wanted', '{"name":"jit",value:NaN}', false],
  ];
  for (const [what, item, stays] of rows) {
    it(`${stays ? 'keeps' : 'leaves out'} an item that ${what}`, () => {
      assert.equal(skimmed(listOf('{"name":"jit"}', item, '{"name":"jit"}')), listOf(...(stays ? [item] : [])));
    });
  }

  it('stays as it is where one item is no object, and where it is no list', () => {
    const jit = '{"name":"jit"}';
    for (const whole of [
      listOf(jit, 'null'),
      listOf(jit, '[]'),
      `[${jit}]`,
      `{"value":${jit}}`,
      `{"id":"","value":[${jit}]}`,
    ]) {
      assert.equal(skimmed(whole), whole);
    }
  });

  it('is short, of 437 parameters', () => {
    const apple = { name: 'apple', parameters: { work_mem: '4096' } };
    const whole = Buffer.from(JSON.stringify({ value: parameterItems('/apple', apple, 437), nextLink: null }));
    const short = skim(whole, isWanted);
    assert.ok(whole.length > 200_000 && short.length < 2_000, `${whole.length} bytes, and then ${short.length}`);
    assertSame(whole);
    assert.equal(JSON.parse(short).value.length, 2);
  });
});
