import { byCodeUnit } from '../helpers/resourceId';
import { ScanError } from '../helpers/scanError';
import { isAzures } from '../helpers/scope';
import type { PluginThatRan, Report } from '../types';
import { choiceOf, pluginsOf, reportOf } from './report';

/** A report, and what it is called in an error. */
export interface Named {
  readonly name: string;
  readonly report: Report;
}

/** Whether it is of ports or databases only, which were asked without Azure. */
export const isOfViews = ({ scopes, shard }: Report): boolean =>
  !shard && scopes.length > 0 && !scopes.some((scope) => isAzures(scope));

/**
 * One report of several views: of ports, of databases, and of what Azure says, if one is among them. Throws a ScanError, `bad-report`,
 * if two of them have asked the same, or would call the same thing good and bad.
 */
export function join(parts: readonly [Named, ...Named[]]): Report {
  const [first] = parts;
  const settings = new Map<string, { readonly value: string; readonly name: string }>();
  const asked = new Map<string, string>();
  for (const { name, report } of parts) {
    const { tool } = first.report;
    if (report.tool.name !== tool.name || report.tool.version !== tool.version) {
      const what = `${first.name} was made by ${tool.name} ${tool.version}, and ${name} by ${report.tool.name} ${report.tool.version}.`;
      throw bad(what, 'Give reports that one version has made.');
    }
    for (const [setting, value] of Object.entries(report.settings)) {
      const before = settings.get(setting);
      if (before && before.value !== value) {
        const what = `${before.name} had ${setting}=${before.value}, and ${name} ${setting}=${value}.`;
        throw bad(what, 'A report has one value of a setting: make them with the same.');
      }
      settings.set(setting, before ?? { value, name });
    }
    for (const { id } of report.scopes) {
      const before = asked.get(id.toLowerCase());
      if (before !== undefined) throw bad(`${before} and ${name} are both of ${id}.`, 'Give one of them.');
    }
    for (const { id } of report.scopes) asked.set(id.toLowerCase(), name);
  }
  const reports = parts.map(({ report }) => report);
  return reportOf({
    tool: first.report.tool,
    startedAt: reports.map(({ startedAt }) => startedAt).reduce((a, b) => (a < b ? a : b)),
    finishedAt: reports.map(({ finishedAt }) => finishedAt).reduce((a, b) => (a > b ? a : b)),
    uncut: reports.every(({ complete }) => complete),
    settings: Object.fromEntries([...settings].map(([name, { value }]) => [name, value])),
    choice: reports.map(choiceOf).find((choice) => choice !== undefined),
    plugins: pluginsOfAll(reports),
    scopes: reports.flatMap(({ scopes }) => scopes),
    results: reports.flatMap(({ results }) => results),
  });
}

function pluginsOfAll(reports: readonly Report[]): PluginThatRan[] {
  const plugins = new Map(reports.flatMap(pluginsOf).map((plugin) => [plugin.id, plugin]));
  return [...plugins.values()].sort((a, b) => byCodeUnit(a.id, b.id));
}

const bad = (message: string, remedy: string) => new ScanError('bad-report', message, remedy);
