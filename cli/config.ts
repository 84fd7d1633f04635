import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { once } from './words';

// Few folders have one: what reads it is loaded then.
const loadConfigFile = () => require('./configFile') as typeof import('./configFile');

const configName = 'pgposture.config.yaml';

/** A configuration that nobody named. */
export interface Found {
  readonly path: string;
  /** The folder of the repository; where there is none, the working folder. */
  readonly root: string;
}

/** As yargs gives them: an option that was not given is not there. */
export interface Args {
  readonly config?: string | undefined;
  readonly [name: string]: unknown;
}

/**
 * The request of a line, with what a configuration says where the line says nothing; its path is the request's `config`. It is
 * the file that `--config` names; else the nearest from the working folder up to the root of its repository. Throws a
 * ScanError: `unreadable-input`; `bad-file`, which tells each mistake with its line and column; or what `toRequest` throws.
 */
export async function withConfig<A extends Args, R>(args: A, toRequest: (args: A) => R): Promise<R> {
  const named = once('config', args.config);
  const found = named === undefined ? findConfig(workingFolder()) : undefined;
  const path = named ?? (found && relative(process.cwd(), found.path));
  if (path === undefined) return toRequest(args);
  const { readConfig, filled } = loadConfigFile();
  const config = await readConfig(path, found?.root);
  return filled({ ...args, config: path }, config, toRequest);
}

/** Undefined if it has been removed. */
function workingFolder(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}

/** The nearest configuration from this folder up to the first that holds `.git`; without such a folder, only that of this one. */
export function findConfig(folder: string | undefined): Found | undefined {
  const paths: string[] = [];
  for (let at = folder; at !== undefined; at = dirname(at) === at ? undefined : dirname(at)) {
    const path = join(at, configName);
    if (existsSync(path)) paths.push(path);
    if (existsSync(join(at, '.git'))) return paths[0] === undefined ? undefined : { path: paths[0], root: at };
  }
  const [path] = paths;
  return folder !== undefined && path === join(folder, configName) ? { path, root: folder } : undefined;
}
