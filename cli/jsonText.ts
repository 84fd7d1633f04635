import { Tokenizer, TokenParser } from '@streamparser/json';
import { mostValues, Nesting } from '../helpers/nesting';
import { badFile, type Mistake, type Place, quoted } from './mistake';

/**
 * What a JSON text says. Throws a ScanError, `bad-file`, with the place, for what is no JSON, and for what JSON.parse would take
 * in silence: a key that stands twice in one object (the last would win), brackets so deep that a walk through them overflows,
 * and more values than fit into memory.
 *
 * @param remedy what to give instead.
 */
export function parseJson(path: string, text: string, remedy: string): unknown {
  // Before: JSON.parse itself runs out of memory.
  const mistake = mistakeIn(text, remedy);
  if (mistake) throw badFile(path, [mistake]);
  try {
    return JSON.parse(text);
  } catch {
    // Its own words may repeat a line of a file that was only found, and seldom hold the place.
    throw badFile(path, [{ ...syntaxMistake(text), todo: remedy }]);
  }
}

const code = (character: string) => character.charCodeAt(0);
const [quote, backslash, comma] = [code('"'), code('\\'), code(',')];
const [leftBrace, rightBrace, leftBracket, rightBracket] = [code('{'), code('}'), code('['), code(']')];

/** Looks at brackets, commas and keys only: as quick as JSON.parse, and three times as quick as a tokenizer in JavaScript. */
function mistakeIn(text: string, remedy: string): Mistake | undefined {
  const nesting = new Nesting();
  const mistake = (at: number, what: string) => ({ place: placeOf(text, at), what, todo: remedy });
  let values = 0;
  for (let at = 0; at < text.length; at++) {
    const each = text.charCodeAt(at);
    if (each === quote) {
      const start = at;
      at = endOf(text, start);
      if (!nesting.expectsKey) continue;
      const key = keyOf(text.slice(start, at + 1));
      const before = nesting.key(key, start);
      if (before === undefined) continue;
      const what = `${quoted(key)} stands in line ${placeOf(text, before).line}, too.`;
      return mistake(start, what);
    }
    if (each === leftBrace || each === leftBracket) {
      if (!nesting.open(each === leftBrace)) return mistake(at, 'It is nested too deeply.');
      values++;
    } else if (each === rightBrace || each === rightBracket) nesting.close();
    else if (each === comma) {
      nesting.next();
      if (++values > mostValues) return mistake(at, `It holds more than ${mostValues} values.`);
    }
  }
  return undefined;
}

/** Of a text that begins here: where its quote is, or the end of all. */
function endOf(text: string, start: number): number {
  for (let end = start; ; ) {
    end = text.indexOf('"', end + 1);
    if (end < 0) return text.length;
    let before = end - 1;
    while (text.charCodeAt(before) === backslash) before--;
    if ((end - before) % 2 === 1) return end;
  }
}

/** @param spelled with its quotes. */
function keyOf(spelled: string): string {
  if (!spelled.includes('\\')) return spelled.slice(1, -1);
  try {
    return String(JSON.parse(spelled));
  } catch {
    return spelled;
  }
}

const bufferSize = 65_536;

function syntaxMistake(text: string): Omit<Mistake, 'todo'> {
  if (text.trim() === '') return { place: { line: 1, column: 1 }, what: 'The file is empty.' };
  const bytes = Buffer.from(text);
  // Without buffers, each digit and each escape is an element of an array, of which V8 holds no 200 million.
  const tokenizer = new Tokenizer({ stringBufferSize: bufferSize, numberBufferSize: bufferSize });
  const parser = new TokenParser({ paths: ['$'], keepStack: false });
  let offset = -1;
  tokenizer.onToken = (token) => {
    parser.write(token);
    offset = token.offset;
  };
  parser.onValue = parser.onEnd = tokenizer.onEnd = () => undefined;
  try {
    tokenizer.write(bytes);
  } catch {
    if (offset < 0) return { place: { line: 1, column: 1 }, what: 'This is no JSON.' };
    return { place: placeOf(text, bytes.toString('utf8', 0, offset).length), what: 'Behind this, it is no JSON.' };
  }
  return { place: placeOf(text, text.length), what: 'It breaks off here.' };
}

function placeOf(text: string, at: number): Place {
  let [line, start] = [1, 0];
  for (let end = text.indexOf('\n'); end >= 0 && end < at; end = text.indexOf('\n', start)) {
    line++;
    start = end + 1;
  }
  return { line, column: at - start + 1 };
}
