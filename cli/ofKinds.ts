import { kindName, kinds as words } from '../helpers/kind';
import { ScanError } from '../helpers/scanError';
import type { ForeignDescription, Kind, Plugin } from '../types';

/**
 * The plugins that judge what is looked at. Throws a ScanError, `unknown-plugin`, if one that was named judges something else.
 *
 * @param ids those that were named.
 */
export function ofKinds<P extends Plugin | ForeignDescription>(
  plugins: readonly P[],
  kinds: readonly Kind[],
  ids: readonly string[],
): P[] {
  const fitting = plugins.filter((plugin) => !('kind' in plugin) || kinds.includes(plugin.kind));
  for (const plugin of plugins) {
    if (!ids.includes(plugin.id) || !('kind' in plugin) || fitting.includes(plugin)) continue;
    const [, command = ''] = words[plugin.kind].look.split(' ');
    const what = `The plugin ${plugin.id} judges something else: ${kindName(plugin.kind).toLowerCase()}s.`;
    const also = plugin.kind === 'PostgreSQL/endpoints' ? ', and so does pgposture scan --probe' : '';
    throw new ScanError('unknown-plugin', what, `pgposture ${command} runs it${also}.`);
  }
  return fitting;
}
