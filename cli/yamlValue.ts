import type { Alias, Document, LineCounter, Node, Pair, ParsedNode, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { badFile, cut, type Mistake, type Place, quoted } from './mistake';

const loadYaml = () => require('yaml') as typeof import('yaml');

/** What stands in a file: as it is spelled there, since 1.20, 0123, on and 2027-03-31 are words to us. */
export type Value = Text | Nothing | List | Table;

export interface Text {
  readonly kind: 'text';
  readonly text: string;
  /** Without quotes: then it may be true or false. */
  readonly plain: boolean;
  readonly place: Place;
}

/** Nothing, `null` or `~`. */
export interface Nothing {
  readonly kind: 'nothing';
  readonly place: Place;
}

export interface List {
  readonly kind: 'list';
  readonly items: readonly Value[];
  readonly place: Place;
}

export interface Table {
  readonly kind: 'table';
  /** By key, in the order of the file. */
  readonly entries: ReadonlyMap<string, Entry>;
  readonly place: Place;
}

export interface Entry {
  readonly key: string;
  readonly place: Place;
  readonly value: Value;
}

/** Throws a ScanError, `bad-file`, for what is no YAML, for none, and for keys that stand there twice. */
export function parse(path: string, text: string): Value {
  const yaml = loadYaml();
  const excess = excessIn(text);
  if (excess) throw badFile(path, [excess]);
  const lines = new yaml.LineCounter();
  const document = withoutTraces(() =>
    yaml.parseDocument(text, {
      // Scalars are text.
      schema: 'failsafe',
      resolveKnownTags: false,
      stringKeys: true,
      // By us: the parser compares each key with each other one.
      uniqueKeys: false,
      // Without the line of the file that they stand in.
      prettyErrors: false,
      lineCounter: lines,
      logLevel: 'error',
    }),
  );
  const mistakes = syntaxMistakes(document, lines);
  if (mistakes.length > 0) throw badFile(path, mistakes);
  if (!document.contents) {
    const place = { line: 1, column: 1 };
    throw badFile(path, [{ place, what: 'The file is empty.', todo: 'Write something into it, or remove it.' }]);
  }
  const tree = new Tree(lines);
  const value = tree.value(document.contents, { line: 1, column: 1 }, 0);
  if (tree.mistakes.length > 0) throw badFile(path, tree.mistakes);
  return value;
}

// ── Syntax ───────────────────────────────────────────────────────────────────────────────────────────────────────────

const quotes = 'If it is meant as text, put it into quotes.';
const tags = { what: 'A ! begins a tag, and tags are not read.', todo: quotes };

/** Where the parser's own words are about its work, and not about the file: what they begin with, ours, and what to do. */
const ours: readonly (readonly [RegExp, what: string, todo: string])[] = [
  [/^BAD_ALIAS /, 'A * begins an alias.', quotes],
  [/^BAD_SCALAR_START /, 'Text cannot begin with this character.', quotes],
  [
    /^BLOCK_AS_IMPLICIT_KEY /,
    'A key and its value stand where only a value can.',
    'Put text that holds a colon and a space into quotes; else indent it as its neighbours are.',
  ],
  [/^MULTIPLE_DOCS /, 'A second document begins.', 'Keep one; --- and ... stand between documents.'],
  [/^NON_STRING_KEY /, 'A key is not text.', 'Write a word as the key.'],
  [/^TAB_AS_INDENT /, 'The line is indented by a tab.', 'Indent by spaces.'],
  [/^TAG_RESOLVE_FAILED /, tags.what, tags.todo],
  [
    /^UNEXPECTED_TOKEN Unexpected block-seq-ind/,
    'A list begins in the line of its key.',
    "Begin it in the next line; if - is meant as text, write '-'.",
  ],
  [/^UNEXPECTED_TOKEN .* at node end/, 'Something follows a value that has ended.', 'Put all of it into quotes.'],
  [/^M\S+ Implicit (map )?keys /, 'There is a key without a value.', 'Write name: value, with a colon and a space.'],
  [/^MISSING_CHAR Missing closing .quote/, 'Quotes are not closed.', 'Close them; they begin here or above.'],
];

/** The first of each line: the others follow from it. What the parser only warns of, it does not understand. */
function syntaxMistakes({ errors, warnings }: Document.Parsed, lines: LineCounter): Mistake[] {
  const all = [...errors, ...warnings];
  const byLine = new Map<number, Mistake>();
  for (const { code, message, pos } of all) {
    const place = placeOf(lines, pos[0]);
    const [, what = `${cut(message, 100)}.`, todo = 'Correct it: it is not YAML.'] =
      ours.find(([begins]) => begins.test(`${code} ${message}`)) ?? [];
    if (!byLine.has(place.line)) byLine.set(place.line, { place, what, todo });
  }
  return [...byLine.values()];
}

function placeOf(lines: LineCounter, offset: number): Place {
  const { line, col: column } = lines.linePos(offset);
  return { line, column };
}

// ── Depth ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const nesting = { what: 'It is nested too deeply.', todo: 'Write it flatter.' };

/** What the parser has open at once: lists, maps, and what stands in them. Of what {@link deepest} lets through, two for each. */
const mostOpen = 100;

/** Words and marks. By hand it is a tenth; and the parser takes a hundred times as long for a mark that is wrong as for one that is right. */
const mostWords = 300_000;

/**
 * Where it is too much, or too much is open. Asked before the tree is made, which the library does by calling itself, until the
 * stack overflows: where that happens in a regular expression, V8 ends the process.
 */
function excessIn(text: string): Mistake | undefined {
  const { Lexer, LineCounter: Lines, Parser } = loadYaml();
  const lines = new Lines();
  lines.addNewLine(0);
  const parser = new Parser(lines.addNewLine);
  let words = 0;
  for (const word of new Lexer().lex(text)) {
    // It gives what has ended, and reads on when asked for more.
    for (const _ended of parser.next(word));
    const place = () => placeOf(lines, parser.offset);
    if (parser.stack.length > mostOpen) return { place: place(), ...nesting };
    if (++words > mostWords) {
      return { place: place(), what: `It holds more than ${mostWords} words and marks.`, todo: 'Split it up.' };
    }
  }
  return undefined;
}

/** A file may have 100,000 mistakes, and to note where in the library each is thrown takes four times as long as all the rest. */
function withoutTraces<T>(work: () => T): T {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = before;
  }
}

// ── Values ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Nothing that we read is deeper. */
const deepest = 20;

/** So many values may stand there by aliases: ten times as many as a long file has. */
const mostByAlias = 10_000;

type Parsed = Node | ParsedNode | null | undefined;

/** Makes values of the parser's nodes. What an alias repeats is not copied, so there are no more of them than the file has. */
class Tree {
  readonly mistakes: Mistake[] = [];
  /** By name; `size` counts the values in it, those by aliases too. */
  readonly #anchors = new Map<string, { readonly value: Value; readonly size: number }>();
  #size = 0;
  #byAlias = 0;

  constructor(private readonly lines: LineCounter) {}

  /** @param otherwise where it stands, if it is nothing. */
  value(node: Parsed, otherwise: Place, depth: number): Value {
    const before = this.#size++;
    const place = node?.range && !isEmpty(node) ? placeOf(this.lines, node.range[0]) : otherwise;
    if (depth > deepest) return this.#mistake(place, nesting.what, nesting.todo);
    const yaml = loadYaml();
    if (yaml.isAlias(node)) return this.#aliased(node, place);
    // Those that YAML itself knows, such as !!str; of the others the parser warns. A bare ! says that it is text.
    if (node?.tag !== undefined && node.tag !== '!') return this.#mistake(place, tags.what, tags.todo);
    const value = yaml.isMap<Scalar, Node>(node)
      ? this.#table(node, place, depth)
      : yaml.isSeq<Node>(node)
        ? this.#list(node, place, depth)
        : textOf(node, place);
    // After its content: an alias in itself would have no end.
    const anchor = yaml.isNode(node) && 'anchor' in node ? node.anchor : undefined;
    if (anchor !== undefined) this.#anchors.set(anchor, { value, size: this.#size - before });
    return value;
  }

  #aliased({ source }: Alias, place: Place): Value {
    const found = this.#anchors.get(source);
    if (!found) return this.#mistake(place, `A * begins an alias, and nothing is called ${quoted(source)}.`, quotes);
    this.#size += found.size;
    const before = this.#byAlias;
    this.#byAlias += found.size;
    if (this.#byAlias <= mostByAlias) return found.value;
    if (before > mostByAlias) return { kind: 'nothing', place };
    return this.#mistake(place, 'Aliases repeat too much.', 'Write out what they stand for.');
  }

  #list({ items }: YAMLSeq<Node>, place: Place, depth: number): List {
    return { kind: 'list', items: items.map((item) => this.value(item, place, depth + 1)), place };
  }

  #table({ items }: YAMLMap<Scalar, Node>, place: Place, depth: number): Table {
    const entries = new Map<string, Entry>();
    for (const pair of items) {
      const entry = this.#entry(pair, place, depth);
      const before = entries.get(entry.key)?.place.line;
      if (before === undefined) entries.set(entry.key, entry);
      else this.#mistake(entry.place, `${quoted(entry.key)} stands in line ${before}, too.`, 'Keep one of them.');
    }
    return { kind: 'table', entries, place };
  }

  #entry({ key: node, value }: Pair<Scalar, Node>, table: Place, depth: number): Entry {
    const key = this.value(node, table, depth + 1);
    return { key: wordOf(node), place: key.place, value: this.value(value, key.place, depth + 1) };
  }

  #mistake(place: Place, what: string, todo: string): Nothing {
    this.mistakes.push({ place, what, todo });
    return { kind: 'nothing', place };
  }
}

const isEmpty = (node: Node): boolean => loadYaml().isScalar(node) && node.type === 'PLAIN' && node.source === '';

const wordOf = (node: Parsed): string => (loadYaml().isScalar(node) ? String(node.value) : '');

function textOf(node: Parsed, place: Place): Text | Nothing {
  const text = wordOf(node);
  const plain = !node || (loadYaml().isScalar(node) && node.type === 'PLAIN' && node.tag === undefined);
  return plain && /^(|~|null|Null|NULL)$/.test(text)
    ? { kind: 'nothing', place }
    : { kind: 'text', text, plain, place };
}
