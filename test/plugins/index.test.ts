import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, it } from 'node:test';
import { isServerPlugin } from '../../helpers/kind';
import { plugins } from '../../plugins';
import { root } from '../support/root';

const folders = ['plugins/azure/postgresqlserver', 'plugins/postgresql'];

describe('the list of plugins', () => {
  it('is sorted, and names every file of their folders', () => {
    const files = folders.flatMap((folder) => readdirSync(join(root, folder)).map((file) => basename(file, '.ts')));
    assert.deepEqual(
      plugins.map(({ id }) => id),
      files.sort(),
    );
  });

  for (const plugin of plugins) {
    describe(plugin.id, () => {
      it('says of each message in words what it is said of', () => {
        for (const { text, when = {} } of Object.values(plugin.messages)) {
          const read = Object.keys(plugin.needs).filter((need) => text.includes(`{${need}}`));
          assert.deepEqual(Object.keys(when).sort(), read.sort(), text);
          for (const word of Object.values(when)) assert.match(word, /\S/);
        }
      });

      // TOD[O]: npm run left-to-do reads this file too, and npm publish asks it.
      it('says whether a change of its setting needs a restart', () =>
        assert.match(plugin.fix.impact, /restart|TOD[O]/));
    });
  }
});

const inTransit = [
  'nist SP 800-53 rev. 5: SC-8',
  'nist SP 800-53 rev. 5: SC-8(1)',
  'pci DSS 4.0.1: 4.2.1',
  'iso27001 27001:2022: A.8.24',
  'soc2 TSC 2017: CC6.7',
  'hipaa Security Rule: 164.312(e)(1)',
  'hipaa Security Rule: 164.312(e)(2)(ii)',
  'cis-controls 8.1: 3.10',
];

/** The mappings that a published source has; everything else is ours, and marked so. */
const controls: Readonly<Record<string, Record<'published' | 'own', readonly string[]>>> = {
  flexibleServerRequireSecureTransport: {
    published: [
      'cis Azure Foundations 3.0.0: 5.2.1, level 1',
      'cis Azure Database Services 2.0.0: 6.10, level 1',
      'soc2 TSC 2017: CC6.6',
      ...inTransit,
    ],
    own: ['mcsb v1: DP-3'],
  },
  flexibleServerSslMinProtocolVersion: {
    published: ['cis Azure Database Services 2.0.0: 6.11, level 1', 'mcsb v2 preview: DP-3'],
    own: inTransit,
  },
  singleServerMinimalTlsVersion: { published: [], own: ['mcsb v1: DP-3', ...inTransit] },
  singleServerSslEnforcement: {
    published: [
      'cis Azure Foundations 1.3.0 to 2.1.0: 4.3.1',
      'mcsb v1: DP-3',
      'soc2 TSC 2017: CC6.1',
      'soc2 TSC 2017: CC6.6',
      ...inTransit,
    ],
    own: [],
  },
};

describe('the compliance of a plugin', () => {
  for (const [id, expected] of Object.entries(controls)) {
    it(`${id}: what is published is told apart from what is our own`, () => {
      const { compliance } = plugins.find((plugin) => plugin.id === id) ?? assert.fail(id);
      const found = { published: [] as string[], own: [] as string[] };
      for (const { framework, edition, control, level, own } of compliance) {
        const profile = level ? `, level ${level}` : '';
        found[own ? 'own' : 'published'].push(`${framework} ${edition}: ${control}${profile}`);
      }
      assert.deepEqual(found, expected);
    });
  }
});

/** What the portal and Terraform call it. */
const names = {
  singleServerMinimalTlsVersion: {
    portal: { label: 'Minimum TLS version', value: '1.2' },
    terraform: { attribute: 'ssl_minimal_tls_version_enforced', value: '"TLS1_2"' },
  },
  singleServerSslEnforcement: {
    portal: { label: 'Enforce SSL connection', value: 'ENABLED' },
    terraform: { attribute: 'ssl_enforcement_enabled', value: 'true' },
  },
};

describe('the fix of a plugin', () => {
  for (const [id, expected] of Object.entries(names)) {
    it(`${id}: has the words of the portal and of Terraform`, () => {
      const { portal, terraform } =
        plugins.filter(isServerPlugin).find((plugin) => plugin.id === id)?.fix ?? assert.fail(id);
      assert.deepEqual({ portal, terraform }, expected);
    });
  }
});
