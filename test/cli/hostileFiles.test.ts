import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { readCertificates } from '../../cli/certificates';
import { checkedReport } from '../../engine/checkedReport';
import { ScanError } from '../../helpers/scanError';
import { comparisonReporters, reporters } from '../../reporters';
import type { Report } from '../../types';
import { loopbackCertificate } from '../support/certificate';
import { type Outcome, program, runMain, spawnCli } from '../support/cli';
import { frozen } from '../support/collection';
import { temporaryFolder } from '../support/folder';
import { mutated } from '../support/mutations';
import { view } from '../support/report';

/** `PGPOSTURE_FUZZ=50 node dist/test/cli/hostileFiles.test.js`: so many times as many mutations. */
const times = Number(process.env.PGPOSTURE_FUZZ ?? 1);

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);
const started = process.cwd();
before(async () => {
  // A mutated option may name a file that is written.
  process.chdir(folder);
  const nothing = ['--demo', '--subscription', 'Legacy - migrate by 2025', '--console', 'none'];
  await runMain([
    'scan',
    ...nothing,
    '--baseline',
    await whole(nothing),
    '--suppress',
    '*:*:*',
    '--json',
    at('good.json'),
  ]);
  await runMain(['scan', ...nothing, '--shard', '1/1', '--json', at('shard.json')]);
  writeFileSync(at('good.pem'), (await loopbackCertificate()).cert);
});
after(() => process.chdir(started));

async function whole(argv: readonly string[]): Promise<string> {
  await runMain(['scan', ...argv, '--json', at('before.json')]);
  return at('before.json');
}

const quick = ['--demo', '--subscription', 'Pay-As-You-Go', '--console', 'none'];
const collection = frozen[2] ?? '';

/** The option or place that takes a file, and the command line with it. */
const inputs: Readonly<Record<string, (path: string) => readonly string[]>> = {
  '--config': (path) => ['scan', ...quick, '--config', path],
  '--suppressions': (path) => ['scan', ...quick, '--suppressions', path],
  '--baseline': (path) => ['scan', ...quick, '--baseline', path],
  'merge REPORT': (path) => ['merge', path, '--json', at('never.json')],
  'diff OLD': (path) => ['diff', path, at('good.json'), '--json', at('never.json')],
  'diff NEW': (path) => ['diff', at('good.json'), path, '--json', at('never.json')],
  'remediate REPORT': (path) => ['remediate', path, '--output', at('never.sh'), '--undo', at('never-undo.sh')],
  '--from-collection': (path) => ['scan', '--from-collection', path, '--json', at('never.json')],
  '--ca-file': (path) => ['scan', '--ca-file', path, '--json', at('never.json')],
  '--plugin-module': (path) => ['scan', ...quick, '--plugin-module', path],
};

/** In two lines, the file by its name, and nothing that only a developer reads; and nothing is left half made. */
function refused({ code, stdout, stderr }: Outcome, path: string): void {
  assert.deepEqual([code, stdout], [2, ''], stderr);
  assert.ok(stderr.startsWith('pgposture: ') && stderr.includes(path), stderr);
  assert.match(stderr, /^.{10,}\n.{5,}[.)]\n$/s);
  assert.doesNotMatch(stderr, /\n {4}at |a bug|RangeError|TypeError|undefined/);
  assert.ok(!readdirSync(folder).some((name) => name.includes('never')));
}

describe('what is no file of text', () => {
  const text = '{"a": 1, "name": "Müller"}\n';
  const files: Readonly<Record<string, () => string | Uint8Array>> = {
    'utf16.json': () => Buffer.from(`\ufeff${text}`, 'utf16le'),
    'utf16-no-mark.json': () => Buffer.from(text, 'utf16le'),
    'utf16-big.json': () => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
    'latin1.json': () => Buffer.from(text, 'latin1'),
    'nothing.json': () => '',
    'blank.json': () => ' \r\n\n',
    'deep.json': () => '['.repeat(200_000),
    'deep-closed.json': () => `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
    'binary.json': () => Buffer.from(Array.from({ length: 4000 }, (_, i) => (i * 167) % 256)),
  };
  before(() => {
    for (const [name, content] of Object.entries(files)) writeFileSync(at(name), content());
    mkdirSync(at('folder.json'));
    symlinkSync('circle.json', at('circle.json'));
  });
  const places = [
    ...Object.keys(files).map(at),
    ...['folder.json', 'circle.json', 'gone.json', 'good.json/x.json', `${'x'.repeat(300)}.json`].map(at),
  ];
  const devices = ['/dev/zero', '/dev/urandom', '/proc/self/mem'].filter(existsSync);
  /** A report may be 256 MB long: to see that once is enough. */
  const unlike = (input: string, device: string) =>
    /REPORT|diff|baseline/.test(input) && !/OLD.*zero|mem/.test(input + device);
  for (const [input, argv] of Object.entries(inputs)) {
    for (const path of [...places, ...devices.filter((device) => !unlike(input, device))]) {
      // Node gives a module's text, whatever its encoding; test/cli/pluginModules.test.ts has what is no module.
      if (input === '--plugin-module' && Object.hasOwn(files, path.slice(folder.length + 1))) continue;
      it(`is refused as ${input}: ${path.slice(path.startsWith(folder) ? folder.length + 1 : 0).slice(-40)}`, async () =>
        refused(await runMain(argv(path)), path));
    }
  }

  const isRoot = process.getuid?.() === 0;
  it('is refused if it may not be read', { skip: process.platform === 'win32' }, async () => {
    chmodSync(folder, 0o755);
    writeFileSync(at('secret.json'), '{}', { mode: 0o000 });
    for (const input of ['--baseline', '--plugin-module'] as const) {
      const argv = inputs[input]?.(at('secret.json')).filter((word) => !/^--json|never/.test(word)) ?? [];
      const outcome = await spawnCli(argv, isRoot ? { uid: 65_534 } : {});
      refused(outcome, at('secret.json'));
      assert.match(outcome.stderr, /\(EACCES\)\.\nName a file that you may read\.\n$/, input);
    }
  });
});

describe('a pipe', { skip: process.platform === 'win32', concurrency: 4 }, () => {
  it('is read as a file is', () => {
    const command = `cat '${at('good.json')}' | '${process.execPath}' '${program}' diff /dev/stdin '${at('good.json')}'`;
    const { status, stdout, stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8' });
    assert.match(stdout, /0 new, 0 worse/, stderr);
    assert.equal(status, 0);
  });

  for (const input of ['--suppressions', '--baseline', 'diff OLD', '--ca-file'] as const) {
    it(`into which nobody writes is waited for until Ctrl-C, as ${input}`, async () => {
      const pipe = at(`${input.replace(/\W/g, '')}.pipe`);
      assert.equal(spawnSync('mkfifo', [pipe]).status, 0);
      const argv = inputs[input]?.(pipe) ?? [];
      // Loading is done by then, or Ctrl-C comes sooner: neither hangs.
      const meanwhile = async ({ child }: { readonly child: { kill(signal: 'SIGINT'): boolean } }) => {
        await new Promise((resolve) => setTimeout(resolve, 600));
        child.kill('SIGINT');
      };
      const { code, stdout } = await spawnCli(argv, { meanwhile });
      assert.deepEqual([code, stdout], [2, '']);
    });
  }
});

const config = `# Of the demo.
subscription:
  - Pay-As-You-Go
plugin: &both [singleServerSslEnforcement, "flexibleServerRequireSecureTransport"]
setting:
  - minimumTlsVersion=1.2
fail-on: warn
allow-unknown: [forbidden, timeout]
timeout: 30s
concurrency: 4
quiet: true
console: none
`;

const suppressions = `suppressions:
  - plugin: singleServerSslEnforcement
    resource: '*/servers/billing-old'
    reason: Its last client cannot speak TLS; Müller switches it off.
    owner: billing-team
    expires: 2099-03-31
  - {plugin: '*', resource: '*/resourceGroups/staging/*', reason: "Staging", expires: 2099-12-31}
`;

type Use = (path: string) => Promise<Pick<Outcome, 'code' | 'stderr'>>;

const line =
  (argv: (path: string) => readonly string[]): Use =>
  (path) =>
    runMain(argv(path));

/** What its words mean to a tenant and its plugins, the scan says, and names the word. */
const configured: Use = async (path) => {
  const { code, stderr } = await runMain(['scan', '--demo', '--config', path]);
  return { code: stderr.includes(path) ? code : 0, stderr };
};

/** Without the scan of Azure that needs them. */
const certificates: Use = async (path) => {
  try {
    await readCertificates(path);
    return { code: 0, stderr: '' };
  } catch (error) {
    assert.ok(error instanceof ScanError, String(error));
    return { code: 2, stderr: error.message };
  }
};

/** Each mutation is refused with the name of the file, or taken; what was taken is given on. */
async function fuzz(
  name: string,
  good: string,
  runs: number,
  uses: readonly Use[],
  taken: (content: Buffer) => void = () => undefined,
): Promise<void> {
  const path = at(name);
  writeFileSync(path, good);
  for (const use of uses) {
    const { code, stderr } = await use(path);
    assert.notEqual(code, 2, stderr);
  }
  const counts = { refused: 0, taken: 0 };
  const property = fc.asyncProperty(mutated(good), fc.constantFrom(...uses), async ({ bytes: content }, use) => {
    writeFileSync(path, content);
    const { code, stderr } = await use(path);
    assert.doesNotMatch(stderr, /\n {4}at |a bug|RangeError|TypeError/);
    if (code === 2) {
      assert.ok(stderr.includes(name), stderr);
      counts.refused++;
    } else {
      counts.taken++;
      taken(content);
    }
  });
  await fc.assert(property, { numRuns: runs * times, includeErrorInReport: true });
  // One in ten is taken, so a few runs may not have one; the file as it was is taken above.
  if (times < 10) return;
  console.log(`${name}: ${counts.refused} refused, ${counts.taken} taken`);
  assert.ok(counts.refused > 0 && counts.taken > 0);
}

describe('a file in which something was changed is refused by its name, or taken whole:', () => {
  const ownNames = () => [Object.prototype, Array.prototype, Function.prototype].map((each) => Reflect.ownKeys(each));
  const untouched = ownNames();
  after(() => assert.deepEqual(ownNames(), untouched));

  it('a configuration', () => fuzz('mutated.yaml', config, 60, [configured]));

  it('suppressions', () =>
    fuzz('suppressions.yaml', suppressions, 60, [
      line((path) => ['scan', '--from-collection', collection, '--console', 'none', '--suppressions', path]),
    ]));

  it('certificates', () =>
    fuzz('mutated.pem', `Müller\n${readFileSync(at('good.pem'), 'utf8')}\nand no more\n`, 60, [certificates]));

  it('a collection', () =>
    fuzz('collection.json', readFileSync(collection, 'utf8'), 60, [
      line((path) => ['scan', '--from-collection', path, '--json', '-']),
    ]));

  const rendersAll = (content: Buffer) => {
    const report = checkedReport(JSON.parse(new TextDecoder().decode(content)) as Report, 'x', 'x');
    for (const reporter of Object.values(reporters)) reporter(report, view);
    const { comparison } = report;
    if (comparison) for (const reporter of Object.values(comparisonReporters)) reporter(comparison, view);
  };

  it('a report', () =>
    fuzz(
      'report.json',
      readFileSync(at('good.json'), 'utf8'),
      60,
      [
        line((path) => ['diff', path, at('before.json')]),
        line((path) => ['diff', at('before.json'), path, '--json', '-']),
        line((path) => ['remediate', path, '--output', at('fix.sh'), '--undo', at('undo.sh')]),
        line((path) => ['scan', ...quick, '--baseline', path]),
      ],
      rendersAll,
    ));

  it('a report of a shard', () =>
    fuzz(
      'shard-1.json',
      readFileSync(at('shard.json'), 'utf8'),
      20,
      [line((path) => ['merge', path, '--html', '-'])],
      rendersAll,
    ));
});

it('certificates that break off are refused, though the first is whole', async () => {
  const good = readFileSync(at('good.pem'), 'utf8');
  writeFileSync(at('half.pem'), good + good.slice(0, 200));
  await assert.rejects(readCertificates(at('half.pem')), {
    code: 'unreadable-input',
    message: `"${at('half.pem')}" holds a certificate that breaks off.`,
  });
  writeFileSync(at('both.pem'), `Müller\n${good}\n${good}`);
  assert.equal((await readCertificates(at('both.pem'))).match(/BEGIN/g)?.length, 2);
});

describe('a report', () => {
  it('may hold a kind of server that a newer pgposture knows', () => {
    const good = JSON.parse(readFileSync(at('good.json'), 'utf8')) as Report;
    const reason = { kind: 'forbidden', detail: 'No.', remedy: 'Ask.' } as const;
    const newer = { 'Microsoft.DBforPostgreSQL/newServers': { answered: false, servers: 1, reason } };
    for (const kinds of [newer, { constructor: { answered: false, servers: 1, reason } }]) {
      const report = { ...good, scopes: good.scopes.map((scope) => ({ ...scope, kinds })) } as unknown as Report;
      assert.equal(checkedReport(report, 'x', 'x'), report);
      for (const format of ['html', 'markdown'] as const) {
        assert.ok(reporters[format](report, view).includes(Object.keys(kinds)[0] ?? ''), format);
      }
      for (const reporter of Object.values(reporters)) reporter(report, view);
    }
  });

  it('is refused if an object of it holds itself, or is deeper than any walk through it can be', async () => {
    const good = JSON.parse(readFileSync(at('good.json'), 'utf8')) as Report;
    const circle: Record<string, unknown> = {};
    circle.circle = circle;
    let deep: unknown = 1;
    for (let i = 0; i < 200_000; i++) deep = i % 2 ? [deep] : { deep };
    for (const extra of [circle, deep]) {
      const said = (error: ScanError) =>
        error instanceof ScanError && error.message === 'Mine is nested too deeply.' && error.remedy === 'Mend it.';
      assert.throws(() => checkedReport({ ...good, extra } as Report, 'Mine', 'Mend it.'), said);
    }
  });
});
