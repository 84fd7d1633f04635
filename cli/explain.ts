import type { ArgumentsCamelCase, InferredOptionTypes } from 'yargs';
import { checkSettings, selectPlugins, settingsOf } from '../engine/select';
import { explain } from '../reporters';
import type { explainOptions } from './commands';
import type { Io } from './io';
import { writeStdout } from './output';
import { described, loadPlugins } from './pluginModules';
import { useColour, widthOf } from './terminal';
import { settings, some } from './words';

/** `pgposture explain PLUGIN`: everything about one. */
export async function explainCommand(
  args: ArgumentsCamelCase<InferredOptionTypes<typeof explainOptions>> & { readonly PLUGIN: string },
  io: Io,
): Promise<void> {
  const given = settings(some('setting', args.setting));
  const plugins = described(await loadPlugins(some('plugin-module', args.pluginModule)));
  checkSettings(plugins, given);
  for (const plugin of selectPlugins(plugins, { ids: [args.PLUGIN] })) {
    const view = { width: widthOf(io, 100), colour: useColour(io) };
    await writeStdout(io, explain(plugin, settingsOf([plugin], given), view));
  }
}
