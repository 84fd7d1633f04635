import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, constants, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { Fault } from '../../emulator';
import type { Report } from '../../types';
import { program, type Running, spawnCli } from '../support/cli';
import { frozen } from '../support/collection';
import { startEmulator, startManagedIdentity } from '../support/emulator';
import { certificateFile, temporaryFolder } from '../support/folder';
import { fruit, fruitWith } from '../support/orchard';
import { startProxy } from '../support/proxy';

const posix = process.platform !== 'win32';
const linux = process.platform === 'linux';

const folder = temporaryFolder();
let ca: string;
before(async () => {
  ca = await certificateFile(folder);
});

async function file(name: string, text: string): Promise<string> {
  const path = join(await mkdtemp(join(folder, 'x-')), name);
  await writeFile(path, text, { mode: 0o755 });
  return path;
}

const preload = async (source: string) => ({
  NODE_OPTIONS: `--require ${JSON.stringify(await file('preload.js', source))}`,
});

async function pipe(): Promise<string> {
  const path = join(await mkdtemp(join(folder, 'pipe-')), 'pipe');
  assert.equal(spawnSync('mkfifo', [path]).status, 0);
  return path;
}

/** A run, and what proves that it has come to where it is to be stopped. */
interface State {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  reached(running: Running): Promise<void>;
}

/** A tenant that somebody is signed in to. */
async function azure(...faults: readonly Fault[]) {
  const identity = await startManagedIdentity();
  const { emulator, endpoint } = await startEmulator(fruitWith(...faults));
  const asked = (on: RegExp) => () => emulator.requests.some(({ url }) => on.test(url));
  return { argv: ['--arm-endpoint', endpoint, '--ca-file', ca], env: identity, asked };
}

/** Signs in by an identity that says what the listener says. */
async function identityThat(answers: RequestListener): Promise<Record<string, string>> {
  const server = createServer(answers);
  after(() => {
    server.close();
    server.closeAllConnections();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential',
    IDENTITY_ENDPOINT: `http://127.0.0.1:${port}/`,
    IDENTITY_HEADER: 'x',
  };
}

const stalledList: Fault = { on: /bbbbbbbb.*flexibleServers\?/, fault: 'silence' };

/** Where a scan knows something, and tells it. */
const whereSomethingIsKnown: Readonly<Record<string, () => Promise<State>>> = {
  'a list is silent': async () => {
    const { argv, env } = await azure(stalledList);
    return { argv, env, reached: ({ told }) => told(/^Orchard \(/m) };
  },
  'the parameters of a server are silent': async () => {
    const { argv, env, asked } = await azure({ on: /plum\/configurations\?/, fault: 'silence' });
    return {
      argv,
      env,
      async reached({ told, until }) {
        await told(/^Orchard \(/m);
        await until(asked(/plum\/configurations\?/));
      },
    };
  },
  'Azure has said to wait for a hundred seconds': async () => {
    const tooMany = { error: { code: 'TooManyRequests', message: 'Later.' } };
    const fault = { status: 429, headers: { 'retry-after': '100' }, body: tooMany };
    const { argv, env } = await azure({ on: /plum\/configurations\?/, fault });
    return { argv, env, reached: ({ told }) => told(/429 TooManyRequests\. Attempt 1/) };
  },
  'the sample tenant is scanned': async () => {
    const emulator = JSON.stringify(join(__dirname, '..', '..', 'emulator'));
    const faults = `[{ on: /44c7e6f7.*flexibleServers\\?/, fault: 'silence' }]`;
    const env = await preload(`require(${emulator}).demoTenant.faults = ${faults};`);
    return { argv: ['--demo'], env, reached: ({ told }) => told(/^Legacy .*\(/m) };
  },
};

/** Where nothing is known yet. */
const whereNothingIsKnown: Readonly<Record<string, () => Promise<State>>> = {
  'a plugin module is loaded': async () => {
    const path = await file(
      'slow.mjs',
      `console.error('loading'); await new Promise((done) => setTimeout(done, 1e8));`,
    );
    return { argv: ['--demo', '--plugin-module', path], reached: ({ told }) => told(/^loading$/m) };
  },
  'a managed identity is silent': async () => {
    let asked = false;
    const env = await identityThat(() => {
      asked = true;
    });
    return { argv: [], env, reached: ({ until }) => until(() => asked) };
  },
  'a proxy is silent': async () => {
    const proxy = await startProxy({ refuses: 'silence' });
    const env = {
      AZURE_TENANT_ID: fruit.tenantId,
      AZURE_CLIENT_ID: 'x',
      AZURE_CLIENT_SECRET: 'x',
      HTTPS_PROXY: proxy.url,
    };
    return {
      argv: ['--credential', 'environment'],
      env,
      reached: ({ until }) => until(() => proxy.tunnels.length > 0),
    };
  },
  'a device code is to be entered': async () => {
    const { endpoint } = await startEmulator({ ...fruit, directory: {} });
    const argv = ['--credential', 'device-code', '--authority-host', endpoint, '--arm-endpoint', endpoint];
    return { argv: [...argv, '--ca-file', ca], reached: ({ told }) => told(/APPLE-PEAR/) };
  },
  'the list of subscriptions is silent': async () => {
    const { argv, env, asked } = await azure({ on: /^\/subscriptions\?/, fault: 'silence' });
    return { argv, env, reached: ({ until }) => until(asked(/\/subscriptions\?/)) };
  },
  ...(posix && {
    'nobody writes to the pipe that is read': async () => {
      const argv = ['--from-collection', await pipe()];
      return { argv, reached: ({ told }) => told(/^Reading /m) };
    },
    'who writes to the pipe that is read pauses': async () => {
      const path = await pipe();
      const writer = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
      after(() => closeSync(writer));
      writeSync(writer, '{ "pgposture": ');
      return { argv: ['--from-collection', path], reached: ({ told }) => told(/^Reading /m) };
    },
  }),
};

/** A folder for what is asked for, and the words that ask for it. */
async function outputs(argv: readonly string[]) {
  const out = await mkdtemp(join(folder, 'out-'));
  const report = join(out, 'report.json');
  const collection = ['--collection', join(out, 'azure-{subscription}.json')];
  const all = [...(argv.includes('--from-collection') ? [] : collection), '--json', report];
  return { out, report, argv: ['scan', '--verbose', ...argv, ...all] };
}

const reportIn = async (path: string) => JSON.parse(await readFile(path, 'utf8')) as Report;

describe('stopped once, it comes to an end', { concurrency: 2, skip: !posix }, () => {
  for (const [where, start] of Object.entries(whereSomethingIsKnown)) {
    for (const sent of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      it(`${sent} while ${where}: tells what it knows, in whole files, and exits 2`, async () => {
        const { env = {}, reached, ...state } = await start();
        const { argv, out, report } = await outputs(state.argv);
        const { code, signal, stdout, stderr } = await spawnCli(argv, {
          env,
          async meanwhile(running) {
            await reached(running);
            running.child.kill(sent);
          },
        });
        assert.deepEqual({ code, signal }, { code: 2, signal: null }, stderr);
        assert.match(stderr, /^Stopping: /m);
        assert.match(stdout, /^Incomplete: .*\d+ FAIL, \d+ UNKNOWN, \d+ WARN, \d+ PASS\n$/ms);
        const { complete, results, scopes } = await reportIn(report);
        assert.equal(complete, false);
        assert.ok(results.some(({ status }) => status === 'FAIL'));
        assert.ok(results.some(({ reason }) => reason?.kind === 'not-collected'));
        const names = await readdir(out);
        assert.deepEqual(
          names.sort(),
          [...scopes.map(({ subscriptionId }) => `azure-${subscriptionId}.json`), 'report.json'].sort(),
        );
        for (const name of names) JSON.parse(await readFile(join(out, name), 'utf8'));
      });
    }
  }

  for (const [where, start] of Object.entries(whereNothingIsKnown)) {
    for (const sent of ['SIGINT', 'SIGTERM'] as const) {
      it(`${sent} while ${where}: exits 2, and leaves no file`, async () => {
        const { env = {}, reached, ...state } = await start();
        const { argv, out } = await outputs(state.argv);
        const { code, signal, stdout, stderr } = await spawnCli(argv, {
          env,
          async meanwhile(running) {
            await reached(running);
            running.child.kill(sent);
          },
        });
        assert.deepEqual({ code, signal, stdout }, { code: 2, signal: null, stdout: '' }, stderr);
        assert.match(stderr, /^loading\n$|The scan was stopped\./);
        assert.deepEqual(await readdir(out), []);
      });
    }
  }

  it('with all of its process group, as a terminal does it', async () => {
    const { argv, env, reached } = await (whereSomethingIsKnown['a list is silent'] ?? assert.fail)();
    const { code, stdout } = await spawnCli(['scan', '--verbose', '--json', '-', ...argv], {
      env: env ?? {},
      detached: true,
      async meanwhile(running) {
        await reached(running);
        process.kill(-(running.child.pid ?? assert.fail()), 'SIGINT');
      },
    });
    assert.deepEqual([code, (JSON.parse(stdout) as Report).complete], [2, false]);
  });

  it('although a closed terminal says so twice', async () => {
    const { argv, env, reached } = await (whereSomethingIsKnown['a list is silent'] ?? assert.fail)();
    // The second comes while the first is being answered, however fast that is.
    const again = await preload(`process.once('SIGHUP', () => process.emit('SIGHUP'));`);
    const { code, stdout } = await spawnCli(['scan', '--verbose', '--json', '-', ...argv], {
      env: { ...env, ...again },
      async meanwhile(running) {
        await reached(running);
        running.child.kill('SIGHUP');
      },
    });
    assert.deepEqual([code, (JSON.parse(stdout) as Report).complete], [2, false]);
  });

  it('and leaves no az behind, nor what that has started', { skip: !linux }, async () => {
    const pids = join(await mkdtemp(join(folder, 'pids-')), 'pids');
    const note = `echo $$ >>'${pids}'`;
    const az = await file('az', `#!/bin/sh\n${note}\nsh -c "echo \\$\\$ >>'${pids}'; exec sleep 1000"\ntrue\n`);
    const started = () => (existsSync(pids) ? readFileSync(pids, 'utf8').trim().split('\n') : []);
    const { code, stderr } = await spawnCli(['scan', '--credential', 'azure-cli'], {
      env: { PATH: `${join(az, '..')}:${process.env.PATH}` },
      async meanwhile({ child, until }) {
        await until(() => started().length === 2);
        child.kill('SIGTERM');
      },
    });
    assert.equal(code, 2, stderr);
    assert.equal(started().length, 2);
    for (let tries = 0; tries < 1000 && started().some(isRunning); tries++) await setTimeout(10);
    assert.deepEqual(started().filter(isRunning), []);
  });
});

/** Not so one that has ended, and of which nobody has asked how. */
function isRunning(pid: string): boolean {
  const path = `/proc/${pid}/stat`;
  try {
    return !/\) [ZX]/.test(readFileSync(path, 'latin1'));
  } catch {
    return false;
  }
}

/** A report that no pipe holds, and the file that is written before it. */
async function longReport() {
  const identity = await startManagedIdentity();
  const singleServers = Array.from({ length: 2000 }, (_, i) => ({
    name: `server-${i}`,
    properties: { sslEnforcement: 'Disabled' },
  }));
  const { endpoint } = await startEmulator({
    tenantId: fruit.tenantId,
    subscriptions: [{ subscriptionId: 'aaaaaaaa-0000-4000-8000-000000000001', displayName: 'Orchard', singleServers }],
  });
  const report = join(await mkdtemp(join(folder, 'long-')), 'report.json');
  const argv = ['scan', '--arm-endpoint', endpoint, '--ca-file', ca, '--console', 'text', '--json', report];
  return { argv, env: identity, report };
}

const lastLine = /\d+ FAIL, \d+ UNKNOWN, \d+ WARN, \d+ PASS\n$/;

describe('while a long report is read slowly', { concurrency: 2, skip: !posix }, () => {
  for (const sent of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    it(`${sent} waits until all of it is read`, async () => {
      const { argv, env, report } = await longReport();
      const { code, stdout, stderr } = await spawnCli(argv, {
        env,
        unread: true,
        async meanwhile({ child, until, told, read }) {
          await until(() => existsSync(report));
          child.kill(sent);
          await told(/^Stopping/m);
          read();
        },
      });
      assert.equal(code, 2, stderr);
      assert.match(stdout, lastLine);
      assert.equal((await reportIn(report)).results.length, 4000);
    });
  }

  for (const [first, second] of [
    ['SIGINT', 'SIGINT'],
    ['SIGINT', 'SIGTERM'],
    ['SIGTERM', 'SIGTERM'],
    ['SIGHUP', 'SIGTERM'],
  ] as const) {
    it(`${first} and ${second} end it at once, with the file that was asked for`, async () => {
      const { argv, env, report } = await longReport();
      const { code, signal, stdout, stderr } = await spawnCli(argv, {
        env,
        unread: true,
        async meanwhile({ child, until, told }) {
          await until(() => existsSync(report));
          child.kill(first);
          await told(/^Stopping/m);
          child.kill(second);
        },
      });
      assert.deepEqual({ code, signal }, { code: 2, signal: null }, stderr);
      assert.doesNotMatch(stdout, lastLine, 'all of it was read');
      assert.equal((await reportIn(report)).results.length, 4000);
    });
  }
});

describe('stopped twice, it ends at once', { concurrency: 2, skip: !posix }, () => {
  const twice = (reached: (running: Running) => Promise<void>) => async (running: Running) => {
    await reached(running);
    running.child.kill('SIGTERM');
    await running.told(/^Stopping/m);
    running.child.kill('SIGTERM');
  };
  const one = ['scan', '--demo', '--subscription', 'Legacy - migrate by 2025'];

  for (const option of ['--json', '--collection']) {
    it(`and leaves a file as it was while it is replaced: ${option}`, async () => {
      const path = await file('x.json', 'yesterday');
      const env = await preload(`require('node:fs/promises').rename = () => {
        process.stderr.write('renaming\\n');
        return new Promise((done) => setTimeout(done, 1e8));
      };`);
      let during: readonly string[] = [];
      const { code, signal } = await spawnCli([...one, option, path], {
        env,
        meanwhile: twice(async ({ told }) => {
          await told(/^renaming$/m);
          during = await readdir(join(path, '..'));
        }),
      });
      assert.deepEqual({ code, signal }, { code: 2, signal: null });
      assert.ok(during.length > 1, 'nothing was written beside it');
      assert.deepEqual(await readdir(join(path, '..')), ['x.json']);
      assert.equal(await readFile(path, 'utf8'), 'yesterday');
    });

    it(`where nobody reads the pipe that is written to: ${option}`, async () => {
      const argv = [...one, option, await pipe(), '--console', 'text', '--verbose'];
      const { code, signal } = await spawnCli(argv, {
        // A report is on stdout by then; a collection is written before.
        meanwhile: twice(({ told }) =>
          option === '--json' ? told(lastLine, 'stdout') : told(/subscriptions are scanned/),
        ),
      });
      assert.deepEqual({ code, signal }, { code: 2, signal: null });
    });
  }
});

describe('a pipe with a name', { skip: !posix }, () => {
  it('is written to once somebody reads it', async () => {
    const path = await pipe();
    let text = '';
    const { code } = await spawnCli(['scan', '--demo', '--json', path], {
      async meanwhile({ told }) {
        await told(lastLine, 'stdout');
        const reader = spawn('cat', [path]);
        reader.stdout.setEncoding('utf8').on('data', (more) => (text += more));
      },
    });
    assert.equal(code, 1);
    for (let tries = 0; tries < 1000 && !text.endsWith('}\n'); tries++) await setTimeout(10);
    assert.equal((JSON.parse(text) as Report).schemaVersion, 1);
  });

  it('is read until who writes to it has ended', async () => {
    const path = await pipe();
    const { code, stdout } = await spawnCli(['scan', '--from-collection', path, '--verbose', '--json', '-'], {
      async meanwhile({ told }) {
        await told(/^Reading /m);
        spawn('sh', ['-c', `cat '${frozen[2]}' >'${path}'`]);
      },
    });
    assert.equal(code, 1);
    assert.equal((JSON.parse(stdout) as Report).scopes.length, 1);
  });
});

const hasScript = linux && /util-linux/.test(spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout ?? '');

describe('on a terminal', { skip: !hasScript }, () => {
  /** The words run in a terminal of their own; the exit code is written into a file. */
  async function onTerminal(words: readonly string[], env: Readonly<Record<string, string>>) {
    const ended = join(await mkdtemp(join(folder, 'terminal-')), 'code');
    const command = words.map((word) => `'${word}'`).join(' ');
    // The shell is to outlive its terminal, and Ctrl-C.
    const script = await file('run.sh', `trap '' HUP\ntrap : INT\n${command}\necho $? >'${ended}'\n`);
    const terminal = spawn('script', ['-qc', `sh '${script}'`, '/dev/null'], {
      env: { PATH: process.env.PATH, TERM: 'xterm', ...env },
    });
    after(() => terminal.kill('SIGKILL'));
    const shown = { text: '' };
    terminal.stdout.setEncoding('utf8').on('data', (text) => (shown.text += text));
    const until = async (isSo: () => boolean) => {
      for (let tries = 0; tries < 3000 && !isSo(); tries++) await setTimeout(10);
    };
    const code = () => (existsSync(ended) ? readFileSync(ended, 'utf8').trim() : '');
    return { terminal, shown, until, code };
  }

  it('Ctrl-C takes the line of progress away, leaves the cursor, and reports', async () => {
    const { argv, env } = await azure(stalledList);
    const { terminal, shown, until, code } = await onTerminal([process.execPath, program, 'scan', ...argv], env);
    await until(() => shown.text.includes('waiting for Garden'));
    terminal.stdin.write('\u0003');
    await until(() => code() !== '');
    assert.equal(code(), '2', shown.text);
    const [, afterwards = ''] = /Stopping: .*?\r\n(.*)$/s.exec(shown.text) ?? [];
    assert.match(afterwards, /^Saw 4 PostgreSQL servers/);
    assert.doesNotMatch(afterwards, /waiting for/);
    assert.ok(shown.text.includes('\u001b[2K'), 'the line is left');
    assert.ok(!shown.text.includes('\u001b[?25l'), 'the cursor is hidden');
  });

  it('that is closed, it writes the files that were asked for, and exits 2', async () => {
    const { argv, env } = await azure(stalledList);
    const all = await outputs(argv);
    const { terminal, shown, until, code } = await onTerminal([process.execPath, program, ...all.argv], env);
    await until(() => /^Orchard \(/m.test(shown.text));
    terminal.kill('SIGKILL');
    await until(() => code() !== '');
    assert.equal(code(), '2');
    assert.equal((await reportIn(all.report)).complete, false);
    assert.deepEqual(
      (await readdir(all.out)).filter((name) => name.startsWith('.')),
      [],
    );
  });

  it('that is closed, but not its own, it keeps the exit code of the verdict', async () => {
    const path = await pipe();
    const report = join(await mkdtemp(join(folder, 'out-')), 'report.json');
    const words = [process.execPath, program, 'scan', '--verbose', '--from-collection', path, '--json', report];
    const { terminal, shown, until, code } = await onTerminal(['setsid', '--wait', ...words], {});
    await until(() => shown.text.includes('Reading '));
    terminal.kill('SIGKILL');
    await new Promise((resolve) => terminal.on('close', resolve));
    spawn('sh', ['-c', `cat '${frozen[2]}' >'${path}'`]);
    await until(() => code() !== '');
    assert.equal(code(), '1');
    assert.equal((await reportIn(report)).scopes.length, 1);
  });
});
