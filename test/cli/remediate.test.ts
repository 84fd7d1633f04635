import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { before, describe, it } from 'node:test';
import { remediateEpilogue } from '../../cli/commands';
import type { Report } from '../../types';
import { program, runMain, spawnCli } from '../support/cli';
import { temporaryFolder } from '../support/folder';
import { fourPluginOptions } from '../support/fourPlugins';
import { cloudsploitModule, ownPlugin, requirePgposture } from '../support/pluginModules';
import { assertShellcheckClean, noShellcheck } from '../support/shellcheck';
import { noSh, stubAz, valuesOf } from '../support/stubAz';

const folder = temporaryFolder();
let made = 0;
/** A folder of its own for each test, in which the report of the demo is. */
function inFolder() {
  made += 1;
  const at = (name: string) => join(folder, `${made}`, name);
  const cwd = at('');
  mkdirSync(cwd);
  writeFileSync(at('report.json'), JSON.stringify(demo));
  return { cwd, at, files: () => readdirSync(cwd).sort(), text: (name: string) => readFileSync(at(name), 'utf8') };
}

let demo: Report;
before(async () => {
  const { stdout } = await runMain(['scan', '--demo', '--console', 'none', '--json', '-', ...fourPluginOptions]);
  demo = JSON.parse(stdout) as Report;
});

describe('pgposture remediate', () => {
  it('writes two scripts, whole, of which none can be run by its name, and runs none', async () => {
    const { at, files } = inFolder();
    const { code, stdout, stderr } = await runMain(['remediate', at('report.json'), '--output', at('fix.sh')]);
    assert.deepEqual({ code, stdout }, { code: 0, stdout: '' });
    assert.equal(
      stderr,
      `"${at('fix.sh')}": 4 changes on 4 servers. "${at('undo.sh')}" takes them back; Azure may refuse 2 of them.\n` +
        `Nothing has run. Read both; then: sh ${at('fix.sh')}\n`,
    );
    assert.deepEqual(files(), ['fix.sh', 'report.json', 'undo.sh']);
    for (const name of ['fix.sh', 'undo.sh']) assert.equal(statSync(at(name)).mode & 0o111, 0);
  });

  it('makes of the demo what changes exactly the FAILs, and takes it back', { skip: noSh }, async () => {
    const { at, cwd } = inFolder();
    await runMain(['remediate', at('report.json'), '--output', at('fix.sh')]);
    const values = valuesOf(demo);
    const az = stubAz(cwd, values);
    const fixed = az.run('fix.sh');
    assert.deepEqual([fixed.status, fixed.stderr], [0, '']);
    const failed = demo.results.filter(({ status }) => status === 'FAIL');
    assert.equal(fixed.writes.length, failed.length);
    const changed = Object.entries(az.values()).filter(([name, value]) => values[name] !== value);
    assert.deepEqual(changed.sort(), [
      ['billing-old sslEnforcement', 'Enabled'],
      ['crm-archive minimalTlsVersion', 'TLS1_2'],
      ['partner-gateway ssl_min_protocol_version', 'TLSv1.2'],
      ['shop-payments require_secure_transport', 'on'],
    ]);
    assert.equal(az.run('undo.sh').status, 0);
    assert.deepEqual(az.values(), values);
  });

  it('makes what shellcheck has nothing to say of', { skip: noShellcheck }, async () => {
    const { at, cwd, text } = inFolder();
    await runMain(['remediate', at('report.json'), '--output', at('fix.sh')]);
    assertShellcheckClean(cwd, [text('fix.sh'), text('undo.sh')]);
  });

  it('writes where it is told, and names the files as they are', async () => {
    const { at, text } = inFolder();
    const names = [at("it's.sh"), at('back $(x).sh')] as const;
    const { code, stderr } = await runMain(['remediate', at('report.json'), '--output', names[0], '--undo', names[1]]);
    assert.equal(code, 0);
    assert.match(stderr, /then: sh '.*it'\\''s\.sh'\n$/);
    assert.match(text("it's.sh"), /^#!\/bin\/sh\n# it's\.sh: 4 changes/);
    assert.match(text('back $(x).sh'), /^#!\/bin\/sh\n# back \$\(x\)\.sh: takes back what it's\.sh changes/);
  });

  it('names a file that begins with a dash so that sh takes it for one, and shellcheck takes no order of a name', () => {
    const { cwd, text } = inFolder();
    const argv = [program, 'remediate', 'report.json', '--output=-c', '--undo= shellcheck disable=all'];
    const { status, stderr } = spawnSync(process.execPath, argv, { cwd, encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    assert.match(stderr, /then: sh \.\/-c\n$/);
    assert.match(text('-c'), /; then: sh \.\/-c$/m);
    for (const name of ['-c', ' shellcheck disable=all']) assert.doesNotMatch(text(name), /^#\s*shellcheck/m);
  });

  it('reads what comes through a pipe', { skip: noSh }, () => {
    const { cwd, files } = inFolder();
    const script = 'cat report.json | "$0" "$1" remediate /dev/stdin --output fix.sh';
    const { status, stderr } = spawnSync('sh', ['-c', script, process.execPath, program], { cwd, encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    assert.deepEqual(files(), ['fix.sh', 'report.json', 'undo.sh']);
  });

  it('writes nothing where nothing is to repair, and says so', async () => {
    const { at, files } = inFolder();
    const passed = demo.results.filter(({ status }) => status !== 'FAIL');
    writeFileSync(at('report.json'), JSON.stringify({ ...demo, results: passed }));
    writeFileSync(at('undo.sh'), 'precious');
    const { code, stderr } = await runMain(['remediate', at('report.json'), '--output', at('fix.sh')]);
    assert.deepEqual(
      { code, stderr },
      { code: 0, stderr: 'There is nothing to repair by az, so nothing is written.\n' },
    );
    assert.deepEqual(files(), ['report.json', 'undo.sh']);
  });

  it('names what it does not repair', async () => {
    const { at } = inFolder();
    const suppression = { plugin: '*', resource: '*', reason: 'Later.', source: '--suppress' };
    const results = demo.results.map((result) => {
      if (result.resource.name === 'shop-payments' && result.status === 'FAIL') return { ...result, suppression };
      return result.resource.name === 'billing-old' ? { ...result, plugin: 'ours\n::error::x' } : result;
    });
    writeFileSync(at('report.json'), JSON.stringify({ ...demo, results }));
    const { code, stderr } = await runMain(['remediate', at('report.json'), '--output', at('fix.sh')]);
    assert.equal(code, 0);
    const [accepted, unknown, ...rest] = stderr.trimEnd().split('\n');
    assert.equal(accepted, 'Not repaired: 1 FAIL that a suppression accepts.');
    assert.match(
      unknown ?? '',
      /^Not repaired: ours\\u\{a\}: :error: :x of billing-old: this pgposture has no such plugin/,
    );
    assert.equal(rest.length, 2);
  });

  it('knows the plugins of modules', async () => {
    const { at, text } = inFolder();
    const report = {
      ...demo,
      results: demo.results.map((result) =>
        result.plugin === 'flexibleServerRequireSecureTransport' && result.status === 'FAIL'
          ? { ...result, plugin: 'ours' }
          : result,
      ),
    };
    writeFileSync(at('report.json'), JSON.stringify(report));
    const module = requirePgposture.replace("'pgposture'", JSON.stringify(join(__dirname, '..', '..', 'index.js')));
    writeFileSync(at('ours.js'), `${module}module.exports = ${ownPlugin('ours')};`);
    writeFileSync(at('theirs.js'), cloudsploitModule());
    const modules = ['--plugin-module', at('ours.js'), '--plugin-module', at('theirs.js')];
    const { code, stderr } = await runMain(['remediate', at('report.json'), '--output', at('fix.sh'), ...modules]);
    assert.equal(code, 0, stderr);
    assert.match(text('fix.sh'), /^# ours, high: require_secure_transport is off/m);
  });

  it('has an example that runs', async () => {
    const { cwd, files } = inFolder();
    const [, example = ''] = /^ {2}pgposture (.*)$/m.exec(remediateEpilogue) ?? [];
    const { status, stderr } = spawnSync(process.execPath, [program, ...example.split(' ')], { cwd, encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    assert.deepEqual(files(), ['fix.sh', 'report.json', 'undo.sh']);
  });
});

describe('a file that is there', () => {
  const there = (path: string) => writeFileSync(path, 'precious');
  const rows: readonly (readonly [what: string, name: string, make: (path: string) => void])[] = [
    ['the way back', 'undo.sh', there],
    ['a script that somebody has read', 'fix.sh', there],
    ['a link to nothing', 'undo.sh', (path) => symlinkSync('nowhere', path)],
    ['a folder', 'undo.sh', (path) => mkdirSync(path)],
    ['the report', 'report.json', () => undefined],
  ];
  for (const [what, name, make] of rows) {
    it(`is kept, and the other is not made: ${what}`, async () => {
      const { at, files } = inFolder();
      make(at(name));
      const before = files();
      const output = name === 'report.json' ? name : 'fix.sh';
      const { code, stderr } = await runMain(['remediate', at('report.json'), '--output', at(output)]);
      assert.equal(code, 2);
      assert.equal(
        stderr,
        `pgposture: "${at(name)}" is there already, and is kept.\n` +
          'It may hold the only copy of old values: name other files, with --output and --undo.\n',
      );
      assert.deepEqual(files(), before);
      if (make === there) assert.equal(readFileSync(at(name), 'utf8'), 'precious');
    });
  }

  it('is kept where it came to be meanwhile, and the other is taken away again', { skip: noSh }, () => {
    const { cwd, files, text } = inFolder();
    // Whatever the disk does: the second link finds its place taken.
    const preload = `const fs = require('node:fs'); const { link } = fs.promises; let links = 0;
      fs.promises.link = async (from, to) => { if (++links === 2) fs.writeFileSync(to, 'precious'); return link(from, to); };`;
    writeFileSync(join(cwd, 'meanwhile.cjs'), preload);
    const argv = ['--require', './meanwhile.cjs', program, 'remediate', 'report.json', '--output', 'fix.sh'];
    const { status, stderr } = spawnSync(process.execPath, argv, { cwd, encoding: 'utf8' });
    assert.equal(status, 2);
    assert.match(stderr, /"fix\.sh" is there already/);
    assert.deepEqual(files(), ['fix.sh', 'meanwhile.cjs', 'report.json']);
    assert.equal(text('fix.sh'), 'precious');
  });

  /** Of a disk whose links fail, and on which, if so told, another process is quicker. */
  const failing = (code: string, meanwhile = '') => {
    const folder = inFolder();
    const preload = `const fs = require('node:fs');
      fs.promises.link = async (from, to) => { ${meanwhile} throw Object.assign(new Error(), { code: '${code}' }); };`;
    writeFileSync(join(folder.cwd, 'linkless.cjs'), preload);
    const argv = ['--require', './linkless.cjs', program, 'remediate', 'report.json', '--output', 'fix.sh'];
    return { ...folder, ...spawnSync(process.execPath, argv, { cwd: folder.cwd, encoding: 'utf8' }) };
  };

  for (const code of ['EPERM', 'ENOTSUP', 'ENOSYS', 'EXDEV']) {
    it(`is made on a disk without links, which says ${code}`, () => {
      const { status, stderr, files, text } = failing(code);
      assert.equal(status, 0, stderr);
      assert.deepEqual(files(), ['fix.sh', 'linkless.cjs', 'report.json', 'undo.sh']);
      for (const name of ['fix.sh', 'undo.sh']) {
        assert.match(text(name), /^#!\/bin\/sh\n/);
        assert.match(text(name), /\n$/);
      }
    });
  }

  it('is kept where it came to be meanwhile on a disk without links', () => {
    const { status, stderr, files, text } = failing('EPERM', "fs.writeFileSync(to, 'precious');");
    assert.equal(status, 2);
    assert.match(stderr, /"undo\.sh" is there already, and is kept/);
    assert.deepEqual(files(), ['linkless.cjs', 'report.json', 'undo.sh']);
    assert.equal(text('undo.sh'), 'precious');
  });

  it('is not made where a link fails for another reason', () => {
    const { status, stderr, files } = failing('EIO');
    assert.equal(status, 2);
    assert.match(stderr, /"undo\.sh" cannot be written \(EIO\)/);
    assert.deepEqual(files(), ['linkless.cjs', 'report.json']);
  });
});

describe('bad input of pgposture remediate', () => {
  const shard = {
    index: 2,
    count: 3,
    armEndpoint: 'https://management.azure.com',
    choice: { subscriptions: [], excludeSubscriptions: [], managementGroups: [] },
    plugins: [],
    subscriptions: [],
  };
  const rows: readonly (readonly [argv: (at: (name: string) => string) => readonly string[], message: RegExp])[] = [
    [() => [], /^pgposture: Name the report\.\nSee pgposture remediate --help\.\n$/],
    [(at) => [at('report.json')], /^pgposture: Missing required argument: output\nSee pgposture remediate --help\.\n$/],
    [(at) => [at('report.json'), '--output', '-'], /--output cannot be "-"\.\nName a file: a script is to be read/],
    [(at) => [at('report.json'), '--output', at('fix.sh'), '--undo', '-'], /--undo cannot be "-"/],
    [(at) => [at('report.json'), '--output='], /--output was given nothing/],
    [(at) => [at('report.json'), '--output', at('a'), '--output', at('b')], /--output was given 2 times/],
    [(at) => [at('report.json'), '--output', at('undo.sh')], /--output and --undo are both ".*undo\.sh"/],
    [(at) => [at('report.json'), '--output', at('a'), '--undo', at('./a')], /--output and --undo are both/],
    [
      (at) => [at('report.json'), '--output', at('no/fix.sh')],
      /no\/undo\.sh" cannot be written \(ENOENT\)\.\nIts folder/,
    ],
    [(at) => [at('report.json'), '--output', at('a'), '--undo', at('no/b')], /no\/b" cannot be written \(ENOENT\)/],
    [(at) => ['-', '--output', at('fix.sh')], /"-" is no file to read\.\n.*\/dev\/stdin/],
    [(at) => [at('none.json'), '--output', at('fix.sh')], /none\.json" cannot be read \(ENOENT\)/],
    [(at) => [at('text'), '--output', at('fix.sh')], /text:1:1: This is no JSON\.\n/],
    [(at) => [at('old.json'), '--output', at('fix.sh')], /old\.json" is no report of pgposture: \/results\/0\/status /],
    [(at) => [at('new.json'), '--output', at('fix.sh')], /schemaVersion 2, and this pgposture knows 1\.\nUpdate/],
    [
      (at) => [at('shard.json'), '--output', at('fix.sh')],
      /shard\.json" is of shard 2 of 3, which knows no suppressions\.\nGive it to pgposture merge first\.\n$/,
    ],
    [(at) => [at('report.json'), at('report.json'), '--output', at('fix.sh')], /Unknown argument/],
    [(at) => [at('report.json'), '--outpt', at('fix.sh')], /Did you mean --output|Missing required argument/],
    [(at) => [at('report.json'), '--output', at('fix.sh'), '--plugin-module', at('no.js')], /no plugin module/],
  ];
  for (const [argv, message] of rows) {
    const shown = argv(basename).join(' ');
    it(`exits 2, and writes nothing: ${shown}`, async () => {
      const { at, files } = inFolder();
      writeFileSync(at('text'), 'FAIL');
      const results = demo.results.map((result) => ({ ...result, status: 'OK' }));
      writeFileSync(at('old.json'), JSON.stringify({ ...demo, results }));
      writeFileSync(at('new.json'), JSON.stringify({ ...demo, schemaVersion: 2 }));
      writeFileSync(at('shard.json'), JSON.stringify({ ...demo, shard }));
      const before = files();
      const { code, stdout, stderr } = await runMain(['remediate', ...argv(at)]);
      assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
      assert.match(stderr, message);
      assert.equal(stderr.split('\n').length, 3, 'it is said in two lines');
      assert.deepEqual(files(), before);
    });
  }

  it('exits 2, and writes nothing, where only one of two folders can be written', {
    skip: process.getuid?.() === 0 ? false : 'needs root',
  }, async () => {
    const { cwd, at, files } = inFolder();
    mkdirSync(at('closed'));
    chmodSync(at('closed'), 0o555);
    chmodSync(cwd, 0o777);
    chmodSync(folder, 0o755);
    const argv = ['remediate', at('report.json'), '--output', at('closed/fix.sh'), '--undo', at('undo.sh')];
    const { code, stderr } = await spawnCli(argv, { uid: 65534, cwd });
    assert.equal(code, 2);
    assert.match(stderr, /closed\/fix\.sh" cannot be written \(EACCES\)/);
    assert.deepEqual(files(), ['closed', 'report.json']);
    assert.equal(existsSync(at('closed/fix.sh')), false);
  });
});
