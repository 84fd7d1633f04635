import assert from 'node:assert/strict';
import { linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, describe, it } from 'node:test';
import { runMain } from '../support/cli';
import { treeOf } from '../support/tree';

const folder = mkdtempSync(join(tmpdir(), 'pgposture-same-'));
after(() => rmSync(folder, { recursive: true }));

/** A folder with a file, a folder, and links to both and to what is not there. */
let at: (name: string) => string;
beforeEach(() => {
  const here = mkdtempSync(join(folder, 'at-'));
  at = (name) => join(here, name);
  mkdirSync(at('folder'));
  writeFileSync(at('file'), 'yesterday', { mode: 0o600 });
  symlinkSync('file', at('link'));
  symlinkSync('folder', at('linked'));
  symlinkSync(join('folder', 'later'), at('dangling'));
});
const onWindows = process.platform === 'win32' && 'links need rights on Windows';
const demo = ['scan', '--demo', '--console', 'none', '--subscription', 'Legacy - migrate by 2025'];
const yaml = 'pgposture.suppressions.yaml';

/** Options, each with its path; the first that is given is the one that the message names second. */
const rows: readonly (readonly [first: string, second: string, ...rest: readonly string[]])[] = [
  ['json=file', 'csv=file'],
  ['json=new', 'csv=./new'],
  ['json=new', 'csv=folder/../new'],
  ['json=file', 'csv=link'],
  ['json=link', 'csv=file'],
  ['json=folder/new', 'csv=linked/new'],
  ['json=dangling', 'csv=folder/later'],
  ['json=dangling', 'csv=linked/later'],
  ['collection=new', 'json=new'],
  ['collection=linked/x-{subscription}.json', 'json=folder/x-1.json'],
  ['baseline=file', 'ocsf=link'],
  ['suppressions=file', 'html=file'],
  ['config=file', 'markdown=file'],
  ['plugin-module=file', 'sarif=link'],
  ['ca-file=file', 'junit=file'],
  ['baseline=file', 'collection=link'],
  ['config=file', 'collection=file'],
  ['ca-file=file', 'collection=file'],
  ['plugin-module=file', 'collection=file'],
];

describe('one file for two', { skip: onWindows }, () => {
  for (const [first, second] of rows) {
    it(`is refused: ${first} ${second}`, async () => {
      const words = [first, second].flatMap((word) => {
        const [name = '', path = ''] = word.split('=');
        return [`--${name}`, `${at('.')}/${path}`];
      });
      // A configuration is read first, and what it says does not matter.
      if (first.startsWith('config')) writeFileSync(at('file'), '{}');
      const tree = treeOf(at('.'));
      const { code, stdout, stderr } = await runMain(['scan', ...words]);
      assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
      const names = [second, first].map((word) => `--${word.split('=')[0]}`);
      assert.ok(stderr.startsWith(`pgposture: ${names.join(' and ')} are both "`), stderr);
      assert.ok(stderr.endsWith('".\nGive each a file of its own.\n'), stderr);
      assert.deepEqual(treeOf(at('.')), tree);
    });
  }

  it('is refused by the other commands, too', async () => {
    for (const [argv, what] of [
      [['merge', at('file'), '--json', at('link')], '--json and REPORT'],
      [['merge', at('file'), '--plugin-module', at('link'), '--json', at('folder/../link')], '--json and REPORT'],
      [['merge', at('x'), '--plugin-module', at('link'), '--json', at('file')], '--json and --plugin-module'],
      [['diff', at('file'), at('x'), '--markdown', at('link')], '--markdown and OLD'],
      [['diff', at('x'), at('file'), '--markdown', at('link')], '--markdown and NEW'],
      [['plugins', '--plugin-module', at('file'), '--json', at('link')], '--json and --plugin-module'],
      [['remediate', at('x'), '--output', at('linked/a'), '--undo', at('folder/a')], '--output and --undo'],
    ] as const) {
      const { code, stdout, stderr } = await runMain(argv);
      assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
      assert.ok(stderr.startsWith(`pgposture: ${what} are both "`), stderr);
    }
  });

  it('is refused for stdout, by whatever name', async () => {
    for (const name of ['-', '/dev/stdout', '/dev/fd/1', '/proc/self/fd/1']) {
      const { code, stderr } = await runMain([...demo, '--json', '-', '--csv', name]);
      assert.deepEqual([code, stderr.split('\n')[0]], [2, 'pgposture: --json and --csv are both "-".']);
    }
  });
});

describe('a name of an output', { skip: onWindows }, () => {
  const isReport = (name: string) => 'results' in (JSON.parse(readFileSync(at(name), 'utf8')) as object);

  it('that is a link stays one, and its file is replaced, and keeps who may read it', async () => {
    assert.equal((await runMain([...demo, '--json', at('link')])).code, 1);
    const { file = '', ...others } = treeOf(at('.'));
    assert.deepEqual(others, { folder: 'a folder', link: '-> file', linked: '-> folder', dangling: '-> folder/later' });
    assert.ok(file.startsWith('{'));
    assert.equal(statSync(at('file')).mode & 0o777, 0o600);
  });

  it('that is a link to what is not there yet stays one, too', async () => {
    symlinkSync(join('..', 'dangling'), at('folder/again'));
    for (const option of ['--json', '--collection']) {
      rmSync(at('folder/later'), { force: true });
      assert.equal((await runMain([...demo, option, at('linked/again')])).code, 1);
      const { 'folder/later': later = '', ...others } = treeOf(at('.'));
      assert.ok(later.startsWith('{'), option);
      assert.deepEqual([others['folder/again'], others.dangling], ['-> ../dangling', '-> folder/later']);
    }
  });

  it('that is one of two of a file leaves the other with what it had', async () => {
    linkSync(at('file'), at('twin'));
    assert.equal((await runMain([...demo, '--json', at('file'), '--csv', at('twin')])).code, 1);
    assert.ok(isReport('file'));
    assert.match(readFileSync(at('twin'), 'utf8'), /^plugin,/);
    linkSync(at('file'), at('other'));
    assert.equal((await runMain([...demo, '--csv', at('file')])).code, 1);
    assert.ok(isReport('other'));
  });

  it('may be as long as a disk takes', async () => {
    for (const [option, name] of [
      ['--json', 'x'.repeat(255)],
      ['--json', 'ü'.repeat(127)],
      ['--collection', '𝄞'.repeat(63)],
    ] as const) {
      const { code, stderr } = await runMain([...demo, option, at(name)]);
      assert.equal(code, 1, stderr);
      assert.match(readFileSync(at(name), 'utf8'), /^\{\n/);
    }
    const fix = ['--output', at('y'.repeat(255)), '--undo', at('z'.repeat(255))];
    await runMain(['scan', '--demo', '--json', at('report')]);
    assert.equal((await runMain(['remediate', at('report'), ...fix])).code, 0);
  });

  it('that would be too long once it holds a subscription is refused before the scan', async () => {
    const name = at(`${'x'.repeat(225)}{subscription}`);
    const { code, stdout, stderr } = await runMain([...demo, '--collection', name]);
    assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
    assert.equal(stderr, `pgposture: "${name}" cannot be written (ENAMETOOLONG).\nIts name is too long: shorten it.\n`);
  });

  it(`that nobody gave is kept as well: ${yaml}`, async () => {
    const { code, stderr } = await runMain([...demo, '--collection', yaml]);
    assert.equal(code, 2);
    assert.match(stderr, /^pgposture: --collection and --suppressions are both /);
  });
});
