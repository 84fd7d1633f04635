import { isUtf8 } from 'node:buffer';
import { printable } from '../helpers/printable';
import { ScanError } from '../helpers/scanError';
import { isUtf16 } from '../helpers/utf16';
import { unreadable } from './input';
import { badFile, type Place } from './mistake';
import { chunksIn } from './special';

/** What a file may be, that is read as a whole. */
export interface Limits {
  /** In bytes. */
  readonly longest: number;
  /** What to do about one that is longer. */
  readonly remedy: string;
}

/**
 * The text of a file, a pipe or a device, without a byte order mark. Throws a ScanError: `unreadable-input`; or `bad-file` if it
 * is too long, or not UTF-8, with the place. Of what has no end it reads no more than tells so.
 */
export async function readText(path: string, limits: Limits): Promise<string> {
  const bytes = await readBytes(path, limits);
  checkUtf8(path, bytes);
  return new TextDecoder().decode(bytes);
}

/** The same, in whatever encoding of which ASCII is a part. */
export async function readAscii(path: string, limits: Limits): Promise<string> {
  const bytes = await readBytes(path, limits);
  if (isUtf16(bytes)) throw notUtf8(path, { line: 1, column: 1 }, 'This is UTF-16.');
  return bytes.toString('latin1');
}

async function readBytes(path: string, { longest, remedy }: Limits): Promise<Buffer> {
  const bytes = await firstBytes(path, longest).catch((error) => Promise.reject(unreadable(path, error)));
  if (bytes.length <= longest) return bytes;
  throw new ScanError('bad-file', `"${printable(path)}" is larger than ${longest / 1_000_000} MB.`, remedy);
}

/** As much of it as tells that it is too long. */
async function firstBytes(path: string, longest: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunksIn(path, new AbortController().signal)) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > longest) break;
  }
  return Buffer.concat(chunks);
}

function checkUtf8(path: string, bytes: Uint8Array): void {
  if (isUtf16(bytes)) throw notUtf8(path, { line: 1, column: 1 }, 'This is UTF-16.');
  if (!isUtf8(bytes)) throw notUtf8(path, firstBroken(bytes), 'This is not UTF-8.');
}

const notUtf8 = (path: string, place: Place, what: string) =>
  badFile(path, [{ place, what, todo: 'Save the file as UTF-8.' }]);

function firstBroken(bytes: Uint8Array): Place {
  for (let line = 1, start = 0; ; line++) {
    const end = bytes.indexOf(0x0a, start);
    const text = bytes.subarray(start, end < 0 ? undefined : end);
    if (!isUtf8(text)) return { line, column: new TextDecoder().decode(text).indexOf('\ufffd') + 1 };
    start = end + 1;
  }
}
