import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Io } from '../../cli/io';
import { main } from '../../cli/main';
import type { Report, Status } from '../../types';
import { fourPluginOptions } from './fourPlugins';

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

/** The command line in this process, with an Io that keeps what is written. */
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
  return { code, ...written };
}

/** A scan of the sample tenant by the four plugins, or those named, as the JSON on stdout tells it. */
export async function demoReport(...argv: readonly string[]): Promise<Report & { readonly code: number | null }> {
  const selected = argv.includes('--plugin') ? [] : fourPluginOptions;
  const { code, stdout, stderr } = await runMain(['scan', '--demo', '--json', '-', ...selected, ...argv]);
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
  readonly uid?: number;
  /** SIGINT, or whatever `interrupt` does, once stderr matches. */
  readonly interruptWhen?: RegExp;
  readonly interrupt?: (child: ChildProcess) => void;
  /** Nobody reads stdout: its pipe is closed before a word is written. */
  readonly closeStdout?: boolean;
}

/** The command line as a process of its own. */
export function spawnCli(
  argv: readonly string[],
  { env = {}, input = '', uid, interruptWhen, interrupt, closeStdout = false }: SpawnOptions = {},
): Promise<Outcome & { readonly signal: NodeJS.Signals | null }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...argv], {
      env: { PATH: process.env.PATH, ...env },
      ...(uid !== undefined && { uid }),
    });
    let stdout = '';
    let stderr = '';
    let interrupted = false;
    if (closeStdout) child.stdout.destroy();
    else child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
      if (interrupted || !interruptWhen?.test(stderr)) return;
      interrupted = true;
      if (interrupt) interrupt(child);
      else child.kill('SIGINT');
    });
    child.stdin.on('error', () => undefined).end(input);
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}
