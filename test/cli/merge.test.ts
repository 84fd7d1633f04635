import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { mergeEpilogue } from '../../cli/commands';
import type { Report } from '../../types';
import { type Outcome, program, runMain } from '../support/cli';
import { temporaryFolder } from '../support/folder';
import { cloudsploitModule, seesAll } from '../support/pluginModules';
import { timeless } from '../support/shards';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);
const reportIn = (name: string) => JSON.parse(readFileSync(at(name), 'utf8')) as Report;
const written = (name: string, text: string) => {
  writeFileSync(at(name), text);
  return at(name);
};

/** Scans the sample tenant as one, and in shards; the paths of the reports. */
async function scanBoth(name: string, count: number, options: readonly string[] = []) {
  const scan = (file: string, ...more: readonly string[]) =>
    runMain(['scan', '--demo', '--json', at(file), ...options, ...more]);
  const files = Array.from({ length: count }, (_, i) => `${name}-${i + 1}.json`);
  const shards = [];
  for (const [i, file] of files.entries()) shards.push(await scan(file, '--shard', `${i + 1}/${count}`));
  const whole = await scan(`${name}.json`);
  return { shards, whole, paths: files.map(at) };
}

describe('scan --shard', () => {
  it('says which shard it is, and how many subscriptions fall to it', async () => {
    const { shards } = await scanBoth('said', 4);
    assert.deepEqual(
      shards.map(({ code, stdout, stderr }) => [code, stdout.split('\n')[1], stderr]),
      [
        [0, 'Shard 1 of 4: none of 5 subscriptions falls to it.', ''],
        [0, 'Shard 2 of 4: none of 5 subscriptions falls to it.', ''],
        [1, 'Shard 3 of 4: 4 of 5 subscriptions fall to it.', ''],
        [1, 'Shard 4 of 4: 1 of 5 subscriptions falls to it.', ''],
      ],
    );
    assert.deepEqual([reportIn('said-1.json').complete, reportIn('said-1.json').results], [true, []]);
  });

  it('refuses a subscription that does not exist in every shard', async () => {
    for (const shard of ['1/2', '2/2']) {
      const { code, stderr } = await runMain(['scan', '--demo', '--shard', shard, '--subscription', 'Elsewhere']);
      assert.equal(code, 2);
      assert.match(stderr, /"Elsewhere"/);
    }
  });

  it('asks for the management group in every shard, and keeps what is not visible', async () => {
    const { whole, paths } = await scanBoth('group', 3, ['--management-group', 'shop']);
    const { code } = await runMain(['merge', ...paths, '--json', at('group-merged.json')]);
    assert.equal(code, whole.code);
    assert.equal(timeless(reportIn('group-merged.json')), timeless(reportIn('group.json')));
  });

  it('writes no collection where no subscription falls to it', async () => {
    const { code, stderr } = await runMain(['scan', '--demo', '--shard', '1/4', '--collection', at('azure.json')]);
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    assert.equal(existsSync(at('azure.json')), false);
  });
});

describe('merge', () => {
  for (const count of [1, 2, 4, 7]) {
    it(`makes of ${count} what one scan writes, byte for byte but for the times`, async () => {
      const name = `of-${count}`;
      const { whole, paths } = await scanBoth(name, count);
      const merged = await runMain(['merge', ...paths.reverse(), '--json', at('merged.json')]);
      assert.deepEqual(merged, whole, 'the console and the exit code');
      assert.equal(timeless(reportIn('merged.json')), timeless(reportIn(`${name}.json`)));
      const lines = (file: string) => readFileSync(at(file), 'utf8').replace(/^ {2}"(started|finished)At": .*\n/gm, '');
      assert.equal(lines('merged.json'), lines(`${name}.json`));
    });
  }

  for (const options of [
    ['--console', 'text', '--ignore-ok'],
    ['--console', 'none'],
    ['--allow-unknown'],
    ['--subscription', 'Finance (Müller & Söhne)', '--allow-unknown=forbidden'],
    ['--subscription', 'Finance (Müller & Söhne)', '--allow-unknown=stopped'],
    ['--setting', 'minimumTlsVersion=1.3'],
    ['--severity', 'high'],
  ]) {
    it(`tells and exits as one scan does: ${options.join(' ')}`, async () => {
      const { whole, paths } = await scanBoth('told', 3, options);
      const own = options.filter((_, i) => !/subscription|setting|severity/.test(options[i - (i % 2)] ?? ''));
      assert.deepEqual(await runMain(['merge', ...paths, ...own]), whole);
    });
  }

  it('says what to do about a FAIL of a plugin of another tool, if it is loaded', async () => {
    const module = ['--plugin-module', written('taster.js', cloudsploitModule(seesAll))];
    const { whole, paths } = await scanBoth('foreign', 4, module);
    const json = ['--json', at('foreign-merged.json')];
    assert.deepEqual(await runMain(['merge', ...paths, ...json, ...module]), whole);
    assert.equal(timeless(reportIn('foreign-merged.json')), timeless(reportIn('foreign.json')));
    assert.equal((await runMain(['merge', ...paths])).code, whole.code);
  });

  it('writes to stdout, and nothing else there', async () => {
    const { paths } = await scanBoth('stdout', 2);
    const { stdout, stderr } = await runMain(['merge', ...paths, '--json', '-']);
    assert.equal(stderr, '');
    assert.equal(timeless(JSON.parse(stdout) as Report), timeless(reportIn('stdout.json')));
  });

  it('has an example that runs', async () => {
    await scanBoth('shard', 2);
    const [, example = ''] = /^ {2}pgposture (.*)$/m.exec(mergeEpilogue) ?? [];
    const { status, stderr } = spawnSync(process.execPath, [program, ...example.split(' ')], {
      cwd: folder,
      encoding: 'utf8',
    });
    assert.deepEqual({ status, stderr }, { status: 1, stderr: '' });
  });

  it('reads from pipes', { skip: process.platform === 'win32' }, async () => {
    const { whole, paths } = await scanBoth('pipe', 2);
    const script = '"$0" "$1" merge <(cat "$2") <(cat "$3")';
    const { status } = spawnSync('bash', ['-c', script, process.execPath, program, ...paths], { encoding: 'utf8' });
    assert.equal(status, whole.code);
  });

  it('reads what PowerShell 5 has saved as UTF-8', async () => {
    const { whole, paths } = await scanBoth('bom', 2);
    for (const path of paths) writeFileSync(path, `\ufeff${readFileSync(path, 'utf8')}`);
    assert.equal((await runMain(['merge', ...paths])).code, whole.code);
  });
});

/** Two lines on stderr: what is wrong, and what to do; nothing on stdout. */
function refused({ code, stdout, stderr }: Outcome, what: RegExp, todo: RegExp): void {
  assert.deepEqual({ code, stdout }, { code: 2, stdout: '' }, stderr);
  const [first = '', second = '', ...more] = stderr.split('\n');
  assert.deepEqual(more, [''], stderr);
  assert.match(first, /^pgposture: /);
  assert.ok(!stderr.includes('\u001b'));
  assert.match(first, what);
  assert.match(second, todo);
}

describe('merge exits 2 for', () => {
  let paths: readonly string[] = [];
  let good = '';
  before(async () => {
    ({ paths } = await scanBoth('good', 2));
    good = readFileSync(paths[1] ?? '', 'utf8');
  });
  const changed = (change: (report: Report) => unknown) => () =>
    written('changed.json', JSON.stringify(change(JSON.parse(good) as Report)));

  const rows: readonly (readonly [name: string, second: () => string, what: RegExp, todo: RegExp])[] = [
    ['a file that is not there', () => at('gone.json'), /gone\.json" cannot be read \(ENOENT\)/, /check its name/],
    [
      'a pattern that no file fits',
      () => at('gone-*.json'),
      /gone-\*\.json" cannot be read \(ENOENT\)/,
      /no such file/,
    ],
    ['a folder', () => folder, /cannot be read \(EISDIR\)/, /name a file in it/],
    ['an empty file', () => written('empty.json', ''), /empty\.json:1:1: The file is empty\.$/, /and whole/],
    [
      'half a file',
      () => written('half.json', good.slice(0, 999)),
      /half\.json:40:22: It breaks off here\.$/,
      /and whole/,
    ],
    ['another file', () => written('other.json', '{"runs":[]}'), /other\.json" is no report of pgposture\.$/, /--json/],
    ['a dash', () => '-', /"-" is no file to read\.$/, /\/dev\/stdin/],
    ['a whole scan', () => at('good.json'), /good\.json" is of a scan that was not split/, /scan --shard only/],
    ['the same file', () => paths[0] ?? '', /good-1\.json" and ".*good-1\.json" are both of shard 1 of 2/, /Give one/],
    [
      'another version',
      changed((report) => ({ ...report, tool: { ...report.tool, version: '\u001b[31m9' } })),
      /good-1\.json" was made by pgposture 0.*, and ".*changed\.json" was made by pgposture .*9\.$/,
      /same version/,
    ],
    [
      'another setting',
      changed((report) => ({ ...report, settings: { minimumTlsVersion: '1.3' } })),
      /good-1\.json" had minimumTlsVersion=1\.2, and ".*changed\.json" had minimumTlsVersion=1\.3/,
      /of one scan/,
    ],
    ['a newer format', changed((report) => ({ ...report, schemaVersion: 2 })), /schemaVersion 2/, /Update pgposture/],
    [
      'a summary that was changed',
      changed((report) => ({ ...report, summary: { ...report.summary, FAIL: 0 } })),
      /contradicts itself/,
      /scan the shard again/,
    ],
  ];
  for (const [name, second, what, todo] of rows) {
    it(`${name}, and writes nothing`, async () => {
      refused(await runMain(['merge', paths[0] ?? '', second(), '--json', at('never.json')]), what, todo);
      assert.ok(!readdirSync(folder).some((file) => file.includes('never')));
    });
  }

  it('a shard that is missing', async () =>
    refused(await runMain(['merge', ...paths.slice(1)]), /^.*: 1 of 2 shards is missing: 1\.$/, /--shard 1\/2 --json/));

  it('no report', async () => refused(await runMain(['merge']), /Name the reports/, /merge --help/));

  it('a report that would be overwritten', async () => {
    refused(await runMain(['merge', ...paths, '--json', paths[1] ?? '']), /--json and REPORT are both/, /of its own/);
    assert.equal(readFileSync(paths[1] ?? '', 'utf8'), good);
  });

  it('a file that cannot be written, before any is read', async () =>
    refused(
      await runMain(['merge', at('gone.json'), '--json', at('no/out.json')]),
      /out\.json" cannot be written/,
      /make it/,
    ));

  for (const [argv, what, todo] of [
    [['--console', 'html'], /--console cannot be "html"/, /table, text, none/],
    [['--allow-unknown=stoped'], /knows no reason "stoped"/, /stopped/],
    [['--jsn', 'x'], /jsn/, /--json/],
    [['--shard', '1/2'], /shard/, /Did you mean/],
    [['--json', 'a', '--json', 'b'], /--json was given 2 times/, /once/],
  ] as const) {
    it(argv.join(' '), async () => refused(await runMain(['merge', ...paths, ...argv]), what, todo));
  }
});
