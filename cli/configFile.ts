import { realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { didYouMean } from '../helpers/nearest';
import { printable } from '../helpers/printable';
import { ScanError } from '../helpers/scanError';
import type { Args } from './config';
import { isGits, pathFrom, strayPath, wayIn } from './configPath';
import { argsOf, type ConfigOption, givenOf, type OptionName, optionNames, type Word } from './configValue';
import { unreadable } from './input';
import { badFile, cut, type Mistake, quoted } from './mistake';
import { azureOnly, collectingOnly, mergingOnly } from './request';
import { isSpecial } from './special';
import { readYaml } from './yamlFile';
import type { Entry } from './yamlValue';

/**
 * What says who signs in where, runs code, opens the gate wide, scans something else, or tells all that Azure answered: a pull
 * request can change a file that is merely found.
 */
const notIfFound: readonly OptionName[] = [
  ...azureOnly,
  'plugin-module',
  'allow-unknown',
  'shard',
  'demo',
  'from-collection',
  'collection',
];

/**
 * The options of a file, in its order. Throws a ScanError: `unreadable-input`, or `bad-file`, which tells all mistakes.
 *
 * @param path relative to the working folder; what the file calls a path is relative to the folder of the file.
 * @param root of a file that nobody named: the folder that may hold it.
 */
export async function readConfig(path: string, root: string | undefined): Promise<ConfigOption[]> {
  if (/\.[cm]?[jt]sx?$/i.test(path)) {
    throw new ScanError(
      'bad-file',
      `"${printable(path)}" is code, and the configuration of pgposture is none: it is YAML or JSON.`,
      'CloudSploit keeps credentials in its config.js; here --credential says how to sign in (docs/sign-in.md).',
    );
  }
  if (root !== undefined) checkLink(path, root);
  const file = await readYaml(path);
  if (file.kind !== 'table') {
    const todo = 'Write each as name: value, as in fail-on: warn.';
    throw badFile(path, [{ place: file.place, what: 'The file holds no options.', todo }]);
  }
  const mistakes: Mistake[] = [];
  const where = { folder: isSpecial(path) ? process.cwd() : dirname(resolve(path)), found: root !== undefined };
  const options = [...file.entries.values()].flatMap((entry) => {
    const name = nameOf(entry, where.found, mistakes);
    const given = name && givenOf(name, entry, mistakes);
    if (name === undefined || given === undefined) return [];
    const moved = given === true || given.map((word) => atPlace(name, word, where, mistakes));
    return [{ name, place: entry.place, given: moved }];
  });
  if (mistakes.length > 0) throw badFile(path, mistakes);
  return options;
}

/** It may have been put there to have another file read. */
function checkLink(path: string, root: string): void {
  let real: string;
  try {
    real = realpathSync(path);
  } catch (error) {
    throw unreadable(path, error);
  }
  const way = wayIn(realpathSync(root), real);
  if (way !== undefined && !isGits(way)) return;
  const where = way === undefined ? `out of ${root === process.cwd() ? 'its folder' : 'its repository'}` : 'into .git';
  const what = `"${printable(path)}" is a link that leads ${where}.`;
  throw new ScanError('bad-file', what, `If it is meant, name it: --config ${printable(path)}.`);
}

/** Undefined if it is no option, or may not stand here: then that is among the mistakes. `$schema` is for editors. */
function nameOf({ key, place }: Entry, found: boolean, mistakes: Mistake[]): OptionName | undefined {
  if (key === '$schema') return undefined;
  const name = optionNames.find((each) => each === key);
  if (name === undefined) {
    const what = key === 'config' ? 'A configuration names no other one.' : `There is no option ${quoted(key)}.`;
    const see = 'pgposture scan --help lists them, here without the dashes.';
    mistakes.push({ place, what, todo: key === 'config' ? 'Leave it out.' : didYouMean(key, optionNames, see) });
  } else if (found && notIfFound.includes(name)) {
    const what = `${name} cannot stand in a file that was merely found.`;
    const todo = `A pull request could change it: give --${name} on the command line, or name the file by --config.`;
    mistakes.push({ place, what, todo });
    return undefined;
  }
  return name;
}

interface Where {
  /** Of the file. */
  readonly folder: string;
  readonly found: boolean;
}

/** A path becomes one that is right where we work; what may not be named is among the mistakes. */
function atPlace(name: OptionName, word: Word, { folder, found }: Where, mistakes: Mistake[]): Word {
  const stray = strayPath(name, word.text, folder, found);
  if (stray === undefined) return { ...word, text: pathFrom(name, word.text, folder) };
  const todo = `Name another; or give --${name} on the command line, or name the file by --config.`;
  mistakes.push({ place: word.place, what: `${name} ${quoted(word.text)} ${stray}.`, todo });
  return word;
}

// ── Beside the line ──────────────────────────────────────────────────────────────────────────────────────────────────

/** What an option of the line puts out of force in the file: what it could not stand beside. */
const instead: { readonly [N in OptionName]?: readonly OptionName[] } = {
  subscription: ['management-group'],
  'management-group': ['subscription'],
  cloud: ['arm-endpoint', 'authority-host'],
  'arm-endpoint': ['cloud'],
  'authority-host': ['cloud'],
  quiet: ['verbose'],
  verbose: ['quiet'],
  shard: mergingOnly,
  demo: azureOnly,
  'from-collection': [...azureOnly, ...collectingOnly],
};

/** The request of the line and the file; an option of the line takes the place of that of the file. */
export function filled<A extends Args & { readonly config: string }, R>(
  args: A,
  config: readonly ConfigOption[],
  toRequest: (args: A) => R,
): R {
  const isOn = (name: string) => args[name] !== undefined && args[name] !== false;
  const out = new Set(optionNames.filter(isOn).flatMap((name) => instead[name] ?? []));
  const options = config.filter(({ name }) => args[name] === undefined && !out.has(name));
  const withFirst = (count: number) => toRequest({ ...args, ...argsOf(options.slice(0, count)) });
  try {
    return withFirst(options.length);
  } catch (error) {
    if (!(error instanceof ScanError)) throw error;
    // As many options of the file as it takes.
    const counts = [...Array(options.length + 1).keys()];
    const count = counts.find((each) => messageOf(() => withFirst(each)) === error.message) ?? 0;
    const last = options[count - 1];
    throw last
      ? badFile(args.config, [{ place: last.place, what: cut(error.message, 200), todo: error.remedy }])
      : error;
  }
}

function messageOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
