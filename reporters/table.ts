import { styleText } from 'node:util';
import cliui from 'cliui';
import { printable } from '../helpers/printable';
import type { Report, ResourceReference, Result, Status } from '../types';
import { coverageLines, type Reporter, recommendedAction, repair, summaryLine, type View, worstFirst } from './view';

type Format = Parameters<typeof styleText>[0];
type Style = (format: Format, text: string) => string;

const colours: Record<Status, Format> = {
  FAIL: ['bold', 'red'],
  UNKNOWN: ['bold', 'magenta'],
  WARN: ['bold', 'yellow'],
  PASS: 'green',
};

const statusColumn = 9;

/** For eyes: three columns that wrap, worst first, then what to do about each FAIL. */
export const table: Reporter = (report, view) => {
  const style: Style = (format, text) => (view.colour ? styleText(format, text, { validateStream: false }) : text);
  const rows = worstFirst(report, view);
  const parts = [
    [...coverageLines(report).map((line) => wrapped(line, view)), style('bold', summaryLine(report))].join('\n'),
    ...(rows.length > 0 ? [rowsTable(rows, report, view, style)] : []),
    ...fixes(rows, report, view, style),
    ...(rows.length > 0 ? [style('bold', summaryLine(report))] : []),
  ];
  return `${parts.join('\n\n')}\n`;
};

function rowsTable(results: readonly Result[], report: Report, { width }: View, style: Style): string {
  const serverColumn = Math.round(width / 3);
  const ui = cliui({ width, wrap: true });
  const row = (status: string, server: string, finding: string) =>
    ui.div(
      { text: status, width: statusColumn, padding: [0, 1, 0, 0] },
      { text: server, width: serverColumn, padding: [0, 2, 0, 0] },
      { text: finding, width: width - statusColumn - serverColumn, padding: [0, 0, 0, 0] },
    );
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
  return trimmed(ui.toString());
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
      return az ? [`  ${style('dim', `# ${printable(result.resource.name)}`)}`, command(az)] : [];
    });
    return [[style('bold', plugin.id), wrapped(recommendedAction(plugin, report), view), ...commands].join('\n')];
  });
}

const command = (az: readonly string[]): string =>
  az.map((part, i) => `${i === 0 ? '  ' : '    '}${printable(part)}`).join(' \\\n');

function wrapped(text: string, { width }: View): string {
  const ui = cliui({ width, wrap: true });
  ui.div({ text, width, padding: [0, 0, 0, 0] });
  return trimmed(ui.toString());
}

const trimmed = (text: string): string => text.replaceAll(/[ \t]+$/gm, '');
