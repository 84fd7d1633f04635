import type { Options } from 'yargs';
import { consoles, scanOptions } from '../../cli/options';
import { credentialNames } from '../../collectors';
import { cloudNames } from '../../collectors/azure/clouds';
import { failOns, frameworks, reasonKinds, severities } from '../../types';

/** Options of which the command line takes no other words. */
export const words: Readonly<Record<string, readonly string[]>> = {
  credential: credentialNames,
  severity: severities,
  'fail-on': failOns,
  'fail-severity': severities,
  console: consoles,
};

const text = { type: 'string' };
const listOf = (items: object) => ({ anyOf: [items, { type: 'array', items }] });

/** What is more than a word. */
const shapes: Readonly<Record<string, object>> = {
  shard: { type: 'string', pattern: '^\\d+/\\d+$' },
  // Other spellings of them are taken, too.
  cloud: { anyOf: [{ enum: cloudNames }, text] },
  compliance: listOf({ anyOf: [{ enum: frameworks }, text] }),
  setting: {
    anyOf: [
      { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean'] } },
      ...listOf({ type: 'string', pattern: '^[^=]+=' }).anyOf,
    ],
  },
  'allow-unknown': { anyOf: [{ type: 'boolean' }, ...listOf({ anyOf: [{ enum: reasonKinds }, text] }).anyOf] },
  concurrency: { type: 'integer', minimum: 1, maximum: 256 },
};

/** May stand more than once in a line, so as a list in a file. */
const isRepeatable = ({ describe = '' }: Options) => describe.endsWith('(repeatable)');

function shapeOf(name: string, option: Options): object {
  if (option.type === 'boolean') return { type: 'boolean' };
  const one = shapes[name] ?? (words[name] ? { enum: words[name] } : text);
  return isRepeatable(option) && !shapes[name] ? listOf(one) : one;
}

const { config: _itself, ...options }: Readonly<Record<string, Options>> = scanOptions;

/** What `schemas/config-1.json` has to be. */
export const configSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  $id: 'urn:pgposture:schema:config:1',
  title: 'Configuration of pgposture, version 1',
  description:
    'Options of pgposture scan and merge, without their dashes: pgposture.config.yaml, or the file that --config names. The command line wins. Paths are relative to the folder of the file.',
  type: 'object',
  additionalProperties: false,
  properties: {
    $schema: { type: 'string', description: 'Where an editor finds this schema.' },
    ...Object.fromEntries(
      Object.entries(options).map(([name, option]) => [
        name,
        { description: option.describe, ...shapeOf(name, option) },
      ]),
    ),
  },
};
