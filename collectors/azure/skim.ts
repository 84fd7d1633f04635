const [quote, backslash, colon, comma] = [0x22, 0x5c, 0x3a, 0x2c];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];

/**
 * The text of a list, `{"value":[…]…}`, without the items that nobody wants. Of 437 parameters two are wanted, and to make
 * objects of all the others, only to drop them, is most of the CPU and of the garbage of a scan.
 *
 * An item is left out only if it is an object and no `name` of its own may be wanted; where anything is unusual, it stays, or
 * all of the text does. So whoever parses the text, and picks the wanted items, has the same as from the whole text; but
 * nobody sees whether what was left out is JSON.
 *
 * @param body UTF-8.
 */
export function skim(body: Buffer, isWanted: (name: string) => boolean): string {
  const [head] = /^\s*\{\s*"value"\s*:\s*\[/.exec(body.toString('latin1', 0, 64)) ?? [];
  if (head === undefined) return body.toString();
  const kept: string[] = [];
  let at = skipSpace(body, head.length);
  while (body[at] === openBrace) {
    const item = readItem(body, at, isWanted);
    if (item.end < 0) return body.toString();
    if (item.stays) kept.push(body.toString('utf8', at, item.end));
    at = skipSpace(body, item.end);
    if (body[at] === closeBracket) return `${head}${kept.join()}${body.toString('utf8', at)}`;
    if (body[at] !== comma) break;
    at = skipSpace(body, at + 1);
  }
  return body.toString();
}

/** In a name, of which each byte was taken for a character: an escape, or what is not of ASCII, or may not stand there. */
const unusual = /[^ -[\]-~]/;

/** The end of the object that begins there, -1 if it has none, and whether it has to stay. */
function readItem(
  body: Buffer,
  start: number,
  isWanted: (name: string) => boolean,
): { readonly end: number; readonly stays: boolean } {
  let depth = 0;
  /** A bit for each depth: what is open there is an array. */
  let arrays = 0;
  /** What stands before, but for space. */
  let last: number | undefined = comma;
  let named = false;
  let stays = false;
  for (let i = start; i < body.length; i++) {
    const byte = body[i];
    if (byte === quote) {
      const end = stringEnd(body, i);
      const after = skipSpace(body, end + 1);
      const next = body[after];
      // With a quote too many, what stands between two strings would be taken for one, and hide other items.
      if (next !== comma && next !== colon && next !== closeBrace && next !== closeBracket) break;
      // Whether a string in the object itself is one of its keys, and which, is told by what stands around it.
      if (depth === 1 && next === colon) {
        if (isName(body, i, end)) {
          const value = skipSpace(body, after + 1);
          const name = body[value] === quote ? body.toString('latin1', value + 1, stringEnd(body, value)) : '\\';
          named = true;
          stays ||= unusual.test(name) || isWanted(name);
        }
        stays ||= hasEscape(body, i, end);
      }
      i = end;
    } else if (byte === openBrace || byte === openBracket) {
      // With a bracket too few here and one too many there, what stands between, other items, would be taken for a part of this one.
      if (depth > 0 && last !== colon && !isSet(arrays, depth)) break;
      if (++depth === mostDepth) break;
      arrays = byte === openBracket ? arrays | (1 << depth) : arrays & ~(1 << depth);
    } else if (byte === closeBrace || byte === closeBracket) {
      if (isSet(arrays, depth) !== (byte === closeBracket)) break;
      if (--depth === 0) return { end: i + 1, stays: stays || !named };
    }
    if (!isSpace(byte)) last = byte;
  }
  return { end: -1, stays: true };
}

/**
 * The quote that ends the string which begins there; the end of the body, if there is none. Searched for by Node, not byte by
 * byte: strings are most of an answer.
 */
function stringEnd(body: Buffer, start: number): number {
  for (let end = body.indexOf(quote, start + 1); end >= 0; end = body.indexOf(quote, end + 1)) {
    let backslashes = 0;
    while (body[end - 1 - backslashes] === backslash) backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return body.length;
}

/** Byte by byte: to make a string of every key would cost as much as all the rest. */
const isName = (body: Buffer, start: number, end: number): boolean =>
  end - start === 5 &&
  body[start + 1] === 0x6e &&
  body[start + 2] === 0x61 &&
  body[start + 3] === 0x6d &&
  body[start + 4] === 0x65;

function hasEscape(body: Buffer, start: number, end: number): boolean {
  for (let i = start + 1; i < end; i++) if (body[i] === backslash) return true;
  return false;
}

/** As deep as there are bits. Parameters are three deep. */
const mostDepth = 31;
const isSet = (bits: number, at: number): boolean => ((bits >> at) & 1) === 1;

const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

function skipSpace(body: Buffer, start: number): number {
  let i = start;
  while (isSpace(body[i])) i++;
  return i;
}
