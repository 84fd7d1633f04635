import { styleText } from 'node:util';
import cliui from 'cliui';
import { printable } from '../helpers/printable';
import { remediation } from '../helpers/remediation';
import type { Plugin, Report, Result, Status } from '../types';
import { coverageLines, type Reporter, subscriptionName, summaryLine, type View, worstFirst } from './view';

type Format = Parameters<typeof styleText>[0];
type Style = (format: Format, text: string) => string;

const colours: Record<Status, Format> = {
  FAIL: ['bold', 'red'],
  UNKNOWN: ['bold', 'magenta'],
  WARN: ['bold', 'yellow'],
  PASS: 'green',
};

const statusColumn = 9;
const serverColumn = 27;

/** For eyes: three columns that wrap, worst first, then what to do about each FAIL. */
export const table: Reporter = (report, view) => {
  const style: Style = (format, text) => (view.colour ? styleText(format, text, { validateStream: false }) : text);
  const rows = worstFirst(report, view);
  const parts = [
    coverageLines(report).join('\n'),
    ...(rows.length > 0 ? [rowsTable(rows, report, view, style)] : []),
    ...fixes(rows, report, view, style),
    style('bold', summaryLine(report)),
  ];
  return `${parts.join('\n\n')}\n`;
};

function rowsTable(rows: readonly Result[], report: Report, { width }: View, style: Style): string {
  const ui = cliui({ width, wrap: true });
  const row = (status: string, server: string, finding: string) =>
    ui.div(
      { text: status, width: statusColumn, padding: [0, 1, 0, 0] },
      { text: server, width: serverColumn, padding: [0, 2, 0, 0] },
      { text: finding, width: width - statusColumn - serverColumn, padding: [0, 0, 0, 0] },
    );
  row(style('bold', 'STATUS'), style('bold', 'SERVER'), style('bold', 'FINDING'));
  for (const { status, severity, plugin, message, reason, resource } of rows) {
    const where = [resource.location, resource.resourceGroup, subscriptionName(report, resource)];
    const place = where.filter((part) => part && part !== resource.name).map((part) => printable(part ?? ''));
    row(
      [style(colours[status], status), style('dim', severity)].join('\n'),
      [printable(resource.name), ...place.map((part) => style('dim', part))].join('\n'),
      [printable(message), ...(reason ? [printable(reason.remedy)] : []), style('dim', plugin)].join('\n'),
    );
  }
  return ui.toString().replaceAll(/[ \t]+$/gm, '');
}

/** Commands stand alone, unwrapped, so that they can be copied. */
function fixes(rows: readonly Result[], { settings }: Report, { plugins }: View, style: Style): string[] {
  return plugins.flatMap((plugin) => {
    const failed = rows.filter(({ status, plugin: id }) => status === 'FAIL' && id === plugin.id);
    if (failed.length === 0) return [];
    const heading = `${style('bold', plugin.id)}: ${plugin.recommendedAction}`;
    return [[heading, ...failed.map((result) => command(result, plugin, settings))].join('\n')];
  });
}

function command({ resource }: Result, { fix, kind }: Plugin, settings: Report['settings']): string {
  const lines = remediation(fix, kind, resource, settings).az.split('\n');
  return lines.map((line) => `  ${printable(line)}`).join('\n');
}
