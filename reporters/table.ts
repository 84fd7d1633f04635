import { printable } from '../helpers/printable';
import type { Report, Result, Status } from '../types';
import { changesTable } from './changes';
import { command } from './command';
import { complianceLines } from './compliance';
import { findingsOf } from './findings';
import { grid, indented, type Style, styleOf, wrapped } from './layout';
import { place, subscriptionNames } from './place';
import { suppressedLine } from './suppressed';
import {
  coverageLines,
  isToFix,
  type Reporter,
  recommendedAction,
  repair,
  summaryLine,
  type View,
  worstFirst,
} from './view';

const colours: Record<Status, Parameters<Style>[0]> = {
  FAIL: ['bold', 'red'],
  UNKNOWN: ['bold', 'magenta'],
  WARN: ['bold', 'yellow'],
  PASS: 'green',
};

/** As wide as the longest word in it, and the gap. */
const statusColumn = 'UNKNOWN'.length + 2;
const suppressedColumn = 'suppressed'.length + 2;

/** For eyes: three columns that wrap, worst first, then what to do about each FAIL. */
export const table: Reporter = (report, view) => {
  const style = styleOf(view.colour);
  const rows = worstFirst(report, view);
  const parts = [
    [...coverageLines(report).map((line) => wrapped(line, view.width)), style('bold', summaryLine(report))].join('\n'),
    ...(rows.length > 0 ? [rowsTable(rows, report, view, style)] : []),
    ...fixes(rows, report, view, style),
    ...(report.comparison ? changesTable(report.comparison, view.width, style, subscriptionNames(report)) : []),
    ...(report.compliance ? [controls(report, view, style)] : []),
    ...(rows.length > 0 ? [style('bold', summaryLine(report))] : []),
  ];
  return `${parts.join('\n\n')}\n`;
};

function rowsTable(results: readonly Result[], report: Report, { width }: View, style: Style): string {
  const firstColumn = results.some(({ suppression }) => suppression) ? suppressedColumn : statusColumn;
  const serverColumn = Math.round(width / 3);
  const rows: (readonly [status: string, server: string, finding: string])[] = [];
  const row = (...cells: (typeof rows)[number]) => rows.push(cells);
  row(style('bold', 'STATUS'), style('bold', 'SERVER'), style('bold', 'FINDING'));
  const names = subscriptionNames(report);
  const dim = (text: string) => style('dim', printable(text));
  let above: Status | undefined;
  for (const [first, ...others] of findingsOf(results)) {
    const { status, severity, message, reason, resource, suppression } = first;
    if (status !== above) row('', '', '');
    above = status;
    row(
      [style(colours[status], status), ...(suppression ? [dim('suppressed')] : []), dim(severity)].join('\n'),
      [style('bold', printable(resource.name)), ...place(resource, names).map(dim)].join('\n'),
      [
        printable(message),
        ...(suppression ? [suppressedLine(suppression)] : []),
        ...(reason && !suppression ? [printable(reason.remedy)] : []),
        ...(reason ? [dim(reason.kind)] : []),
        ...[first, ...others].map(({ plugin }) => dim(plugin)),
      ].join('\n'),
    );
  }
  return grid(rows, [firstColumn, serverColumn, width - firstColumn - serverColumn]);
}

const controls = (report: Report, { width }: View, style: Style): string =>
  [style('bold', 'CONTROLS'), ...complianceLines(report).map((line) => wrapped(line, width))].join('\n');

/** Commands stand alone, unwrapped, so that they can be copied. */
function fixes(rows: readonly Result[], report: Report, view: View, style: Style): string[] {
  return view.plugins.flatMap((plugin) => {
    const failed = rows.filter((result) => isToFix(result) && result.plugin === plugin.id);
    if (failed.length === 0) return [];
    const commands = failed.flatMap((result) => {
      const az = repair(result, plugin, report.settings);
      return az ? [`  ${style('dim', `# ${printable(result.resource.name)}`)}`, indented(command(az), 2)] : [];
    });
    return [[style('bold', plugin.id), wrapped(recommendedAction(plugin, report), view.width), ...commands].join('\n')];
  });
}
