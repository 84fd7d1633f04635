import { ScanError } from '../helpers/scanError';
import { thrown } from '../helpers/thrown';
import type { Report } from '../types';
import { unreadable } from './input';
import { chunksIn } from './special';

/**
 * What stands in the file of a report; whether it is one, the engine checks. Throws a ScanError, `unreadable-input` or `bad-report`.
 *
 * @param remedy what to give instead of a file that is not JSON.
 */
export async function readReport(path: string, remedy: string): Promise<Report> {
  const text = await readText(path).catch((error) => Promise.reject(unreadable(path, error)));
  try {
    return JSON.parse(text) as Report;
  } catch (error) {
    throw new ScanError('bad-report', `"${path}" is not JSON. ${thrown(error)}`, remedy);
  }
}

async function readText(path: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of chunksIn(path, new AbortController().signal)) chunks.push(chunk);
  return new TextDecoder().decode(Buffer.concat(chunks));
}
