import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isAbsolute, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CloudSploitModule } from '../adapters/cloudsploit/module';
import { foreignPlugin } from '../adapters/cloudsploit/runner';
import type { PluginModuleFile } from '../adapters/cloudsploit/worker';
import { pluginsOf } from '../adapters/pluginModule';
import { ScanError } from '../helpers/scanError';
import { thrown } from '../helpers/thrown';
import { plugins as ours } from '../plugins';
import type { ForeignDescription, Plugin } from '../types';

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
    const url = pathToFileURL(pathOf(name)).href;
    const module = pluginsOf(name, await load(name, url));
    for (const id of [...module.plugins.map((plugin) => plugin.id), ...module.cloudsploit.keys()]) {
      const before = names.get(id);
      if (before !== undefined) {
        throw new ScanError(
          'bad-plugin',
          `"${name}" has a plugin "${id}", and so has ${before}.`,
          'Rename one of them.',
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
  ...[...cloudsploit].map(([id, module]) => foreignPlugin(id, module)),
];

/** A path, if there is such a file or if it is spelled like one; else the name of a package. */
function pathOf(word: string): string {
  const path = resolve(word);
  if (statSync(path, { throwIfNoEntry: false })?.isFile()) return path;
  if (/^[.~]/.test(word) || isAbsolute(word) || /\.[cm]?[jt]s$/.test(word)) {
    throw new ScanError(
      'bad-plugin',
      `There is no plugin module "${word}".`,
      'Name a file, or a package that is installed.',
    );
  }
  for (const from of [join(process.cwd(), 'here.js'), __filename]) {
    try {
      return createRequire(from).resolve(word);
    } catch {
      // Perhaps the other one knows it.
    }
  }
  const remedy = `Install it here (npm install ${word}), or name a file, as in ./${word}.`;
  throw new ScanError('bad-plugin', `There is no plugin module "${word}".`, remedy);
}

async function load(name: string, url: string): Promise<unknown> {
  try {
    return await import(url);
  } catch (error) {
    throw new ScanError('bad-plugin', `"${name}" does not load: ${thrown(error)}`, 'Mend it; node FILE says more.');
  }
}
