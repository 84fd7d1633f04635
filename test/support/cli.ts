import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Io } from '../../cli/io';
import { main } from '../../cli/main';
import type { Report, Status } from '../../types';
import { fourPluginOptions } from './fourPlugins';
import { assertNoneTold } from './secrets';

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface MainOptions {
  readonly env?: Io['env'];
  readonly columns?: number;
  readonly isTTY?: boolean;
  /** Ctrl-C, once stderr matches. */
  readonly interruptWhen?: RegExp;
}

/** The command line in this process, with an Io that keeps what is written, in which no secret may stand. */
export async function runMain(
  argv: readonly string[],
  { env = {}, columns = 80, isTTY = false, interruptWhen }: MainOptions = {},
): Promise<Outcome> {
  const written = { stdout: '', stderr: '' };
  const listeners = new Set<() => void>();
  let interrupted = false;
  const output = (name: 'stdout' | 'stderr') => ({
    isTTY,
    columns,
    write: async (text: string) => {
      written[name] += text;
      if (interrupted || !interruptWhen?.test(written.stderr)) return;
      interrupted = true;
      for (const interrupt of listeners) interrupt();
    },
  });
  const code = await main(argv, {
    env,
    stdout: output('stdout'),
    stderr: output('stderr'),
    onInterrupt(callback) {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
  });
  assertNoneTold(argv, written);
  return { code, ...written };
}

/** A scan of the sample tenant by the four plugins, or those named, as the JSON on stdout tells it. */
export async function demoReport(...argv: readonly string[]): Promise<Report & { readonly code: number | null }> {
  const selected = argv.includes('--plugin') ? [] : fourPluginOptions;
  const { code, stdout, stderr } = await runMain(['scan', '--demo', '--json', '-', '--quiet', ...selected, ...argv]);
  assert.equal(stderr, '');
  return { ...(JSON.parse(stdout) as Report), code };
}

/** `server plugin` of the results, with the status. */
export const verdicts = ({ results }: Report): Record<string, Status> =>
  Object.fromEntries(results.map(({ resource, plugin, status }) => [`${resource.name} ${plugin}`, status]));

/** What the package's `bin` names. */
export const program = join(__dirname, '..', '..', 'cli', 'index.js');

export interface SpawnOptions {
  /** All of the environment, but for PATH: what is set where the tests run has no say. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly cwd?: string;
  readonly uid?: number;
  /** SIGINT, or whatever `interrupt` does, once stderr matches. */
  readonly interruptWhen?: RegExp;
  readonly interrupt?: (child: ChildProcess) => void;
  /** What happens to it while it runs. */
  readonly meanwhile?: (running: Running) => Promise<void>;
  /** Nobody reads these: their pipes are closed before a word is written. */
  readonly closed?: readonly Stream[];
  /** It is read only once the process has ended, or once `read` is called. */
  readonly unread?: boolean;
  /** In a process group of its own. */
  readonly detached?: boolean;
}

type Stream = 'stdout' | 'stderr';

export interface Running {
  readonly child: ChildProcess;
  /** Resolves once it is so, or once the process has ended. */
  until(isSo: () => boolean): Promise<void>;
  /** The same, once stderr matches. */
  told(pattern: RegExp, stream?: Stream): Promise<void>;
  /** Reads stdout, if it was `unread`. */
  read(): void;
}

/** In milliseconds; a run that takes longer hangs, and is killed. */
const longest = 120_000;

/** The command line as a process of its own. No secret may stand in what it writes. */
export function spawnCli(
  argv: readonly string[],
  {
    env = {},
    input = '',
    cwd,
    uid,
    interruptWhen,
    interrupt,
    meanwhile,
    closed = [],
    unread,
    detached = false,
  }: SpawnOptions = {},
): Promise<Outcome & { readonly signal: NodeJS.Signals | null }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...argv], {
      env: { PATH: process.env.PATH, ...env },
      detached,
      timeout: longest,
      killSignal: 'SIGKILL',
      ...(cwd !== undefined && { cwd }),
      ...(uid !== undefined && { uid }),
    });
    const written = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      if (closed.includes(name)) child[name].destroy();
      else child[name].setEncoding('utf8').on('data', (text) => (written[name] += text));
    }
    if (unread) child.stdout.pause();
    let ended = false;
    const until = async (isSo: () => boolean) => {
      while (!ended && !isSo()) await setTimeout(10);
    };
    const running: Running = {
      child,
      until,
      told: (pattern, stream = 'stderr') => until(() => pattern.test(written[stream])),
      read: () => child.stdout.resume(),
    };
    const interruptOnce = async ({ told }: Running) => {
      if (interruptWhen) await told(interruptWhen);
      if (interruptWhen && !ended) interrupt ? interrupt(child) : child.kill('SIGINT');
    };
    for (const happens of [interruptOnce, meanwhile]) happens?.(running).catch(reject);
    child.stdin.on('error', () => undefined).end(input);
    child.on('error', reject);
    child.on('exit', () => {
      ended = true;
      child.stdout.resume();
    });
    child.on('close', (code, signal) => {
      try {
        assertNoneTold(argv, written);
        resolve({ code, signal, ...written });
      } catch (error) {
        reject(error);
      }
    });
  });
}
