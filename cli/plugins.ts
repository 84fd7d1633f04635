import type { ArgumentsCamelCase, InferredOptionTypes } from 'yargs';
import { catalogueJson, catalogueTable } from '../reporters';
import type { pluginsOptions } from './commands';
import type { Io } from './io';
import { checkAllWritable } from './output';
import { described, loadPlugins } from './pluginModules';
import { checkApart } from './sameFile';
import { deliver } from './tell';
import { useColour, widthOf } from './terminal';
import { outputPath, some } from './words';

/** `pgposture plugins`: lists them. */
export async function pluginsCommand(
  args: ArgumentsCamelCase<InferredOptionTypes<typeof pluginsOptions>>,
  io: Io,
  version: string,
): Promise<void> {
  const path = outputPath('json', args.json);
  const modules = some('plugin-module', args.pluginModule);
  const files = path === undefined ? [] : [{ format: 'json' as const, path }];
  checkApart(
    files.map((file) => ({ name: '--json', path: file.path })),
    modules.map((module) => ({ name: '--plugin-module', path: module })),
  );
  const plugins = described(await loadPlugins(modules));
  await checkAllWritable(files);
  const textOf = (format: string) =>
    format === 'json'
      ? [catalogueJson(plugins, { name: 'pgposture', version })]
      : [catalogueTable(plugins, { width: widthOf(io, 120), colour: useColour(io) })];
  await deliver({ console: path === '-' ? 'none' : 'table', files }, textOf, io);
}
