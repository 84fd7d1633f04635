import { isServerKind, isView, kinds } from '../helpers/kind';
import { printable } from '../helpers/printable';
import { remediation } from '../helpers/remediation';
import { isAzures } from '../helpers/scope';
import { fillTemplate } from '../helpers/template';
import {
  type Coverage,
  type FailOn,
  type ForeignDescription,
  type Kind,
  type Plugin,
  type Report,
  type Result,
  type Settings,
  type Shard,
  severities,
  statuses,
} from '../types';
import { sameSpelling } from './spelling';
import { suppressedCounts } from './suppressed';
import { inMinutes } from './time';

/** How a report is to be shown. */
export interface View {
  /** Columns of the terminal. */
  readonly width: number;
  readonly colour: boolean;
  /** Leave PASS out of the rows; never out of the counts. */
  readonly ignoreOk: boolean;
  /** The plugins of the scan, for what to do about a FAIL. */
  readonly plugins: readonly (Plugin | ForeignDescription)[];
  /** All that there are, so that a control of a framework knows which did not run. Those of the scan, if left out. */
  readonly known?: readonly (Plugin | ForeignDescription)[];
  /** What fails the gate: under `warn`, a WARN is a failure in JUnit. `fail` if left out. */
  readonly failOn?: FailOn;
  /** In SARIF, what is suppressed too; GitHub shows it as an open alert. */
  readonly sarifSuppressed?: boolean;
}

/** Makes a string of a report. Prints nothing, opens nothing, and has no clock. */
export type Reporter = (report: Report, view: View) => string;

/** The rows to show, worst first, what is suppressed at the end of its status; within one severity as the report has them. */
export function worstFirst({ results }: Report, { ignoreOk }: View): Result[] {
  return results
    .filter(({ status }) => !(ignoreOk && status === 'PASS'))
    .sort(
      (a, b) =>
        statuses.indexOf(a.status) - statuses.indexOf(b.status) ||
        Number(a.suppression !== undefined) - Number(b.suppression !== undefined) ||
        severities.indexOf(b.severity) - severities.indexOf(a.severity),
    );
}

export const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`;

/** What was asked, and what came: the first thing to know of any report. */
export function coverageLines({ scopes, summary, complete, shard }: Report): string[] {
  const views = viewsOf(scopes);
  return [
    ...(views.length === 0 || scopes.some(isAzures) ? [azureLine(scopes, summary)] : []),
    ...(views.length === 0 ? [] : [`Asked ${views.join(' and ')}.`]),
    ...(shard ? [shardLine(shard, summary.subscriptions)] : []),
    ...collectedLines(scopes),
    ...(complete ? [] : ['Incomplete: what was not seen is UNKNOWN, with the reason.']),
  ];
}

function azureLine(scopes: Report['scopes'], summary: Report['summary']): string {
  const answered = scopes.filter(
    ({ subscriptionId, kinds }) => subscriptionId !== null && Object.values(kinds).every((kind) => kind.answered),
  ).length;
  const servers = summary.servers - scopes.filter((scope) => !isAzures(scope)).length;
  const saw = servers === 0 ? 'Saw no PostgreSQL server' : `Saw ${count(servers, 'PostgreSQL server')}`;
  return `${saw}: ${answered} of ${count(summary.subscriptions, 'subscription')} answered.`;
}

/** What was looked at beside Azure Resource Manager, in numbers. */
function viewsOf(scopes: Report['scopes']): string[] {
  const numbers = new Map<Kind, number>();
  for (const { kinds: coverage } of scopes) {
    for (const [kind, { servers }] of Object.entries(coverage) as [Kind, Coverage][]) {
      if (isView(kind)) numbers.set(kind, (numbers.get(kind) ?? 0) + servers);
    }
  }
  return [...numbers].map(([kind, number]) => count(number, Object.hasOwn(kinds, kind) ? kinds[kind].noun : kind));
}

const shardLine = ({ index, count: shards, subscriptions }: Shard, own: number) =>
  `Shard ${index} of ${shards}: ${own || 'none'} of ${count(subscriptions.length, 'subscription')} ${own > 1 ? 'fall' : 'falls'} to it.`;

/** A verdict on a collection is as old as the collection. */
function collectedLines(scopes: Report['scopes']): string[] {
  const times = scopes.flatMap(({ collectedAt }) => (collectedAt === undefined ? [] : [collectedAt]));
  const known = times.filter((time) => time !== null).sort();
  const [first, last] = [known[0], known.at(-1)].map((time) => time && inMinutes(time));
  return [
    ...(first ? [`From what was collected ${first === last ? `at ${first}` : `from ${first} to ${last}`}.`] : []),
    ...(times.includes(null) ? ['From what was collected at a time that the collection does not say.'] : []),
  ];
}

/** `4 FAIL (1 suppressed), 2 UNKNOWN, …`, worst first, zeros included: nothing to guess. */
export function summaryLine(report: Report): string {
  const suppressed = suppressedCounts(report);
  return statuses
    .map((status) => {
      const some = suppressed[status] > 0 ? ` (${suppressed[status]} suppressed)` : '';
      return `${report.summary[status]} ${status}${some}`;
    })
    .join(', ');
}

/** A FAIL that nobody has accepted. */
export const isToFix = ({ status, suppression }: Result): boolean => status === 'FAIL' && !suppression;

/** A plugin, which may know how to repair what it finds. */
type Repairable = Pick<Plugin, 'id'> & Partial<Pick<Plugin, 'fix' | 'kind'>>;

/** The az command that repairs a FAIL, in parts; undefined if nobody knows one, or the setting already has the value that it would set. */
export function repair(
  { evidence, resource }: Pick<Result, 'evidence' | 'resource'>,
  { fix, kind }: Repairable,
  settings: Settings,
): readonly string[] | undefined {
  if (!fix || !('set' in fix) || !kind || !isServerKind(kind)) return undefined;
  const now = evidence[fix.set];
  const { az, to } = remediation(fix, kind, resource, settings);
  return typeof now === 'string' && sameSpelling(now, to) ? undefined : az;
}

/** What to do about a FAIL of the plugin, with the settings of the scan in it. */
export const recommendedAction = (plugin: Plugin | ForeignDescription, { settings }: Report): string =>
  printable(fillTemplate(plugin.recommendedAction, settings));

/** What to do about a result, in one sentence or command: undefined of a PASS, a WARN, what is suppressed, and a FAIL whose plugin nobody knows. */
export function whatToDo(
  result: Result,
  plugin: View['plugins'][number] | undefined,
  report: Report,
): string | undefined {
  if (result.suppression) return undefined;
  if (result.reason) return result.reason.remedy;
  if (result.status !== 'FAIL' || !plugin) return undefined;
  return repair(result, plugin, report.settings)?.join(' ') ?? recommendedAction(plugin, report);
}
