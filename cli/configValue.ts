import { ScanError } from '../helpers/scanError';
import { cut, type Mistake, type Place, quoted } from './mistake';
import { type ScanArgs, scanOptions } from './options';
import { keysOf } from './plainScan';
import { toScanRequest } from './request';
import type { Entry, Table, Value } from './yamlValue';

/** All of them may stand in a file, but for the one that names it. */
export type OptionName = Exclude<keyof typeof scanOptions, 'config'>;

export const optionNames = Object.keys(scanOptions).filter((name): name is OptionName => name !== 'config');

/** A word of the file, as it would stand in a line. */
export interface Word {
  readonly text: string;
  readonly place: Place;
}

/** What an option is given: true, if it stands alone; a word for each time that it is given. */
export type Given = true | readonly Word[];

/**
 * What a line would have to say; undefined if nothing, or if the value is wrong: then that is among the mistakes. The words are
 * checked by what checks those of a line.
 */
export function givenOf(name: OptionName, { value, place }: Entry, mistakes: Mistake[]): Given | undefined {
  const found: Mistake[] = [];
  const given = scanOptions[name].type === 'boolean' ? flagOf(name, value, found) : wordsOf(name, value, found);
  if (found.length === 0 && given !== undefined && given !== true) found.push(...refused(name, given, place));
  mistakes.push(...found);
  return found.length > 0 ? undefined : given;
}

/** False is what it is without the option. */
function flagOf(name: OptionName, value: Value, mistakes: Mistake[]): true | undefined {
  const word = plainWord(value);
  if (word === 'true') return true;
  if (word !== 'false')
    mistakes.push({ place: value.place, what: `${name} ${cannotBe(value)}.`, todo: 'It is true or false.' });
  return undefined;
}

/** `allow-unknown: true` stands alone in a line; there, an empty word says so. */
function wordsOf(name: OptionName, value: Value, mistakes: Mistake[]): readonly Word[] | undefined {
  if (name === 'allow-unknown' && plainWord(value) === 'true') return [{ text: '', place: value.place }];
  if (name === 'allow-unknown' && plainWord(value) === 'false') return undefined;
  if (name === 'setting' && value.kind === 'table') return pairsOf(value, mistakes);
  const isList = value.kind === 'list';
  const words = (isList ? value.items : [value]).flatMap((item) => {
    const { place } = item;
    if (item.kind === 'text' && item.text !== '') return [{ text: item.text, place }];
    if (item.kind === 'text' || item.kind === 'nothing') mistakes.push({ place, ...nothing(name) });
    else
      mistakes.push({
        place,
        what: `${name} ${cannotBe(item)}.`,
        todo: isList ? 'A list is one of words.' : 'It is text.',
      });
    return [];
  });
  return words.length > 0 ? words : undefined;
}

/** Settings as a map, each with one value. */
function pairsOf({ entries }: Table, mistakes: Mistake[]): readonly Word[] | undefined {
  const words = [...entries.values()].flatMap(({ key, value, place }) => {
    if (value.kind === 'text' && !key.includes('=')) return [{ text: `${key}=${value.text}`, place }];
    const name = `The setting ${quoted(key)}`;
    if (value.kind === 'text')
      mistakes.push({ place, what: `${name} has a = in its name.`, todo: 'Write name: value.' });
    else if (value.kind === 'nothing') mistakes.push({ place, ...nothing(name) });
    else mistakes.push({ place: value.place, what: `${name} ${cannotBe(value)}.`, todo: 'It is text.' });
    return [];
  });
  return words.length > 0 ? words : undefined;
}

const nothing = (name: string) => ({ what: `${name} was given nothing.`, todo: 'Give it a value, or leave it out.' });

const plainWord = (value: Value): string | undefined => (value.kind === 'text' && value.plain ? value.text : undefined);

function cannotBe(value: Value): string {
  if (value.kind === 'text') return `cannot be ${quoted(value.text)}${value.plain ? '' : ', in quotes'}`;
  return value.kind === 'nothing' ? 'was given nothing' : `cannot be a ${value.kind === 'list' ? 'list' : 'map'}`;
}

// ── What a line would be told ────────────────────────────────────────────────────────────────────────────────────────

/** Each word by itself; if nothing is wrong with any, all of them. */
function refused(name: OptionName, words: readonly Word[], place: Place): Mistake[] {
  const check = (some: readonly Word[], at: Place) => refusal({ name, place: at, given: some });
  const single = words.flatMap((word) => check([word], word.place));
  return single.length > 0 || words.length === 1 ? single : check(words, place);
}

function refusal(option: ConfigOption): Mistake[] {
  const { name, place } = option;
  // It is half of a pair; whether the other half is there is asked when all are.
  const other: ConfigOption[] =
    name === 'authority-host' ? [{ name: 'arm-endpoint', place, given: [{ text: 'https://', place }] }] : [];
  try {
    toScanRequest(argsOf([option, ...other]) as ScanArgs);
    return [];
  } catch (error) {
    if (!(error instanceof ScanError)) throw error;
    return [{ place, what: cut(error.message, 200), todo: error.remedy }];
  }
}

/** An option of the file. */
export interface ConfigOption {
  readonly name: OptionName;
  readonly place: Place;
  readonly given: Given;
}

/** As yargs gives those of a line. */
export const argsOf = (options: readonly ConfigOption[]): Record<string, unknown> =>
  Object.fromEntries(
    options.flatMap(({ name, given }) => {
      const texts = given === true ? given : given.map(({ text }) => text);
      return keysOf(name).map((key) => [key, texts !== true && texts.length === 1 ? texts[0] : texts]);
    }),
  );
