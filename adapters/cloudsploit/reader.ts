import { type ParsedElementInfo, type ParsedTokenInfo, Tokenizer, TokenParser, TokenType } from '@streamparser/json';
import { mostKeys, mostValues, Nesting } from '../../helpers/nesting';
import { ScanError } from '../../helpers/scanError';
import { shown } from '../../helpers/template';
import { isUtf16 } from '../../helpers/utf16';
import type { Json, NeededFacts, ServerKind } from '../../types';
import { entryAt, isNeeded, isObject, putAt } from './cache';
import { type Call, calls } from './calls';
import { type Header, problemOfHeader } from './header';

/** A collection, read: ours, or one that CloudSploit wrote. */
export interface Collection {
  /** What it is called in a message: the path of its file. */
  readonly name: string;
  /** CloudSploit's has none. */
  readonly header: Header | undefined;
  /** In CloudSploit's shape. */
  readonly cache: object;
}

/** Of one text, in bytes: Azure's longest are a hundredth of it, and it has to fit into memory. */
const longest = 10_000_000;

const kinds = Object.keys(calls) as ServerKind[];
const startOfPath = (call: Call) => ['$', ...call].join('.');

/** What is looked at. Anything else in the file is dropped as it passes. */
const paths = [
  '$.pgposture',
  ...kinds.map((kind) => `${startOfPath(calls[kind].list)}.*`),
  ...kinds.flatMap((kind) => (calls[kind].parameters ? [`${startOfPath(calls[kind].parameters)}.*.*`] : [])),
];

/** The keys below which something is kept. */
const kept = new Set(paths.map((path) => path.split('.').slice(1, 3).join('.')));

/**
 * Reads the text of a collection as it comes, for one with 2,000 servers is longer than a string can be, and keeps only the
 * facts that are needed. Throws a ScanError, `unreadable-input`, that names the place where it is broken.
 */
export class CollectionReader {
  readonly #tokenizer = new Tokenizer();
  readonly #parser = new TokenParser({ paths, keepStack: false });
  readonly #nesting = new Nesting();
  readonly #cache = {};
  #header: unknown;
  /** Bytes before this chunk, and lines that ended in them. */
  #passed = 0;
  #lines = 0;
  #lineStart = 0;
  /** Of the last token that was understood; -1 before the first. */
  #offset = -1;
  /** The key of the whole collection below which it is. */
  #service = '';
  /** Something of what is read is kept. */
  #isKept = false;
  /** Values that are kept until their entry is whole. */
  #values = 0;
  /** Why this token is refused, though it is JSON. */
  #problem: string | undefined;

  /** @param needs what is kept of each item, by kind; all of it, if left out. */
  constructor(
    private readonly name: string,
    private readonly needs?: NeededFacts,
  ) {
    this.#tokenizer.onToken = (token) => {
      this.#parser.write(token);
      this.#offset = token.offset;
      this.#watch(token);
    };
    this.#tokenizer.onEnd = () => undefined;
    this.#parser.onEnd = () => undefined;
    this.#parser.onValue = (element) => this.#take(element);
  }

  write(chunk: Uint8Array): void {
    if (this.#passed === 0 && isUtf16(chunk)) {
      throw new ScanError('unreadable-input', `"${this.name}" is UTF-16.`, 'Save the file as UTF-8.');
    }
    try {
      this.#tokenizer.write(chunk);
    } catch {
      if (this.#problem)
        throw new ScanError('unreadable-input', `"${this.name}" ${this.#problem} ${this.#place(chunk)}.`, whatToGive);
      if (this.#offset < 0) throw new ScanError('unreadable-input', `"${this.name}" is no JSON.`, whatToGive);
      throw this.#broken(`is no JSON behind ${this.#place(chunk)}`);
    }
    if (this.#passed + chunk.length - this.#offset > longest) {
      const what = `"${this.name}" has a text, or a gap, of more than ${longest / 1_000_000} MB behind ${this.#place(chunk)}.`;
      throw new ScanError('unreadable-input', what, whatToGive);
    }
    for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, at + 1)) {
      this.#lines++;
      this.#lineStart = this.#passed + at + 1;
    }
    this.#passed += chunk.length;
  }

  /** What the parser would take in silence: the last of two entries that are called alike would hide the first one. */
  #watch({ token, value, offset }: ParsedTokenInfo): void {
    const nesting = this.#nesting;
    if (token === TokenType.LEFT_BRACE || token === TokenType.LEFT_BRACKET) {
      if (!nesting.open(token === TokenType.LEFT_BRACE)) this.#refuse('is nested too deeply in');
    } else if (token === TokenType.RIGHT_BRACE || token === TokenType.RIGHT_BRACKET) nesting.close();
    else if (token === TokenType.COMMA) {
      nesting.next();
      if (this.#isKept && ++this.#values > mostValues)
        this.#refuse(`has an entry with more than ${mostValues} values in`);
      if (nesting.keys >= mostKeys) this.#refuse(`has an object with more than ${mostKeys} keys in`);
    } else if (token === TokenType.STRING && nesting.expectsKey) this.#enter(String(value), offset);
  }

  #enter(key: string, offset: number): void {
    const { depth } = this.#nesting;
    if (depth === 1) this.#service = key;
    if (depth <= 2) this.#isKept = kept.has(this.#service) || kept.has(`${this.#service}.${key}`);
    if (this.#nesting.key(key, offset) === undefined) return;
    this.#refuse(`is ambiguous: ${shown(key)} stands twice in one object, again in`);
  }

  #refuse(problem: string): never {
    this.#problem = problem;
    throw new Error(problem);
  }

  end(): Collection {
    if (this.#passed === 0) throw this.#broken('is empty');
    if (!this.#isWhole()) throw this.#broken(`breaks off in line ${this.#lines + 1}`);
    const header = this.#header;
    if (header === undefined) {
      if (kinds.some((kind) => entryAt(this.#cache, ...calls[kind].list))) return this.#collection(undefined);
      const what = `"${this.name}" is no collection that can be judged: it holds no PostgreSQL server, and no pgposture.`;
      throw new ScanError('unreadable-input', what, whatToGive);
    }
    const version = isObject(header) ? header.schemaVersion : undefined;
    if (typeof version === 'number' && version > 1) {
      const what = `"${this.name}" is a collection of version ${version}, and this pgposture reads version 1.`;
      throw new ScanError('unreadable-input', what, 'Update pgposture.');
    }
    const problem = problemOfHeader(header);
    if (problem) throw this.#broken(`is not as pgposture wrote it: ${problem} is not what it should be`);
    return this.#collection(header as Header);
  }

  /** And no half token behind it. */
  #isWhole(): boolean {
    try {
      this.#tokenizer.end();
      return this.#parser.isEnded;
    } catch {
      return false;
    }
  }

  #collection = (header: Header | undefined): Collection => ({ name: this.name, header, cache: this.#cache });

  #take({ value, key, stack }: ParsedElementInfo): void {
    this.#values = 0;
    const [service = '', ...more] = [...stack.slice(1).map((element) => element.key), key].map(String);
    if (more.length === 0) this.#header = value;
    else putAt(this.#cache, [service, ...more], this.needs ? cut(service, more, value as Json, this.needs) : value);
  }

  /** Behind the last token that was understood. */
  #place(chunk: Uint8Array): string {
    let line = this.#lines + 1;
    let start = this.#lineStart;
    const end = this.#offset - this.#passed;
    for (let at = chunk.indexOf(newline); at !== -1 && at < end; at = chunk.indexOf(newline, at + 1)) {
      line++;
      start = this.#passed + at + 1;
    }
    return `line ${line}, column ${Math.max(this.#offset - start, 0) + 1}`;
  }

  #broken = (how: string) => broken(this.name, how);
}

const whatToGive = 'Give a file that pgposture scan --collection wrote, or CloudSploit with its PostgreSQL plugins.';

/** A file that is not whole. */
export const broken = (name: string, how: string) =>
  new ScanError('unreadable-input', `"${name}" ${how}.`, 'It may be half written or half copied: collect again.');

const newline = 0x0a;

/** An entry with only what is needed of its items: a server needs 3 kB, and its parameters 300. */
function cut(service: string, [call = '']: readonly string[], entry: Json, needs: NeededFacts): unknown {
  const data = entryAt(entry, 'data');
  if (!isObject(entry) || !Array.isArray(data)) return entry;
  const items: readonly Json[] = data;
  const is = (other: Call | undefined) => other?.[0] === service && other[1] === call;
  const kind = kinds.find((each) => is(calls[each].list) || is(calls[each].parameters));
  const needed = (kind && needs.get(kind)) ?? [];
  if (kind && is(calls[kind].list))
    return { err: entry.err, data: items.map(fields('id', 'name', 'location', ...needed)) };
  const parameters = items.filter(isNeeded(needed));
  return { err: entry.err, data: parameters.map(fields('id', 'name', 'value', 'isConfigPendingRestart')) };
}

const fields =
  (...names: readonly string[]) =>
  (item: Json): Json =>
    isObject(item)
      ? Object.fromEntries(names.flatMap((name) => (Object.hasOwn(item, name) ? [[name, item[name] as Json]] : [])))
      : item;
