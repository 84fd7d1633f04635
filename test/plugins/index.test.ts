import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, it } from 'node:test';
import { plugins } from '../../plugins';
import { severities } from '../../types';
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
      it('has the name of its file and of its test, and fits on a page', () => {
        const source = readFileSync(join(folder, `${plugin.id}.ts`), 'utf8');
        assert.ok(existsSync(join(root, `test/plugins/${plugin.id}.test.ts`)));
        assert.match(plugin.id, /^[a-z][A-Za-z0-9]+$/);
        const body = /\n {2}evaluate\([\s\S]*?\n {2}},\n/.exec(source)?.[0] ?? assert.fail('it has no evaluate');
        assert.ok(body.trim().split('\n').length <= 15, 'evaluate is longer than 15 lines');
        assert.ok(source.split('\n').length <= 70, 'the file is longer than 70 lines');
      });

      it('says all of itself', () => {
        for (const field of ['title', 'category', 'domain', 'description', 'moreInfo', 'recommendedAction'] as const) {
          assert.match(plugin[field], /\S/, field);
        }
        assert.ok(severities.includes(plugin.severity));
        assert.equal(new URL(plugin.link).protocol, 'https:');
        assert.ok(Object.hasOwn(plugin.needs, plugin.fix.set), 'it repairs what it does not look at');
      });

      it('names each control once', () => {
        const controls = plugin.compliance.map(
          ({ framework, edition, control }) => `${framework} ${edition} ${control}`,
        );
        assert.deepEqual(controls, [...new Set(controls)]);
      });

      it('has messages that hold only what it needs and what can be set', () => {
        const names = [...Object.keys(plugin.needs), ...Object.keys(plugin.settings)];
        for (const { text } of Object.values(plugin.messages)) {
          for (const [, name = ''] of text.matchAll(/\{(\w+)\}/g)) assert.ok(names.includes(name), name);
        }
        for (const [, name = ''] of `${plugin.fix.to} ${plugin.recommendedAction}`.matchAll(/\{(\w+)\}/g)) {
          assert.ok(Object.hasOwn(plugin.settings, name), name);
        }
      });
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
