import { availableParallelism, cpus } from 'node:os';

/** What is in one row, by the head of its column. */
export type Row = Readonly<Record<string, string>>;

/** What was measured, as Markdown, under what it was measured on. */
export function printTable(title: string, rows: readonly Row[]): void {
  const heads = Object.keys(rows[0] ?? {});
  const cells = [heads, ...rows.map((row) => heads.map((head) => row[head] ?? ''))];
  const widths = heads.map((_, i) => Math.max(...cells.map((line) => line[i]?.length ?? 0)));
  const line = (words: readonly string[]) => `| ${words.map((word, i) => word.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = cells;
  console.log(`\n${title}\n`);
  for (const words of [head, widths.map((width) => '-'.repeat(width)), ...body]) console.log(line(words));
}

/** `Node v20.20.2, 2 of Intel Xeon, linux`. */
export const machine = (): string =>
  `Node ${process.version}, ${availableParallelism()} × ${cpus()[0]?.model.trim() ?? 'CPU'}, ${process.platform}`;

export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

export const ratio = (value: number, floor: number): string => (value / floor).toFixed(2);
