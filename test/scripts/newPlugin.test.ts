import assert from 'node:assert/strict';
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { shownInContributing } from '../support/contributing';
import { root } from '../support/root';
import { npmRun, type RunOptions, runNode } from '../support/run';

/** As long as the name in CONTRIBUTING.md, so that lines break alike; another, for whoever made that one too. */
const id = 'flexibleServerNewHereToday';
const shown = (name: string) =>
  shownInContributing(name).replaceAll('flexibleServerLogLockWaits', id).replaceAll('log_lock_waits', 'new_here_today');
const plugin = `plugins/azure/postgresqlserver/${id}.ts`;
const test = `test/plugins/${id}.test.ts`;
const page = `docs/plugins/${id}.md`;

/** A copy of the project, to write in. */
const copy = realpathSync(mkdtempSync(join(tmpdir(), 'pgposture-new-plugin-')));
const notCopied = ['node_modules', '.git', 'dist'];
const readCopy = (file: string) => readFileSync(join(copy, file), 'utf8');
const inCopy = { cwd: copy, env: { INIT_CWD: copy } };

/** Every file of the copy, with what is in it. */
const tree = (): Record<string, string> =>
  Object.fromEntries(
    readdirSync(copy, { withFileTypes: true })
      .filter(({ name }) => !notCopied.includes(name))
      .flatMap((entry) =>
        entry.isDirectory() ? readdirSync(join(copy, entry.name), { recursive: true, withFileTypes: true }) : [entry],
      )
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((path) => [path, readFileSync(path, 'utf8')]),
  );

const newPlugin = (words: readonly string[], options: RunOptions = inCopy) =>
  runNode([join(copy, 'dist/scripts/newPlugin.js'), ...words], options);

before(() => {
  for (const name of readdirSync(root)) {
    if (!notCopied.includes(name)) cpSync(join(root, name), join(copy, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
  const { status, output } = npmRun(['build'], inCopy);
  assert.equal(status, 0, output);
});
after(() => rmSync(copy, { recursive: true }));

describe('npm run new-plugin', () => {
  const single =
    /does not start with flexibleServer: Single Server is retired, so new plugins look at Flexible Server\.\n/;
  const camel = /is not camelCase, or names no parameter\.\n/;
  const refusals: readonly (readonly [what: string, words: readonly string[], problem: RegExp, remedy: RegExp])[] = [
    [
      'no id',
      [],
      /^The id of the new plugin is missing\.\n/,
      /Such as: npm run new-plugin -- flexibleServerLogLockWaits$/,
    ],
    ['an empty id', [''], /^The id of the new plugin is missing\.\n/, /Such as/],
    ['too many words', ['logging', 'Collector'], /not 2: logging Collector/, /-- flexibleServerLoggingCollector$/],
    ['an option', [id, '--force'], /^There is no option --force\.\n/, /--help/],
    ['Single Server', ['singleServerLogDuration'], single, /-- flexibleServerLogDuration$/],
    ['no server', ['logDuration'], single, /^The id logDuration .*-- flexibleServerLogDuration$/s],
    ['dashes', ['flexible-server-log-duration'], camel, /-- flexibleServerLogDuration$/],
    ['PascalCase', ['FlexibleServerLogDuration'], camel, /-- flexibleServerLogDuration$/],
    ['capitals', ['flexibleServerSSLCiphers'], camel, /-- flexibleServerSslCiphers$/],
    ['lower case', ['flexibleserverjit'], camel, /-- flexibleServerJit$/],
    ['no parameter', ['flexibleServer'], camel, /Such as/],
    ['a path', ['../../flexibleServerJit'], single, /Did you mean/],
    ['an escape sequence', ['flexibleServer\u001b[2JJit'], /^The id flexibleServer\\u\{1b\}\[2JJit is not/, /./],
    ['a name that is too long', [`flexibleServer${'Long'.repeat(16)}`], /as long as long_long_/, /63 characters/],
    [
      'an id that exists',
      ['flexibleServerRequireSecureTransport'],
      /^The id flexibleServerRequireSecureTransport is taken/,
      /another id/,
    ],
    [
      'an id that exists in another case',
      ['flexibleServerRequireSecuretransport'],
      /^The id flexibleServerRequireSecuretransport is taken, whatever its case: .*SecureTransport\.ts is there\.\n/,
      /another id/,
    ],
  ];
  for (const [what, words, problem, remedy] of refusals) {
    it(`refuses ${what}, and writes nothing`, () => {
      const before = tree();
      const { status, stdout, stderr } = newPlugin(words);
      assert.deepEqual([status, stdout], [2, '']);
      assert.match(stderr, problem);
      assert.match(stderr.trim(), remedy);
      assert.equal(stderr.trim().split('\n').length, 2);
      assert.deepEqual(tree(), before);
    });
  }

  it('refuses an id whose test is there, and names it from where the user stands', () => {
    writeFileSync(join(copy, test), '// somebody began');
    const { status, stderr } = npmRun(['new-plugin', '--', id], { cwd: join(copy, 'docs') });
    rmSync(join(copy, test));
    assert.equal(status, 2);
    assert.ok(stderr.includes(`${join('..', test)} is there.`), stderr);
  });

  it('explains itself', () => {
    const { status, stdout, stderr } = newPlugin(['--help']);
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(stdout, /^npm run new-plugin -- <id>\n/);
  });

  it('takes back what it wrote when it cannot write all', () => {
    const before = tree();
    const preload = join(copy, 'dist/fullDisk.js');
    writeFileSync(
      preload,
      `const fs = require('fs'); const { writeFileSync } = fs; let writes = 0;
       fs.writeFileSync = (...args) => { if (++writes === 3) throw new Error('The disk is full.'); writeFileSync(...args); };`,
    );
    const { status, stderr } = runNode(['--require', preload, join(copy, 'dist/scripts/newPlugin.js'), id], inCopy);
    assert.deepEqual([status, stderr], [1, 'The disk is full.\n']);
    assert.deepEqual(tree(), before);
  });

  it('says so when the docs could not be made', () => {
    const before = tree();
    const { status, stdout, stderr } = newPlugin([id], { ...inCopy, env: { ...inCopy.env, PATH: '' } });
    assert.deepEqual([status, stdout], [1, '']);
    assert.match(stderr, /^The plugin is there, but npm run docs failed: /);
    for (const file of [plugin, test]) rmSync(join(copy, file));
    writeFileSync(join(copy, 'plugins/index.ts'), before[join(copy, 'plugins/index.ts')] ?? '');
    assert.deepEqual(tree(), before);
  });

  /** What follows stands on one another, in this order. */
  it('writes a plugin that works, and prints what CONTRIBUTING.md shows', () => {
    const before = tree();
    const { status, stdout, stderr } = npmRun(['new-plugin', '--', id], inCopy);
    assert.deepEqual([status, stderr], [0, '']);
    assert.equal(stdout, shown('new-plugin'));
    const now = tree();
    const changed = Object.keys(now).filter((file) => now[file] !== before[file]);
    assert.deepEqual(
      changed.sort(),
      [plugin, test, page, 'plugins/index.ts', 'README.md', 'docs/plugins/README.md']
        .map((file) => join(copy, file))
        .sort(),
    );
  });

  it('leaves all tests of plugins, walls and docs green', () => {
    const files = [`plugins/${id}`, 'plugins/index', 'walls', 'docs', 'pluginPages'].map(
      (name) => `dist/test/${name}.test.js`,
    );
    const { status, output } = runNode(['--test', ...files], inCopy);
    assert.equal(status, 0, output);
    assert.match(output, new RegExp(`${id}[\\s\\S]*survives every odd value`));
  });

  it('leaves nothing to lint or to format', () => {
    const { status, output } = lint();
    assert.equal(status, 0, output);
    assert.doesNotMatch(output, /warning/);
  });

  it('does not let a release forget what is left to do', () => {
    const { status, stdout } = npmRun(['prepublishOnly'], inCopy);
    assert.equal(status, 1);
    assert.equal(stdout.match(new RegExp(`${id}\\.(test\\.)?ts:\\d+\\n   \\w`, 'g'))?.length, 11);
  });

  it('becomes the finished plugin of CONTRIBUTING.md, whose test prints what is shown there', () => {
    writeFileSync(join(copy, plugin), shown('finished-plugin'));
    const { status, output } = runPluginTest();
    assert.equal(status, 0, output);
    assert.ok(output.replaceAll(/ \([\d.]+ms\)/g, '').startsWith(shown('plugin-test')), output);
    assert.equal(lint().status, 0);
    assert.doesNotMatch(readCopy(plugin), /TODO/);
  });

  it('fails its test, as CONTRIBUTING.md says, where it forgets the restart', () => {
    writeFileSync(join(copy, plugin), readCopy(plugin).replace(/return found.*;/, "return 'on';"));
    const { status, output } = runPluginTest();
    assert.equal(status, 1);
    for (const line of shown('tester-says').trim().split('\n')) assert.ok(output.includes(line), line);
  });

  const lint = () =>
    runNode(['node_modules/@biomejs/biome/bin/biome', 'check', plugin, test, 'plugins/index.ts'], inCopy);

  function runPluginTest() {
    const built = npmRun(['build'], inCopy);
    assert.equal(built.status, 0, built.output);
    return runNode(['--test', '--test-reporter=spec', `dist/test/plugins/${id}.test.js`], inCopy);
  }
});
