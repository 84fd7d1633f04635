import { printable } from '../helpers/printable';
import { remediation } from '../helpers/remediation';
import type { Plugin, Report, Result } from '../types';
import { coverageLines, type Reporter, summaryLine, worstFirst } from './view';

/** Nothing is wrapped: one line each for what, why and what to do, for logs and grep. */
export const text: Reporter = (report, view) => {
  const plugins = new Map(view.plugins.map((plugin) => [plugin.id, plugin]));
  const blocks = worstFirst(report, view).map((result) => {
    const { status, severity, plugin, resource, message } = result;
    const todo = whatToDo(result, plugins.get(plugin), report);
    return [
      `${status} ${severity} ${plugin} ${printable(resource.id)}`,
      `  ${printable(message)}`,
      ...(todo ? [`  To do: ${printable(todo)}`] : []),
    ].join('\n');
  });
  return `${[...coverageLines(report), ...blocks, summaryLine(report)].join('\n')}\n`;
};

function whatToDo(
  { status, reason, resource }: Result,
  plugin: Plugin | undefined,
  { settings }: Report,
): string | undefined {
  if (reason) return reason.remedy;
  if (status !== 'FAIL' || !plugin) return undefined;
  return remediation(plugin.fix, plugin.kind, resource, settings).az.join(' ');
}
