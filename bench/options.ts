import { parseArgs } from 'node:util';

/** What every benchmark can be told. */
export interface BenchOptions {
  readonly rounds: number;
  /** Only see that it does what it should, on a tenth of the size: in a second or two, and without a word on time. */
  readonly short: boolean;
}

/** `--rounds N`, `--short`. */
export function benchOptions(usual: number): BenchOptions {
  const { values } = parseArgs({ options: { rounds: { type: 'string' }, short: { type: 'boolean', default: false } } });
  const rounds = values.short ? 1 : Number(values.rounds ?? usual);
  if (Number.isInteger(rounds) && rounds >= 1) return { rounds, short: values.short };
  console.error(`--rounds cannot be "${values.rounds}". Give a whole number from 1 on.`);
  process.exit(2);
}

/** A tenth of it. */
export const tenth = (number: number): number => Math.ceil(number / 10);
