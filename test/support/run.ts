import { spawn, spawnSync } from 'node:child_process';
import { root } from './root';

export interface RunOptions {
  readonly cwd?: string;
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** It does not know that a test runs it, so it can run tests itself. */
function run(file: string, args: readonly string[], shell: boolean, { cwd = root, env = {} }: RunOptions) {
  const { NODE_TEST_CONTEXT, FORCE_COLOR, INIT_CWD, ...inherited } = process.env;
  const { status, stdout, stderr } = spawnSync(file, args, {
    cwd,
    shell,
    encoding: 'utf8',
    env: { ...inherited, ...env },
  });
  return { status, stdout, stderr, output: stdout + stderr };
}

/** A Node of its own, in the project's folder if no other is named. */
export const runNode = (args: readonly string[], options: RunOptions = {}) =>
  run(process.execPath, args, false, options);

/** `npm run --silent`, in the same way. */
export const npmRun = (args: readonly string[], options: RunOptions = {}) =>
  run('npm', ['run', '--silent', ...args], process.platform === 'win32', options);

export interface StartOptions {
  readonly cwd: string;
  /** All of the environment, but for PATH: what is set where the tests run has no say. */
  readonly env?: Readonly<NodeJS.ProcessEnv>;
  /** Milliseconds, after which it is killed. */
  readonly timeout?: number;
}

/** The same for a program that talks to servers of this process, which have to have their turn. */
export const start = (file: string, args: readonly string[], { cwd, env, timeout = 60_000 }: StartOptions) =>
  new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve, reject) => {
    const child = spawn(file, args, {
      cwd,
      timeout,
      killSignal: 'SIGKILL',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, ...env },
    });
    const written = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text) => {
        written[name] += text;
      });
    }
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...written }));
  });
