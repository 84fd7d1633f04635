import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Io } from '../../cli/io';
import { fileFormats } from '../../cli/options';
import { deliver } from '../../cli/tell';
import { ScanError } from '../../helpers/scanError';
import { program, type Running, runMain, type SpawnOptions, spawnCli } from '../support/cli';
import { frozen } from '../support/collection';
import { mountFull, unmount } from '../support/fullDisk';
import { start } from '../support/run';
import { treeOf } from '../support/tree';

const onWindows = process.platform === 'win32' && 'Windows has other permissions, links and pipes';
const withoutRoot = process.getuid?.() !== 0 && 'needs root, to be somebody else';
const withoutFull = !existsSync('/dev/full') && 'there is no /dev/full';
/** For whom permissions hold. */
const nobody: SpawnOptions = process.getuid?.() === 0 ? { uid: 65_534 } : {};
const ids = frozen.map((path) => basename(path, '.json'));

const folder = mkdtempSync(join(tmpdir(), 'pgposture-outputs-'));
const disk = join(folder, 'disk');
const isFull = mountFull(disk);
const withoutDisk = !isFull && 'no disk may be mounted here';
after(() => {
  if (isFull) unmount(disk);
  if (!onWindows) execFileSync('chmod', ['-R', 'u+rwx', folder]);
  rmSync(folder, { recursive: true });
});

/** A report that would fail, by a gate that lets it through: whatever is not 0 comes of its outputs. */
const shard = join(folder, 'shard.json');
const open = ['--fail-on', 'never', '--allow-unknown'];
const whole = new Map<string, string>();
let told = '';
before(async () => {
  chmodSync(folder, 0o755);
  await runMain(['scan', '--demo', '--shard', '1/1', '--json', shard]);
  const at = inFolder();
  const { code, stdout } = await spawnCli(['merge', shard, ...open, ...wordsOf(at.good, fileFormats)]);
  assert.equal(code, 0);
  told = stdout;
  for (const format of fileFormats) whole.set(format, readFileSync(join(at.good, format), 'latin1'));
});

/** A folder for what is sound, and one for what is not; everybody may write there. */
function inFolder() {
  const at = mkdtempSync(join(folder, 'at-'));
  const [good, bad] = [join(at, 'good'), join(at, 'bad')];
  for (const each of [good, bad]) mkdirSync(each);
  for (const each of [at, good, bad]) chmodSync(each, 0o777);
  return { at, good, bad };
}

const wordsOf = (where: string, formats: readonly string[]) =>
  formats.flatMap((format) => [`--${format}`, join(where, format)]);

/** Each path is named, the remedy comes once, and nothing else is said. */
const failures = (paths: readonly string[], code: string, remedy: string) =>
  `pgposture: ${[...paths.map((path) => `"${path}" cannot be written (${code}).`), remedy].join('\n')}\n`;

const isFolder = 'It is a folder: name a file in it.';
const noFolder = 'Its folder does not exist: make it first.';
const mayNot = 'Name a file that you may write.';
const circle = 'Its links lead in a circle: name a file.';
const full = 'The disk is full: make room, or name a file on another disk.';
const protect = (path: string) => {
  writeFileSync(path, 'yesterday');
  chmodSync(path, 0o444);
};

interface Early {
  readonly name: string;
  /** Makes what the trouble is. */
  readonly make?: (path: string, bad: string) => void;
  /** What stands behind the name. */
  readonly suffix?: string;
  readonly code: string;
  readonly remedy: string;
  readonly as?: SpawnOptions;
  readonly skip?: string | false;
}

const early: readonly Early[] = [
  { name: 'a folder', make: (path) => mkdirSync(path), code: 'EISDIR', remedy: isFolder },
  { name: 'a folder that is not there', suffix: '/', code: 'EISDIR', remedy: isFolder },
  {
    name: 'a link to a folder',
    make: (path) => symlinkSync(mkdtempSync(`${path}-`), path),
    code: 'EISDIR',
    remedy: isFolder,
  },
  { name: 'a file in a missing folder', suffix: '/x', code: 'ENOENT', remedy: noFolder },
  {
    name: 'a link into a missing folder',
    make: (path) => symlinkSync('gone/x', path),
    code: 'ENOENT',
    remedy: noFolder,
  },
  { name: 'links in a circle', make: (path) => symlinkSync(path, path), code: 'ELOOP', remedy: circle },
  {
    name: 'a file below a file',
    make: (path) => writeFileSync(path, 'yesterday'),
    suffix: '/x',
    code: 'ENOTDIR',
    remedy: 'Something on its way is a file, not a folder.',
  },
  {
    name: 'a name that is too long',
    suffix: 'x'.repeat(256),
    code: 'ENAMETOOLONG',
    remedy: 'Its name is too long: shorten it.',
  },
  { name: 'a file that is write-protected', make: protect, code: 'EACCES', remedy: mayNot, as: nobody },
  {
    name: 'a folder that is write-protected',
    make: (path, bad) => {
      chmodSync(bad, 0o777);
      writeFileSync(path, 'yesterday');
      chmodSync(path, 0o666);
      chmodSync(bad, 0o555);
    },
    code: 'EACCES',
    remedy: mayNot,
    as: nobody,
  },
  {
    name: "another's file in a folder like /tmp",
    make: (path, bad) => {
      writeFileSync(path, 'yesterday');
      chmodSync(path, 0o666);
      chmodSync(bad, 0o1777);
    },
    code: 'EPERM',
    remedy: 'Neither its folder nor its disk lets you replace it: name a file of your own.',
    as: nobody,
    skip: withoutRoot,
  },
];

/** Each command that writes files, and the kinds that it has. */
const commands = [
  [
    ['scan', '--demo', '--verbose'],
    [...fileFormats, 'collection'],
  ],
  [['merge', shard], fileFormats],
  [
    ['diff', shard, shard],
    ['json', 'markdown'],
  ],
  [['plugins'], ['json']],
] as const;

describe('what is known before, is refused before anything is done', { concurrency: 2, skip: onWindows }, () => {
  for (const { name, make, suffix = '', code, remedy, as, skip = false } of early) {
    it(name, { skip }, async () => {
      for (const [argv, kinds] of as ? commands.slice(0, 1) : commands) {
        const { at, bad } = inFolder();
        for (const kind of kinds) make?.(join(bad, kind), bad);
        const paths = kinds.map((kind) => `${join(bad, kind)}${suffix}`);
        const words = [...argv, ...kinds.flatMap((kind, i) => [`--${kind}`, paths[i] ?? ''])];
        const tree = treeOf(at);
        const outcome = await (argv[0] === 'scan' ? spawnCli(words, as) : runMain(words));
        assert.deepEqual(
          { ...outcome, signal: null },
          { code: 2, signal: null, stdout: '', stderr: failures(paths, code, remedy) },
        );
        assert.deepEqual(treeOf(at), tree);
      }
    });
  }
});

interface Late {
  readonly name: string;
  /** Comes between the check and the writing. */
  readonly happens?: (path: string, bad: string) => void;
  /** What a disk does that fails in `bad`: statements, of which `fails` throws the code. */
  readonly injected?: string;
  readonly where?: string;
  readonly code: string;
  readonly remedy: string;
  readonly as?: SpawnOptions;
  readonly skip?: string | false;
}

const onHandle = (method: string) => `const { open } = fs;
  fs.open = async (path, ...more) => {
    const file = await open(path, ...more);
    if (isBad(path)) file.${method} = fails;
    return file;
  };`;
const diskFailed = 'The disk has failed: look after it, or name a file on another disk.';

const late: readonly Late[] = [
  { name: 'a folder came to be', happens: (path) => mkdirSync(path), code: 'EISDIR', remedy: isFolder },
  { name: 'links in a circle came to be', happens: (path) => symlinkSync(path, path), code: 'ELOOP', remedy: circle },
  {
    name: 'its folder went',
    happens: (_path, bad) => rmSync(bad, { recursive: true, force: true }),
    code: 'ENOENT',
    remedy: noFolder,
  },
  { name: 'it was write-protected', happens: protect, code: 'EACCES', remedy: mayNot, as: nobody },
  {
    name: 'its folder was write-protected',
    happens: (_path, bad) => chmodSync(bad, 0o555),
    code: 'EACCES',
    remedy: mayNot,
    as: nobody,
  },
  {
    name: 'its folder was closed',
    happens: (_path, bad) => chmodSync(bad, 0),
    code: 'EACCES',
    remedy: mayNot,
    as: nobody,
    // Else we could not look into it, either.
    skip: withoutRoot,
  },
  { name: 'the disk is full', where: disk, code: 'ENOSPC', remedy: full, skip: withoutDisk },
  {
    name: 'a share of the disk is used up',
    injected: onHandle('writeFile'),
    code: 'EDQUOT',
    remedy: 'Your share of the disk is used up: make room, or name a file on another disk.',
  },
  { name: 'what was written does not come to the disk', injected: onHandle('sync'), code: 'EIO', remedy: diskFailed },
  {
    name: 'it is mounted by itself',
    injected: 'const { rename } = fs; fs.rename = (from, to) => isBad(to) ? fails() : rename(from, to);',
    code: 'EBUSY',
    remedy: 'A program holds it, or it is mounted by itself: close it, or mount its folder.',
  },
];

/** Has the process meet what is injected, in this folder. */
function injecting(at: string, code: string, statements: string) {
  const path = join(at, 'injected.cjs');
  const text = `const fs = require('node:fs/promises');
    const isBad = (path) => String(path).startsWith(${JSON.stringify(join(at, 'bad'))});
    const fails = async () => { throw Object.assign(new Error(), { code: ${JSON.stringify(code)} }); };
    ${statements}`;
  writeFileSync(path, text);
  return { NODE_OPTIONS: `--require "${path}"` };
}

/** The report comes through a pipe, which is opened once all has been checked: then something happens. */
function pipeAt(at: string, happens: () => void) {
  const path = join(at, 'pipe');
  execFileSync('mkfifo', ['-m', '666', path]);
  const isRead = () => {
    try {
      const fd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
      happens();
      writeFileSync(fd, readFileSync(shard));
      closeSync(fd);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENXIO') return false;
      throw error;
    }
  };
  return { path, meanwhile: ({ until }: Running) => until(isRead) };
}

const wholeOf = (formats: readonly string[]) =>
  Object.fromEntries([...formats].sort().map((format) => [format, whole.get(format)]));

describe('what comes later costs its own output alone', { concurrency: 2, skip: onWindows }, () => {
  for (const [i, { name, happens, injected, where, code, remedy, as = {}, skip = false }] of late.entries()) {
    // Two of the kinds, others in each run, meet no trouble.
    const sound = fileFormats.filter((_, at) => (at - i + 70) % fileFormats.length < 2);
    it(`${name}; not so ${sound.join(', ')}`, { skip }, async () => {
      const { at, good, bad: beside } = inFolder();
      const bad = where ?? beside;
      const hit = fileFormats.filter((format) => !sound.includes(format));
      const paths = hit.map((format) => join(bad, format));
      if (injected) for (const path of paths) writeFileSync(path, 'yesterday');
      let tree = treeOf(bad);
      const { path, meanwhile } = pipeAt(at, () => {
        for (const path of paths) happens?.(path, bad);
        tree = treeOf(bad);
      });
      const argv = ['merge', path, ...open, ...wordsOf(bad, hit), ...wordsOf(good, sound)];
      const env = injected ? injecting(at, code, injected) : {};
      const outcome = await spawnCli(argv, { ...as, env, meanwhile });
      assert.deepEqual(outcome, { code: 2, signal: null, stdout: told, stderr: failures(paths, code, remedy) });
      assert.deepEqual(treeOf(bad), tree);
      assert.deepEqual(treeOf(good), wholeOf(sound));
    });
  }

  for (const format of fileFormats) {
    it(`a device is full: ${format}`, { skip: withoutFull }, async () => {
      const { good } = inFolder();
      const sound = fileFormats.filter((each) => each !== format);
      const outcome = await runMain(['merge', shard, ...open, `--${format}`, '/dev/full', ...wordsOf(good, sound)]);
      assert.deepEqual(outcome, { code: 2, stdout: told, stderr: failures(['/dev/full'], 'ENOSPC', full) });
      assert.deepEqual(treeOf(good), wholeOf(sound));
    });
  }

  it('no file may be as large', async () => {
    const { at, good } = inFolder();
    const blocks = Math.ceil(Math.max(...['junit', 'csv'].map((name) => whole.get(name)?.length ?? 0)) / 512);
    const { code, stdout, stderr } = await shell(`ulimit -f ${blocks}`, [
      'merge',
      shard,
      ...open,
      ...wordsOf(good, fileFormats),
    ]);
    const [fits, hit] = [true, false].map((small) =>
      fileFormats.filter((name) => (whole.get(name)?.length ?? 0) <= blocks * 512 === small),
    );
    assert.ok(fits?.length && hit?.length);
    const remedy = 'No file may be as large here: raise the limit (ulimit -f), or name a file on another disk.';
    const paths = hit.map((format) => join(good, format));
    assert.deepEqual({ code, stdout, stderr }, { code: 2, stdout: told, stderr: failures(paths, 'EFBIG', remedy) });
    assert.deepEqual(treeOf(at), {
      bad: 'a folder',
      good: 'a folder',
      ...Object.fromEntries(fits.map((format) => [join('good', format), whole.get(format)]).sort()),
    });
  });

  it('a disk that knows no sync has failed nobody', async () => {
    const { at, bad } = inFolder();
    const env = injecting(at, 'EINVAL', onHandle('sync'));
    const { code, stderr } = await spawnCli(['merge', shard, ...open, ...wordsOf(bad, ['csv'])], { env });
    assert.equal(code, 0, stderr);
    assert.deepEqual(treeOf(bad), { csv: whole.get('csv') });
  });
});

describe('a collection that cannot be written', { concurrency: 2, skip: onWindows }, () => {
  const scan = ['scan', '--demo', ...open];

  /** All other files are there, and the report on stdout. */
  function holdsAll(good: string, stdout: string, formats: readonly string[]): void {
    assert.match(stdout, /^Saw 11 PostgreSQL servers.* PASS\n$/s);
    assert.deepEqual(Object.keys(treeOf(good)), [...formats].sort());
    for (const format of formats) assert.ok(readFileSync(join(good, format), 'utf8').length > 1000);
  }

  const rows: readonly (Late & { readonly lost?: number })[] = [
    { name: 'is a folder', happens: (path) => mkdirSync(path), code: 'EISDIR', remedy: isFolder },
    { name: 'is links in a circle', happens: (path) => symlinkSync(path, path), code: 'ELOOP', remedy: circle },
    { name: 'leads nowhere', happens: (path) => symlinkSync('gone/x', path), code: 'ENOENT', remedy: noFolder },
    { name: 'is write-protected', happens: protect, code: 'EACCES', remedy: mayNot, as: nobody },
    {
      name: 'cannot be kept until it is whole',
      injected: onHandle('write'),
      // The others need no room until then.
      lost: 3,
      code: 'ENOSPC',
      remedy: full,
    },
    {
      name: 'cannot be kept for want of descriptors',
      injected: 'const { open } = fs; fs.open = (path, ...more) => isBad(path) ? fails() : open(path, ...more);',
      lost: 5,
      code: 'EMFILE',
      remedy: 'Too many files are open: raise the limit (ulimit -n).',
    },
  ];
  for (const { name, happens, injected, lost = 2, code, remedy, as = {} } of rows) {
    it(`as one of them ${name}, costs nothing else`, async () => {
      const { at, good, bad } = inFolder();
      const pathOf = (id: string) => join(bad, `${id}.json`);
      const hit = ids.slice(0, lost);
      for (const id of hit) happens?.(pathOf(id), bad);
      const tree = treeOf(bad);
      const env = injected ? injecting(at, code, injected) : {};
      const argv = [...scan, '--collection', join(bad, '{subscription}.json'), ...wordsOf(good, ['json', 'csv'])];
      const outcome = await spawnCli(argv, { ...as, env });
      // They come in any order.
      const lines = (text: string) => text.replace('pgposture: ', '').split('\n').sort();
      assert.equal(outcome.code, 2);
      assert.deepEqual(lines(outcome.stderr), lines(failures(hit.map(pathOf), code, remedy)));
      holdsAll(good, outcome.stdout, ['json', 'csv']);
      const { ...left } = treeOf(bad);
      for (const id of ids.slice(lost)) {
        assert.ok('pgposture' in (JSON.parse(left[`${id}.json`] ?? '') as object));
        delete left[`${id}.json`];
      }
      assert.deepEqual(left, tree);
    });
  }

  it('as the disk is full, leaves room for the others', { skip: withoutDisk }, async () => {
    const { good } = inFolder();
    const tree = treeOf(disk);
    const argv = [...scan, '--collection', join(disk, '{subscription}.json'), ...wordsOf(good, ['json'])];
    const { code, stdout, stderr } = await spawnCli(argv);
    assert.equal(code, 2);
    assert.match(stderr, /^pgposture: (".*json" cannot be written \(ENOSPC\)\.\n){5}The disk is full: .*\n$/);
    holdsAll(good, stdout, ['json']);
    assert.deepEqual(treeOf(disk), tree);
  });

  const one = [...scan, '--subscription', ids[0] ?? ''];

  it('as a device is full, costs no report', { skip: withoutFull }, async () => {
    const { at, good } = inFolder();
    const argv = [...one, '--collection', '/dev/full', ...wordsOf(good, ['json'])];
    const { code, stderr } = await spawnCli(argv, { env: { TMPDIR: at } });
    assert.deepEqual({ code, stderr }, { code: 2, stderr: failures(['/dev/full'], 'ENOSPC', full) });
    assert.deepEqual(Object.keys(treeOf(at)), ['bad', 'good', 'good/json']);
  });

  it('as there is no folder to keep it in on its way to stdout, says which', async () => {
    const { good } = inFolder();
    const argv = [...one, '--collection', '-', '--console', 'text', ...wordsOf(good, ['json'])];
    const { code, stdout, stderr } = await spawnCli(argv, { env: { TMPDIR: '/no/where' } });
    const what = '"/no/where", where --collection "-" is kept until it is whole, cannot be written (ENOENT).';
    const remedy = 'Make room there, or name another folder in TMPDIR.';
    assert.deepEqual({ code, stderr }, { code: 2, stderr: `pgposture: ${what}\n${remedy}\n` });
    assert.match(stdout, /^Saw 4 PostgreSQL servers/);
    assert.deepEqual(Object.keys(treeOf(good)), ['json']);
  });
});

describe('scripts that cannot be written', { concurrency: 2, skip: onWindows }, () => {
  const argv = (at: string) => ['remediate', shard, '--output', join(at, 'fix.sh'), '--undo', join(at, 'undo.sh')];
  const rows: readonly Omit<Late, 'happens' | 'remedy'>[] = [
    { name: 'as the disk fails', injected: onHandle('sync'), code: 'EIO' },
    { name: 'as the disk is full', injected: onHandle('writeFile'), code: 'ENOSPC' },
    {
      name: 'as the second cannot get its name',
      code: 'EBUSY',
      injected: `const { link } = fs; let count = 0;
       fs.link = (from, to) => isBad(to) && ++count > 1 ? fails() : link(from, to);`,
    },
  ];
  for (const { name, injected = '', code } of rows) {
    it(`${name}, are not there at all`, async () => {
      const { at, bad } = inFolder();
      writeFileSync(join(at, 'report.json'), JSON.stringify(unsplit()));
      const words = argv(bad).with(1, join(at, 'report.json'));
      const outcome = await spawnCli(words, { env: injecting(at, code, injected) });
      assert.equal(outcome.code, 2);
      assert.match(outcome.stderr, new RegExp(`"${bad}/(undo|fix)\\.sh" cannot be written \\(${code}\\)\\.\\n.+\\n$`));
      assert.deepEqual(treeOf(bad), {});
    });
  }
});

/** The report, as one of a scan that was not split: no shard is repaired. */
function unsplit(): unknown {
  const { shard: _part, ...report } = JSON.parse(readFileSync(shard, 'utf8')) as Record<string, unknown>;
  return report;
}

/** The command line behind what a shell does first; what stands behind it says where its streams go. */
function shell(first: string, argv: readonly string[], streams = '') {
  const words = [process.execPath, program, ...argv].map((word) => `'${word}'`).join(' ');
  return start('sh', ['-c', `${first}; exec ${words} ${streams}`], { cwd: folder });
}

describe('a stream that cannot be written', { concurrency: 2, skip: onWindows }, () => {
  const argv = (good: string) => ['merge', shard, ...open, ...wordsOf(good, fileFormats)];

  it('stdout, costs no file', { skip: withoutFull }, async () => {
    const { good } = inFolder();
    const { code, stderr } = await shell(':', argv(good), '>/dev/full');
    assert.deepEqual({ code, stderr }, { code: 2, stderr: failures(['stdout'], 'ENOSPC', full) });
    assert.deepEqual(treeOf(good), wholeOf(fileFormats));
  });

  it('stdout, is missed where only its end did not fit', async () => {
    const { at } = inFolder();
    // One write takes some of it, and says so; the next one fails.
    const { code, stderr } = await shell('ulimit -f 1', ['merge', shard, ...open], `>'${join(at, 'out')}'`);
    assert.equal(code, 2);
    assert.match(stderr, /^pgposture: "stdout" cannot be written \(EFBIG\)\.\n/);
  });

  it('stderr, changes no exit code', { skip: withoutFull }, async () => {
    const { good } = inFolder();
    const { code, stdout } = await shell(':', argv(good), '2>/dev/full');
    assert.deepEqual({ code, stdout }, { code: 0, stdout: told });
    assert.deepEqual(treeOf(good), wholeOf(fileFormats));
    assert.equal((await shell(':', ['merge', shard, ...open, '--json', '/dev/full'], '2>/dev/full')).code, 2);
  });

  it('stderr, that is a file takes a report between what else is told', async () => {
    const { at } = inFolder();
    const log = join(at, 'log');
    const words = ['scan', '--demo', '--verbose', ...open, '--json', '/dev/stderr'];
    const { code, stdout } = await shell(`echo before >'${log}'`, words, `2>>'${log}'`);
    assert.equal(code, 0);
    assert.match(stdout, /^Saw 11 /);
    assert.match(
      readFileSync(log, 'utf8'),
      /^before\n.*subscriptions are scanned.*\n\{\n {2}"schemaVersion".*\n\}\nLet through: .*\n$/s,
    );
  });

  for (const [name, streams] of [
    ['stdout', '>'],
    ['stderr', '2>'],
  ] as const) {
    it(`${name}, is not to be one file with a report`, async () => {
      const { at } = inFolder();
      const out = join(at, 'out');
      const { code } = await shell(':', ['merge', shard, ...open, '--json', out], `${streams}'${out}' 3>&2`);
      assert.equal(code, 2);
      assert.equal(
        treeOf(at).out,
        name === 'stdout' ? '' : `pgposture: "${out}" is where stderr goes.\nGive each a file of its own.\n`,
      );
    });
  }

  it('stdout, is stdout by all its names', async () => {
    const { at } = inFolder();
    const out = join(at, 'out');
    for (const name of ['/dev/stdout', '/dev/fd/1', '-']) {
      assert.equal((await shell(':', ['merge', shard, ...open, '--json', name], `>'${out}'`)).code, 0);
      assert.equal(treeOf(at).out, whole.get('json'));
    }
  });
});

describe('a report that is longer than a text may be', () => {
  it('is told by name, without a word of a bug, and costs no other output', async () => {
    const at = mkdtempSync(join(folder, 'long-'));
    const files = (['ocsf', 'csv'] as const).map((format) => ({ format, path: join(at, format) }));
    const textOf = (format: string) => [format === 'ocsf' ? 'x'.repeat(2 ** 30) : 'short'];
    await assert.rejects(deliver({ console: 'none', files }, textOf, {} as Io), (error) => {
      assert.ok(error instanceof ScanError);
      assert.equal(
        error.message,
        `"${join(at, 'ocsf')}" cannot be written: the report is too large to be one text as ocsf.`,
      );
      return true;
    });
    assert.deepEqual(treeOf(at), { csv: 'short' });
  });
});

describe('in a working folder that somebody has deleted', { skip: onWindows }, () => {
  for (const [line, says] of [
    ['diff old.json new.json', /^pgposture: The working folder is gone\.\n.*there\.\n$/],
    ['scan --demo --plugin-module ./mine.mjs', /^pgposture: There is no plugin module "\.\/mine\.mjs"\.\n/],
    ['scan --demo --plugin-module mine', /^pgposture: There is no plugin module "mine"\.\n/],
  ] as const) {
    it(`${line} is refused`, async () => {
      const at = join(mkdtempSync(join(folder, 'gone-')), 'x');
      const script = `mkdir '${at}' && cd '${at}' && rmdir '${at}' && '${process.execPath}' '${program}' ${line}`;
      const outcome = await start('sh', ['-c', script], { cwd: folder });
      assert.equal(outcome.code, 2, outcome.stderr);
      assert.match(outcome.stderr, says);
    });
  }

  for (const [name, path, code, says] of [
    ['an absolute path is written', 'report.json', 1, /^$/],
    ['a relative path is refused by its name', './report.json', 2, /"\.\/report\.json" cannot be written \(ENOENT\)/],
  ] as const) {
    it(name, async () => {
      const at = mkdtempSync(join(folder, 'gone-'));
      const named = path.startsWith('.') ? path : join(folder, path);
      const script = `mkdir '${at}/x' && cd '${at}/x' && rmdir '${at}/x' && '${process.execPath}' '${program}' scan --demo --console none --json '${named}'`;
      const outcome = await start('sh', ['-c', script], { cwd: at });
      assert.equal(outcome.code, code, outcome.stderr);
      assert.match(outcome.stderr, says);
      assert.doesNotMatch(outcome.stderr, /a bug/);
    });
  }
});
