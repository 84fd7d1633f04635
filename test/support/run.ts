import { spawnSync } from 'node:child_process';
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
