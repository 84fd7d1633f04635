import type { Options } from 'yargs';
import { type ScanArgs, scanOptions } from './options';

const known: Readonly<Record<string, Options>> = scanOptions;

/** Means itself, wherever it stands; yargs takes quotes away, and wonders at what begins with a dash. */
const isPlain = (value: string) => /^(-|[^-'"][^'"]*)$/.test(value);

/** Under which yargs gives an option: as it is spelled, and in camelCase. */
export const keysOf = (name: string): [string, string] => [
  name,
  name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()),
];

/**
 * The arguments of a line that needs no advice: `scan`, and its options spelled as in the help, each with its value. Undefined
 * for any other, which is yargs' to read. It makes the same of this one, but takes as long to load as half of Azure's SDK.
 */
export function plainScan([command, ...words]: readonly string[]): ScanArgs | undefined {
  if (command !== 'scan') return undefined;
  const given = new Map<string, true | string[]>();
  for (let i = 0; i < words.length; i++) {
    const [, name = '', inline] = /^--([a-z-]+)(?:=(.*))?$/s.exec(words[i] ?? '') ?? [];
    const option = Object.hasOwn(known, name) ? known[name] : undefined;
    const before = given.get(name) ?? [];
    if (option?.type === 'boolean' && inline === undefined && !given.has(name)) {
      given.set(name, true);
      continue;
    }
    const value = option?.requiresArg ? (inline ?? words[++i]) : undefined;
    if (value === undefined || !isPlain(value) || before === true) return undefined;
    given.set(name, [...before, value]);
  }
  const args = [...given].flatMap(([name, values]) => {
    const value = values === true || values.length > 1 ? values : values[0];
    return keysOf(name).map((key) => [key, value]);
  });
  return Object.fromEntries(args) as ScanArgs;
}
