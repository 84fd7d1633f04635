import type { ArgumentsCamelCase, InferredOptionTypes } from 'yargs';
import { catalogueJson, catalogueTable } from '../reporters';
import type { pluginsOptions } from './commands';
import type { Io } from './io';
import { checkWritable, writeOutput, writeStdout } from './output';
import { described, loadPlugins } from './pluginModules';
import { useColour, widthOf } from './terminal';
import { once, some } from './words';

/** `pgposture plugins`: lists them. */
export async function pluginsCommand(
  args: ArgumentsCamelCase<InferredOptionTypes<typeof pluginsOptions>>,
  io: Io,
  version: string,
): Promise<void> {
  const file = once('json', args.json);
  const plugins = described(await loadPlugins(some('plugin-module', args.pluginModule)));
  const json = catalogueJson(plugins, { name: 'pgposture', version });
  if (file === '-') return writeStdout(io, json);
  if (file !== undefined) await checkWritable(file);
  await writeStdout(io, catalogueTable(plugins, { width: widthOf(io, 120), colour: useColour(io) }));
  if (file !== undefined) await writeOutput(file, [json]);
}
