import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { plugins } from '../../plugins';
import { catalogueJson, catalogueTable } from '../../reporters';
import { fourPlugins } from '../support/fourPlugins';

const four = plugins.filter(({ id }) => fourPlugins.includes(id));
const view = { width: 80, colour: false };
const tool = { name: 'pgposture', version: '0.0.0' };

describe('the table of plugins', () => {
  it('has what each is about, and where to read on', () => {
    assert.equal(
      catalogueTable(four, view),
      `SEVERITY  PLUGIN                                PASS PROVES

high      flexibleServerRequireSecureTransport  Flexible Server refuses
          Flexible Server                       connections without TLS
medium    flexibleServerSslMinProtocolVersion   Flexible Server accepts modern
          Flexible Server                       TLS only
medium    singleServerMinimalTlsVersion         Single Server accepts modern TLS
          Single Server                         only
high      singleServerSslEnforcement            Single Server refuses
          Single Server                         connections without TLS

More about one of them: pgposture explain PLUGIN
`,
    );
  });

  it('is the same in colour', () => {
    const coloured = catalogueTable(plugins, { ...view, colour: true });
    assert.ok(coloured.includes('\u001b['));
    assert.equal(stripVTControlCharacters(coloured), catalogueTable(plugins, view));
  });
});

describe('the plugins as JSON', () => {
  it('are all that they say of themselves', () => {
    const { plugins: listed, ...head } = JSON.parse(catalogueJson(plugins, tool));
    assert.deepEqual(head, { schemaVersion: 1, tool });
    assert.equal(listed.length, plugins.length);
    for (const [i, plugin] of plugins.entries()) {
      const { needs, evaluate: _, ...data } = plugin;
      const { needs: named, ...rest } = listed[i];
      assert.deepEqual(rest, data, 'data that JSON cannot hold, or that is left out');
      assert.deepEqual(Object.keys(named), Object.keys(needs));
      for (const [name, { expects, optional }] of Object.entries(needs)) {
        assert.deepEqual(named[name], { expects, optional });
      }
    }
  });

  it('hold nothing that a pipeline would obey', () => {
    const [plugin = assert.fail()] = plugins;
    const json = catalogueJson([{ ...plugin, title: '##vso[task.complete]' }], tool);
    assert.doesNotMatch(json, /##vso\[/);
    assert.equal(JSON.parse(json).plugins[0].title, '##vso[task.complete]');
  });
});
