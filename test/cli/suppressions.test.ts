import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { readSuppressions } from '../../cli/suppressions';
import { ScanError } from '../../helpers/scanError';
import { temporaryFolder } from '../support/folder';
import { hostileNames } from '../support/report';

const folder = temporaryFolder();
const path = join(folder, 'accepted.yaml');

function read(text: string) {
  writeFileSync(path, text);
  return readSuppressions(path);
}

/** Each line of what is said, without the path, and what to do at last. */
async function refusal(text: string): Promise<string[]> {
  try {
    await read(text);
  } catch (error) {
    assert.ok(error instanceof ScanError && error.code === 'bad-file', String(error));
    return [...error.message.replaceAll(`${path}:`, '').split('\n'), error.remedy];
  }
  return assert.fail('It was read.');
}

const good = {
  plugin: 'flexibleServerRequireSecureTransport',
  resource: '*/flexibleServers/legacy',
  reason: 'Moves to TLS with the client upgrade',
  expires: '2027-03-31',
};

/** One suppression in JSON, from its second line on, with something else than is good. */
const changed = (changes: Readonly<Record<string, unknown>>) =>
  `{"suppressions": [\n${JSON.stringify({ ...good, ...changes })}]}`;

describe('a file of suppressions', () => {
  it('has each with the line in which it begins', async () => {
    const suppressions = await read(`# yaml-language-server: $schema=suppressions-1.json
suppressions:
  - plugin: flexibleServerRequireSecureTransport # the only one
    resource: /subscriptions/1/resourceGroups/g/providers/Microsoft.DBforPostgreSQL/flexibleServers/legacy
    reason: Moves to TLS with the client upgrade
    owner: shop-team
    expires: 2027-03-31

  - { plugin: '*', resource: '*/legacy-*', reason: 007, expires: "2028-02-29" }
`);
    assert.deepEqual(suppressions, [
      {
        plugin: 'flexibleServerRequireSecureTransport',
        resource: '/subscriptions/1/resourceGroups/g/providers/Microsoft.DBforPostgreSQL/flexibleServers/legacy',
        reason: 'Moves to TLS with the client upgrade',
        owner: 'shop-team',
        expires: '2027-03-31',
        source: `${path}:3`,
      },
      { plugin: '*', resource: '*/legacy-*', reason: '007', expires: '2028-02-29', source: `${path}:9` },
    ]);
  });

  it('may be JSON, and name its schema', async () => {
    const text = JSON.stringify({ $schema: './suppressions-1.json', suppressions: [good] }, undefined, '\t');
    assert.deepEqual(await read(text), [{ ...good, source: `${path}:4` }]);
  });

  it('may hold none', async () => assert.deepEqual(await read('suppressions: []\n'), []));

  it('may share words by aliases', async () => {
    const { plugin, resource, reason, expires } = good;
    const first = `{ plugin: ${plugin}, resource: "${resource}", reason: &why ${reason}, expires: &end ${expires} }`;
    const text = `suppressions:\n- ${first}\n- { plugin: x, resource: /y, reason: *why, expires: *end }\n`;
    assert.deepEqual(
      (await read(text)).map((each) => [each.plugin, each.reason, each.expires]),
      [
        [plugin, reason, expires],
        ['x', reason, expires],
      ],
    );
  });

  it('keeps words as they are, whatever they hold', async () => {
    const reasons = hostileNames.filter((name) => name.trim() !== '');
    const text = JSON.stringify({ suppressions: reasons.map((reason) => ({ ...good, reason })) });
    assert.deepEqual(
      (await read(text)).map(({ reason }) => reason),
      reasons.map((reason) => JSON.parse(JSON.stringify(reason))),
    );
  });

  for (const [name, text, ...lines] of [
    ['a list at the top', '- plugin: a', /^1:1: The file cannot be a list\.$/, /suppressions/],
    ['text', '-----BEGIN KEY-----\nabc', /^1:1: The file cannot be text\.$/, /suppressions/],
    ['no list', '{}', /^1:1: suppressions is missing\.$/, /\[\]/],
    ['an empty list', 'suppressions:\n', /^1:1: suppressions is empty\.$/, /\[\]/],
    ['a map instead of the list', 'suppressions:\n  a: b\n', /^2:3: suppressions cannot be a map\.$/, /dash/],
    ['a version', 'version: 1\nsuppressions: []\n', /^1:1: There is no "version" here\.$/, /There is: suppressions\./],
    ['a typo at the top', 'supressions: []\nsuppressions: []\n', /^1:1: .*"supressions"/, /mean suppressions\?/],
    ['text in the list', 'suppressions:\n  - a\n', /^2:5: A suppression cannot be text\.$/, /a map: plugin, resource/],
    ['nothing in the list', 'suppressions:\n  -\n', /^2:\d+: A suppression is empty\.$/, /a map: plugin, resource/],
    ['an unknown key', changed({ expiry: '2027-03-31' }), /^2:\d+: There is no "expiry" here\.$/, /mean expires\?/],
    ['a region', changed({ location: 'eastus' }), /^2:\d+: There is no "location" here\.$/, /There are: plugin/],
    [
      'a key of objects',
      `{"suppressions": [\n${JSON.stringify(good).replace('{', '{"__proto__": 1, ')}]}`,
      /^2:2: .*"__proto__"/,
      /plugin/,
    ],
    ['no plugin', changed({ plugin: undefined }), /^2:1: plugin is missing\.$/, /pgposture plugins/],
    ['no resource', changed({ resource: undefined }), /^2:1: resource is missing\.$/, /ARM id/],
    ['no reason', changed({ reason: undefined }), /^2:1: reason is missing\.$/, /Why/],
    ['no day', changed({ expires: undefined }), /^2:1: expires is missing\.$/, /2027-03-31/],
    ['a plugin of spaces', changed({ plugin: ' ' }), /^2:11: plugin cannot be " "\.$/, /pgposture plugins/],
    ['a reason that is blank', changed({ reason: ' \n ' }), /^2:\d+: reason cannot be " \\u\{a\} "\.$/, /Why/],
    ['a reason that is nothing', changed({ reason: null }), /^2:\d+: reason is empty\.$/, /Why/],
    ['a reason that is a list', changed({ reason: ['a'] }), /^2:\d+: reason cannot be a list\.$/, /Why/],
    ['an owner that is blank', changed({ owner: '' }), /^2:\d+: owner cannot be ""\.$/, /answers/],
    ['a name as the resource', changed({ resource: 'legacy' }), /^2:\d+: resource cannot be "legacy"\.$/, /\/ or \*/],
    ...[
      '2027-02-29',
      '2027-13-01',
      '2027-04-31',
      '2027-00-10',
      '2027-3-31',
      '31.03.2027',
      '2027-03-31T00:00:00Z',
      '+002027-03-31',
      'never',
      ' 2027-03-31',
    ].map(
      (day) =>
        [
          `the day ${day}`,
          changed({ expires: day }),
          new RegExp(`^2:\\d+: expires cannot be "${day.replace('+', '\\+')}"\\.$`),
          /YYYY-MM-DD/,
        ] as const,
    ),
    [
      'all that is wrong, in its order',
      `suppressions:\n- {plugin: a, resource: b, reason: c, expires: d}\n- {expires: 2027-03-31, reson: x, plugin: "*"}\nother: 1\n`,
      /^2:25: resource cannot be "b"\. The ARM id/,
      /^2:48: expires cannot be "d"\. The last day/,
      /^3:3: resource is missing\. /,
      /^3:3: reason is missing\. /,
      /^3:25: There is no "reson" here\. Did you mean reason, resource\?$/,
      /^4:1: There is no "other" here\. There is: suppressions\.$/,
      /^Correct them, and try again\.$/,
    ],
    [
      'a word that an alias repeats, once',
      `suppressions:\n- {plugin: a, resource: &r b, reason: c, expires: 2027-03-31}\n- {plugin: a, resource: *r, reason: c, expires: 2027-03-31}\n`,
      /^2:28: resource cannot be "b"\.$/,
      /ARM id/,
    ],
  ] as const) {
    it(`is refused for ${name}`, async () => {
      const said = await refusal(text);
      for (const [i, line] of lines.entries()) assert.match(said[i] ?? '', line);
      assert.equal(said.length, lines.length, said.join('\n'));
    });
  }

  it('is told twenty of its mistakes, and how many more there are', async () => {
    const said = await refusal(`suppressions:\n${'- x\n'.repeat(33)}`);
    assert.deepEqual([said.length, said[19]?.slice(0, 5), said[20]], [22, '21:3:', 'and 13 more']);
  });

  it('is read, or refused by a ScanError, whatever is in it', async () => {
    const word = fc.oneof(fc.constantFrom(...Object.values(good)), fc.string(), fc.constant(null), fc.integer());
    const suppression = fc.record(
      { plugin: word, resource: word, reason: word, expires: word, owner: word, other: word },
      { requiredKeys: [] },
    );
    const item = fc.oneof(fc.constant(good), suppression);
    const json = fc.oneof(fc.record({ suppressions: fc.array(item, { maxLength: 2 }) }), fc.jsonValue());
    let count = 0;
    const property = fc.asyncProperty(json, async (value) => {
      try {
        const suppressions = await read(JSON.stringify(value));
        count += suppressions.length;
        for (const { reason, expires } of suppressions) assert.ok(reason.trim() && expires?.length === 10);
      } catch (error) {
        assert.ok(error instanceof ScanError && error.code === 'bad-file', String(error));
      }
    });
    await fc.assert(property, { numRuns: 500 });
    assert.ok(count > 20, `only ${count} are good`);
  });
});

describe('the schema of suppressions', () => {
  const schema: object = require('pgposture/schemas/suppressions-1.json');

  it('says what it is to an editor that knows no more than draft-07', () => {
    const ajv = new Ajv({ strict: true, formats: { date: true } });
    assert.equal(ajv.validateSchema(schema), true);
    const validate = ajv.compile(schema);
    assert.equal(validate({ suppressions: [good] }), true);
    assert.equal(validate({ suppressions: [{ ...good, expires: 'tomorrow' }] }), false, 'it needs no format for that');
  });
});
