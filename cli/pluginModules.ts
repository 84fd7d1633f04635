import { spawnSync } from 'node:child_process';
import { accessSync, constants, type Stats, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isAbsolute, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CloudSploitModule } from '../adapters/cloudsploit/module';
import type { PluginModuleFile } from '../adapters/cloudsploit/worker';
import { ScanError } from '../helpers/scanError';
import { thrown } from '../helpers/thrown';
import { plugins as ours } from '../plugins';
import type { ForeignDescription, Plugin } from '../types';
import { unreadable } from './input';
import { absolute } from './words';

// Few scans have a plugin module: what reads one is loaded then.
const loadRunner = () => require('../adapters/cloudsploit/runner') as typeof import('../adapters/cloudsploit/runner');
const loadReader = () => require('../adapters/pluginModule') as typeof import('../adapters/pluginModule');

/** In bytes. A bundle of all of Azure's SDK is a tenth of that. */
const longest = 100_000_000;

/** What can be run: our plugins, and those of modules. */
export interface LoadedPlugins {
  readonly plugins: readonly Plugin[];
  readonly cloudsploit: ReadonlyMap<string, CloudSploitModule>;
  /** Those with plugins of CloudSploit's shape. */
  readonly modules: readonly PluginModuleFile[];
}

/**
 * Loads plugin modules, by path or by the name of a package that is installed in this folder or beside pgposture.
 * Throws a ScanError, `bad-plugin`, that names the module and what is wrong with it.
 */
export async function loadPlugins(words: readonly string[]): Promise<LoadedPlugins> {
  const plugins = [...ours];
  const cloudsploit = new Map<string, CloudSploitModule>();
  const modules: PluginModuleFile[] = [];
  const names = new Map(ours.map(({ id }) => [id, 'pgposture itself']));
  for (const name of words) {
    const url = urlOf(name);
    const module = loadReader().pluginsOf(name, await load(name, url));
    for (const id of [...module.plugins.map((plugin) => plugin.id), ...module.cloudsploit.keys()]) {
      const before = names.get(id);
      if (before !== undefined) {
        throw new ScanError(
          'bad-plugin',
          `"${name}" has a plugin "${id}", and so has ${before}.`,
          'Rename one of them, or load one of them only.',
        );
      }
      names.set(id, `"${name}"`);
    }
    plugins.push(...module.plugins);
    for (const [id, plugin] of module.cloudsploit) cloudsploit.set(id, plugin);
    if (module.cloudsploit.size > 0) modules.push({ name, url, ids: [...module.cloudsploit.keys()] });
  }
  return { plugins, cloudsploit, modules };
}

/** All of them, with what they say of themselves. */
export const described = ({ plugins, cloudsploit }: LoadedPlugins): (Plugin | ForeignDescription)[] => [
  ...plugins,
  ...foreignOf(cloudsploit),
];

/** What those in the shape of CloudSploit say of themselves. */
export const foreignOf = (cloudsploit: LoadedPlugins['cloudsploit']): ForeignDescription[] =>
  [...cloudsploit].map(([id, module]) => loadRunner().foreignPlugin(id, module));

/** A path, if there is such a file or if it is spelled like one; else the name of a package. */
function urlOf(word: string): string {
  const path = absolute(word);
  const there = statIfThere(path);
  if (there?.isFile()) {
    checkReadable(word, path, there.size);
    return pathToFileURL(path).href;
  }
  const what = `There is no plugin module "${word}".`;
  const isPath = /^[.~]|\\/.test(word) || isAbsolute(word);
  for (const folder of isPath ? [] : [absolute('.'), __dirname]) {
    const found = packageAt(folder, word);
    if (found === 'hidden') throw new ScanError('bad-plugin', what, 'Its package is there, and does not export it.');
    if (found) return found.href;
  }
  const [name = word] = /^(@[^/]+\/)?[^/]+/.exec(word) ?? [];
  const install = `Install it here (npm install ${name}), or name a file, as in ./${word}.`;
  const check = 'Name a file, or a package that is installed.';
  if (there) throw new ScanError('bad-plugin', `"${word}" is no file.`, check);
  throw new ScanError('bad-plugin', what, isPath || /\.[cm]?[jt]s$/.test(word) ? check : install);
}

/** Undefined for what nobody can see, too. */
function statIfThere(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** Before Node reads it: what it cannot read it calls an error of the module's, and a text of 512 MB ends the process. */
function checkReadable(word: string, path: string, size: number): void {
  try {
    accessSync(path, constants.R_OK);
  } catch (error) {
    throw unreadable(word, error);
  }
  if (size <= longest) return;
  const what = `"${word}" is larger than ${longest / 1_000_000} MB.`;
  throw new ScanError('bad-plugin', what, 'Name a module, or bundle only what its plugins need.');
}

function packageAt(folder: string, word: string): URL | 'hidden' | undefined {
  try {
    const path = createRequire(join(folder, 'x.js')).resolve(word);
    return isAbsolute(path) ? pathToFileURL(path) : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_PACKAGE_PATH_NOT_EXPORTED') return undefined;
  }
  // It may export it to `import` alone, for which only an ES module in that folder can ask.
  const script = 'process.stdout.write(import.meta.resolve(process.argv[1]))';
  const argv = ['--input-type=module', '--eval', script, '--', word];
  const { status, stdout } = spawnSync(process.execPath, argv, { cwd: folder, encoding: 'utf8' });
  return status === 0 ? new URL(stdout) : 'hidden';
}

async function load(name: string, url: string): Promise<unknown> {
  try {
    return await import(url);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException | null | undefined)?.code;
    const missing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
    const remedy = missing ? 'Install what it imports, or mend the path.' : 'Mend it; node FILE says more.';
    throw new ScanError('bad-plugin', `"${name}" does not load: ${thrown(error)}`, remedy);
  }
}
