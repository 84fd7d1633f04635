import fc from 'fast-check';

/** What stands in no file that somebody wrote in good faith. */
const words = [
  ...['{', '}', '[', ']', ',', ':', '"', "'", '\\', '\n', '\r\n', '\t', '- ', '#', '&a ', '*a', '!!js ', '<<: *a'],
  ...[
    'null',
    'true',
    '{}',
    '[]',
    '""',
    '0',
    '-0',
    '-1',
    '1e999',
    '1e-999',
    '9007199254740993',
    'NaN',
    '0x1F',
    '\ufeff',
  ],
  ...['"__proto__": {"polluted": "yes"},', '"constructor": {"prototype": {"polluted": "yes"}},', '"toString": null,'],
  ...['"__proto__"', '"constructor"', '"hasOwnProperty"', '"\\ud800"', '"\\u0000"', '\u2028', '\u202e', '😀', '\0'],
  ...[
    '::error::x',
    '##vso[task.complete]',
    '\u001b[31m',
    '2027-02-30T00:00:00.000Z',
    '2027-13-01',
    '../x',
    '/',
    '%s{x}',
  ],
  ...['['.repeat(500), '{"a":'.repeat(500), '['.repeat(20) + ']'.repeat(20), '9'.repeat(400), 'x'.repeat(5000)],
].map((word) => Buffer.from(word));

type Mutation = (bytes: Buffer, at: number, length: number, word: Buffer) => Uint8Array[];

/** Each from a place on, of a length. */
const mutations: Readonly<Record<string, Mutation>> = {
  flip: (bytes, at, length) => [
    bytes.subarray(0, at),
    Buffer.from([(bytes[at] ?? 0) ^ (1 << (length % 8))]),
    bytes.subarray(at + 1),
  ],
  insert: (bytes, at, _, word) => [bytes.subarray(0, at), word, bytes.subarray(at)],
  replace: (bytes, at, length, word) => [bytes.subarray(0, at), word, bytes.subarray(at + length)],
  cut: (bytes, at, length) => [bytes.subarray(0, at), bytes.subarray(at + length)],
  breakOff: (bytes, at) => [bytes.subarray(0, at)],
  double: (bytes, at, length) => [bytes.subarray(0, at + length), bytes.subarray(at)],
  /** What stands between commas, colons, brackets and ends of lines. */
  token: (bytes, at, _, word) => {
    const [from, to] = tokenAt(bytes, at);
    return [bytes.subarray(0, from), word, bytes.subarray(to)];
  },
  /** With its line: a key twice, or an item. */
  line: (bytes, at) => {
    const from = bytes.lastIndexOf(0x0a, at) + 1;
    const end = bytes.indexOf(0x0a, at);
    const to = end < 0 ? bytes.length : end + 1;
    return [bytes.subarray(0, to), bytes.subarray(from)];
  },
};

function tokenAt(bytes: Buffer, at: number): readonly [from: number, to: number] {
  const isEnd = (i: number) => /[,:{}[\]\n]/.test(String.fromCharCode(bytes[i] ?? 0x0a));
  let [from, to] = [at, at];
  while (from > 0 && !isEnd(from - 1)) from--;
  while (to < bytes.length && !isEnd(to)) to++;
  return [from, to];
}

const forms: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  utf16: (bytes) => Buffer.from(bytes.toString(), 'utf16le'),
  utf16WithMark: (bytes) => Buffer.from(`\ufeff${bytes}`, 'utf16le'),
  mark: (bytes) => Buffer.from(`\ufeff${bytes}`),
  latin1: (bytes) => Buffer.from(bytes.toString(), 'latin1'),
  windows: (bytes) => Buffer.from(bytes.toString().replaceAll('\n', '\r\n')),
  returnsOnly: (bytes) => Buffer.from(bytes.toString().replaceAll('\n', '\r')),
};

/** What has become of a file in bad hands. */
interface Mutated {
  readonly bytes: Buffer;
}

const change = fc.record({
  how: fc.constantFrom(...Object.keys(mutations)),
  /** In millionths of the file. */
  at: fc.nat(999_999),
  length: fc.integer({ min: 1, max: 60 }),
  word: fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...words) },
    fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes)),
  ),
});

/** One to three changes, and sometimes another encoding. */
export const mutated = (good: string): fc.Arbitrary<Mutated> =>
  fc
    .tuple(
      fc.array(change, { minLength: 1, maxLength: 3 }),
      fc.oneof(
        { weight: 9, arbitrary: fc.constant(null) },
        { weight: 1, arbitrary: fc.constantFrom(...Object.keys(forms)) },
      ),
    )
    .map(([changes, form]) => {
      const changed = changes.reduce<Buffer>((bytes, { how, at, length, word }) => {
        const pieces = mutations[how]?.(bytes, Math.floor((at / 1e6) * bytes.length), length, word);
        return Buffer.concat(pieces ?? []);
      }, Buffer.from(good));
      const told = changes.map(({ how, at, length, word }) => `${how} ${at} ${length} ${JSON.stringify(`${word}`)}`);
      return {
        bytes: form === null ? changed : (forms[form]?.(changed) ?? changed),
        // Not the file itself, which is long.
        [fc.toStringMethod]: () => [...told, form].join('; '),
      };
    });
