import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readYaml } from '../../cli/yamlFile';
import type { Value } from '../../cli/yamlValue';
import { ScanError } from '../../helpers/scanError';
import { temporaryFolder } from '../support/folder';

const folder = temporaryFolder();
let files = 0;

function written(content: string | Uint8Array): string {
  const path = join(folder, `${++files}.yaml`);
  writeFileSync(path, content);
  return path;
}

const read = (content: string | Uint8Array): Promise<Value> => readYaml(written(content));

/** Without its places. */
function bare(value: Value): unknown {
  if (value.kind === 'text') return value.text;
  if (value.kind === 'list') return value.items.map(bare);
  if (value.kind === 'table') return [...value.entries].map(([key, entry]) => [key, bare(entry.value)]);
  return null;
}

/** What is said of it, and what to do, without the path. */
async function refusal(content: string | Uint8Array): Promise<{ readonly message: string; readonly remedy: string }> {
  const path = written(content);
  try {
    await readYaml(path);
  } catch (error) {
    assert.ok(error instanceof ScanError, String(error));
    assert.equal(error.code, 'bad-file');
    return { message: error.message.replaceAll(`${path}:`, ''), remedy: error.remedy };
  }
  return assert.fail('It was read.');
}

const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghijklm']
  .map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefghijklm'[i]}`).join(',')}]\n`)
  .join('')}`;

const refused: readonly (readonly [name: string, content: string | Uint8Array, message: RegExp, remedy: RegExp])[] = [
  ['nothing', '', /^1:1: The file is empty\.$/, /remove it/],
  ['comments only', '# nothing\n# yet\n', /^1:1: The file is empty\.$/, /remove it/],
  ['a mark and nothing', '\ufeff', /^1:1: The file is empty\.$/, /remove it/],
  ['a tab as indentation', 'a:\n\tb: 1\n', /^2:1: The line is indented by a tab\.$/, /spaces/],
  ['two documents', 'a: 1\n---\nb: 2\n', /^2:1: A second document begins\.$/, /Keep one/],
  ['a document after the end', 'a: 1\n...\nb\n', /^3:1: A second document begins\.$/, /Keep one/],
  ['a key twice', 'a: 1\nb: 2\na: 3\n', /^3:1: "a" stands in line 1, too\.$/, /Keep one/],
  ['a key twice in JSON', '{"a": 1,\n "a": 2}', /^2:2: "a" stands in line 1, too\.$/, /Keep one/],
  ['a key twice, in quotes', 'a: 1\n"a": 2\n', /^2:1: "a" stands in line 1, too\.$/, /Keep one/],
  ['keys twice, below and above', 'x: {a: 1, a: 2}\nx: 3\n', /^1:11: "a" .*\n2:1: "x" /, /Correct them/],
  ['a list as a key', '? [a]\n: b\n', /^1:3: A key is not text\.$/, /word/],
  ['an alias as a key', 'a: &k x\n*k : 1\n', /^2:1: A key is not text\.$/, /word/],
  ['a bare *', 'plugin: *\n', /^1:9: A \* begins an alias\.$/, /quotes/],
  ['a * in front', 'a:\n  - */servers/x\n', /^2:5: .*nothing is called "\/servers\/x"\.$/, /quotes/],
  ['an alias of what comes later', 'a: *b\nb: &b x\n', /^1:4: .*nothing is called "b"\.$/, /quotes/],
  ['an alias in itself', 'a: &a\n  b: *a\n', /^2:6: .*nothing is called "a"\.$/, /quotes/],
  ['aliases that repeat each other', bomb, /^5:\d+: Aliases repeat too much\.$/, /Write out/],
  ['a chain of aliases', chain(1000), /^\d+:\d+: Aliases repeat too much\.$/, /Write out/],
  ['brackets in brackets', '['.repeat(5000), /^1:\d+: It is nested too deeply\.$/, /flatter/],
  ['brackets that are closed', '['.repeat(30) + ']'.repeat(30), /^1:22: It is nested too deeply\.$/, /flatter/],
  ['dashes after dashes', '- '.repeat(5000), /^1:\d+: It is nested too deeply\.$/, /flatter/],
  ['a tag', 'a: !!int 5\n', /^1:4: A ! begins a tag/, /quotes/],
  ['a tag that says what it is', 'a: !!str 5\n', /^1:10: A ! begins a tag/, /quotes/],
  ['a tag of a list', 'a: !!seq [b]\n', /^1:10: A ! begins a tag/, /quotes/],
  ['a tag of a key', '!!str a: b\n', /^1:7: A ! begins a tag/, /quotes/],
  ['more marks than anybody writes', '[]'.repeat(150_001), /^1:300001: It holds more than 300000 words/, /Split/],
  ['a tag of JavaScript', 'a: !!js/function "x"\n', /^1:4: A ! begins a tag/, /quotes/],
  ['a ! in front', 'a: !ok\n', /^1:4: A ! begins a tag/, /quotes/],
  ['an @ in front', 'a: @x\n', /^1:4: Text cannot begin with this character\.$/, /quotes/],
  ['a directive', '%FOO x\n---\na: 1\n', /^1:1: Unknown directive %FOO\.$/, /YAML/],
  ['a bracket left open', 'a: [1,\nb: 2\n', /^2:1: .*\]/, /YAML/],
  ['quotes left open', 'a: "x\nb: 2\n', /^3:1: Quotes are not closed\.$/, /Close/],
  ['an escape that there is not', 'a: "\\q"\n', /^1:5: Invalid escape sequence \\q\.$/, /YAML/],
  ['a - as text', 'json: -\n', /^1:7: A list begins in the line of its key\.$/, /'-'/],
  ['a colon in text', 'reason: see: there\n', /^1:9: A key and its value/, /quotes/],
  ['no colon', 'fail-on warn\nquiet: true\n', /^1:1: There is a key without a value\.$/, /colon/],
  ['text after quotes', "a: 'it's'\n", /^1:8: Something follows a value/, /quotes/],
  ['several, once in a line', 'a: @x\nb: @x @y\n', /^1:4: [^\n]*\n2:4: [^\n]*$/, /Correct them/],
  ['one that follows from another', 'a: 1\n b: 2\nc: 3\n', /^1:4: A key and its value stand [^\n]*$/, /quotes/],
  ['too many', 'a: 1\n'.repeat(30), /^2:1: .*\n(.*\n){19}and 9 more$/, /Correct them/],
  ['no UTF-8', Buffer.from('a: 1\nbc: \xe9\n', 'latin1'), /^2:5: This is not UTF-8\.$/, /as UTF-8/],
  ['UTF-16', Buffer.from('\ufeffa: 1\n', 'utf16le'), /^1:1: This is UTF-16\.$/, /as UTF-8/],
  ['UTF-16 without a mark', Buffer.from('a: 1\n', 'utf16le'), /^1:1: This is UTF-16\.$/, /as UTF-8/],
  ['a file that is too long', `a: ${'x'.repeat(1_000_000)}`, /^".*" is larger than 1 MB\.$/, /split it/],
];

/** Each in the one before it. */
function chain(length: number): string {
  const lines = Array.from({ length }, (_, i) => `- &a${i + 1} [*a${i}]\n`);
  return `- &a0 x\n${lines.join('')}`;
}

describe('a file of YAML', () => {
  for (const [name, content, message, remedy] of refused) {
    it(`is refused for ${name}`, async () => {
      const said = await refusal(content);
      assert.match(said.message, message);
      assert.match(said.remedy, remedy);
    });
  }

  for (const [name, content, expected] of [
    [
      'words as they are spelled',
      'a: 0123\nb: 1.20\nc: on\nd: 2027-03-31\ne: 0x1F\nf: 1_000',
      ['0123', '1.20', 'on', '2027-03-31', '0x1F', '1_000'],
    ],
    ['words of YAML 1.1', '%YAML 1.1\n---\na: yes\nb: 010\n', ['yes', '010']],
    ['text in several lines', 'a: >\n  b\n  c\nd: |\n  e\nf: g\n  h\n', ['b c\n', 'e\n', 'g h']],
    ['a mark at its beginning', '\ufeffa: 1\n', ['1']],
    ['line ends of Windows', 'a: 1\r\nb: 2\r\n', ['1', '2']],
    ['an end', 'a: 1\n...\n', ['1']],
    ['aliases', 'a: &x why\nb: *x\nc: &x other\nd: *x\n', ['why', 'why', 'other', 'other']],
    ['a key that JavaScript knows', '__proto__: 1\nconstructor: 2\n', ['1', '2']],
  ] as const) {
    it(`has ${name}`, async () => {
      const value = await read(content);
      assert.equal(value.kind, 'table');
      assert.deepEqual(
        value.kind === 'table' && [...value.entries.values()].map((entry) => bare(entry.value)),
        expected,
      );
    });
  }

  it('merges nothing', async () => {
    assert.deepEqual(bare(await read('%YAML 1.1\n---\na: &x {b: c}\n<<: *x\n')), [
      ['a', [['b', 'c']]],
      ['<<', [['b', 'c']]],
    ]);
  });

  it('tells nothing from the word for it', async () => {
    const value = await read('- \n- null\n- ~\n- ""\n- "null"\n- ! null\n');
    assert.deepEqual(bare(value), [null, null, null, '', 'null', 'null']);
  });

  it('tells a plain word from one in quotes', async () => {
    const value = await read('[true, "true", \'true\', ! true]');
    const plain = value.kind === 'list' && value.items.map((item) => item.kind === 'text' && item.plain);
    assert.deepEqual(plain, [true, false, false, false]);
  });

  it('says where each part stands', async () => {
    const value = await read('a: 1\nb:\n  - c\n  - d: [e]\nf:\n');
    assert.ok(value.kind === 'table');
    const { a, b, f } = Object.fromEntries(value.entries);
    assert.deepEqual(
      [a?.place, a?.value.place],
      [
        { line: 1, column: 1 },
        { line: 1, column: 4 },
      ],
    );
    assert.deepEqual(b?.value.kind === 'list' && b.value.items.map(({ place }) => place), [
      { line: 3, column: 5 },
      { line: 4, column: 5 },
    ]);
    assert.deepEqual(f?.value, { kind: 'nothing', place: { line: 5, column: 1 } });
  });

  it('reads JSON as JSON.parse does, but for words that stay as they are', async () => {
    const words = (json: unknown): unknown =>
      Array.isArray(json)
        ? json.map(words)
        : json !== null && typeof json === 'object'
          ? Object.entries(json).map(([key, value]) => [key, words(value)])
          : json === null
            ? null
            : String(json);
    const json = fc.jsonValue({ maxDepth: 4 });
    const property = fc.asyncProperty(json, fc.constantFrom(undefined, 2, '\t'), async (value, indent) => {
      const text = JSON.stringify(value, undefined, indent);
      assert.deepEqual(bare(await read(text)), words(JSON.parse(text)));
    });
    await fc.assert(property, { numRuns: 300 });
  });

  it('repeats no more of a file than a word', async () => {
    const secret = 'x'.repeat(500);
    for (const content of [
      `${secret}: 1\n${secret}: 2\n`,
      `a: *${secret}\n`,
      `a: !${secret} b\n`,
      `%${secret}\n---\na`,
    ]) {
      const { message } = await refusal(content);
      assert.ok(message.length < 200 && !message.includes('x'.repeat(100)), message);
    }
  });

  it('says of a word nothing that a terminal or a pipeline would obey', async () => {
    const { message } = await refusal('"a\\e[31m\\n::error::b": 1\n"a\\e[31m\\n::error::b": 2\n');
    assert.equal(message, '2:1: "a\\u{1b}[31m\\u{a}: :error: :b" stands in line 1, too.');
  });

  it('is read, or refused by a ScanError, whatever it holds', async () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'a',
        ': ',
        ':\n',
        '- ',
        '\n',
        '  ',
        '\t',
        '[',
        ']',
        '{',
        '}',
        ',',
        '"',
        "'",
        '&a ',
        '*a',
        '!!',
        '#',
      ),
      fc.constantFrom(
        '|\n',
        '>\n',
        '---\n',
        '...\n',
        '? ',
        '%YAML 1.1\n',
        '<<: ',
        '\\',
        '\0',
        '\ufeff',
        '\r',
        'null',
        '~',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    );
    const text = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));
    let good = 0;
    const property = fc.asyncProperty(fc.oneof(text, fc.uint8Array()), async (content) => {
      try {
        await read(content);
        good++;
      } catch (error) {
        assert.ok(error instanceof ScanError && error.code === 'bad-file', String(error));
        assert.match(error.message, /:\d+:\d+: ./);
      }
    });
    await fc.assert(property, { numRuns: 1000 });
    assert.ok(good > 50, `only ${good} are good`);
  });
});

describe('what is no file', () => {
  for (const [name, path, message] of [
    ['a folder', folder, /EISDIR/],
    ['nothing', join(folder, 'none'), /ENOENT/],
    ['below a file', join(__filename, 'x'), /ENOTDIR/],
  ] as const) {
    it(`is unreadable: ${name}`, () => assert.rejects(readYaml(path), { code: 'unreadable-input', message }));
  }
});
