import { dirname, resolve } from 'node:path';
import type { Options } from 'yargs';
import { cloudNamed } from '../collectors/azure/clouds';
import { isShard, mostShards, type Part } from '../collectors/azure/shard';
import { parseDuration } from '../helpers/duration';
import { didYouMean } from '../helpers/nearest';
import { ScanError } from '../helpers/scanError';
import { type Framework, frameworks, type ReasonKind, reasonKinds, type Suppression } from '../types';
import { placeholder } from './options';

/** yargs makes an array of an option that is given twice, whatever its declared type. */
export type Given = string | readonly string[] | undefined;

/** The named cloud, or a private one: a token for one cloud is never sent to another. */
export function cloud(name: string | undefined, armEndpoint: string | undefined, authorityHost: string | undefined) {
  if (name !== undefined && (armEndpoint ?? authorityHost) !== undefined) {
    const other = armEndpoint === undefined ? 'authority-host' : 'arm-endpoint';
    throw bad(
      `--cloud and --${other} were both given.`,
      'A known cloud has both endpoints; a private one has no name.',
    );
  }
  if (name !== undefined) return cloudNamed(name);
  if (armEndpoint === undefined && authorityHost === undefined) return undefined;
  if (armEndpoint === undefined) throw bad('--authority-host was given without --arm-endpoint.', 'Give both.');
  return { armEndpoint, ...(authorityHost !== undefined && { authorityHost }) };
}

export const bad = (message: string, remedy: string) => new ScanError('bad-option', message, remedy);

export const all = (given: Given): readonly string[] => (given === undefined ? [] : [given].flat());

export function some(name: string, given: Given): readonly string[] {
  if (all(given).includes('')) throw bad(`--${name} was given nothing.`, 'Give it a value, or leave it out.');
  return all(given);
}

export function once(name: string, given: Given): string | undefined {
  const [value, ...others] = some(name, given);
  if (others.length > 0) throw bad(`--${name} was given ${others.length + 1} times.`, 'Give it once.');
  return value;
}

/** Where an output goes. What names stdout is stdout: opened anew, a file behind it (`>report`) would be written from its beginning. */
export function outputPath(name: string, given: Given): string | undefined {
  const path = once(name, given);
  return path !== undefined && /^\/(dev\/(stdout|fd\/1)|proc\/self\/fd\/1)$/.test(path) ? '-' : path;
}

/** What yargs would read as something else than was meant, each time as more: scan Azure, all of it, with a gate that is open. */
export function checkWords(argv: readonly string[], options: Readonly<Record<string, Options>>): void {
  for (const [i, word] of argv.entries()) {
    if (word === '--') throw bad('What stands after -- would be ignored.', 'Leave the -- out.');
    if (word === '-' && !takesValue(argv[i - 1], options)) {
      throw bad('"-" is no file to read.', 'Name a file; /dev/stdin is what comes through a pipe.');
    }
    const [, name = '', value] = /^--([\w-]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (name === 'allow-unknown' && (value === '' || (value === undefined && argv[i + 1] === ''))) {
      throw bad('--allow-unknown was given nothing.', 'Name reasons, or let it stand alone to allow all of them.');
    }
    const option = Object.entries(options).find(([known]) => known === name)?.[1];
    if (option?.type === 'boolean' && value !== undefined && value !== 'true' && value !== 'false') {
      throw bad(`--${name} cannot be "${value}".`, 'It stands alone, without a value.');
    }
  }
}

/** Whether a word is an option whose value is the next one. */
function takesValue(word = '', options: Readonly<Record<string, Options>>): boolean {
  const [, name = ''] = /^--([\w-]+)$/.exec(word) ?? [];
  return Object.hasOwn(options, name) && options[name]?.type !== 'boolean';
}

export function oneOf<V extends string>(name: string, given: string, values: readonly V[]): V {
  const value = values.find((each) => each === given);
  if (value === undefined) throw bad(`--${name} cannot be "${given}".`, `It can be ${values.join(', ')}.`);
  return value;
}

export function wholeNumber(name: string, given: string | undefined, least: number, most: number): number | undefined {
  if (given === undefined) return undefined;
  const number = /^\d+$/.test(given) ? Number(given) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw bad(`--${name} cannot be "${given}".`, `Give a whole number from ${least} to ${most}.`);
}

export function shard(given: string | undefined): Part | undefined {
  if (given === undefined) return undefined;
  const [, index, count] = /^(\d+)\/(\d+)$/.exec(given) ?? [];
  const part = { index: Number(index), count: Number(count) };
  if (isShard(part)) return part;
  throw bad(`--shard cannot be "${given}".`, `Give i/n, from 1/n to n/n, as in 1/4; n is ${mostShards} at most.`);
}

export function duration(name: string, given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const milliseconds = parseDuration(given);
  /** Node's timers hold no more: https://nodejs.org/api/timers.html#settimeoutcallback-delay-args. */
  if (milliseconds !== undefined && milliseconds > 0 && milliseconds < 2 ** 31) return milliseconds;
  throw bad(`--${name} cannot be "${given}".`, 'Give a number with a unit, such as 90s, 10m or 1h; 24 days at most.');
}

export function settings(given: readonly string[]): Record<string, string> {
  const named = new Map<string, string>();
  for (const word of given) {
    const at = word.indexOf('=');
    const name = word.slice(0, at);
    if (at < 1) throw bad(`--setting "${word}" is not name=value.`, 'Write it as in --setting minimumTlsVersion=1.3.');
    if (named.has(name)) throw bad(`--setting ${name} was given twice.`, 'Give it once.');
    named.set(name, word.slice(at + 1));
  }
  return Object.fromEntries(named);
}

/** CloudSploit's three words; a resource id may hold colons. */
export function suppression(given: string): Suppression {
  const [, plugin, location, resource] = /^([^:]+):([^:]+):(.+)$/s.exec(given) ?? [];
  if (plugin !== undefined && location !== undefined && resource !== undefined) {
    return { plugin, location, resource, reason: 'Suppressed on the command line.', source: '--suppress' };
  }
  throw bad(
    `--suppress "${given}" is not plugin:region:resource.`,
    "Give all three; * stands for anything, as in --suppress 'singleServerSslEnforcement:*:*/servers/legacy'.",
  );
}

/** `--allow-unknown` alone allows every reason. */
export function reasons(given: string): readonly ReasonKind[] {
  if (given === '') return reasonKinds;
  return given.split(',').map((word) => {
    const kind = reasonKinds.find((each) => each === word.trim());
    if (kind) return kind;
    throw bad(
      `--allow-unknown knows no reason "${word.trim()}".`,
      didYouMean(word, reasonKinds, `There are: ${reasonKinds.join(', ')}.`),
    );
  });
}

/** Written in any case; each once. */
export function frameworksNamed(given: readonly string[]): readonly Framework[] {
  const named = given.map((word) => {
    const framework = frameworks.find((each) => each === word.trim().toLowerCase());
    if (framework) return framework;
    throw bad(
      `--compliance knows no framework "${word}".`,
      didYouMean(word, frameworks, `There are: ${frameworks.join(', ')}.`),
    );
  });
  return frameworks.filter((each) => named.includes(each));
}

/** A path whose last part may hold the placeholder, once. */
export function pattern<P extends string | undefined>(name: string, path: P): P {
  if (path === undefined) return path;
  const where = dirname(path).includes(placeholder) ? 'in a folder' : 'twice';
  if (where === 'twice' && path.split(placeholder).length <= 2) return path;
  throw bad(`--${name} "${path}" has ${placeholder} ${where}.`, 'It may stand in the name of the file, once.');
}

/** Whether it is the path, or one that its placeholder fits. */
export function isNamedBy(pattern: string, path: string): boolean {
  const [before = '', after] = absolute(pattern).split(placeholder);
  const given = absolute(path);
  if (after === undefined) return given === before;
  const name = given.slice(before.length, given.length - after.length);
  return given === `${before}${name}${after}` && name !== '' && !name.includes('/');
}

/** In a working folder that somebody has deleted, a path stays as it is. */
export function absolute(path: string): string {
  try {
    return resolve(path);
  } catch {
    return path;
  }
}
