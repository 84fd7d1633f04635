import type { Json } from '../types';

/** As much of JSON Schema, draft 2020-12, as the schema of the report uses. */
export interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly type?: string | readonly string[];
  readonly const?: Json;
  readonly enum?: readonly Json[];
  readonly anyOf?: readonly Schema[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema | boolean>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly if?: Schema;
  readonly then?: Schema;
  readonly else?: Schema;
}

/** Where a value that JSON.parse gave does not fit the schema, as in `/results/3/status`; undefined if it fits. */
export function misfit(value: unknown, root: Schema): string | undefined {
  const at = (value: unknown, schema: Schema | boolean, path: string): string | undefined => {
    if (typeof schema === 'boolean') return schema ? undefined : path;
    const { $ref, anyOf } = schema;
    const referred = $ref && at(value, root.$defs?.[$ref.replace('#/$defs/', '')] ?? false, path);
    if (referred !== undefined) return referred;
    if (!fitsByItself(value, schema)) return path;
    if (anyOf?.every((each) => at(value, each, path) !== undefined)) return path;
    const within = inside(value, schema, path);
    if (within !== undefined) return within;
    const chosen = schema.if && (at(value, schema.if, path) === undefined ? schema.then : schema.else);
    return chosen && at(value, chosen, path);
  };
  const inside = (value: unknown, schema: Schema, path: string): string | undefined => {
    const { items, properties = {}, required = [], additionalProperties = true } = schema;
    if (Array.isArray(value)) return items && first(value.entries(), (i, each) => at(each, items, `${path}/${i}`));
    if (!isObject(value)) return undefined;
    const missing = required.find((name) => !Object.hasOwn(value, name));
    if (missing !== undefined) return `${path}/${missing}`;
    const schemaOf = (name: string) => (Object.hasOwn(properties, name) ? properties[name] : additionalProperties);
    return first(Object.entries(value), (name, each) => at(each, schemaOf(name) ?? true, `${path}/${name}`));
  };
  return at(value, root, '');
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function first<K, V>(entries: Iterable<readonly [K, V]>, find: (key: K, value: V) => string | undefined) {
  for (const [key, value] of entries) {
    const found = find(key, value);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whatever is in it, or said of it elsewhere. */
function fitsByItself(value: unknown, { type, enum: words, const: word, pattern, minimum }: Schema): boolean {
  if (type !== undefined && ![type].flat().some((each) => isA(each, value))) return false;
  if (words && !words.includes(value as Json)) return false;
  if (word !== undefined && value !== word) return false;
  if (pattern !== undefined && typeof value === 'string' && !new RegExp(pattern, 'u').test(value)) return false;
  return minimum === undefined || typeof value !== 'number' || value >= minimum;
}

function isA(type: string, value: unknown): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isObject(value);
  return type === 'integer' ? Number.isInteger(value) : typeof value === type;
}
