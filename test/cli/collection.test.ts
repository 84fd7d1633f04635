import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { CollectionFiles, readCollections } from '../../cli/collection';
import type { Io } from '../../cli/io';
import type { Tenant } from '../../emulator';
import { CutShort } from '../../helpers/cutShort';
import { ScanError } from '../../helpers/scanError';
import type { Report } from '../../types';
import { loopbackCertificate } from '../support/certificate';
import { type Outcome, program, runMain, spawnCli } from '../support/cli';
import { frozen, timeless } from '../support/collection';
import { startEmulator, startManagedIdentity } from '../support/emulator';
import { fruitWith } from '../support/orchard';

const ids = frozen.map((path) => basename(path, '.json'));
const [shop = '', staging = '', legacy = '', , payAsYouGo = ''] = ids;
const one = ['--subscription', 'Legacy - migrate by 2025'];
const demo = ['scan', '--demo', '--console', 'none'];
const placeholder = '{subscription}';
/** Nobody, for whom permissions hold. */
const nobody = process.getuid?.() === 0 ? { uid: 65_534 } : {};

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pgposture-'));
  file = join(folder, 'x.json');
});
afterEach(() => rm(folder, { recursive: true }));

const reportIn = async (path: string) => JSON.parse(await readFile(path, 'utf8')) as Report;
const headerIn = async (path: string) =>
  (JSON.parse(await readFile(path, 'utf8')) as { pgposture: { complete: boolean; scope: { name: string } } }).pgposture;

/** Two lines on stderr: what is wrong, and what to do; nothing on stdout. */
function refused({ code, stdout, stderr }: Outcome, what: string | RegExp, todo: string | RegExp): void {
  assert.deepEqual({ code, stdout }, { code: 2, stdout: '' }, stderr);
  const [first = '', second = '', ...more] = stderr.split('\n');
  assert.deepEqual(more, [''], stderr);
  for (const [line, word] of [
    [first, what],
    [second, todo],
  ] as const) {
    assert.ok(typeof word === 'string' ? line.includes(word) : word.test(line), stderr);
  }
  assert.ok(first.startsWith('pgposture: '), stderr);
}

describe('scan --collection', () => {
  it('writes a file for each subscription, from which the same is judged', async () => {
    const [live, replayed] = [join(folder, 'live'), join(folder, 'replayed')];
    const pattern = join(folder, `azure-${placeholder}.json`);
    const { code, stderr } = await runMain([...demo, '--collection', pattern, '--json', live]);
    assert.deepEqual({ code, stderr }, { code: 1, stderr: '' });
    assert.deepEqual(await readdir(folder), [...ids.map((id) => `azure-${id}.json`), 'live']);

    const again = await runMain(['scan', '--from-collection', pattern, '--json', replayed]);
    assert.deepEqual({ code: again.code, stderr: again.stderr }, { code: 1, stderr: '' });
    assert.match(again.stdout, /^Saw 11 PostgreSQL servers: 4 of 5 subscriptions answered\.\nFrom what was collected /);
    assert.deepEqual(timeless(await reportIn(replayed)), timeless(await reportIn(live)));
  });

  it('writes one file of one subscription, beside the report on the console', async () => {
    const { stdout } = await runMain(['scan', '--demo', ...one, '--collection', file]);
    assert.match(stdout, /^Saw 3 PostgreSQL servers/);
    assert.equal((await headerIn(file)).scope.name, 'Legacy - migrate by 2025');
    assert.deepEqual(await readdir(folder), ['x.json']);
  });

  it('writes to stdout, and nothing else there, unless asked', async () => {
    const alone = await runMain(['scan', '--demo', ...one, '--collection', '-']);
    assert.deepEqual(Object.keys(JSON.parse(alone.stdout) as object), [
      'pgposture',
      'servers',
      'flexibleServersConfigurations',
    ]);
    const both = await runMain(['scan', '--demo', ...one, '--collection', '-', '--console', 'text']);
    assert.match(both.stdout, /^\}\nSaw 3 PostgreSQL servers/m);
  });

  it('writes to a device, as a pipe is one', { skip: !existsSync('/dev/stdout') }, () => {
    const words = [process.execPath, program, ...demo, ...one, '--collection', '/dev/stdout'];
    const command = `${words.map((word) => `'${word}'`).join(' ')} | cat`;
    const options = { encoding: 'utf8', env: { ...process.env, TMPDIR: folder } } as const;
    const { stdout, stderr } = spawnSync('sh', ['-c', command], options);
    assert.ok('pgposture' in (JSON.parse(stdout) as object), stderr);
    assert.deepEqual(readdirSync(folder), []);
  });

  it('replaces a file, and leaves who may read it', async () => {
    await writeFile(file, 'the collection of yesterday', { mode: 0o600 });
    await runMain([...demo, ...one, '--collection', file]);
    assert.equal((await headerIn(file)).complete, true);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
  });

  it('replaces the file behind a link', async () => {
    const link = join(folder, 'link.json');
    await writeFile(file, 'the collection of yesterday');
    await symlink('x.json', link);
    await runMain([...demo, ...one, '--collection', link]);
    assert.equal((await headerIn(file)).complete, true);
    assert.deepEqual(await readFile(link), await readFile(file));
    assert.deepEqual(await readdir(folder), ['link.json', 'x.json']);
  });

  it('leaves a file that is there alone, if the scan cannot be made', async () => {
    await writeFile(file, 'the collection of yesterday');
    for (const argv of [['--subscription', 'Elsewhere'], ['--setting', 'minimumTlsVersion=9'], []]) {
      assert.equal((await runMain([...demo, ...argv, '--collection', file])).code, 2);
      assert.equal(await readFile(file, 'utf8'), 'the collection of yesterday');
      assert.deepEqual(await readdir(folder), ['x.json']);
    }
  });

  it('refuses one file for several subscriptions, and says how many there are', async () => {
    refused(
      await runMain([...demo, '--collection', file]),
      `--collection "${file}" is one file, and 5 subscriptions are to be scanned.`,
      `Let its name hold ${placeholder}`,
    );
    assert.deepEqual(await readdir(folder), []);
  });

  it('exits 2 if no subscription was named of which there could be one', async () => {
    const empty = { status: 200, body: { value: [], nextLink: '/subscriptions?api-version=2022-12-01&$skiptoken=1' } };
    const refusal = { status: 403, body: {} };
    const faults = [
      { on: /^\/subscriptions\?.*skiptoken/, fault: refusal },
      { on: /^\/subscriptions\?/, fault: empty },
    ];
    const { argv, env, out } = await azure(await startManagedIdentity(), fruitWith(...faults));
    const { code, stdout, stderr } = await spawnCli(argv, { env });
    assert.equal(code, 2);
    assert.match(
      stderr,
      /^pgposture: .*the list of subscriptions broke off before it named one\.\nScan again; the report says why\.\n$/,
    );
    assert.match(stdout, /^Saw no PostgreSQL server.* UNKNOWN/s);
    assert.deepEqual(await readdir(out), []);
  });

  const places: readonly (readonly [name: string, path: string, what: string, todo: string])[] = [
    ['a folder', '.', 'cannot be written (EISDIR).', 'name a file in it'],
    ['a file in a missing folder', join('gone', 'x.json'), 'cannot be written (ENOENT).', 'make it first'],
    [
      'many files in a missing folder',
      join('gone', `${placeholder}.json`),
      'cannot be written (ENOENT).',
      'make it first',
    ],
    ['a file below a file', join('there.json', 'x.json'), 'cannot be written (ENOTDIR).', 'a file, not a folder'],
    [
      'folders for subscriptions',
      join(placeholder, 'x.json'),
      `has ${placeholder} in a folder.`,
      'in the name of the file',
    ],
    ['a name with two subscriptions', `${placeholder}-${placeholder}`, `has ${placeholder} twice.`, 'once'],
  ];
  for (const [name, path, what, todo] of places) {
    it(`refuses ${name} before anything is scanned`, async () => {
      await writeFile(join(folder, 'there.json'), '');
      refused(await runMain([...demo, '--verbose', '--collection', join(folder, path)]), what, todo);
      assert.deepEqual(await readdir(folder), ['there.json']);
    });
  }

  it('refuses a folder that may not be written to, before anything is scanned', async () => {
    const locked = join(folder, 'locked');
    await mkdir(locked, { mode: 0o555 });
    await chmod(folder, 0o755);
    for (const name of ['x.json', `${placeholder}.json`]) {
      const argv = [...demo, '--verbose', '--collection', join(locked, name)];
      refused(await spawnCli(argv, nobody), 'cannot be written (EACCES).', 'may write');
    }
    assert.deepEqual(await readdir(locked), []);
  });

  it('leaves nothing behind if a disk is full', { skip: !existsSync('/dev/full') }, async () => {
    const env = { TMPDIR: folder };
    const outcome = await spawnCli([...demo, ...one, '--collection', '/dev/full'], { env });
    refused(outcome, '"/dev/full" cannot be written (ENOSPC).', 'make room');
    assert.deepEqual(await readdir(folder), []);
  });

  it('leaves each file as it was, or whole, if one of them cannot be written', async () => {
    await mkdir(join(folder, `${staging}.json`));
    await writeFile(join(folder, `${legacy}.json`), 'yesterday');
    const outcome = await spawnCli([...demo, '--collection', join(folder, `${placeholder}.json`)]);
    refused(outcome, `${staging}.json" cannot be written (EISDIR).`, 'It is a folder');
    for (const name of await readdir(folder)) {
      assert.match(name, /^[\da-f-]{36}\.json$/);
      if (name.startsWith(staging)) continue;
      const text = await readFile(join(folder, name), 'utf8');
      assert.ok(text === 'yesterday' || 'pgposture' in (JSON.parse(text) as object));
    }
  });

  it('says so if a file cannot be put in its place', async () => {
    const files = new CollectionFiles(file, {} as Io);
    const draft = files.open(legacy);
    await mkdir(file);
    await draft.finish(['{}']);
    const [first, ...more] = files.failed;
    assert.deepEqual([first instanceof ScanError && first.code, more], ['unwritable-output', []]);
    files.close();
    assert.deepEqual(await readdir(folder), ['x.json']);
  });

  it('leaves nothing behind if it is given up', async () => {
    const files = new CollectionFiles(join(folder, `${placeholder}.json`), {} as Io);
    const [draft] = ids.map((id) => files.open(id));
    await draft?.keep('half');
    assert.equal((await readdir(folder)).length, ids.length);
    files.close();
    assert.deepEqual(await readdir(folder), []);
  });

  /** @param identity its server is started before the test waits for anything that another test began. */
  async function azure(identity: Readonly<Record<string, string>>, tenant: Tenant) {
    const { endpoint } = await startEmulator(tenant);
    const ca = join(folder, 'ca.pem');
    await writeFile(ca, (await loopbackCertificate()).cert);
    const env = { NODE_EXTRA_CA_CERTS: ca, ...identity };
    const out = join(folder, 'out');
    await mkdir(out);
    const argv = ['scan', '--arm-endpoint', endpoint, '--collection', join(out, `${placeholder}.json`)];
    return { argv, env, out };
  }

  /** The list of Flexible Servers of Garden never comes. */
  const stalled = fruitWith({ on: /bbbbbbbb.*flexibleServers\?/, fault: 'silence' });

  it('keeps on Ctrl-C what is known, and says that it is not complete', async () => {
    const { argv, env, out } = await azure(await startManagedIdentity(), stalled);
    const { code, stderr } = await spawnCli([...argv, '--verbose'], { env, interruptWhen: /^Orchard \(/m });
    assert.equal(code, 2, stderr);
    const names = await readdir(out);
    const headers = await Promise.all(names.map((name) => headerIn(join(out, name))));
    assert.deepEqual(
      headers.map(({ scope: { name }, complete }) => [name, complete]),
      [
        ['Orchard', true],
        ['Garden', false],
      ],
    );
    const replayed = await runMain(['scan', '--from-collection', join(out, `${placeholder}.json`), '--json', '-']);
    const { results, complete } = JSON.parse(replayed.stdout) as Report;
    assert.deepEqual([replayed.code, complete], [1, false]);
    assert.ok(results.some(({ reason, resource }) => resource.name === 'Garden' && reason?.kind === 'not-collected'));
  });

  it('leaves nothing behind if it is stopped twice', async () => {
    const { argv, env, out } = await azure(await startManagedIdentity(), stalled);
    let before: readonly string[] = [];
    const { code, stderr } = await spawnCli([...argv, '--verbose'], {
      env,
      interruptWhen: /^Orchard \(/m,
      interrupt(child) {
        before = readdirSync(out);
        child.kill('SIGINT');
        child.kill('SIGTERM');
      },
    });
    assert.equal(code, 2, stderr);
    assert.ok(
      before.some((name) => name.endsWith('.part')),
      `${before}`,
    );
    assert.deepEqual(
      (await readdir(out)).filter((name) => name.startsWith('.')),
      [],
    );
  });
});

describe('scan --from-collection', () => {
  const replay = ['scan', '--from-collection'];

  it('reads all files that its pattern fits, and no hidden one', async () => {
    for (const [i, path] of frozen.entries()) await copyFile(path, join(folder, `azure-${i}.json`));
    await mkdir(join(folder, 'azure-'));
    for (const name of ['.azure-7.json', 'azure-.json', 'azure-7.json.bak', 'my-azure-7.json', 'azure-7.JSON']) {
      await writeFile(join(folder, name), 'no collection');
    }
    const { stdout, stderr } = await runMain([...replay, join(folder, `azure-${placeholder}.json`)]);
    assert.equal(stderr, '');
    assert.match(
      stdout,
      /^Saw 11 PostgreSQL servers: 4 of 5 subscriptions answered\.\nFrom what was collected at 2025-03-27 12:00 UTC\./,
    );
  });

  it('reads hidden files if its pattern is hidden, and no other', async () => {
    await copyFile(frozen[0] ?? '', join(folder, '.7.json'));
    await copyFile(frozen[2] ?? '', join(folder, '7.json'));
    const saw = async (pattern: string) => (await runMain([...replay, join(folder, pattern)])).stdout.split(' ')[1];
    assert.deepEqual([await saw(`.${placeholder}.json`), await saw(`${placeholder}.json`)], ['4', '3']);
  });

  it('adds up what is given twice', async () => {
    const { code, stdout } = await runMain([...replay, frozen[2] ?? '', '--from-collection', frozen[4] ?? '']);
    assert.equal(code, 1);
    assert.match(
      stdout,
      /^Saw 3 PostgreSQL servers: 2 of 2 subscriptions answered\.\nFrom what was collected at 2025-03-27 12:00 UTC\./,
    );
  });

  it('judges by the setting with which it was collected, and by another if that is given', async () => {
    await runMain([...demo, ...one, '--collection', file, '--setting', 'minimumTlsVersion=1.3']);
    const settings = async (...argv: readonly string[]) =>
      (JSON.parse((await runMain([...replay, file, '--json', '-', ...argv])).stdout) as Report).settings;
    assert.deepEqual(await settings(), { minimumTlsVersion: '1.3' });
    assert.deepEqual(await settings('--setting', 'minimumTlsVersion=1.2'), { minimumTlsVersion: '1.2' });
  });

  for (const [kind, message, remedy] of [
    ['not-collected', 'The scan was stopped. Nothing was known by then.', 'Start it again.'],
    ['timeout', 'The time for the scan was up. Nothing was known by then.', 'Let it run longer.'],
  ] as const) {
    it(`is an error if it is cut short, ${kind}, while it reads`, async () => {
      const reading = readCollections(frozen, new Map(), AbortSignal.abort(new CutShort(kind)), () => undefined);
      await assert.rejects(reading, { code: 'cut-short', message, remedy });
    });
  }

  it('exits 2 on Ctrl-C while it reads', async () => {
    const argv = [...replay, frozen[0] ?? '', '--verbose'];
    const { code, stdout, stderr } = await runMain(argv, { interruptWhen: /Reading/ });
    assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
    assert.match(stderr, /^pgposture: The scan was stopped\. Nothing was known by then\.\nStart it again\.\n$/m);
  });

  const broken = 'half written or half copied: collect again';
  const other = 'Give a file that pgposture scan --collection wrote, or CloudSploit';
  const files: readonly (readonly [name: string, text: string | Uint8Array, what: string, todo: string])[] = [
    ['nothing', '', 'is empty.', broken],
    ['half a collection', '{\n"pgposture": {\n', 'breaks off in line 3.', broken],
    ['a typo', '{\n"pgposture": oops', 'is no JSON behind line 2, column 12.', broken],
    ['a packed one', gzipSync('{}'), 'is no JSON.', other],
    [
      'a report',
      JSON.stringify({ schemaVersion: 1, scopes: [], results: [] }),
      'no collection that can be judged',
      other,
    ],
    ['one of another version', '{"pgposture":{"schemaVersion":2}}', 'of version 2', 'Update pgposture.'],
    ['one without a time', '{"pgposture":{"schemaVersion":1}}', 'pgposture.tool is not what it should be.', broken],
  ];
  for (const [name, text, what, todo] of files) {
    it(`refuses ${name}, and writes nothing`, async () => {
      await writeFile(file, text);
      const out = join(folder, 'report');
      const outcome = await runMain([...replay, frozen[2] ?? '', '--from-collection', file, '--json', out]);
      refused(outcome, `"${file}" `, todo);
      assert.ok(outcome.stderr.includes(what), outcome.stderr);
      assert.deepEqual(await readdir(folder), ['x.json']);
    });
  }

  const paths: readonly (readonly [name: string, path: string, what: string, todo: string])[] = [
    ['a file that is not there', 'gone.json', 'gone.json" cannot be read (ENOENT).', 'check its name'],
    ['a folder', '.', 'cannot be read (EISDIR).', 'name a file in it'],
    ['a file below a file', join('x.json', 'y.json'), 'cannot be read (ENOTDIR).', 'a file, not a folder'],
    ['a pattern that fits no file', `azure-${placeholder}.json`, 'No file is called', `${placeholder} may be any`],
    [
      'a pattern in a missing folder',
      join('gone', `${placeholder}.json`),
      'gone" cannot be read (ENOENT).',
      'check its name',
    ],
    ['a pattern of folders', join(placeholder, 'x.json'), `has ${placeholder} in a folder.`, 'in the name of the file'],
    ['a pattern with two subscriptions', `${placeholder}${placeholder}`, `has ${placeholder} twice.`, 'once'],
  ];
  for (const [name, path, what, todo] of paths) {
    it(`refuses ${name}`, async () => {
      await writeFile(file, '');
      refused(await runMain([...replay, join(folder, path)]), what, todo);
    });
  }

  it('refuses a file that it may not read', async () => {
    await copyFile(frozen[2] ?? '', file);
    await chmod(file, 0);
    await chmod(folder, 0o755);
    refused(await spawnCli([...replay, file], nobody), `"${file}" cannot be read (EACCES).`, 'that you may read');
  });

  it('refuses two of one subscription', async () => {
    await copyFile(frozen[2] ?? '', file);
    const outcome = await runMain([...replay, file, '--from-collection', frozen[2] ?? '']);
    refused(outcome, `"${file}" and "${frozen[2]}" are both of the subscription ${legacy}.`, 'Give one of them.');
  });

  it('refuses two that were made with different settings, by their names', async () => {
    const header = (text: string) => text.replace('"minimumTlsVersion": "1.2"', '"minimumTlsVersion": "1.3"');
    await writeFile(file, header(await readFile(frozen[0] ?? '', 'utf8')));
    const outcome = await runMain([...replay, file, '--from-collection', frozen[2] ?? '']);
    refused(
      outcome,
      `"${file}" was collected with minimumTlsVersion=1.3, and "${frozen[2]}" with`,
      '--setting minimumTls',
    );
  });
});

describe('options of collections', () => {
  const x = 'x.json';
  const cases: readonly (readonly [argv: readonly string[], what: string, todo: string])[] = [
    [['--demo', '--json', '-', '--collection', '-'], '--json and --collection are both "-"', 'of its own'],
    [['--demo', '--json', x, '--collection', `./${x}`], '--json and --collection are both "x.json"', 'of its own'],
    [['--json', x, '--from-collection', `./y/../${x}`], '--json and --from-collection are both "x.json"', 'of its own'],
    [
      ['--json', 'a-1.json', '--from-collection', 'a-{subscription}.json'],
      '--json and --from-collection are both',
      'own',
    ],
    [
      ['--demo', '--json', 'a-1.json', '--collection', 'a-{subscription}.json'],
      '--json and --collection are both',
      'own',
    ],
    [['--demo', '--collection', x, '--collection', x], '--collection was given 2 times', 'once'],
    [['--demo', '--collection='], '--collection was given nothing', 'value'],
    [['--from-collection='], '--from-collection was given nothing', 'value'],
    ...[
      ['--demo'],
      ['--subscription', 'Orchard'],
      ['--exclude-subscription', 'Orchard'],
      ['--management-group', 'g'],
      ['--shard', '1/2'],
      ['--collection', 'y.json'],
      ['--concurrency', '3'],
      ['--credential', 'azure-cli'],
      ['--tenant', 'example.org'],
      ['--cloud', 'usgov'],
      ['--ca-file', 'ca.pem'],
    ].map(
      (argv) => [['--from-collection', x, ...argv], `so ${argv[0]} means nothing with it`, 'Leave it out'] as const,
    ),
  ];
  for (const [argv, what, todo] of cases) {
    it(`do not mean: ${argv.join(' ')}`, async () => refused(await runMain(['scan', ...argv]), what, todo));
  }

  it('may name files that only look alike', async () => {
    const { code } = await runMain([...demo, ...one, '--collection', file, '--json', join(folder, 'X.json')]);
    assert.equal(code, 1);
    const pattern = join(folder, `y-${placeholder}.json`);
    await mkdir(join(folder, 'y-1'));
    for (const name of ['y-.json', 'y-1.json.txt', 'xy-1.json', join('y-1', 'z.json')]) {
      const argv = ['--subscription', payAsYouGo, '--collection', pattern, '--json', join(folder, name)];
      assert.equal((await runMain([...demo, ...argv])).code, 0);
    }
    assert.ok((await readdir(folder)).includes(`y-${payAsYouGo}.json`));
    assert.ok(!(await readdir(folder)).includes(`y-${shop}.json`));
  });
});
