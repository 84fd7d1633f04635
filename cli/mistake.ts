import { printable } from '../helpers/printable';
import { ScanError } from '../helpers/scanError';

/** Both begin with 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** What is wrong in a file that somebody has written. */
export interface Mistake {
  readonly place: Place;
  /** One sentence. It may quote a word of the file, by {@link quoted}. */
  readonly what: string;
  /** What to do, in one sentence. */
  readonly todo: string;
}

/** More than anybody mends at once. */
const most = 20;

/** A word of a file, and no more than a word of it: a file that was only found may be a link to one with secrets. */
export const quoted = (word: string): string => `"${cut(word, 60)}"`;

/** One line, of at most so many characters. */
export function cut(text: string, length: number): string {
  const line = printable(text);
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}

/** A ScanError, `bad-file`, that tells all mistakes of a file, in the order in which they stand in it. */
export function badFile(path: string, mistakes: readonly Mistake[]): ScanError {
  const sorted = [...mistakes].sort((a, b) => a.place.line - b.place.line || a.place.column - b.place.column);
  const at = ({ place: { line, column } }: Mistake) => `${printable(path)}:${line}:${column}:`;
  const [first] = sorted;
  // An alias repeats what stands at its anchor, with its mistakes.
  const lines = [...new Set(sorted.map((each) => `${at(each)} ${each.what} ${each.todo}`))];
  if (first && lines.length === 1) return new ScanError('bad-file', `${at(first)} ${first.what}`, first.todo);
  const more = lines.length > most ? [`and ${lines.length - most} more`] : [];
  return new ScanError('bad-file', [...lines.slice(0, most), ...more].join('\n'), 'Correct them, and try again.');
}
