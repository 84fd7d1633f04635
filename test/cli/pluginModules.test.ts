import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Report } from '../../types';
import { demoReport, program, runMain, spawnCli, verdicts } from '../support/cli';
import { frozen } from '../support/collection';
import { consumer } from '../support/consumer';
import {
  cloudsploitModule,
  cloudsploitPlugin,
  importPgposture,
  ownPlugin,
  requirePgposture,
  seesAll,
} from '../support/pluginModules';
import { hostileNames } from '../support/report';

/** The folder in which somebody works, who has installed pgposture there. */
let folder: string;
const started = process.cwd();
before(() => {
  folder = consumer({});
  process.chdir(folder);
});
after(() => {
  process.chdir(started);
  rmSync(folder, { recursive: true });
});

function write(name: string, text: string): string {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
  return name;
}

/** The options that load a module and run its plugins. */
const running = (path: string, ...ids: readonly string[]) => [
  ...['--plugin-module', path],
  ...ids.flatMap((id) => ['--plugin', id]),
];

/** `scan --demo`, or a scan of what was collected of the same tenant, or of one subscription of it. */
const live = demoReport;
async function replayed(argv: readonly string[], collections = frozen): ReturnType<typeof demoReport> {
  const from = collections.flatMap((path) => ['--from-collection', path]);
  const { code, stdout, stderr } = await runMain(['scan', ...from, '--json', '-', ...argv]);
  assert.equal(stderr, '');
  return { ...(JSON.parse(stdout) as Report), code };
}
const production = frozen.slice(0, 1);
/** Quick: it has no servers. */
const nothing = ['--demo', '--subscription', 'Pay-As-You-Go'];

const statusesOf = (report: Report, id: string) =>
  Object.entries(verdicts(report))
    .filter(([name]) => name.endsWith(` ${id}`))
    .map(([name, status]) => `${name.slice(0, -id.length - 1)} ${status}`);

const finance = 'Finance (Müller & Söhne) UNKNOWN';
const transport = [
  ...['partner-gateway PASS', 'shop-orders PASS', 'shop-payments FAIL', 'shop-payments-replica PASS'],
  ...['pg11-forgotten PASS', 'loadtest-2024 UNKNOWN', 'new-feature-db UNKNOWN', 'staging-db PASS', finance],
];
const allSeen = transport.map((each) => (each === finance ? each : each.replace(/\w+$/, 'PASS')));

const compiled = (plugin: string) =>
  `"use strict"; Object.defineProperty(exports, '__esModule', { value: true }); exports.default = ${plugin};`;
const foreign = cloudsploitPlugin();
const own = ownPlugin('own');

describe('a plugin module', () => {
  const modules: readonly (readonly [
    how: string,
    name: string,
    text: string,
    expected: Readonly<Record<string, readonly string[]>>,
  ])[] = [
    ['one by definePlugin', 'own.cjs', `${requirePgposture}module.exports = ${own};`, { own: transport }],
    ['one by definePlugin, an ES module', 'own.mjs', `${importPgposture}export default ${own};`, { own: transport }],
    ['one by definePlugin, compiled', 'compiledOwn.js', requirePgposture + compiled(own), { own: transport }],
    [
      'a list by definePlugin',
      'list.js',
      `${requirePgposture}module.exports = [${own}, ${ownPlugin('other')}];`,
      { own: transport, other: transport },
    ],
    [
      'some by definePlugin, by their names',
      'names.mjs',
      `${importPgposture}export const own = ${own}; export const other = ${ownPlugin('other')};`,
      { own: transport, other: transport },
    ],
    ['one of CloudSploit, called by its file', 'byFile.js', cloudsploitModule(), { byFile: allSeen }],
    ['one of CloudSploit, an ES module', 'esModule.mjs', `export default ${foreign};`, { esModule: allSeen }],
    ['one of CloudSploit, compiled', 'compiled.js', compiled(foreign), { compiled: allSeen }],
    [
      'some of CloudSploit, by their ids',
      'ids.js',
      `module.exports = { first: ${foreign}, second: ${foreign} };`,
      { first: allSeen, second: allSeen },
    ],
    [
      'some of each',
      'each.js',
      `${requirePgposture}module.exports = { first: ${foreign}, own: ${own} };`,
      { first: allSeen, own: transport },
    ],
  ];
  for (const [how, name, text, expected] of modules) {
    it(`judges what is there now, and the same when it was collected: ${how}`, async () => {
      const argv = running(write(name, text), ...Object.keys(expected));
      const [now, then] = [await live(...argv), await replayed(argv)];
      for (const [id, statuses] of Object.entries(expected))
        assert.deepEqual(statusesOf(now, id).sort(), [...statuses].sort());
      assert.deepEqual(then.results, now.results);
      assert.deepEqual([now.code, then.code], now.summary.FAIL > 0 ? [1, 1] : [3, 3]);
    });
  }

  const beside = () => write('beside.js', `${requirePgposture}module.exports = { first: ${foreign}, own: ${own} };`);
  const ours = 'flexibleServerRequireSecureTransport';

  it('runs beside ours, which judge as they do without it', async () => {
    const without = await live();
    const { results } = await live(
      ...running(beside(), 'first', 'own'),
      ...without.results.flatMap(({ plugin }) => ['--plugin', plugin]),
    );
    assert.deepEqual(
      results.filter(({ plugin }) => plugin !== 'first' && plugin !== 'own'),
      without.results,
    );
    assert.ok(results.some(({ plugin }) => plugin === 'first') && results.some(({ plugin }) => plugin === 'own'));
  });

  for (const [name, argv, expected] of [
    ['all, if nothing is asked for', [], ['first', 'own', ours]],
    ['those that are named', ['--plugin', 'first', '--plugin', ours], ['first', ours]],
    ['those at or above a severity', ['--severity', 'high'], [ours]],
  ] as const) {
    it(`has its plugins selected: ${name}`, async () => {
      const { stdout } = await runMain(['scan', '--demo', '--json', '-', '--plugin-module', beside(), ...argv]);
      const ran = new Set((JSON.parse(stdout) as Report).results.map(({ plugin }) => plugin));
      assert.deepEqual(
        ['first', 'own', ours].filter((id) => ran.has(id)),
        expected,
      );
    });
  }

  it('is listed and explained', async () => {
    const listed = await runMain(['plugins', '--plugin-module', beside()]);
    for (const id of ['first', 'own', ours]) assert.match(listed.stdout, new RegExp(` ${id} `));
    const json = JSON.parse((await runMain(['plugins', '--plugin-module', beside(), '--json', '-'])).stdout);
    const [first] = (json.plugins as { id: string }[]).filter(({ id }) => id === 'first');
    assert.deepEqual(Object.keys(first ?? {}).slice(0, 4), ['id', 'title', 'category', 'severity']);
    for (const [id, text] of [
      ['first', 'Who is not looked at is not seen.'],
      ['own', 'Without it there is none.'],
    ] as const) {
      const { code, stdout } = await runMain(['explain', id, '--plugin-module', beside()]);
      assert.equal(code, 0);
      assert.ok(stdout.startsWith(`${id}\n`) && stdout.includes(text), stdout);
    }
  });

  it('does not change the collection that is written beside', async () => {
    const argv = ['scan', '--demo', '--console', 'none', '--subscription', 'Shop - Production'];
    const told = await runMain([
      ...argv,
      '--collection',
      'with.json',
      '--json',
      'with-report.json',
      '--plugin-module',
      beside(),
    ]);
    assert.deepEqual(told, { code: 1, stdout: '', stderr: '' });
    await runMain([...argv, '--collection', 'without.json']);
    const [one, other] = ['with.json', 'without.json'].map((name) =>
      JSON.parse(readFileSync(join(folder, name), 'utf8')),
    );
    assert.deepEqual({ ...one, pgposture: undefined }, { ...other, pgposture: undefined });
    const report = JSON.parse(readFileSync(join(folder, 'with-report.json'), 'utf8')) as Report;
    const again = await runMain(['scan', '--from-collection', 'with.json', '--json', '-', '--plugin-module', beside()]);
    assert.deepEqual((JSON.parse(again.stdout) as Report).results, report.results);
  });
});

describe('what a plugin of CloudSploit says of no server', () => {
  const rows = `callback(null, [row(0, 'none here'), row(3, 'not here'), row(2, 'nor there'), ...servers.map((each) => row(0, 'seen', each))]);`;
  it('is dropped if it is OK, and else one UNKNOWN of each subscription', async () => {
    const { results } = await live(...running(write('rows.js', cloudsploitModule(rows)), 'rows'));
    const scopes = results.filter(({ resource }) => resource.type === 'Microsoft.Resources/subscriptions');
    assert.deepEqual(
      scopes.map(({ resource, reason, message }) => `${resource.name}: ${reason?.kind} ${message}`),
      [
        'Shop - Production: unreadable not here',
        'Shop - Staging & Test (do not delete!): unreadable not here',
        'Legacy - migrate by 2025: unreadable not here',
        'Finance (Müller & Söhne): forbidden Azure answered 403 AuthorizationFailed.',
        'Pay-As-You-Go: unreadable not here',
      ],
    );
    assert.equal(results.length, scopes.length + transport.length - 1);
  });

  it('leaves a server of which it says nothing UNKNOWN', async () => {
    const { results, code } = await live(
      ...running(write('nothing.js', cloudsploitModule('callback(null, []);')), 'nothing'),
    );
    const [fault] = results.filter(({ resource }) => resource.name === 'shop-orders');
    assert.deepEqual(
      [code, fault?.reason?.kind, fault?.message],
      [3, 'plugin-crashed', 'The plugin nothing said nothing of this server.'],
    );
    assert.equal(results.length, transport.length);
  });
});

describe('a plugin that fails', () => {
  it('is UNKNOWN of each server of its kinds, and of a subscription without one, and others go on', async () => {
    const text = `${requirePgposture}module.exports = { bad: ${cloudsploitPlugin(`throw new Error('boom');`)}, good: ${foreign}, broken: ${ownPlugin('broken', 'ssl', `evaluate() { throw new Error('boom'); }`)} };`;
    const { code, results } = await live(...running(write('fails.js', text), 'bad', 'good', 'broken'));
    const of = (id: string, name: string) =>
      results.find(({ plugin, resource }) => plugin === id && resource.name === name);
    assert.equal(code, 3);
    for (const name of ['shop-orders', 'loadtest-2024', 'Pay-As-You-Go', 'Legacy - migrate by 2025']) {
      const { reason } = of('bad', name) ?? {};
      assert.deepEqual(
        [reason?.kind, reason?.detail],
        ['plugin-crashed', 'The plugin bad failed: it threw Error: boom.'],
      );
    }
    assert.equal(of('good', 'shop-orders')?.status, 'PASS');
    assert.equal(of('good', 'Pay-As-You-Go'), undefined);
    assert.equal(of('broken', 'shop-orders')?.reason?.kind, 'plugin-crashed');
  });

  it('does not end the scan by a promise that fails', async () => {
    const text = `${requirePgposture}module.exports = ${ownPlugin('promises', 'require_secure_transport', `async evaluate() { throw new Error('boom'); }`)};`;
    const { code, stderr, stdout } = await spawnCli([
      'scan',
      '--demo',
      '--console',
      'text',
      ...running(join(folder, write('promises.js', text)), 'promises'),
    ]);
    assert.deepEqual({ code, stderr }, { code: 3, stderr: '' });
    assert.match(stdout, /UNKNOWN\(plugin-crashed\) low promises .*shop-orders/);
  });

  const hangs = cloudsploitModule(`console.log('it hangs');`);
  for (const [what, argv, interruptWhen, kind, code] of [
    ['Ctrl-C', ['--verbose'], /it hangs/, 'not-collected', 2],
    ['--timeout', ['--timeout', '1s'], undefined, 'timeout', 3],
  ] as const) {
    it(`ends with ${what}, if it hangs`, async () => {
      const from = production.flatMap((path) => ['--from-collection', path]);
      const options = ['scan', ...from, '--json', '-', ...argv, ...running(write('hangs.js', hangs), 'hangs')];
      const { stdout, ...told } = await runMain(options, interruptWhen && { interruptWhen });
      const { results, complete } = JSON.parse(stdout) as Report;
      const kinds = results.map(({ reason }) => reason?.kind);
      assert.deepEqual({ code: told.code, complete, kinds }, { code, complete: false, kinds: Array(4).fill(kind) });
    });
  }
});

describe('a setting of a module', () => {
  const settings = { days: { name: 'Days', description: 'How long.', regex: '^[0-9]+$', default: '7' } };
  const says = `callback(null, servers.map((each) => row(0, settings.days || this.settings.days.default, each)));`;
  const module = () => write('days.js', cloudsploitModule(says, { settings }));
  const days = () => running(module(), 'days');

  for (const [name, argv, expected] of [
    ['its default', [], '7'],
    ['what is given', ['--setting', 'days=30'], '30'],
  ] as const) {
    it(`is ${name}, for the plugin and in the report`, async () => {
      const { settings, results } = await replayed([...days(), ...argv], production);
      assert.deepEqual(settings, { days: expected });
      assert.deepEqual(new Set(results.map(({ message }) => message)), new Set([expected]));
    });
  }

  it('is what it was when a collection was made', async () => {
    await runMain(['scan', ...nothing, '--collection', 'days.json', '--setting', 'days=30', ...days()]);
    assert.deepEqual((await replayed(days(), ['days.json'])).settings, { days: '30' });
  });

  it('is explained', async () => {
    const { stdout } = await runMain(['explain', 'days', '--plugin-module', module(), '--setting', 'days=30']);
    assert.match(stdout, /What can be tuned\n {2}days: How long\. The default is 7; .*--setting days=…/);
  });

  const clashing = (standard: string) => {
    const minimumTlsVersion = { name: 'x', description: 'x', regex: '^1\\.[0-9]$', default: standard };
    return write(`${standard}/clashing.js`, cloudsploitModule(seesAll, { settings: { minimumTlsVersion } }));
  };
  const alone = ['--plugin', 'clashing'];
  const choosing = (version: string) => ['--setting', `minimumTlsVersion=${version}`];
  const clash = /Two plugins have a setting minimumTlsVersion/;
  for (const [name, standard, argv, expected] of [
    ['is as ours, if it is called so and means the same', '1.2', [], '1.2'],
    ['is not guessed, if it is called as one of ours and means something else', '1.0', [], clash],
    ['is what is given, if ours lets it be that, too', '1.0', choosing('1.3'), '1.3'],
    ['is not what ours does not let it be', '1.0', choosing('1.0'), /cannot be "1\.0"/],
    ['is its own affair, if ours do not run', '1.0', alone, '1.0'],
    ['is what is given, if ours do not run', '1.2', [...alone, ...choosing('1.1')], '1.1'],
  ] as const) {
    it(name, async () => {
      const scan = ['scan', ...nothing, '--json', '-', '--plugin-module', clashing(standard), ...argv];
      const { code, stdout, stderr } = await runMain(scan);
      if (typeof expected !== 'string') {
        assert.deepEqual([code, stdout], [2, '']);
        return assert.match(stderr, expected);
      }
      return assert.equal((JSON.parse(stdout) as Report).settings.minimumTlsVersion, expected);
    });
  }

  for (const [argv, message] of [
    [['--setting', 'days=many'], /days cannot be "many"\.\n.*\^\[0-9\]\+\$/],
    [['--setting', 'dys=1'], /"dys"\.\nDid you mean days/],
  ] as const) {
    it(`exits 2 for ${argv.join(' ')}`, async () => {
      const { code, stdout, stderr } = await runMain(['scan', ...nothing, ...days(), ...argv]);
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, message);
    });
  }
});

describe('the way to a module', () => {
  const seenBy = async (word: string, id = 'seen') => {
    assert.equal((await replayed(running(word, id), production)).code, 0);
  };
  const text = cloudsploitModule();

  for (const [what, name, word = name] of [
    ['a relative path', 'seen.js'],
    ['a relative path with a dot', 'seen.js', './seen.js'],
    ['a path that goes back', 'some/seen.js', 'some/../some/seen.js'],
    ['a path without an ending', 'other/seen'],
    ['a path with spaces', 'a folder/seen.js'],
    ['a path with characters that URLs know', 'a#b%20c?d&e=f/seen.js'],
    ['a path with Unicode', 'Müller & Söhne 🍏/seen.js'],
    ['a path with quotes', `it's "so"/seen.js`],
    ['a path that begins with a tilde', '~/seen.js'],
    ['a path that looks like a package', '@acme/seen.js'],
    ['a package', 'node_modules/seen/index.js', 'seen'],
    ['a scoped package', 'node_modules/@acme/seen/index.js', '@acme/seen'],
    ['a path in a package', 'node_modules/@acme/checks/tls/seen.js', '@acme/checks/tls/seen'],
    ['a file in a package', 'node_modules/@acme/checks/tls/seen.js', '@acme/checks/tls/seen.js'],
  ] as const) {
    it(`may be ${what}`, () => {
      write(name, text);
      return seenBy(word);
    });
  }

  it('may be an absolute path', () => seenBy(join(folder, write('seen.js', text))));

  for (const [what, name, path, exports] of [
    ['exports it', 'whole', '', './main.mjs'],
    ['exports it to import alone', 'alone', '', { '.': { types: './main.d.ts', import: './main.mjs' } }],
    ['exports a path', 'paths', '/part', { './part': './main.mjs' }],
    ['exports a path to import alone', '@acme/paths', '/part', { './*': { import: './main.mjs' } }],
  ] as const) {
    it(`may be a package that ${what}`, () => {
      write(`node_modules/${name}/package.json`, JSON.stringify({ name, exports }));
      write(`node_modules/${name}/main.mjs`, `export default ${foreign};`);
      return seenBy(`${name}${path}`, path.slice(1) || name);
    });
  }
});

describe('a module that cannot be loaded', () => {
  const base = (more: string) => `${requirePgposture}module.exports = { ...${own}, ${more} };`;
  const rows: readonly (readonly [what: string, word: string, text: string | undefined, stderr: RegExp])[] = [
    ['is not there', './gone.js', undefined, /no plugin module "\.\/gone\.js"\.\nName a file/],
    ['is a file that is not there', 'gone.js', undefined, /no plugin module "gone\.js"\.\nName a file/],
    ['is not at home', '~/gone.js', undefined, /no plugin module "~\/gone\.js"\.\nName a file/],
    ['is on no Windows', 'C:\\plugins\\gone.js', undefined, /"C:\\plugins\\gone\.js"\.\nName a file/],
    ['is a folder', '.', undefined, /"\." is no file\.\nName a file/],
    ['is a device', '/dev/zero', undefined, /"\/dev\/zero" is no file\.\nName a file|no plugin module/],
    ['is a URL', pathToFileURL('/gone.js').href, undefined, /no plugin module "file:\/\/\/gone\.js"/],
    [
      'is not installed',
      'gone',
      undefined,
      /no plugin module "gone"\.\nInstall it here \(npm install gone\), or .* \.\/gone\./,
    ],
    [
      'is no path of what is not installed',
      '@acme/gone/it',
      undefined,
      /\nInstall it here \(npm install @acme\/gone\), or/,
    ],
    ['is a module of Node', 'fs', undefined, /no plugin module "fs"/],
    ['is a module of Node by its full name', 'node:fs', undefined, /no plugin module "node:fs"/],
    ['is hidden in a package', 'ajv/gone', undefined, /no plugin module "ajv\/gone"/],
    [
      'is not exported by a package',
      '@azure/identity/gone',
      undefined,
      /\nIts package is there, and does not export it\./,
    ],
    ['has a name as long as a book', `./${'x'.repeat(5000)}`, undefined, /There is no plugin module "\.\/x+"/],
    ['does not parse', 'parse.js', 'module.exports = {;', /"parse\.js" does not load: SyntaxError: .*\nMend it/],
    ['does not parse as an ES module', 'parse.mjs', 'export default {;', /"parse\.mjs" does not load: SyntaxError: /],
    ['throws', 'throws.js', `throw new TypeError('boom');`, /"throws\.js" does not load: TypeError: boom\n/],
    ['throws what is no text', 'odd.js', 'throw Object.create(null);', /"odd\.js" does not load: something/],
    [
      'throws a command',
      'command.js',
      `throw new Error('\\u001b[31m::error::x\\n::error::y');`,
      /Error: \\u\{1b\}\[31m: :error: :x\n/,
    ],
    [
      'needs what is not installed',
      'needs.mjs',
      `import '@acme/gone/it';`,
      /does not load: .*@acme\/gone.*\nInstall what it imports/,
    ],
    [
      'needs what is not installed, too',
      'needs.cjs',
      `require('gone/it');`,
      /does not load: .*gone.*\nInstall what it imports/,
    ],
    [
      'needs a file that is not there',
      'file.cjs',
      `require('./gone');`,
      /does not load: .*\nInstall what it imports, or mend the path/,
    ],
    ['is no JavaScript', 'x.json', '{}', /"x\.json" does not load: TypeError/],
    ['exports nothing', 'empty.js', '', /"empty\.js" is no plugin module\. It exports no plugin\.\nExport what/],
    ['misses a field', 'field.js', base('moreInfo: undefined'), /"field\.js" .* Its moreInfo is not a text\.\n/],
    [
      'misses a field of CloudSploit',
      'moreInfo.js',
      cloudsploitModule(seesAll, { more_info: undefined }),
      /"moreInfo\.js" .* Its more_info is not a text\.\n/,
    ],
    ['has a malformed id', 'id.js', base(`id: 'an-id'`), /"id\.js" .* The id "an-id" is not a camelCase noun\.\n/],
    [
      'is called as no plugin is',
      'an-id.js',
      cloudsploitModule(),
      /The id "an-id" is not a camelCase noun\.\n.*its file/,
    ],
    [
      'needs another call',
      'rules.js',
      cloudsploitModule(seesAll, { apis: ['servers:listSql'] }),
      /"rules\.js" .* Its apis names servers:listSql, which no collector calls: there are servers:listPostgres, /,
    ],
    [
      'has an id of ours',
      'ours.js',
      base(`id: 'singleServerSslEnforcement'`),
      /"ours\.js" has a plugin "singleServerSslEnforcement", and so has pgposture itself\.\nRename/,
    ],
    [
      'has a file called as one of ours',
      'singleServerSslEnforcement.js',
      cloudsploitModule(),
      /and so has pgposture itself/,
    ],
    [
      'has two of one id',
      'two.js',
      `${requirePgposture}module.exports = [${own}, ${own}];`,
      /"two\.js" has a plugin "own", and so has "two\.js"/,
    ],
    [
      'has two of one id, of each shape',
      'both.js',
      `${requirePgposture}module.exports = { own: ${foreign}, x: ${own} };`,
      /"both\.js" has a plugin "own", and so has "both\.js"/,
    ],
  ];
  for (const [what, word, text, message] of rows) {
    it(`exits 2, and says that it ${what}`, async () => {
      if (text !== undefined) write(word, text);
      for (const argv of [['scan', '--demo'], ['plugins'], ['explain', 'own']]) {
        const { code, stdout, stderr } = await runMain([...argv, '--plugin-module', word]);
        assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
        assert.match(stderr, /^pgposture: [^\n]+\n[^\n]+\n$/, 'what is wrong, and what to do');
        assert.match(stderr, message);
      }
    });
  }

  it('exits 2 for two modules of one id, and for one that is given twice', async () => {
    write('one.js', `${requirePgposture}module.exports = ${own};`);
    write('two.js', `${requirePgposture}module.exports = ${own};`);
    for (const [one, two] of [
      ['one.js', 'two.js'],
      ['one.js', 'one.js'],
      ['one.js', './one.js'],
    ] as const) {
      const { code, stdout, stderr } = await runMain([
        'scan',
        '--demo',
        '--plugin-module',
        one,
        '--plugin-module',
        two,
      ]);
      assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
      assert.ok(stderr.startsWith(`pgposture: "${two}" has a plugin "own", and so has "${one}".\n`), stderr);
    }
  });

  it('exits 2 if nothing is given', async () => {
    const { code, stderr } = await runMain(['scan', '--demo', '--plugin-module', '']);
    assert.deepEqual([code, stderr.split('\n')[0]], [2, 'pgposture: --plugin-module was given nothing.']);
  });
});

describe('a collection that can be read only once', { skip: !existsSync('/dev/stdin') }, () => {
  const piped = (module: string) => {
    const scan = `"${process.execPath}" "${program}" scan --from-collection /dev/stdin --plugin-module ${module}`;
    return spawnSync('sh', ['-c', `cat "${frozen[0]}" | ${scan}`], { encoding: 'utf8' });
  };

  it('is refused, where plugins of CloudSploit would read it again', () => {
    const { status, stdout, stderr } = piped(write('seen.js', cloudsploitModule()));
    assert.deepEqual([status, stdout], [2, '']);
    assert.match(stderr, /^pgposture: "\/dev\/stdin" can be read only once, .*\n.*file.*\n$/);
  });

  it('is enough for those by definePlugin', () => {
    const { status, stdout } = piped(write('own.cjs', `${requirePgposture}module.exports = ${own};`));
    assert.equal(status, 1);
    assert.match(stdout, / own$/m);
  });
});

describe('hostile text of a module', () => {
  const plugins = hostileNames.map((hostile, i) => {
    const text = JSON.stringify(hostile);
    const run = `callback(null, [row(2, ${text}, { id: ${text} }), row(3, ${text}), ...servers.map((each) => row(2, ${text}, each))]);`;
    const fields = ['title', 'category', 'description', 'more_info', 'recommended_action', 'link'];
    const setting = { name: hostile, description: hostile, regex: '', default: hostile };
    const theirs = {
      ...Object.fromEntries(fields.map((field) => [field, hostile])),
      settings: { [`of${i}`]: setting },
    };
    const words = ['title', 'category', 'domain', 'description', 'moreInfo', 'recommendedAction', 'link'];
    const mine = [
      ...words.map((field) => `${field}: ${text}`),
      `messages: { on: fail(${text}), off: fail(${text}) }`,
      `fix: { set: 'require_secure_transport', to: ${text}, values: [${text}], default: ${text}, impact: ${text} }`,
    ];
    return [
      `theirs${i}: ${cloudsploitPlugin(`console.log(${text}); ${run}`, theirs)}`,
      `mine${i}: ${ownPlugin(`mine${i}`, 'require_secure_transport', mine.join(', '))}`,
    ];
  });
  const path = () => write('hostile.js', `${requirePgposture}module.exports = { ${plugins.flat().join(',\n')} };`);
  const ids = hostileNames.flatMap((_, i) => [`theirs${i}`, `mine${i}`]);

  for (const argv of [
    ['scan', '--demo', '--verbose'],
    ['scan', '--demo', '--console', 'text'],
    ['plugins'],
    ...ids.map((id) => ['explain', id]),
  ]) {
    it(`breaks no line and gives no command: ${argv.join(' ')}`, async () => {
      const { code, stdout, stderr } = await runMain([...argv, '--plugin-module', path()], { columns: 300 });
      assert.notEqual(code, 2, stderr);
      for (const line of `${stdout}${stderr}`.split('\n')) {
        assert.doesNotMatch(line, /(?!\u200d)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|::|##(\[|vso)/u);
        assert.doesNotMatch(line, /^\s*TAIL/);
      }
    });
  }
});
