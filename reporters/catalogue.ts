import { kinds } from '../helpers/kind';
import type { Plugin, Report } from '../types';
import type { TextView } from './documentText';
import { asJson } from './json';
import { grid, styleOf } from './layout';

const severityColumn = 10;

/** The plugins, for eyes. */
export function catalogueTable(plugins: readonly Plugin[], { width, colour }: TextView): string {
  const style = styleOf(colour);
  const bold = (text: string) => style('bold', text);
  const pluginColumn = Math.max(...plugins.map(({ id }) => id.length)) + 2;
  const rows = plugins.map(({ id, severity, kind, title }) => [
    severity,
    `${bold(id)}\n${style('dim', kinds[kind].name)}`,
    title,
  ]);
  return `${grid(
    [['SEVERITY', 'PLUGIN', 'PASS PROVES'].map(bold), [], ...rows],
    [severityColumn, pluginColumn, width - severityColumn - pluginColumn],
  )}\n\nMore about one of them: pgposture explain PLUGIN\n`;
}

/** The plugins, for programs: all that they say of themselves. */
export function catalogueJson(plugins: readonly Plugin[], tool: Report['tool']): string {
  const entries = plugins.map(({ needs, evaluate: _, ...data }) => ({
    ...data,
    needs: Object.fromEntries(
      Object.entries(needs).map(([name, { expects, optional }]) => [name, { expects, optional }]),
    ),
  }));
  return asJson({ schemaVersion: 1, tool, plugins: entries });
}
