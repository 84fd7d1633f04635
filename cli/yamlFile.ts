import { isUtf8 } from 'node:buffer';
import { printable } from '../helpers/printable';
import { ScanError } from '../helpers/scanError';
import { unreadable } from './input';
import { badFile, type Place } from './mistake';
import { chunksIn } from './special';
import type { Value } from './yamlValue';

// Few scans have such a file: the parser is loaded then.
const loadValue = () => require('./yamlValue') as typeof import('./yamlValue');

/** In bytes. Written by hand it is a tenth of that; and the parser takes 500 times the length of a file that is made to hurt. */
const longest = 1_000_000;

/**
 * What a file of YAML or JSON (which is YAML, too) holds, with the place of each part. Throws a ScanError: `unreadable-input`,
 * or `bad-file`, which tells each mistake with its line and column.
 */
export async function readYaml(path: string): Promise<Value> {
  const bytes = await read(path).catch((error) => Promise.reject(unreadable(path, error)));
  if (bytes.length > longest) {
    const what = `"${printable(path)}" is larger than ${longest / 1_000_000} MB.`;
    throw new ScanError('bad-file', what, 'Name the file that you have written, or split it up.');
  }
  checkUtf8(path, bytes);
  return loadValue().parse(path, new TextDecoder().decode(bytes));
}

/** As much of it as tells that it is too long. */
async function read(path: string): Promise<Uint8Array> {
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
  if (isUtf8(bytes)) return;
  const place = firstBroken(bytes);
  throw badFile(path, [{ place, what: 'This is not UTF-8.', todo: 'Save the file as UTF-8.' }]);
}

function firstBroken(bytes: Uint8Array): Place {
  for (let line = 1, start = 0; ; line++) {
    const end = bytes.indexOf(0x0a, start);
    const text = bytes.subarray(start, end < 0 ? undefined : end);
    if (!isUtf8(text)) return { line, column: new TextDecoder().decode(text).indexOf('\ufffd') + 1 };
    start = end + 1;
  }
}
