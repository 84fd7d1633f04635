import { complianceOf } from '../../helpers/assessed';
import { printableAll } from '../../helpers/printable';
import { type Compliance, type ForeignDescription, frameworks, type Plugin, type Report } from '../../types';
import { changesOf } from '../changes';
import { headline } from '../headline';
import { subscriptionNames } from '../place';
import { coverageLines, type Reporter, recommendedAction, type View, worstFirst } from '../view';
import { dataOf, type PagePlugin } from './data';

// Not needed by any other format.
const loadPage = () => require('./built') as typeof import('./built');

/**
 * One HTML file that needs nothing else and reaches nowhere: the verdict, what is wrong, what was not seen, and all results,
 * to filter and sort. Without its script it shows what is wrong as a plain table.
 */
export const html: Reporter = (given, view) => {
  const report = printableAll(given);
  const results = worstFirst(report, { ...view, ignoreOk: false });
  const plugins = pagePlugins(report, printableAll(view.plugins));
  const names = subscriptionNames(report);
  return loadPage().page({
    report,
    results,
    plugins,
    headline: headline(report),
    coverage: coverageLines(report),
    compliance: printableAll(complianceIn(given, view)).filter(({ controls }) => controls.length > 0),
    data: dataOf(results, { settings: report.settings, plugins, names, changeOf: changesOf(report) }),
  });
};

/** Those that were chosen, else all; none of a shard, and where nobody knows what a plugin is mapped to. */
function complianceIn(report: Report, { plugins, known = plugins }: View): readonly Compliance[] {
  if (report.compliance) return report.compliance;
  const ids = new Set(known.map(({ id }) => id));
  const isKnown = report.plugins?.every(({ id }) => ids.has(id)) ?? false;
  return isKnown ? complianceOf(report, known, frameworks) : [];
}

/** Those that ran. What nobody knows of them but their results is what these say. */
function pagePlugins(report: Report, known: readonly (Plugin | ForeignDescription)[]): ReadonlyMap<string, PagePlugin> {
  const plugins = new Map<string, PagePlugin>();
  for (const { plugin: id, title, severity } of report.results) {
    if (!plugins.has(id)) plugins.set(id, { id, title, severity, compliance: [] });
  }
  for (const plugin of known) {
    const { id, title, severity, description, moreInfo, link } = plugin;
    if (!plugins.has(id)) continue;
    const action = recommendedAction(plugin, report);
    const more =
      'fix' in plugin ? { kind: plugin.kind, fix: plugin.fix, compliance: plugin.compliance } : { compliance: [] };
    plugins.set(id, { id, title, severity, description, moreInfo, link, recommendedAction: action, ...more });
  }
  return new Map([...plugins].sort(([a], [b]) => (a < b ? -1 : 1)));
}
