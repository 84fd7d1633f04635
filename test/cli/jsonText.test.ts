import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseJson } from '../../cli/jsonText';
import { ScanError } from '../../helpers/scanError';

const parse = (text: string) => parseJson('x.json', text, 'Give another.');

const depth = (levels: number) => `${'[{"a":'.repeat(levels / 2)}1${'}]'.repeat(levels / 2)}`;
const lists = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

const refused: readonly (readonly [name: string, text: string, message: string])[] = [
  ['nothing', '', '1:1: The file is empty.'],
  ['blanks', ' \r\n\t', '1:1: The file is empty.'],
  ['text', 'Saw 11 servers', '1:1: This is no JSON.'],
  ['what begins as a table does', '{"a": 1,\n "b": oops}', '2:5: Behind this, it is no JSON.'],
  ['text behind letters of several bytes', '{"Müller": "😀",\n "ä": oops}', '2:5: Behind this, it is no JSON.'],
  ['half of it', '{"a": [1,\n 2', '2:3: It breaks off here.'],
  ['half a text', '{"a": "b\\', '1:10: It breaks off here.'],
  ['a number without an end', `[${'1'.repeat(130_000_000)}`, '1:130000002: It breaks off here.'],
  ['a second value', '{} {}', '1:2: Behind this, it is no JSON.'],
  ['a key twice', '{"status": "FAIL",\n "status": "PASS"}', '2:2: "status" stands in line 1, too.'],
  ['a key twice in a list', '[{"b": {}, "a": [],\r\n"a": 1}]', '2:1: "a" stands in line 1, too.'],
  ['a key twice, spelled in two ways', '{"a": 1, "\\u0061": 2}', '1:10: "a" stands in line 1, too.'],
  ['a key twice behind quotes', '{"\\\\\\"": "\\"a\\\\", "a": 1, "a": 2}', '1:27: "a" stands in line 1, too.'],
  ['a prototype twice', '{"__proto__": 1, "__proto__": 2}', '1:18: "__proto__" stands in line 1, too.'],
  ['lists in lists', lists(101), '1:101: It is nested too deeply.'],
  ['lists that are not closed', '['.repeat(5_000_000), '1:101: It is nested too deeply.'],
  ['more than fits into memory', `[${'0,'.repeat(10_000_000)}0]`, '1:20000001: It holds more than 10000000 values.'],
];

describe('a text of JSON', () => {
  for (const [name, text, message] of refused) {
    it(`is refused for ${name}`, () => {
      const said = (error: ScanError) => {
        assert.deepEqual([error.code, error.message, error.remedy], ['bad-file', `x.json:${message}`, 'Give another.']);
        return error instanceof ScanError;
      };
      assert.throws(() => parse(text), said);
    });
  }

  for (const [name, text] of [
    ['a key in two objects', '{"a": {"a": 1}, "b": [{"a": 1}, {"a": 2}]}'],
    ['a key that is a value, too', '{"a": "a", "b": ["a", "a"], "c": "a"}'],
    ['brackets and commas in texts', '{"a": "{\\"a\\": [1,2", "b": "}]", "c": ",\\\\"}'],
    ['names of JavaScript', '{"__proto__": {"constructor": 1}, "toString": {}, "hasOwnProperty": 1}'],
    ['a hundred brackets', lists(100)],
    ['a hundred brackets of both kinds', depth(100)],
    ['blanks around it', '\r\n {"a" : 1 } \n'],
  ] as const) {
    it(`may have ${name}`, () => {
      assert.deepEqual(parse(text), JSON.parse(text));
    });
  }

  it('repeats no more of it than a word', () => {
    const secret = 'x'.repeat(500);
    for (const text of [secret, `{"a": ${secret}}`, `{"${secret}": 1, "${secret}": 2}`]) {
      assert.throws(
        () => parse(text),
        ({ message }: ScanError) => !message.includes('x'.repeat(100)),
      );
    }
  });

  it('is what JSON.parse says of it, or is refused where a key stands twice', () => {
    const keys = fc.constantFrom('a', 'b', '\\', '"', '__proto__', 'ä', '{', ',', '');
    const { value } = fc.letrec<{ readonly value: string }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.oneof(fc.integer(), fc.string({ unit: 'binary' }), fc.constant(null)).map((leaf) => JSON.stringify(leaf)),
        fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join(' , ')}]`),
        fc
          .array(fc.tuple(keys, tie('value')), { maxLength: 4 })
          .map((entries) => `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${each}`).join(',\n')}}`),
      ),
    }));
    const count = { twice: 0, once: 0 };
    fc.assert(
      fc.property(value, (text) => {
        const bare = JSON.parse(text) as unknown;
        const keysGiven = text.match(/"(?:[^"\\]|\\.)*"(:)?/g)?.filter((each) => each.endsWith(':')).length ?? 0;
        let keysKept = 0;
        const walk = (each: unknown): void => {
          if (typeof each !== 'object' || each === null) return;
          if (!Array.isArray(each)) keysKept += Object.keys(each).length;
          Object.values(each).forEach(walk);
        };
        walk(bare);
        if (keysKept < keysGiven) {
          count.twice++;
          assert.throws(() => parse(text), /stands in line \d+, too\./);
        } else {
          count.once++;
          assert.deepEqual(parse(text), bare);
        }
      }),
      { numRuns: 1000 },
    );
    assert.ok(count.twice > 20 && count.once > 20, JSON.stringify(count));
  });
});
