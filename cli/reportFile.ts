import type { Report } from '../types';
import { parseJson } from './jsonText';
import { readText } from './textFile';

/** In bytes: two and a half times a report of 50,000 servers. Beyond twice that, there is no string of such a length. */
const longest = 256_000_000;

/**
 * What stands in the file of a report; whether it is one, the engine checks. Throws a ScanError: `unreadable-input`, or
 * `bad-file`, with the line and column.
 *
 * @param remedy what to give instead of a file that is none.
 */
export async function readReport(path: string, remedy: string): Promise<Report> {
  return parseJson(path, await readText(path, { longest, remedy }), remedy) as Report;
}
