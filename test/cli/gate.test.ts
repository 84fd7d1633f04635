import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { main } from '../../cli/main';
import type { Report, Scope } from '../../types';
import { demoReport, runMain, spawnCli } from '../support/cli';
import { temporaryFolder } from '../support/folder';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);
const written = (name: string, data: unknown) => {
  writeFileSync(at(name), JSON.stringify(data));
  return at(name);
};

const shop = ['--subscription', 'Shop - Production'];
const staging = ['--subscription', 'Shop - Staging & Test (do not delete!)'];
const floor = ['--plugin', 'flexibleServerSslMinProtocolVersion'];
const secure = ['--plugin', 'flexibleServerRequireSecureTransport'];

const accepted = (resource: string, expires = '2099-12-31') => ({
  suppressions: [{ plugin: '*', resource, reason: 'Known.', owner: 'Ann', expires }],
});

/** The report of a scan, as another scan may have left it. */
async function earlier(name: string, argv: readonly string[], change: (report: Report) => unknown = (same) => same) {
  const { code: _code, ...report } = await demoReport(...argv);
  return written(name, change(report));
}

const lost: Scope = {
  id: '/subscriptions/99999999-0000-4000-8000-000000000000',
  type: 'Microsoft.Resources/subscriptions',
  subscriptionId: '99999999-0000-4000-8000-000000000000',
  name: 'Sold',
  state: 'Enabled',
  kinds: {},
};
const everything = { subscriptions: [], excludeSubscriptions: [], managementGroups: [] };

describe('the exit code of scan', () => {
  const rows: readonly (readonly [
    name: string,
    argv: () => Promise<readonly string[]> | readonly string[],
    code: number,
    stderr: RegExp,
  ])[] = [
    ['a clean subscription', () => ['--subscription', 'Pay-As-You-Go'], 0, /^$/],
    [
      'a WARN, where the FAILs are suppressed',
      () => [...shop, '--suppress', '*:*:*gateway', '--suppress', '*:*:*payments'],
      0,
      /^Let through: 2 suppressed\. Exit code 0\.\n$/,
    ],
    [
      'the same under --fail-on warn',
      () => [...shop, '--suppress', '*:*:*gateway', '--suppress', '*:*:*payments', '--fail-on', 'warn'],
      1,
      /3 suppressed\. Exit code 1/,
    ],
    ['a FAIL', () => shop, 1, /^$/],
    [
      'a FAIL under --fail-on never',
      () => [...shop, '--fail-on', 'never'],
      0,
      /^Let through: 2 by --fail-on never\. Exit code 0\.\n$/,
    ],
    ['a FAIL below the gate', () => [...shop, ...floor, '--fail-severity', 'high'], 0, /1 below --fail-severity high/],
    ['a FAIL at the gate', () => [...shop, ...floor, '--fail-severity', 'medium'], 1, /^$/],
    ['only UNKNOWN', () => staging, 3, /^$/],
    [
      'only UNKNOWN, of kinds that are allowed',
      () => [...staging, '--allow-unknown=stopped,provisioning,absent'],
      0,
      /5 UNKNOWN allowed/,
    ],
    [
      'only UNKNOWN, of which one kind is allowed',
      () => [...staging, '--allow-unknown=stopped'],
      3,
      /2 UNKNOWN allowed\. Exit code 3/,
    ],
    ['only UNKNOWN, where another kind is allowed', () => [...staging, '--allow-unknown=timeout'], 3, /^$/],
    ['only UNKNOWN, and nothing else asked for', () => [...staging, '--fail-on', 'never'], 3, /^$/],
    [
      'a suppressed FAIL',
      () => [...shop, '--suppressions', written('s.json', accepted('*/shop-payments')), ...secure],
      0,
      /1 suppressed/,
    ],
    [
      "a suppression in CloudSploit's words",
      () => [...shop, ...secure, '--suppress', 'flexibleServerRequireSecureTransport:westeurope:*'],
      0,
      /1 suppressed/,
    ],
    [
      'a suppression in another region',
      () => [...shop, ...secure, '--suppress', '*:eastus:*'],
      1,
      /^1 suppression was not tried, /,
    ],
    [
      'a suppression whose dot is a dot',
      () => [...shop, ...secure, '--suppress', '*:*:*/shop.payments'],
      1,
      /^1 suppression was not tried, /,
    ],
    [
      'an expired suppression',
      () => [...shop, ...secure, '--suppressions', written('e.json', accepted('*/shop-payments', '2020-02-29'))],
      1,
      /e\.json:\d+: the suppression of \* has expired on 2020-02-29, and accepts a finding no longer \(Ann\)\.\n$/,
    ],
    [
      'a baseline with the same FAIL',
      async () => [...shop, '--baseline', await earlier('same.json', shop)],
      0,
      /2 in the baseline\. Exit code 0/,
    ],
    [
      'a baseline with another FAIL',
      async () => [
        ...shop,
        '--baseline',
        await earlier('new.json', shop, (report) => ({
          ...report,
          results: report.results.filter(({ resource }) => resource.name !== 'shop-payments'),
        })),
      ],
      1,
      /1 in the baseline\. Exit code 1/,
    ],
    [
      'a baseline in which it was a WARN',
      async () => [
        ...shop,
        '--baseline',
        await earlier('warn.json', shop, (report) => ({
          ...report,
          results: report.results.map((result) => (result.status === 'FAIL' ? { ...result, status: 'WARN' } : result)),
        })),
      ],
      1,
      /^$/,
    ],
    [
      'a baseline with a subscription that is lost',
      async () => [
        '--baseline',
        await earlier('lost.json', [], (report) => ({
          ...report,
          choice: everything,
          scopes: [...report.scopes, lost],
        })),
      ],
      3,
      /13 in the baseline\. Exit code 3/,
    ],
    [
      'the same, where that is allowed',
      async () => ['--baseline', at('lost.json'), '--allow-unknown=not-collected'],
      0,
      /4 UNKNOWN allowed/,
    ],
    [
      'the same, where it is suppressed by its full id',
      () => ['--baseline', at('lost.json'), '--suppressions', written('known.json', accepted(lost.id))],
      0,
      /Let through: 4 suppressed, 13 in the baseline\. Exit code 0/,
    ],
    [
      'the same, where a pattern would fit it',
      () => ['--baseline', at('lost.json'), '--suppressions', written('any.json', accepted('/subscriptions/9*'))],
      3,
      /13 in the baseline\. Exit code 3/,
    ],
    [
      'a file in a folder that is not there',
      () => [...shop, '--sarif', at('no/where.sarif')],
      2,
      /where\.sarif" cannot be written \(ENOENT\)/,
    ],
    [
      'a file that turns out to be full',
      () => [...shop, '--junit', '/dev/full', '--json', at('kept.json')],
      2,
      /"\/dev\/full" cannot be written \(ENOSPC\)/,
    ],
    [
      'a baseline that is none',
      () => ['--baseline', written('none.json', { runs: [] })],
      2,
      /none\.json" is no report of pgposture/,
    ],
    ['a baseline that is not there', () => ['--baseline', at('gone.json')], 2, /gone\.json" cannot be read/],
    [
      'a suppression without three words',
      () => ['--suppress', 'x:y'],
      2,
      /--suppress "x:y" is not plugin:region:resource/,
    ],
    [
      'a shard with a baseline',
      () => ['--shard', '1/2', '--baseline', at('same.json')],
      2,
      /--baseline means nothing for a shard/,
    ],
  ];
  for (const [name, argv, code, stderr] of rows) {
    it(`is ${code} for ${name}`, async () => {
      const outcome = await runMain(['scan', '--demo', '--console', 'none', ...(await argv())]);
      assert.deepEqual([outcome.code, outcome.stdout], [code, ''], outcome.stderr);
      assert.match(outcome.stderr, stderr);
    });
  }

  it('is 2 for an output that cannot be written, after all others are', () => {
    assert.equal((JSON.parse(readFileSync(at('kept.json'), 'utf8')) as Report).schemaVersion, 1);
  });
});

describe('an output that cannot be written', () => {
  it('keeps no other from being written, and each is named', async () => {
    const written: string[] = [];
    const full = () => Promise.reject(Object.assign(new Error(), { code: 'ENOSPC' }));
    const code = await main(['scan', '--demo', '--json', '-', '--junit', '/dev/full', '--csv', at('beside.csv')], {
      env: {},
      stdout: { isTTY: false, columns: 80, write: full },
      stderr: { isTTY: false, columns: 80, write: async (text) => void written.push(text) },
      onInterrupt: () => () => {},
    });
    assert.equal(code, 2);
    assert.match(
      written.join(''),
      /^pgposture: "stdout" cannot be written \(ENOSPC\)\.\n"\/dev\/full" cannot be written \(ENOSPC\)\.\n/,
    );
    assert.match(readFileSync(at('beside.csv'), 'utf8'), /^plugin,/);
  });
});

describe('a file that somebody still needs', () => {
  const refused = async (argv: readonly string[], message: RegExp) => {
    const { code, stdout, stderr } = await runMain(argv);
    assert.deepEqual([code, stdout], [2, ''], stderr);
    assert.match(stderr, message);
  };
  it('is not replaced by a report, behind a link neither', async () => {
    const baseline = await earlier('kept-baseline.json', shop);
    symlinkSync(baseline, at('link.json'));
    await refused(
      ['scan', '--demo', '--baseline', baseline, '--json', at('link.json')],
      /--json and --baseline are both/,
    );
    await refused(['scan', '--demo', '--csv', at('link.json'), '--json', baseline], /--csv and --json are both/);
    await refused(['scan', '--demo', '--json', 'pgposture.suppressions.yaml'], /--json and --suppressions are both/);
    await refused(['diff', at('link.json'), baseline, '--json', baseline], /--json and OLD are both/);
  });

  it('is not a dash', async () => {
    await refused(['diff', '-', at('same.json')], /"-" is no file to read\.\n.*\/dev\/stdin/);
  });
});

describe('the suppressions of a working folder', () => {
  const file = 'pgposture.suppressions.yaml';
  const scan = (cwd: string, ...argv: readonly string[]) =>
    spawnCli(['scan', '--demo', '--console', 'none', ...shop, ...secure, ...argv], { cwd });
  const folderOf = (name: string) => {
    mkdirSync(at(name));
    return at(name);
  };

  it('are read where nobody names any', async () => {
    const cwd = folderOf('there');
    writeFileSync(join(cwd, file), JSON.stringify(accepted('*/shop-payments')));
    assert.deepEqual([(await scan(cwd)).code, (await scan(cwd, '--shard', '1/1')).code], [0, 1]);
    assert.match((await scan(cwd, '--verbose')).stderr, /^Suppressions from pgposture\.suppressions\.yaml\.$/m);
  });

  it('are those of this folder, and no other file that a link leads to', {
    skip: process.platform === 'win32',
  }, async () => {
    writeFileSync(at('secret'), 'hunter2');
    for (const [name, target] of [
      ['link', at('secret')],
      ['dangling', at('nowhere')],
      ['device', '/dev/zero'],
    ] as const) {
      const cwd = folderOf(name);
      symlinkSync(target, join(cwd, file));
      const { code, stderr } = await scan(cwd);
      assert.deepEqual([code, stderr.includes('hunter2')], [2, false]);
      assert.match(stderr, /is no file of this folder\.\nIf it is meant, name it: --suppressions/);
    }
  });
});

describe('suppressions', () => {
  it('are told in the report, and what they accept is marked', async () => {
    const path = written('told.json', accepted('*/shop-payments'));
    const { results, suppressions } = await demoJson([...shop, '--suppressions', path]);
    const [tried] = suppressions ?? [];
    assert.deepEqual([tried?.state, tried?.results, tried?.owner, tried?.source], ['used', 2, 'Ann', `${path}:1`]);
    const marked = results.filter(({ suppression }) => suppression);
    assert.deepEqual(
      marked.map(({ resource }) => resource.name),
      ['shop-payments', 'shop-payments'],
    );
  });

  const stale = () => written('stale.json', accepted('/subscriptions/11f7a4c2-0c1d-4a64-9d0e-3a5b7c9d1e01/*/nobody'));
  it('that fit nothing are told', async () => {
    const { code, stderr } = await runMain(['scan', '--demo', ...shop, '--suppressions', stale()]);
    assert.deepEqual([code, /the suppression of \* fits nothing: no such finding is there\./.test(stderr)], [1, true]);
  });

  it('that fit nothing are an error, if that is asked for, after the report is written', async () => {
    const argv = [
      'scan',
      '--demo',
      ...shop,
      '--suppressions',
      stale(),
      '--strict-suppressions',
      '--json',
      at('strict.json'),
    ];
    const { code, stderr } = await runMain(argv);
    assert.equal(code, 2);
    assert.match(
      stderr,
      /^pgposture: A suppression is of no use any more\.\n.*stale\.json:1: .*\nRenew or remove them\.\n$/,
    );
    assert.ok(existsSync(at('strict.json')));
  });

  it('that were not tried are counted, and named by --verbose', async () => {
    const argv = [
      'scan',
      '--demo',
      ...shop,
      '--suppressions',
      written('other.json', accepted('/subscriptions/22a9c3d4-1b2c-4e5f-8a90-5c6d7e8f9a02/*')),
    ];
    assert.match((await runMain(argv)).stderr, /^1 suppression was not tried, .*--verbose names it\.\n$/);
    assert.match((await runMain([...argv, '--verbose'])).stderr, /other\.json:1: the suppression of \* was not tried/);
    assert.equal((await runMain([...argv, '--quiet'])).stderr, '');
    assert.equal((await runMain([...argv, '--strict-suppressions'])).code, 1);
  });
});

async function demoJson(argv: readonly string[]): Promise<Report> {
  return JSON.parse((await runMain(['scan', '--demo', '--json', '-', ...argv])).stdout) as Report;
}

describe('annotations', () => {
  const scan = (env: Readonly<Record<string, string>>, ...argv: readonly string[]) =>
    runMain(['scan', '--demo', '--console', 'none', ...shop, ...argv], { env });
  it('stand on stderr, where a platform reads them', async () => {
    assert.match((await scan({ GITHUB_ACTIONS: 'true' })).stderr, /^(::(error|warning) title=\w+::.+\n)+$/);
    assert.match((await scan({ TF_BUILD: 'True' })).stderr, /^(##vso\[task\.logissue type=\w+;code=\w+\].+\n)+$/);
  });

  for (const [name, env, argv] of [
    ['anywhere else', { CI: 'true' }, []],
    ['if nobody wants them', { GITHUB_ACTIONS: 'true' }, ['--no-annotations']],
    ['if stderr is for errors', { TF_BUILD: 'True' }, ['--quiet']],
  ] as const) {
    it(`do not, ${name}`, async () => assert.equal((await scan(env, ...argv)).stderr, ''));
  }
});

describe('diff', () => {
  let older = '';
  let newer = '';
  before(async () => {
    older = await earlier('older.json', shop);
    newer = await earlier('newer.json', [...shop, '--setting', 'minimumTlsVersion=1.3']);
  });

  it('tells what is worse, and exits as a gate with that baseline', async () => {
    const { code, stdout, stderr } = await runMain(['diff', older, newer, '--console', 'text']);
    assert.match(
      stdout,
      /^Since the report of .*: 0 new, 2 worse, 0 unknown, 0 better, 0 fixed, 0 gone, 6 unchanged\.\n/,
    );
    assert.match(stdout, /^worse: PASS → FAIL medium flexibleServerSslMinProtocolVersion .*\/shop-orders: /m);
    assert.deepEqual([code, stderr], [1, 'Let through: 2 in the baseline. Exit code 1.\n']);
  });

  it('tells what is fixed the other way round', async () => {
    const { code, stdout, stderr } = await runMain(['diff', newer, older]);
    assert.match(stdout, /1 better, 1\s+fixed/);
    assert.match(stderr, /^".*newer\.json", which is given first, is newer than ".*older\.json"\.$/m);
    assert.equal(code, 0);
  });

  it('writes JSON, and Markdown', async () => {
    const { stdout } = await runMain(['diff', older, newer, '--json', '-', '--markdown', at('diff.md')]);
    const scanned = await demoJson([...shop, '--setting', 'minimumTlsVersion=1.3', '--baseline', older]);
    assert.deepEqual(JSON.parse(stdout), scanned.comparison);
    assert.match(readFileSync(at('diff.md'), 'utf8'), /^### Changes\n/);
  });

  it('takes the options of a gate', async () => {
    assert.equal((await runMain(['diff', older, newer, '--fail-severity', 'high', '--quiet'])).code, 0);
    assert.equal((await runMain(['diff', older, newer, '--fail-on', 'never'])).code, 0);
  });

  for (const [name, argv, message] of [
    ['one report', () => [older], /^pgposture: Name two reports, the older one first\.\n/],
    ['three', () => [older, newer, older], /^pgposture: Unknown argument/],
    ['a report that it would replace', () => [older, newer, '--json', newer], /--json and NEW are both/],
    [
      'a shard',
      () => [
        older,
        written('shard.json', { ...(JSON.parse(readFileSync(older, 'utf8')) as Report), shard: shardOfOne }),
      ],
      /shard\.json" is a shard only/,
    ],
    ['what is no report', () => [older, written('runs.json', { runs: [] })], /runs\.json" is no report/],
    ['what is not JSON', () => [at('diff.md'), newer], /diff\.md:1:1: This is no JSON\.\n/],
  ] as const) {
    it(`refuses ${name}`, async () => {
      const { code, stdout, stderr } = await runMain(['diff', ...argv()]);
      assert.deepEqual([code, stdout], [2, ''], stderr);
      assert.match(stderr, message);
    });
  }
});

const shardOfOne = { index: 1, count: 1, armEndpoint: 'x', choice: everything, plugins: [], subscriptions: [] };
