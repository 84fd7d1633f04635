import { printable } from '../helpers/printable';
import type { Report, ResourceReference, Result, Status } from '../types';
import { command, grid, indented, type Style, styleOf, wrapped } from './layout';
import { coverageLines, type Reporter, recommendedAction, repair, summaryLine, type View, worstFirst } from './view';

const colours: Record<Status, Parameters<Style>[0]> = {
  FAIL: ['bold', 'red'],
  UNKNOWN: ['bold', 'magenta'],
  WARN: ['bold', 'yellow'],
  PASS: 'green',
};

const statusColumn = 9;

/** For eyes: three columns that wrap, worst first, then what to do about each FAIL. */
export const table: Reporter = (report, view) => {
  const style = styleOf(view.colour);
  const rows = worstFirst(report, view);
  const parts = [
    [...coverageLines(report).map((line) => wrapped(line, view.width)), style('bold', summaryLine(report))].join('\n'),
    ...(rows.length > 0 ? [rowsTable(rows, report, view, style)] : []),
    ...fixes(rows, report, view, style),
    ...(rows.length > 0 ? [style('bold', summaryLine(report))] : []),
  ];
  return `${parts.join('\n\n')}\n`;
};

function rowsTable(results: readonly Result[], report: Report, { width }: View, style: Style): string {
  const serverColumn = Math.round(width / 3);
  const rows: (readonly [status: string, server: string, finding: string])[] = [];
  const row = (...cells: (typeof rows)[number]) => rows.push(cells);
  row(style('bold', 'STATUS'), style('bold', 'SERVER'), style('bold', 'FINDING'));
  const names = new Map(report.scopes.map(({ subscriptionId, name }) => [subscriptionId, name]));
  const dim = (text: string) => style('dim', printable(text));
  let above: Status | undefined;
  for (const [first, ...others] of findings(results)) {
    const { status, severity, message, reason, resource } = first;
    if (status !== above) row('', '', '');
    above = status;
    row(
      [style(colours[status], status), dim(severity)].join('\n'),
      [style('bold', printable(resource.name)), ...place(resource, names).map(dim)].join('\n'),
      [
        printable(message),
        ...(reason ? [printable(reason.remedy), dim(reason.kind)] : []),
        ...[first, ...others].map(({ plugin }) => dim(plugin)),
      ].join('\n'),
    );
  }
  return grid(rows, [statusColumn, serverColumn, width - statusColumn - serverColumn]);
}

/** What several plugins say of one resource in the same words is one thing to read. */
function findings(results: readonly Result[]): Iterable<[Result, ...Result[]]> {
  const alike = new Map<string, [Result, ...Result[]]>();
  for (const result of results) {
    const key = JSON.stringify([result.status, result.resource.id.toLowerCase(), result.message]);
    const others = alike.get(key);
    if (others) others.push(result);
    else alike.set(key, [result]);
  }
  return alike.values();
}

/** Where a server is, in the words of people; a scope is its own place. */
function place(
  { location, resourceGroup, subscriptionId }: ResourceReference,
  names: Map<string | null, string>,
): string[] {
  if (resourceGroup === null) return subscriptionId === null ? ['tenant'] : ['subscription'];
  const region = location === null ? [] : [location];
  return [[...region, resourceGroup].join(', '), names.get(subscriptionId) ?? ''];
}

/** Commands stand alone, unwrapped, so that they can be copied. */
function fixes(rows: readonly Result[], report: Report, view: View, style: Style): string[] {
  return view.plugins.flatMap((plugin) => {
    const failed = rows.filter(({ status, plugin: id }) => status === 'FAIL' && id === plugin.id);
    if (failed.length === 0) return [];
    const commands = failed.flatMap((result) => {
      const az = repair(result, plugin, report.settings);
      return az ? [`  ${style('dim', `# ${printable(result.resource.name)}`)}`, indented(command(az), 2)] : [];
    });
    return [[style('bold', plugin.id), wrapped(recommendedAction(plugin, report), view.width), ...commands].join('\n')];
  });
}
