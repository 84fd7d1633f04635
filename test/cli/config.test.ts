import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { after, before, describe, it, mock } from 'node:test';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { findConfig } from '../../cli/config';
import { readConfig } from '../../cli/configFile';
import { scanOptions } from '../../cli/options';
import type { MergeRequest, ScanRequest } from '../../cli/request';
import { ScanError } from '../../helpers/scanError';
import { program, runMain, spawnCli } from '../support/cli';
import { words } from '../support/configSchema';
import { temporaryFolder } from '../support/folder';
import { runNode } from '../support/run';

const folder = temporaryFolder();

/** Makes a file, and the folders on its way. */
function written(path: string, text: string): string {
  const whole = resolve(folder, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, text);
  return whole;
}

/** What `command` is asked for, or what is said instead. */
async function asked<R>(command: 'scan' | 'merge', ...argv: readonly string[]): Promise<R | string> {
  let request: R | undefined;
  const asks = mock.method(require(`../../cli/${command}`), `${command}Command`, async (given: R) => {
    request = given;
    return 0;
  });
  try {
    const { stderr } = await runMain([command, ...argv]);
    return request ?? stderr;
  } finally {
    asks.mock.restore();
  }
}

/** What a scan is asked for by a file that is named, and by what stands beside it in the line. */
async function request(text: string, ...argv: readonly string[]): Promise<ScanRequest> {
  const said = await asked<ScanRequest>('scan', '--config', written('named.yaml', text), ...argv);
  assert.ok(typeof said !== 'string', String(said));
  return said;
}

describe('--config', () => {
  it('has a scan do what the file says', async () => {
    const path = written(
      'a/named.yaml',
      `# What we look at.
demo: true
plugin: [flexibleServerRequireSecureTransport, flexibleServerSslMinProtocolVersion]
setting:
  minimumTlsVersion: 1.3
fail-severity: high
console: none
ignore-ok: false
json: report.json
`,
    );
    const { code, stdout, stderr } = await runMain(['scan', '--config', path]);
    assert.deepEqual([code, stdout], [1, ''], stderr);
    const report = JSON.parse(readFileSync(join(folder, 'a/report.json'), 'utf8'));
    assert.deepEqual(report.settings, { minimumTlsVersion: '1.3' });
    assert.deepEqual([...new Set(report.results.map(({ plugin }: { plugin: string }) => plugin))].sort(), [
      'flexibleServerRequireSecureTransport',
      'flexibleServerSslMinProtocolVersion',
    ]);
  });

  it('may be JSON', async () => {
    const { plugins, failOn, timeout, concurrency } = await request(
      '{\n\t"$schema": "config-1.json",\n\t"plugin": ["a"], "fail-on": "warn", "timeout": "10m", "concurrency": 16\n}',
    );
    assert.deepEqual([plugins, failOn, timeout, concurrency], [['a'], 'warn', 600_000, 16]);
  });

  it('may come out of a pipe, and then means files where one works', () => {
    const cwd = join(folder, 'piped');
    mkdirSync(cwd);
    const line = `printf 'demo: true\\njson: out.json\\n' | "$0" "$1" scan --config /dev/stdin`;
    const { status, stderr } = spawnSync('sh', ['-c', line, process.execPath, program], { cwd, encoding: 'utf8' });
    assert.deepEqual([status, stderr, existsSync(join(cwd, 'out.json'))], [1, '', true]);
  });

  it('tells its path to who asked', async () => {
    const { configFile } = await request('quiet: true\n');
    assert.equal(configFile, join(folder, 'named.yaml'));
  });

  it('has words as they are spelled', async () => {
    const { subscriptions, settings } = await request(
      'subscription: [0123, on, 1.20, null-1, 2027-03-31]\nsetting: {a: 0x10, b: no, c: "null", d: ""}\n',
    );
    assert.deepEqual(subscriptions, ['0123', 'on', '1.20', 'null-1', '2027-03-31']);
    assert.deepEqual(settings, { a: '0x10', b: 'no', c: 'null', d: '' });
  });

  for (const [text, kinds] of [
    ['allow-unknown: true', 17],
    ['allow-unknown: false', 0],
    ['allow-unknown: []', 0],
    ['allow-unknown: stopped,provisioning', 2],
    ['allow-unknown: [stopped, "provisioning, absent"]', 3],
  ] as const) {
    it(`allows so many reasons by ${text}: ${kinds}`, async () => {
      const { allowUnknown } = await request(text);
      assert.equal(allowUnknown.length, kinds);
    });
  }

  it('loses against the line, option by option, lists as a whole', async () => {
    const text =
      'severity: high\nplugin: [a, b]\nsetting: {x: 1, y: 2}\nfail-on: never\nignore-ok: true\ncsv: file.csv\n';
    const { severity, plugins, settings, failOn, ignoreOk, files } = await request(
      text,
      ...['--severity', 'low', '--plugin', 'c', '--setting', 'z=3', '--csv', 'line.csv'],
    );
    assert.deepEqual([severity, plugins, settings, failOn, ignoreOk], ['low', ['c'], { z: '3' }, 'never', true]);
    assert.deepEqual(files, [{ format: 'csv', path: 'line.csv' }]);
  });

  it('loses against --ignore-ok=false', async () =>
    assert.equal((await request('ignore-ok: true\n', '--ignore-ok=false')).ignoreOk, false));

  for (const [text, argv, isSo] of [
    ['subscription: a', ['--management-group', 'b'], (r) => r.subscriptions.length === 0],
    ['management-group: a', ['--subscription', 'b'], (r) => r.managementGroups.length === 0],
    ['quiet: true', ['--verbose'], (r) => r.verbose && !r.quiet],
    ['verbose: true', ['--quiet'], (r) => r.quiet && !r.verbose],
    ['verbose: true', ['--quiet=false'], (r) => r.verbose],
    ['arm-endpoint: https://a', ['--cloud', 'china'], (r) => r.cloud?.armEndpoint !== 'https://a'],
    ['cloud: china', ['--arm-endpoint', 'https://a'], (r) => r.cloud?.armEndpoint === 'https://a'],
    ['baseline: a\nsuppress: "a:b:c"', ['--shard', '1/4'], (r) => r.baseline === undefined && r.suppress.length === 0],
    ['credential: azure-cli', ['--demo'], (r) => r.demo && r.credential === 'default'],
    ['subscription: a\nconcurrency: 9', ['--from-collection', 'c.json'], (r) => r.subscriptions.length === 0],
  ] as readonly (readonly [string, readonly string[], (request: ScanRequest) => boolean])[]) {
    it(`gives way where ${argv[0]} could not stand beside ${JSON.stringify(text)}`, async () => {
      const asked = await request(text, ...argv);
      assert.ok(isSo(asked), JSON.stringify(asked));
    });
  }

  it('may have the two halves of a private cloud in any order, or one of them in the line', async () => {
    const [arm, authority] = ['arm-endpoint: https://arm', 'authority-host: https://login'];
    const cloud = { armEndpoint: 'https://arm', authorityHost: 'https://login' };
    assert.deepEqual((await request(`${authority}\n${arm}\n`)).cloud, cloud);
    assert.deepEqual((await request(authority, '--arm-endpoint', 'https://arm')).cloud, cloud);
    assert.deepEqual((await request(arm, '--authority-host', 'https://login')).cloud, cloud);
  });

  it('means files in its own folder, wherever one works', async () => {
    const absolute = join(folder, 'absolute.csv');
    const path = written(
      'below/named.yaml',
      `json: reports/r.json\nsarif: ../r.sarif\ncsv: ${absolute}\nmarkdown: '-'\nbaseline: "./-b"\nca-file: ca.pem\nplugin-module: [./own.cjs, bought, ../x.cjs]\n`,
    );
    const said = await asked<ScanRequest>('scan', '--config', path);
    assert.ok(typeof said !== 'string', String(said));
    const here = (name: string) => relative(process.cwd(), join(folder, name));
    assert.deepEqual(said.files, [
      { format: 'json', path: here('below/reports/r.json') },
      { format: 'sarif', path: here('r.sarif') },
      { format: 'csv', path: absolute },
      { format: 'markdown', path: '-' },
    ]);
    assert.deepEqual([said.baseline, said.caFile], [here('below/-b'), here('below/ca.pem')]);
    assert.deepEqual(said.pluginModules, [join(folder, 'below/own.cjs'), 'bought', join(folder, 'x.cjs')]);
  });

  it('gives merge what merge has', async () => {
    const path = written(
      'both.yaml',
      'severity: high\nconcurrency: 9\nfail-on: warn\nignore-ok: true\nshard: 1/2\nbaseline: b.json\n',
    );
    const said = await asked<MergeRequest>('merge', 'a.json', 'b.json', '--config', path, '--fail-severity', 'high');
    assert.ok(typeof said !== 'string', String(said));
    const { reports, failOn, failSeverity, ignoreOk, baseline, configFile } = said;
    assert.deepEqual([reports, failOn, failSeverity, ignoreOk], [['a.json', 'b.json'], 'warn', 'high', true]);
    assert.deepEqual([resolve(baseline ?? ''), configFile], [join(folder, 'b.json'), path]);
    assert.ok(!('severity' in said));
  });
});

/** A line of a file, the column that is named, what is said, and what to do; the words of the command line among them. */
const mistaken: readonly (readonly [line: string, column: number, what: string, todo: RegExp])[] = [
  ['severity: hgih', 11, '--severity cannot be "hgih".', /low, medium, high/],
  ['console: html', 10, '--console cannot be "html".', /table, text, none/],
  ['concurrency: 1e2', 14, '--concurrency cannot be "1e2".', /1 to 256/],
  ['timeout: 10', 10, '--timeout cannot be "10".', /90s/],
  ['shard: 5/4', 8, '--shard cannot be "5/4".', /1\/n to n\/n/],
  ['credential: az', 13, 'No credential is called "az".', /azure-cli/],
  ['cloud: mars', 8, 'No cloud is called "mars".', /private cloud/],
  ['suppress: a:b', 11, '--suppress "a:b" is not plugin:region:resource.', /all three/],
  ['allow-unknown: [stopped, stoped]', 26, '--allow-unknown knows no reason "stoped".', /stopped/],
  ['allow-unknown: ""', 16, 'allow-unknown was given nothing.', /Give it a value/],
  ['allow-unknown: "true"', 16, '--allow-unknown knows no reason "true".', /There are/],
  ['setting: minimumTlsVersion', 10, '--setting "minimumTlsVersion" is not name=value.', /minimumTlsVersion=1.3/],
  ['setting: [a=1, a=2]', 1, '--setting a was given twice.', /once/],
  ['setting: {a: [1]}', 14, 'The setting "a" cannot be a list.', /text/],
  ['setting: {a: }', 11, 'The setting "a" was given nothing.', /leave it out/],
  ['setting: {a=b: c}', 11, 'The setting "a=b" has a = in its name.', /name: value/],
  ['severity: [low, high]', 1, '--severity was given 2 times.', /once/],
  ['collection: "{subscription}/x"', 13, '--collection "{subscription}/x" has {subscription} in a folder.', /once/],
  ['json:', 1, 'json was given nothing.', /leave it out/],
  ['json: ""', 7, 'json was given nothing.', /leave it out/],
  ['json: "a\\0b"', 7, 'json "a\\u{0}b" is no path.', /Name another/],
  ['json: {a: b}', 7, 'json cannot be a map.', /text/],
  ['plugin: [[a]]', 10, 'plugin cannot be a list.', /list is one of words/],
  ['plugin: [a, ~]', 13, 'plugin was given nothing.', /leave it out/],
  ['quiet: yes', 8, 'quiet cannot be "yes".', /true or false/],
  ['quiet: "true"', 8, 'quiet cannot be "true", in quotes.', /true or false/],
  ['quiet: 1', 8, 'quiet cannot be "1".', /true or false/],
  ['quiet: [true]', 8, 'quiet cannot be a list.', /true or false/],
  ['quiet:', 1, 'quiet was given nothing.', /true or false/],
  ['failOn: warn', 1, 'There is no option "failOn".', /Did you mean fail-on/],
  ['--quiet: true', 1, 'There is no option "--quiet".', /Did you mean quiet/],
  ['toString: a', 1, 'There is no option "toString".', /\?|--help/],
  ['__proto__: a', 1, 'There is no option "__proto__".', /\?|--help/],
  ['config: other.yaml', 1, 'A configuration names no other one.', /Leave it out/],
  ['quiet: true\nverbose: true', -1, '--quiet and --verbose were both given.', /one of them/],
  ['subscription: a\nmanagement-group: b', -1, '--subscription and --management-group were both given.', /exclude/],
  ['csv: a.csv\njson: ./a.csv', -1, '--csv and --json are both', /of its own/],
];

describe('a mistake in a configuration', () => {
  for (const [line, column, what, todo] of mistaken) {
    it(`is told with its place: ${JSON.stringify(line)}`, async () => {
      const path = written('mistaken.yaml', `# two lines\nignore-ok: true\n${line}\n`);
      const { code, stdout, stderr } = await runMain(['scan', '--demo', '--config', path]);
      assert.deepEqual([code, stdout], [2, '']);
      const [said = '', remedy = '', ...more] = stderr.split('\n');
      const place = column < 0 ? `${path}:4:1` : `${path}:3:${column}`;
      assert.ok(said.startsWith(`pgposture: ${place}: ${what}`), said);
      assert.match(remedy, todo);
      assert.deepEqual(more, ['']);
    });
  }

  it('is told together with the others', async () => {
    const path = written('mistaken.yaml', 'severity: hgih\nquite: true\nplugin: [{}]\n');
    const { stderr } = await runMain(['scan', '--demo', '--config', path]);
    const lines = stderr.replaceAll(`${path}:`, '').trimEnd().split('\n');
    assert.deepEqual(
      lines.map((line) => line.replace('pgposture: ', '').split(' ')[0]),
      ['1:11:', '2:1:', '3:10:', 'Correct'],
    );
  });

  it('is where it becomes one, not where something is still to come', async () => {
    const path = written(
      'order.yaml',
      'authority-host: https://a\nquiet: true\narm-endpoint: https://b\nverbose: true\n',
    );
    assert.match(
      String(await asked('scan', '--config', path)),
      /order\.yaml:4:1: --quiet and --verbose were both given\./,
    );
  });

  it('is of two clouds, too', async () => {
    const path = written('clouds.yaml', 'arm-endpoint: https://b\ncloud: usgov\n');
    assert.match(String(await asked('scan', '--config', path)), /clouds\.yaml:2:1: --cloud and --arm-endpoint were/);
  });

  it('is of the line, where the line has it', async () => {
    const path = written('good.yaml', 'ignore-ok: true\n');
    const { stderr } = await runMain(['scan', '--config', path, '--quiet', '--verbose']);
    assert.match(stderr, /^pgposture: --quiet and --verbose were both given\./);
  });

  it('keeps a report from replacing it', async () => {
    const path = written('self.yaml', 'json: self.yaml\n');
    const { code, stderr } = await runMain(['scan', '--demo', '--config', path]);
    assert.equal(code, 2);
    assert.match(stderr, /self\.yaml:1:1: --json and --config are both/);
  });

  for (const name of ['config.js', 'x.cjs', 'x.mjs', 'x.ts', 'CONFIG.JS', 'x.mts']) {
    it(`is code: ${name}`, async () => {
      const path = written(name, 'throw new Error("it ran");');
      const { code, stderr } = await runMain(['scan', '--demo', '--config', path]);
      assert.equal(code, 2);
      assert.match(stderr, /is code, .*YAML or JSON\.\nCloudSploit .*--credential.*docs\/sign-in\.md/);
    });
  }

  for (const [text, message] of [
    ['', /:1:1: The file is empty\./],
    ['- quiet\n', /:1:1: The file holds no options\.\n.*name: value/],
    ['quiet\n', /:1:1: The file holds no options\.\n/],
    ['a: [\n', /:2:1: /],
  ] as const) {
    it(`is all of it: ${JSON.stringify(text)}`, async () => {
      const { code, stderr } = await runMain(['scan', '--demo', '--config', written('all.yaml', text)]);
      assert.equal(code, 2);
      assert.match(stderr, message);
    });
  }

  it('is that there is none', async () => {
    const { code, stderr } = await runMain(['scan', '--demo', '--config', join(folder, 'none.yaml')]);
    assert.equal(code, 2);
    assert.match(stderr, /none\.yaml" cannot be read \(ENOENT\)/);
  });
});

describe('a configuration that nobody names', () => {
  const name = 'pgposture.config.yaml';

  it('is the nearest up to the root of the repository', () => {
    const top = written(`repo/${name}`, 'quiet: true\n');
    mkdirSync(join(folder, 'repo/.git'));
    const near = written(`repo/a/b/${name}`, 'quiet: true\n');
    mkdirSync(join(folder, 'repo/a/b/c/d'), { recursive: true });
    const root = join(folder, 'repo');
    for (const [at, path] of [
      ['repo', top],
      ['repo/a', top],
      ['repo/a/b', near],
      ['repo/a/b/c/d', near],
    ] as const)
      assert.deepEqual(findConfig(join(folder, at)), { path, root }, at);
  });

  it('is not one above the root, whose .git may be a file', () => {
    written(`outer/${name}`, 'quiet: true\n');
    written('outer/repo/.git', 'gitdir: ../x\n');
    mkdirSync(join(folder, 'outer/repo/a'));
    for (const at of ['outer/repo', 'outer/repo/a']) assert.equal(findConfig(join(folder, at)), undefined);
  });

  it('is in the working folder where there is no repository', () => {
    const path = written(`alone/${name}`, 'quiet: true\n');
    mkdirSync(join(folder, 'alone/below'));
    assert.deepEqual(findConfig(join(folder, 'alone')), { path, root: join(folder, 'alone') });
    assert.equal(findConfig(join(folder, 'alone/below')), undefined);
    assert.equal(findConfig(undefined), undefined);
  });

  it('has a scan and a merge do what it says, and names files in its folder', async () => {
    written(`job/${name}`, 'fail-on: never\nconsole: text\nseverity: high\njson: out.json\n');
    mkdirSync(join(folder, 'job/.git'));
    mkdirSync(join(folder, 'job/deep'));
    const cwd = join(folder, 'job/deep');
    const scanned = await spawnCli(['scan', '--demo', '--json', 'deep.json', '--shard', '1/1'], { cwd });
    assert.notEqual(scanned.code, 2, scanned.stderr);
    assert.deepEqual([existsSync(join(cwd, 'deep.json')), existsSync(join(folder, 'job/out.json'))], [true, false]);
    const merged = await spawnCli(['merge', 'deep.json'], { cwd });
    assert.notEqual(merged.code, 2, merged.stderr);
    assert.deepEqual(existsSync(join(folder, 'job/out.json')), true);
    const plugins = JSON.parse(readFileSync(join(cwd, 'deep.json'), 'utf8')).shard.plugins;
    assert.ok(plugins.length < 4, 'only those of severity high');
  });

  it('is named in what is said of it', async () => {
    written(`said/${name}`, 'severity: hgih\n');
    mkdirSync(join(folder, 'said/.git'));
    mkdirSync(join(folder, 'said/deep'));
    const { code, stderr } = await spawnCli(['scan', '--demo'], { cwd: join(folder, 'said/deep') });
    assert.equal(code, 2);
    assert.match(stderr, /^pgposture: \.\.\/pgposture\.config\.yaml:1:11: --severity cannot be "hgih"\./);
  });

  it('is not looked for where one is named', async () => {
    written(`named/${name}`, 'severity: hgih\n');
    const path = written('named/other.yaml', 'quiet: true\n');
    const { code, stderr } = await spawnCli(['scan', '--demo', '--config', path], { cwd: join(folder, 'named') });
    assert.deepEqual([code, stderr], [1, '']);
  });

  it('is missed by nobody whose working folder has been removed', () => {
    const script = `process.chdir(fs.mkdtempSync(os.tmpdir() + '/gone-')); fs.rmdirSync(process.cwd());
      process.argv = ['node', 'pgposture', 'scan', '--demo']; require(${JSON.stringify(program)});`;
    const { status, stderr } = runNode(['-e', script]);
    assert.deepEqual([status, stderr], [1, '']);
  });

  it('is none of help, plugins and explain', async () => {
    written(`other/${name}`, 'severity: hgih\n');
    for (const argv of [['scan', '--help'], ['plugins'], ['explain', 'singleServerSslEnforcement']]) {
      assert.equal((await spawnCli(argv, { cwd: join(folder, 'other') })).code, 0, argv.join(' '));
    }
  });

  // ── What it may not say ────────────────────────────────────────────────────────────────────────────────────────────

  /** What is said of a file that was found in `found`, of a repository that begins there. */
  async function refusal(text: string): Promise<string | undefined> {
    const path = written(`found/${name}`, text);
    try {
      await readConfig(path, join(folder, 'found'));
      return undefined;
    } catch (error) {
      assert.ok(error instanceof ScanError && error.code === 'bad-file', String(error));
      return `${error.message.replaceAll(`${path}:`, '')}\n${error.remedy}`;
    }
  }

  for (const [option, value] of [
    ['arm-endpoint', 'https://evil.example'],
    ['authority-host', 'https://evil.example'],
    ['cloud', 'china'],
    ['credential', 'environment'],
    ['tenant', 'evil.example'],
    ['client-id', 'evil'],
    ['service-connection-id', 'evil'],
    ['ca-file', 'evil.pem'],
    ['plugin-module', './evil.cjs'],
    ['allow-unknown', 'true'],
    ['demo', 'true'],
    ['from-collection', 'good.json'],
    ['collection', 'all.json'],
    ['shard', '1/1000'],
    ['probe', 'true'],
  ] as const) {
    it(`may not say ${option}`, async () => {
      const said = await refusal(`quiet: true\n${option}: ${value}\n`);
      assert.match(said ?? '', new RegExp(`^2:1: ${option} cannot .*found\\.\n.*pull request.*--${option} .*--config`));
      const named = written('named.yaml', `${option}: ${value}\n`);
      assert.deepEqual(
        (await readConfig(named, undefined)).map((each) => each.name),
        [option],
        'if it is named',
      );
    });
  }

  it('may say all else', async () => {
    const others = Object.entries(scanOptions).flatMap(([option, { type }]) =>
      /^(config|arm-endpoint|authority-host|cloud|credential|tenant|client-id|service-connection-id|ca-file|plugin-module|allow-unknown|demo|from-collection|collection|shard|probe)$/.test(
        option,
      )
        ? []
        : [
            `${option}: ${type === 'boolean' || (words[option]?.[0] ?? { compliance: 'pci', setting: 'a=1', suppress: 'a:b:c', concurrency: 9, timeout: '9s' }[option] ?? 'x')}\n`,
          ],
    );
    assert.equal(others.length, Object.keys(scanOptions).length - 16);
    assert.equal(await refusal(others.join('')), undefined);
  });

  const at = (path: string) => join(folder, path);
  written('found/in/report.json', '{}');
  written('found/.git/hooks/x', '');
  written('outside/report.json', '{}');
  written('outside/.git/x', '');
  for (const [target, link] of [
    [at('outside'), 'found/out'],
    [at('outside/report.json'), 'found/out.json'],
    [at('outside/none.json'), 'found/dangling.json'],
    ['.git', 'found/git'],
    ['in', 'found/alias'],
    ['loop', 'found/loop'],
  ] as const)
    symlinkSync(target, at(link));

  for (const option of ['json', 'sarif', 'junit', 'csv', 'markdown', 'ocsf', 'suppressions', 'baseline']) {
    it(`may say of ${option} only what is in its folder`, async () => {
      for (const path of [
        "'-'",
        'new.json',
        'in/report.json',
        './in/new.json',
        'a/b/c.json',
        'in/../x',
        'alias/x',
        '..x',
        '.gitx/x',
        '.github/x',
      ])
        assert.equal(await refusal(`${option}: ${path}\n`), undefined, path);
      for (const [path, what] of [
        ['/etc/passwd', 'is not relative'],
        [at('found/in/report.json'), 'is not relative'],
        ['../x.json', 'is not in the folder'],
        ['..', 'is not in the folder'],
        ['in/../../x.json', 'is not in the folder'],
        ['../found2/x', 'is not in the folder'],
        ['out/x.json', 'leads out'],
        ['out/new/x.json', 'leads out'],
        ['out.json', 'leads out'],
        ['dangling.json', 'leads out'],
        ['loop', 'leads out'],
        ['loop/x', 'leads out'],
        ['.git', 'is in .git'],
        ['.git/hooks/post-checkout', 'is in .git'],
        ['.GIT/config', 'is in .git'],
        ['git~1/config', 'is in .git'],
        ['in/.git/config', 'is in .git'],
        ['git/config', 'is in .git'],
        ['"in/a\\0b"', 'is no path'],
      ] as const) {
        const said = (await refusal(`${option}: ${path}\n`)) ?? 'it may';
        assert.ok(
          said.startsWith(`1:${option.length + 3}: ${option} "`) && said.includes(`" ${what}`),
          `${path}: ${said}`,
        );
        assert.match(said, /\n.*--config\.$/);
      }
    });
  }

  it('may not be a link out of its repository, nor to what git keeps there', async () => {
    mkdirSync(at('linked/a'), { recursive: true });
    written('linked/real.yaml', 'quiet: true\n');
    symlinkSync('../real.yaml', at(`linked/a/${name}`));
    assert.equal((await readConfig(at(`linked/a/${name}`), at('linked'))).length, 1);
    await assert.rejects(readConfig(at(`linked/a/${name}`), at('linked/a')), {
      code: 'bad-file',
      message: /link/,
      remedy: /--config/,
    });
    // There actions/checkout keeps the token of the job.
    written('linked/.git/config', 'quiet: true\n');
    symlinkSync('.git/config', at(`linked/${name}`));
    await assert.rejects(readConfig(at(`linked/${name}`), at('linked')), { code: 'bad-file', message: /into \.git/ });
  });
});

// ── Any file ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const texts = ['a', '0123', 'on', 'null', 'x y', '- z', '1.3', 'true', '😀', "it's", 'a: b', '#c', '{d}', '*'];
const special: Readonly<Record<string, readonly string[]>> = {
  ...words,
  cloud: ['usgov', 'AzureCloud'],
  shard: ['1/4', '2/2'],
  compliance: ['pci', 'CIS-Controls'],
  setting: ['a=1', 'b=x=y', 'c='],
  suppress: ['a:b:c', '*:*:*'],
  'allow-unknown': ['stopped', 'stopped,absent'],
  concurrency: ['1', '256'],
  timeout: ['90s', '10m'],
};

/** An option, and what it is given: nothing, or words. */
const option = fc
  .constantFrom(...Object.entries(scanOptions).filter(([name]) => name !== 'config'))
  .chain(([name, { type, describe: says = '' }]): fc.Arbitrary<readonly [string, true | readonly string[]]> => {
    if (type === 'boolean') return fc.constant([name, true]);
    const word = fc.constantFrom(...(special[name] ?? texts));
    const given = fc.uniqueArray(word, { minLength: 1, maxLength: says.endsWith('(repeatable)') ? 3 : 1 });
    return given.map((words) => [name, words]);
  });

describe('whatever stands in a configuration', () => {
  const home = process.cwd();
  // Where a path of the file is a path of the line.
  before(() => process.chdir(folder));
  after(() => process.chdir(home));

  it('means what it would mean in the line', async () => {
    const options = fc.uniqueArray(option, { selector: ([name]) => name, maxLength: 5 });
    let good = 0;
    const property = fc.asyncProperty(options, fc.boolean(), async (given, asJson) => {
      const values = Object.fromEntries(
        given.map(([name, words]) => [name, words !== true && words.length === 1 ? words[0] : words]),
      );
      writeFileSync('any.yaml', asJson ? JSON.stringify(values) : stringify(values));
      const line = given.flatMap(([name, words]) =>
        words === true ? [`--${name}`] : words.map((word) => `--${name}=${word}`),
      );
      const byLine = await asked<ScanRequest>('scan', ...line);
      const byFile = await asked<ScanRequest>('scan', '--config', 'any.yaml');
      if (typeof byLine === 'string') {
        const said = byLine.replace('pgposture: ', '');
        return assert.ok(typeof byFile === 'string' && byFile.endsWith(said), `${byLine}${JSON.stringify(byFile)}`);
      }
      good++;
      assert.ok(typeof byFile !== 'string', String(byFile));
      assert.deepEqual({ ...byFile, configFile: undefined }, byLine);
    });
    await fc.assert(property, { numRuns: 80 });
    assert.ok(good > 5, `only ${good} are good`);
  });

  it('is no stdout, even if it is called so', async () => {
    const said = await asked<ScanRequest>('scan', '--config', relative(folder, written('sub/x.yaml', 'json: ../-\n')));
    assert.ok(typeof said !== 'string', String(said));
    assert.deepEqual(said.files, [{ format: 'json', path: join(process.cwd(), '-') }]);
  });

  it('is a request or a ScanError, named or found', async () => {
    const name = fc.oneof(fc.constantFrom(...Object.keys(scanOptions)), fc.string());
    const value = fc.oneof(fc.constantFrom(...texts, ...Object.values(special).flat(), true, null), fc.jsonValue());
    const file = fc.oneof(fc.dictionary(name, fc.oneof(value, fc.array(value))), fc.jsonValue());
    let good = 0;
    const property = fc.asyncProperty(file, async (content) => {
      writeFileSync('any.yaml', JSON.stringify(content));
      // Anything but a ScanError would leave main.
      const named = await asked<ScanRequest>('scan', '--config', 'any.yaml');
      if (typeof named !== 'string') good++;
      else assert.match(named, /^pgposture: any\.yaml:\d+:\d+: ./);
      const found = await readConfig('any.yaml', folder).catch((error) => error);
      assert.ok(Array.isArray(found) || found instanceof ScanError, String(found));
    });
    await fc.assert(property, { numRuns: 80 });
    assert.ok(good > 0, `only ${good} are good`);
  });
});
