import { printable } from '../helpers/printable';
import type { Report, Result } from '../types';
import { coverageLines, type Reporter, recommendedAction, repair, summaryLine, type View, worstFirst } from './view';

/** Nothing is wrapped: a line for what and why, one for what to do; for logs and grep. */
export const text: Reporter = (report, view) => {
  const plugins = new Map(view.plugins.map((plugin) => [plugin.id, plugin]));
  const lines = worstFirst(report, view).flatMap((result) => {
    const { status, severity, plugin, resource, message, reason } = result;
    const todo = whatToDo(result, plugins.get(plugin), report);
    const verdict = reason ? `${status}(${reason.kind})` : status;
    return [
      `${verdict} ${severity} ${plugin} ${printable(resource.id)}: ${printable(message)}`,
      ...(todo ? [`  To do: ${printable(todo)}`] : []),
    ];
  });
  return `${[...coverageLines(report), ...lines, summaryLine(report)].join('\n')}\n`;
};

function whatToDo(result: Result, plugin: View['plugins'][number] | undefined, report: Report): string | undefined {
  if (result.reason) return result.reason.remedy;
  if (result.status !== 'FAIL' || !plugin) return undefined;
  return repair(result, plugin, report.settings)?.join(' ') ?? recommendedAction(plugin, report);
}
