import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pluginsOf } from '../../adapters/pluginModule';
import type { ScanError } from '../../helpers/scanError';
import ours from '../../plugins/azure/postgresqlserver/flexibleServerSslMinProtocolVersion';
import { apis } from '../support/pluginModules';

const own = { ...ours, id: 'own' };
const other = { ...ours, id: 'other' };
const foreign = {
  title: 'Server is seen',
  category: 'PostgreSQL Server',
  description: 'Looks at servers.',
  more_info: 'Who is not looked at is not seen.',
  recommended_action: 'Look.',
  link: 'https://example.org',
  apis: [apis.flexible, apis.parameters],
  run() {},
};
/** What `import()` gives of a CommonJS module: Node finds some names of it by itself. */
const commonJs = (exported: object, names = {}) => ({ ...names, default: exported });
/** What a compiler makes of an ES module. */
const compiled = (exported: object) => commonJs(Object.defineProperty(exported, '__esModule', { value: true }));

const list = (given: readonly unknown[]) => commonJs(given as object);

describe('the plugins of a module', () => {
  const rows: readonly (readonly [how: string, namespace: object, plugins: string, cloudsploit?: string])[] = [
    ['one, as module.exports', commonJs(own), 'own'],
    ['one, as its default', { default: own }, 'own'],
    ['one, as a default beside which something else stands', { default: own, helper: () => 1 }, 'own'],
    ['one, as the default that a compiler made', compiled({ default: own }), 'own'],
    ['a list', list([own, other]), 'own other'],
    ['a list, as the default that a compiler made', compiled({ default: [own, other] }), 'own other'],
    ['by their ids', commonJs({ own, other }), 'own other'],
    ['by other words', commonJs({ first: own, second: other }), 'own other'],
    ['by names', { own, other }, 'own other'],
    ['by names that a compiler made', compiled({ own, other }), 'own other'],
    ['by names that another compiler made', commonJs({ __esModule: true, own, other }), 'own other'],
    ['one of CloudSploit', commonJs(foreign), '', 'theFile'],
    ['one of CloudSploit, as its names', foreign, '', 'theFile'],
    ['one of CloudSploit, as its default', { default: foreign }, '', 'theFile'],
    ['one of CloudSploit, as the default that a compiler made', compiled({ default: foreign }), '', 'theFile'],
    ['some of CloudSploit, by their ids', commonJs({ first: foreign, second: foreign }), '', 'first second'],
    ['some of each', commonJs({ first: foreign, own }), 'own', 'first'],
  ];
  for (const [how, namespace, plugins, cloudsploit = ''] of rows) {
    it(how, () => {
      const found = pluginsOf('./somewhere/theFile.cjs', namespace);
      assert.equal(found.plugins.map(({ id }) => id).join(' '), plugins);
      assert.equal([...found.cloudsploit.keys()].join(' '), cloudsploit);
    });
  }

  for (const [name, id] of [
    ['look.js', 'look'],
    ['/a/b.c/look.mjs', 'look'],
    ['C:\\plugins\\look.cjs', 'look'],
    ['@acme/look', 'look'],
    ['@acme/plugins/look.js', 'look'],
    ['look', 'look'],
  ] as const) {
    it(`of CloudSploit's is called ${id} in ${name}`, () => {
      assert.deepEqual([...pluginsOf(name, { default: foreign }).cloudsploit.keys()], [id]);
    });
  }

  it('needs nothing that CloudSploit does not ask for, and may have all that it knows', () => {
    const setting = { name: 'Days', description: 'How long.', regex: '^.*$' };
    for (const more of [
      { domain: undefined, severity: undefined, settings: undefined },
      ...['Low', 'Medium', 'High', 'Critical', 'low'].map((severity) => ({ severity })),
      ...['7', '', 7, false].map((standard) => ({ settings: { days: { ...setting, default: standard } } })),
      { realtime_triggers: ['x'], compliance: { pci: 'x' }, remediate() {}, actions: {}, permissions: {} },
      { apis: [apis.single] },
    ]) {
      assert.equal(pluginsOf('look.js', { default: { ...foreign, ...more } }).cloudsploit.size, 1);
    }
  });
});

const nested = (value: Record<string, unknown>) => ({ x: value });
const need = { expects: 'x', read() {}, spelled() {} };
const setting = { description: 'x', default: 'a', values: ['a'] };
const regex = { description: 'x', default: 'a', regex: 'a' };

/** What makes a good plugin a bad one, and the field that is named. */
const badOwn: readonly (readonly [change: Record<string, unknown>, field: string])[] = [
  ...['id', 'title', 'category', 'domain', 'description', 'moreInfo', 'recommendedAction', 'link'].flatMap((field) =>
    [undefined, '', 1, null].map((value) => [{ [field]: value }, field] as const),
  ),
  ...[undefined, 'critical', 'High'].map((severity) => [{ severity }, 'severity'] as const),
  ...[undefined, 'Microsoft.Sql/servers', 'constructor'].map((kind) => [{ kind }, 'kind'] as const),
  ...[
    ...[undefined, {}, ['cis 4.2'], [null], [{ framework: 'mine', edition: '1', control: '1', own: true }]],
    ...[[{ framework: 'cis' }], [{ framework: 'cis', edition: '1', control: '1' }]],
  ].map((compliance) => [{ compliance }, 'compliance'] as const),
  ...['needs', 'settings', 'messages', 'fix'].flatMap((field) =>
    [undefined, null, [], 'x'].map((value) => [{ [field]: value }, field] as const),
  ),
  ...[null, 'x', {}, { ...need, read: 'x' }, { ...need, spelled: undefined }, { ...need, expects: 1 }].map(
    (each) => [{ needs: nested(each as never) }, 'needs.x'] as const,
  ),
  ...[
    ...['a', { ...setting, description: undefined }, { ...setting, default: 'b' }, { ...setting, default: undefined }],
    ...[regex, { ...setting, default: 1, values: [1] }, { ...setting, values: 'a' }],
  ].map((each) => [{ settings: nested(each as never) }, 'settings.x'] as const),
  ...['needs', 'settings', 'messages'].map((field) => [{ [field]: { 'a b': setting } }, field] as const),
  ...['x', { status: 'PASS' }, { status: 'UNKNOWN', text: 'x' }, { status: 'pass', text: 'x' }, { text: 'x' }].map(
    (each) => [{ messages: nested(each as never) }, 'messages.x'] as const,
  ),
  ...['set', 'to', 'default', 'impact'].map((field) => [{ fix: { ...own.fix, [field]: '' } }, `fix.${field}`] as const),
  ...[undefined, 'on', [1]].map((values) => [{ fix: { ...own.fix, values } }, 'fix.values'] as const),
  ...[undefined, 'x', {}].map((evaluate) => [{ evaluate }, 'evaluate'] as const),
];

const badForeign: typeof badOwn = [
  ...['title', 'category', 'description', 'more_info', 'recommended_action', 'link'].flatMap((field) =>
    [undefined, '', 1, null].map((value) => [{ [field]: value }, field] as const),
  ),
  ...[
    ...[undefined, null, [], {}, 'servers:listPostgres', [null], [Symbol('x')], [[apis.flexible]]],
    ...[['servers:listSql'], [apis.flexible, 'firewallRules:listByFlexibleServerPostgres'], ['constructor']],
    [apis.parameters],
  ].map((value) => [{ apis: value }, 'apis'] as const),
  ...['', 'urgent', 1, null].map((severity) => [{ severity }, 'severity'] as const),
  ...[null, [], 'x'].map((settings) => [{ settings }, 'settings'] as const),
  ...[
    ...['x', {}, { ...regex, description: 1 }, { ...regex, default: undefined }, { ...regex, default: null }],
    ...[
      { ...regex, regex: undefined },
      { ...regex, regex: '(' },
      { ...regex, regex: /x/ },
    ],
  ].map((each) => [{ settings: nested(each as never) }, 'settings.x'] as const),
  ...['', 'a b', 'a=b', 'a\nb', 'ä'].map((name) => [{ settings: { [name]: regex } }, 'settings'] as const),
  ...[undefined, 'x', {}].map((run) => [{ run }, 'run'] as const),
];

const refused = (namespace: unknown, message: RegExp) =>
  assert.throws(
    () => pluginsOf('./look.js', namespace),
    (error: ScanError) => {
      assert.deepEqual([error.name, error.code], ['ScanError', 'bad-plugin']);
      assert.match(error.message, /^"\.\/look\.js" is no plugin module\. .*\.$/);
      assert.match(error.message, message);
      assert.ok(error.remedy);
      return true;
    },
  );

const inWords = (change: object) =>
  JSON.stringify(change, (_, value) =>
    value === undefined ? 'undefined' : typeof value === 'symbol' ? 'a symbol' : value,
  );
const escaped = (field: string) => field.replaceAll('.', '\\.');

for (const [which, good, changes] of [
  ['definePlugin', own, badOwn],
  ['CloudSploit', foreign, badForeign],
] as const) {
  describe(`a plugin in the shape of ${which}, of which the field is named that is`, () => {
    for (const [change, field] of changes) {
      it(inWords(change), () => {
        const bad = { ...good, ...change };
        refused({ default: bad }, new RegExp(`\\. Its ${escaped(field)} (is|has|names) `));
        refused({ good: { ...own, id: 'good' }, bad }, new RegExp(`\\. Its bad\\.${escaped(field)} (is|has|names) `));
      });
    }
  });
}

describe('what is no plugin module', () => {
  const rows: readonly (readonly [what: string, namespace: unknown, message: RegExp])[] = [
    ['exports nothing', commonJs({}), /It exports no plugin/],
    ['has no export', {}, /It exports no plugin/],
    ['exports an empty list', list([]), /It exports no plugin/],
    ['exports a function', commonJs(() => 1), /It exports no plugin/],
    ['exports null', { default: null }, /It exports no plugin/],
    ['exports undefined', { default: undefined }, /It exports no plugin/],
    ['exports something else beside', commonJs({ own, helper: () => 1 }), /exports as helper is no plugin/],
    ['has something else in its list', list([own, 'x']), /exports as \[1\] is no plugin/],
    ['has a list in its list', list([[own]]), /exports as \[0\] is no plugin/],
    ['has a list under a name', commonJs({ all: [own] }), /exports as all is no plugin/],
    ['has one of CloudSploit in a list', list([foreign]), /The id "" is not a camelCase noun/],
  ];
  for (const [what, namespace, message] of rows) it(what, () => refused(namespace, message));

  for (const id of ['Own', 'own-plugin', 'own_plugin', 'own plugin', '1own', 'o', 'öwn', '__proto__', 'own\n', '']) {
    it(`has a plugin with the id ${JSON.stringify(id)}`, () => {
      const named = Object.defineProperty({}, id, { value: foreign, enumerable: true });
      refused(commonJs(named), /The id ".*" is not a camelCase noun|It exports no plugin/s);
      refused(commonJs({ ...own, id }), /Its id is not a text|The id ".*" is not a camelCase noun/s);
    });
  }

  for (const file of ['look-here.js', 'Look.js', '.js', 'lóok.js']) {
    it(`has one of CloudSploit in a file called ${file}`, () => {
      assert.throws(() => pluginsOf(file, { default: foreign }), {
        code: 'bad-plugin',
        message: /is not a camelCase noun/,
        remedy: /called as its file, or by its key/,
      });
    });
  }
});
