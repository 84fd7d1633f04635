import { printable } from '../helpers/printable';
import { type Report, type Result, statuses } from '../types';
import { changesPart } from './changesMarkdown';
import { command } from './command';
import { compliancePart } from './complianceMarkdown';
import { type FindingOfPlugins, findingsOf } from './findings';
import { headline } from './headline';
import { cellLines, findingCell, leftOutOf, serverCell } from './markdownCells';
import { fenceFor, folded, literal, markdownHeader, markdownRow } from './markdownText';
import { type Part, page, paragraph } from './page';
import { type SubscriptionNames, subscriptionNames } from './place';
import { suppressedCounts } from './suppressed';
import { oldSuppressionsPart, suppressedPart } from './suppressionsMarkdown';
import { unansweredPart } from './unansweredMarkdown';
import { coverageLines, isToFix, type Reporter, recommendedAction, repair, type View, worstFirst } from './view';

/** GitHub refuses a step summary of more than 1 MiB as a whole, and other steps may have written into the same file. */
export const mostBytes = 1_000_000;

/**
 * GitHub-flavoured Markdown for a step summary or a wiki: what was seen, what has changed, which controls are met,
 * what is wrong and what to do, worst first; in 1,000,000 bytes at most.
 */
export const markdown: Reporter = (report, view) => {
  const names = subscriptionNames(report);
  const rows = worstFirst(report, view);
  const of = (...some: readonly Result['status'][]) =>
    findingsOf(rows.filter(({ status, suppression }) => some.includes(status) && !suppression));
  const parts = [
    paragraph(`## pgposture: ${literal(headline(report))}`),
    paragraph(coverageLines(report).map(literal).join('<br>\n')),
    unansweredPart(report),
    paragraph(counts(report)),
    report.comparison && changesPart(report.comparison, names),
    ...(report.compliance ?? []).map(compliancePart),
    findingsPart(of('FAIL', 'UNKNOWN', 'WARN'), report, view, names),
    commandsPart(rows.filter(isToFix), report, view),
    oldSuppressionsPart(report),
    suppressedPart(findingsOf(rows.filter(({ suppression }) => suppression)), names),
    passPart(of('PASS'), names),
  ];
  return page(
    parts.filter((part) => part !== undefined),
    mostBytes,
  );
};

function counts(report: Report): string {
  const suppressed = suppressedCounts(report);
  const cells = statuses.map(
    (status) => `${report.summary[status]}${suppressed[status] > 0 ? ` (${suppressed[status]} suppressed)` : ''}`,
  );
  return `${markdownHeader(statuses)}${markdownRow(cells)}`.trimEnd();
}

function findingsPart(
  findings: readonly FindingOfPlugins[],
  report: Report,
  { plugins }: View,
  names: SubscriptionNames,
): Part | undefined {
  if (findings.length === 0) return undefined;
  const actions = new Map(plugins.map((plugin) => [plugin.id, recommendedAction(plugin, report)]));
  const toDo = ([first, ...others]: FindingOfPlugins) => {
    if (first.reason) return literal(first.reason.remedy);
    if (first.status !== 'FAIL') return '';
    return cellLines(...new Set([first, ...others].map(({ plugin }) => literal(actions.get(plugin) ?? ''))));
  };
  const row = (finding: FindingOfPlugins) => {
    const [{ status, severity, resource }] = finding;
    return markdownRow([status, severity, serverCell(resource, names), findingCell(finding), toDo(finding)]);
  };
  return {
    head: `### Findings\n\n${markdownHeader(['Status', 'Severity', 'Server', 'Finding', 'What to do'])}`,
    rows: findings.map((each) => () => row(each)),
    tail: '',
    leftOut: leftOutOf(`${findings.length} findings, the least bad of them, are`),
  };
}

/** A command for each FAIL that has one. */
function commandsPart(failed: readonly Result[], report: Report, view: View): Part | undefined {
  const plugins = new Map(view.plugins.map((plugin) => [plugin.id, plugin]));
  const commands = failed.flatMap((result) => {
    const plugin = plugins.get(result.plugin);
    const az = plugin && repair(result, plugin, report.settings);
    return az ? [`# ${printable(`${result.plugin}: ${result.resource.name}`)}\n${command(az)}\n`] : [];
  });
  if (commands.length === 0) return undefined;
  const fence = fenceFor(commands.join(''));
  const { head, tail } = folded(`Commands that repair ${commands.length} FAIL`, `${fence}sh\n`);
  return {
    head,
    rows: commands.map((each) => () => each),
    tail: `${fence}\n${tail}`,
    leftOut: leftOutOf(`${commands.length} commands are`),
  };
}

function passPart(findings: readonly FindingOfPlugins[], names: SubscriptionNames): Part | undefined {
  if (findings.length === 0) return undefined;
  const results = findings.reduce((sum, finding) => sum + finding.length, 0);
  return {
    ...folded(`${results} PASS`, markdownHeader(['Server', 'Finding'])),
    rows: findings.map((finding) => () => markdownRow([serverCell(finding[0].resource, names), findingCell(finding)])),
    leftOut: leftOutOf(`${findings.length} that PASS are`),
  };
}
