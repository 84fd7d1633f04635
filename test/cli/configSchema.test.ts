import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Ajv } from 'ajv';
import { readConfig } from '../../cli/configFile';
import { scanOptions } from '../../cli/options';
import { configSchema, words } from '../support/configSchema';
import { temporaryFolder } from '../support/folder';
import { root } from '../support/root';

const path = join(root, 'schemas/config-1.json');
// npm run docs; npm run format lays it out.
if (process.env.UPDATE_DOCS) writeFileSync(path, `${JSON.stringify(configSchema, undefined, 2)}\n`);

const file = join(temporaryFolder(), 'named.json');
const validate = new Ajv({ strict: true, allowUnionTypes: true }).compile(JSON.parse(readFileSync(path, 'utf8')));

/** Whether pgposture takes it; and whether an editor that knows the schema does. */
async function opinions(value: unknown): Promise<{ readonly ours: boolean; readonly schema: boolean }> {
  writeFileSync(file, JSON.stringify(value));
  const ours = await readConfig(file, undefined).then(
    () => true,
    () => false,
  );
  return { ours, schema: validate(value) };
}

const both = (is: boolean) => ({ ours: is, schema: is });

/** Of options that do not take any word. */
const samples: Readonly<Record<string, string | number>> = {
  shard: '1/4',
  cloud: 'usgov',
  compliance: 'pci',
  setting: 'minimumTlsVersion=1.3',
  suppress: 'singleServerSslEnforcement:*:*',
  'allow-unknown': 'stopped',
  concurrency: 16,
  timeout: '10m',
};

describe('the schema of a configuration', () => {
  it('has each option, as the command line has it', () => {
    assert.deepEqual(JSON.parse(readFileSync(path, 'utf8')), configSchema);
  });

  for (const [name, option] of Object.entries(scanOptions)) {
    if (name === 'config') continue;
    const good = option.type === 'boolean' ? [true, false] : (words[name] ?? [samples[name] ?? 'any-word']);
    const bad = [null, { a: [] }, [[]], ...(option.type === 'boolean' ? ['true', 1] : words[name] ? ['any-word'] : [])];
    it(`takes what ${name} takes, and nothing else`, async () => {
      for (const value of good) assert.deepEqual(await opinions({ [name]: value }), both(true), String(value));
      for (const value of bad) assert.deepEqual(await opinions({ [name]: value }), both(false), JSON.stringify(value));
      if (option.type === 'boolean') return;
      const isList = option.describe.endsWith('(repeatable)') || name === 'allow-unknown';
      const another = name === 'setting' ? 'other=1' : good[0];
      assert.deepEqual(await opinions({ [name]: [good[0], another] }), both(isList), 'as a list');
    });
  }

  for (const [value, is] of [
    [{}, true],
    [{ $schema: './config-1.json' }, true],
    [{ config: 'other.yaml' }, false],
    [{ failOn: 'warn' }, false],
    [{ concurrency: 0 }, false],
    [{ concurrency: 257 }, false],
    [{ shard: 'first' }, false],
    [{ setting: { minimumTlsVersion: 1.3 } }, true],
    [{ setting: { minimumTlsVersion: null } }, false],
    [{ setting: 'minimumTlsVersion' }, false],
    [{ 'allow-unknown': true }, true],
    [[], false],
    ['quiet', false],
  ] as const) {
    it(`${is ? 'takes' : 'does not take'} ${JSON.stringify(value)}`, async () =>
      assert.deepEqual(await opinions(value), both(is)));
  }
});
