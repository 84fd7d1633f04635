import type { Ajv, ErrorObject, ValidateFunction } from 'ajv';
import { didYouMean } from '../helpers/nearest';
import type { Json, Suppression } from '../types';
import { badFile, type Mistake, quoted } from './mistake';
import { readYaml } from './yamlFile';
import type { Entry, Value } from './yamlValue';

/** The file, as its schema lets it through. */
interface Written {
  readonly suppressions: readonly Omit<Suppression, 'source'>[];
}

/** What explains a mistake of our JSON Schema. */
interface Part {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Part>>;
}

/**
 * The suppressions of a file in the shape of `schemas/suppressions-1.json`, in its order. Throws a ScanError:
 * `unreadable-input`, or `bad-file`, which tells all mistakes, each with its line and column.
 *
 * @param path as it is to stand in the source of each.
 */
export async function readSuppressions(path: string): Promise<Suppression[]> {
  const file = await readYaml(path);
  const content = plain(file);
  const validate = validator();
  if (!validate(content)) throw badFile(path, validate.errors?.map((error) => mistakeOf(file, error)) ?? []);
  return content.suppressions.map((suppression, i) => {
    const { place } = partAt(file, `/suppressions/${i}`).value;
    return { ...suppression, source: `${path}:${place.line}` };
  });
}

let compiled: ValidateFunction<Written> | undefined;

function validator(): ValidateFunction<Written> {
  if (compiled) return compiled;
  // Not the class of engine/merge.ts: editors know draft-07 best, so these schemas are of that draft.
  const { Ajv: Draft07 } = require('ajv') as { readonly Ajv: typeof Ajv };
  const ajv = new Draft07({ strict: true, allErrors: true, verbose: true, formats: { date: isDay } });
  compiled = ajv.compile<Written>(require('../../schemas/suppressions-1.json'));
  return compiled;
}

/** A day that there is, of four digits, two and two. */
function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(`${text}T`);
}

/** As JSON has it. */
function plain(value: Value): Json {
  if (value.kind === 'text') return value.text;
  if (value.kind === 'list') return value.items.map(plain);
  if (value.kind === 'table')
    return Object.fromEntries([...value.entries].map(([key, entry]) => [key, plain(entry.value)]));
  return null;
}

// ── Mistakes ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What a JSON pointer leads to, as Ajv writes one. */
function partAt(file: Value, pointer: string): { readonly name: string; readonly value: Value } {
  let part: { name: string; value: Value } = { name: 'The file', value: file };
  for (const name of pointer.split('/').slice(1)) {
    const { value } = part;
    const item = value.kind === 'list' ? value.items[Number(name)] : undefined;
    const entry = entryOf(value, name);
    if (item) part = { name: 'A suppression', value: item };
    else if (entry) part = { name, value: entry.value };
  }
  return part;
}

const entryOf = (value: Value, key: string): Entry | undefined =>
  value.kind === 'table' ? value.entries.get(key) : undefined;

function mistakeOf(file: Value, { instancePath, keyword, params, parentSchema }: ErrorObject): Mistake {
  const { name, value } = partAt(file, instancePath);
  const part = (parentSchema ?? {}) as Part;
  const known = Object.keys(part.properties ?? {}).filter((key) => key !== '$schema');
  const { additionalProperty: unknown, missingProperty: missing } = params as Readonly<Record<string, string>>;
  if (unknown !== undefined) {
    const place = entryOf(value, unknown)?.place ?? value.place;
    const todo = didYouMean(unknown, known, `There ${known.length === 1 ? 'is' : 'are'}: ${known.join(', ')}.`);
    return { place, what: `There is no ${quoted(unknown)} here.`, todo };
  }
  if (missing !== undefined) {
    return { place: value.place, what: `${missing} is missing.`, todo: part.properties?.[missing]?.description ?? '' };
  }
  const todo = known.length > 0 ? `It is a map: ${known.join(', ')}.` : (part.description ?? '');
  const isText = keyword !== 'type' && value.kind === 'text';
  return {
    place: value.place,
    what: `${name} ${isText ? `cannot be ${quoted(value.text)}` : kinds[value.kind]}.`,
    todo,
  };
}

const kinds: Readonly<Record<Value['kind'], string>> = {
  text: 'cannot be text',
  nothing: 'is empty',
  list: 'cannot be a list',
  table: 'cannot be a map',
};
