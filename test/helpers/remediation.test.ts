import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { remediation } from '../../helpers/remediation';
import { shellQuote } from '../../helpers/shell';
import type { Fix, ResourceReference, ServerKind } from '../../types';

const flexible = 'Microsoft.DBforPostgreSQL/flexibleServers';
const single = 'Microsoft.DBforPostgreSQL/servers';

const apple: ResourceReference = {
  id: '/subscriptions/0/resourceGroups/fruit/providers/x/y/apple',
  name: 'apple',
  type: 'x/y',
  location: 'eastus',
  resourceGroup: 'fruit',
  subscriptionId: '0',
};
const unsaid = { values: [], default: '', impact: '' };
const floor: Fix = { ...unsaid, set: 'ssl_min_protocol_version', to: 'TLSv{floor}' };
const enforce: Fix = {
  ...unsaid,
  set: 'sslEnforcement',
  to: 'Enabled',
  terraform: { attribute: 'ssl_enforcement_enabled', value: 'true' },
};
const fixOf = (fix: Fix, kind: ServerKind, server: Partial<ResourceReference> = {}) =>
  remediation(fix, kind, { ...apple, ...server }, { floor: '1.3' });

describe('a Flexible Server', () => {
  const { first, portal, az, bicep, terraform, check } = fixOf(floor, flexible);

  it('can be fixed at once', () => assert.equal(first, null));
  it('in the portal', () => {
    assert.match(portal.join('\n'), /Flexible Server apple .*search for ssl_min_protocol_version.*to TLSv1\.3 /s);
  });
  it('by az, in a command of short lines', () => {
    assert.deepEqual(az, [
      'az postgres flexible-server parameter set',
      '--subscription 0',
      '--resource-group fruit',
      '--server-name apple',
      '--name ssl_min_protocol_version --value TLSv1.3',
    ]);
  });
  it('by az, in the subscription at hand if its own is not known', () => {
    const [command, , ...others] = az;
    assert.deepEqual(fixOf(floor, flexible, { subscriptionId: null }).az, [command, ...others]);
  });
  it('by az, with an empty name for a group that is not known', () => {
    assert.ok(fixOf(floor, flexible, { resourceGroup: null }).az.includes("--resource-group ''"));
  });
  it('and be checked by az', () => {
    const same = az.slice(1, -1);
    assert.deepEqual(check, [
      'az postgres flexible-server parameter show',
      ...same,
      '--name ssl_min_protocol_version --query value --output tsv',
    ]);
  });
  it('by Bicep', () => {
    assert.match(bicep, /name: 'apple'.*parent: server.*name: 'ssl_min_protocol_version'.*value: 'TLSv1\.3'/s);
  });
  it('by Terraform', () => {
    assert.match(terraform, /server_id = "\/subscriptions\/0\/.*apple"/);
    assert.match(terraform, /name {6}= "ssl_min_protocol_version"\n {2}value {5}= "TLSv1\.3"/);
  });
});

describe('a Single Server', () => {
  const { first, portal, az, bicep, terraform, check } = fixOf(enforce, single);

  it('should be migrated first', () =>
    assert.match(first ?? '', /retired: migrate to Flexible Server first, https:\/\/\S+$/));
  it('in the portal', () => assert.match(portal.join('\n'), /Single Server apple .*set sslEnforcement to Enabled/s));
  it("in the portal's own words, where they are known", () => {
    const { portal } = fixOf({ ...enforce, portal: { label: 'Enforce SSL', value: 'ON' } }, single);
    assert.match(portal.join('\n'), /set Enforce SSL to ON and save/);
  });
  it('and be checked by az', () => {
    assert.deepEqual(check, [
      'az resource show',
      `--ids ${apple.id}`,
      '--query properties.sslEnforcement --output tsv',
    ]);
  });
  it('by az, with no command that is gone', () => {
    assert.deepEqual(az, ['az resource patch', `--ids ${apple.id}`, `--properties '{"sslEnforcement":"Enabled"}'`]);
  });
  it('by Bicep', () =>
    assert.match(bicep, /name: 'apple'\n {2}location: 'eastus'.*createMode: 'Default'.*sslEnforcement: 'Enabled'/s));
  it('by Bicep, with an empty text for a place that is not known', () =>
    assert.match(fixOf(enforce, single, { location: null }).bicep, /\n {2}location: ''\n/));
  it('by Terraform, in its own words', () => assert.match(terraform, /\n {2}ssl_enforcement_enabled = true\n/));
  it('by Terraform, in the words of Azure where it has none', () => {
    assert.match(fixOf({ ...unsaid, set: 'x', to: 'y' }, single).terraform, /\n {2}x = "y"\n/);
  });
});

describe('a hostile name stays one string', () => {
  const interpolation = '$' + '{';
  const meaning: Readonly<Record<string, string>> = {
    ...{ '\\n': '\n', '\\r': '\r', '\\t': '\t', '\\\\': '\\', "\\'": "'", '\\"': '"', '%%{': '%{' },
    ...{ [`\\${interpolation}`]: interpolation, [`$${interpolation}`]: interpolation },
  };
  const bicepToken = /\\(?:\$\{|.)|\$(?!\{)|[^'\\$\n\r]/g;
  const terraformToken = /\\.|\$\$\{|%%\{|[$%](?!\{)|[^"\\$%\n\r]/g;

  /** What the language reads: the string has to end where the line ends, and to hold nothing that would be computed. */
  function read(text: string, label: string, quote: string, token: RegExp): string {
    const line = text.split('\n').find((each) => each.startsWith(label)) ?? assert.fail(`no line has ${label}`);
    const tokens = line.slice(label.length + 1, -1).match(token) ?? [];
    assert.equal(line, label + quote + tokens.join('') + quote, 'this is not one string');
    return tokens.map((each) => meaning[each] ?? each).join('');
  }

  const fragments = [...`'"\\$%{}\n\r\t#/`, interpolation, '%{', 'apple'];
  const hostile = fc.string({ unit: fc.constantFrom(...fragments) });

  for (const [kind, fix] of [
    [flexible, floor],
    [single, enforce],
  ] as const) {
    it(`in Bicep, for ${kind}`, () => {
      fc.assert(
        fc.property(hostile, (name) =>
          assert.equal(read(fixOf(fix, kind, { name }).bicep, '  name: ', "'", bicepToken), name),
        ),
      );
    });
  }

  it('in Terraform', () => {
    fc.assert(
      fc.property(hostile, (id) =>
        assert.equal(read(fixOf(floor, flexible, { id }).terraform, '  server_id = ', '"', terraformToken), id),
      ),
    );
  });

  it('in az', () => {
    fc.assert(
      fc.property(hostile, (name) => {
        assert.ok(fixOf(floor, flexible, { name }).az.includes(`--server-name ${shellQuote(name)}`));
        assert.ok(fixOf(enforce, single, { id: name }).az.includes(`--ids ${shellQuote(name)}`));
      }),
    );
  });
});
