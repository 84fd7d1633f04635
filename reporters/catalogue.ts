import { kinds } from '../helpers/kind';
import { printable } from '../helpers/printable';
import type { ForeignDescription, Plugin, Report } from '../types';
import type { TextView } from './documentText';
import { asJson } from './json';
import { grid, styleOf } from './layout';

const severityColumn = 10;

/** The plugins, for eyes. */
export function catalogueTable(plugins: readonly (Plugin | ForeignDescription)[], { width, colour }: TextView): string {
  const style = styleOf(colour);
  const bold = (text: string) => style('bold', text);
  const pluginColumn = Math.max(...plugins.map(({ id }) => id.length)) + 2;
  const rows = plugins.map((plugin) => [
    plugin.severity,
    `${bold(plugin.id)}\n${style('dim', kindsOf(plugin).join(', '))}`,
    printable(plugin.title),
  ]);
  return `${grid(
    [['SEVERITY', 'PLUGIN', 'PASS PROVES'].map(bold), [], ...rows],
    [severityColumn, pluginColumn, width - severityColumn - pluginColumn],
  )}\n\nMore about one of them: pgposture explain PLUGIN\n`;
}

const kindsOf = (plugin: Plugin | ForeignDescription): string[] =>
  ('kind' in plugin ? [plugin.kind] : plugin.kinds).map((kind) => kinds[kind].name);

/** The plugins, for programs: all that they say of themselves. */
export function catalogueJson(plugins: readonly (Plugin | ForeignDescription)[], tool: Report['tool']): string {
  const entries = plugins.map((plugin) => {
    if (!('needs' in plugin)) return plugin;
    const { needs, evaluate: _, ...data } = plugin;
    const readable = Object.entries(needs).map(([name, { expects, optional }]) => [name, { expects, optional }]);
    return { ...data, needs: Object.fromEntries(readable) };
  });
  return asJson({ schemaVersion: 1, tool, plugins: entries });
}
