import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, it } from 'node:test';
import { plugins } from '../../plugins';
import { root } from '../support/root';

const folder = join(root, 'plugins/azure/postgresqlserver');

describe('the list of plugins', () => {
  it('is sorted, and names every file of the folder', () => {
    const files = readdirSync(folder).map((file) => basename(file, '.ts'));
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

/** The mappings that a published source has, by framework; everything else is ours, and marked so. */
const publishedControls = {
  flexibleServerRequireSecureTransport: {
    cis: ['5.2.1', '6.10'],
    soc2: ['CC6.6', 'CC6.7'],
    nist: ['SC-8', 'SC-8(1)'],
    pci: ['4.2.1'],
    iso27001: ['A.8.24'],
    hipaa: ['164.312(e)(1)', '164.312(e)(2)(ii)'],
    'cis-controls': ['3.10'],
  },
  flexibleServerSslMinProtocolVersion: { cis: ['6.11'], mcsb: ['DP-3'] },
  singleServerMinimalTlsVersion: {},
  singleServerSslEnforcement: {
    cis: ['4.3.1'],
    mcsb: ['DP-3'],
    soc2: ['CC6.1', 'CC6.6', 'CC6.7'],
    nist: ['SC-8', 'SC-8(1)'],
    pci: ['4.2.1'],
    iso27001: ['A.8.24'],
    hipaa: ['164.312(e)(1)', '164.312(e)(2)(ii)'],
    'cis-controls': ['3.10'],
  },
} as const;

describe('the compliance of a plugin', () => {
  for (const [id, published] of Object.entries(publishedControls)) {
    it(`${id}: what is published is told apart from what is our own`, () => {
      const { compliance } = plugins.find((plugin) => plugin.id === id) ?? assert.fail(id);
      const found: Record<string, string[]> = {};
      for (const { framework, control, own } of compliance) {
        if (own) continue;
        found[framework] ??= [];
        found[framework].push(control);
      }
      assert.deepEqual(found, published);
      const frameworks = new Set(compliance.map(({ framework }) => framework));
      for (const framework of ['mcsb', 'nist', 'pci', 'iso27001', 'soc2', 'hipaa', 'cis-controls'] as const) {
        assert.ok(frameworks.has(framework), framework);
      }
    });
  }
});
