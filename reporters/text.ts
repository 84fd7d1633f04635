import { printable } from '../helpers/printable';
import { changesText } from './changes';
import { complianceLines } from './compliance';
import { suppressedLine, verdict } from './suppressed';
import { coverageLines, type Reporter, summaryLine, whatToDo, worstFirst } from './view';

/** Nothing is wrapped: a line for what and why, one for what to do; for logs and grep. */
export const text: Reporter = (report, view) => {
  const plugins = new Map(view.plugins.map((plugin) => [plugin.id, plugin]));
  const lines = worstFirst(report, view).flatMap((result) => {
    const { severity, plugin, resource, message, suppression } = result;
    const todo = whatToDo(result, plugins.get(plugin), report);
    return [
      `${verdict(result)} ${severity} ${plugin} ${printable(resource.id)}: ${printable(message)}`,
      ...(suppression ? [`  ${suppressedLine(suppression)}`] : []),
      ...(todo ? [`  To do: ${printable(todo)}`] : []),
    ];
  });
  const changes = report.comparison ? changesText(report.comparison) : [];
  const parts = [coverageLines(report), lines, changes, complianceLines(report), [summaryLine(report)]];
  return `${parts.flat().join('\n')}\n`;
};
