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
    compliance: printableAll(complianceIn(given, view)),
    data: dataOf(results, { settings: report.settings, plugins, names, changeOf: changesOf(report) }),
  });
};

/** Those that were chosen, else all; or why nobody can say. */
function complianceIn(report: Report, { known }: View): readonly Compliance[] | string {
  if (report.compliance) return report.compliance;
  if (report.shard)
    return 'This is a shard. What all of them prove of the controls says the page that pgposture merge makes.';
  if (!known || !report.plugins) return 'Nobody can say here which plugins there are besides those that ran.';
  const ids = new Set(known.map(({ id }) => id));
  const stranger = report.plugins.find(({ id }) => !ids.has(id));
  if (stranger) return `Nobody can say here which controls ${stranger.id} is mapped to: load it with --plugin-module.`;
  return complianceOf(report, known, frameworks).filter(({ controls }) => controls.length > 0);
}

/** Those that ran, and of those that only results tell of, what these say. */
function pagePlugins(report: Report, known: readonly (Plugin | ForeignDescription)[]): ReadonlyMap<string, PagePlugin> {
  const plugins = new Map<string, PagePlugin>();
  const ran = report.plugins ?? report.shard?.plugins ?? [];
  for (const { id, title, severity } of [...ran, ...report.results.map((each) => ({ ...each, id: each.plugin }))]) {
    if (!plugins.has(id)) plugins.set(id, { id, title, severity, compliance: [] });
  }
  for (const plugin of known) {
    const ranAs = plugins.get(plugin.id);
    if (!ranAs) continue;
    const { description, moreInfo, link } = plugin;
    const more = 'fix' in plugin ? { kind: plugin.kind, fix: plugin.fix, compliance: plugin.compliance } : {};
    plugins.set(plugin.id, {
      ...ranAs,
      ...{ description, moreInfo, link, recommendedAction: recommendedAction(plugin, report) },
      ...more,
    });
  }
  return new Map([...plugins].sort(([a], [b]) => (a < b ? -1 : 1)));
}
