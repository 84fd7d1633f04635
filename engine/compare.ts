import { resultKey } from '../helpers/accepted';
import { isView } from '../helpers/kind';
import { byCodeUnit, sameName } from '../helpers/resourceId';
import { ScanError } from '../helpers/scanError';
import { unscannedSubscription } from '../helpers/scope';
import {
  type Change,
  type ChangeKind,
  type ChangeSide,
  type Choice,
  type Comparison,
  changeKinds,
  type Gap,
  type PluginThatRan,
  type Report,
  type Result,
  type Scope,
  type Status,
} from '../types';
import { checkedReport } from './checkedReport';
import { unseen } from './evaluate';
import { choiceOf, pluginsOf, reportOf } from './report';

/** A report that was compared. */
export interface ComparedReport extends Report {
  readonly comparison: Comparison;
}

interface Names {
  readonly baseline: string;
  readonly report: string;
}

/**
 * The report with all that is different since the baseline. A subscription of the baseline that this scan was to see, and did not,
 * is added to it as UNKNOWN. Throws a ScanError, `bad-report`, if the baseline is none, or if one of them is of a shard.
 *
 * @param names what they are called in an error.
 */
export function compare(baseline: Report, report: Report, names: Partial<Names> = {}): ComparedReport {
  const now = withLost(baseline, report, names);
  const before = new Map(numbered(baseline.results));
  const after = numbered(now.results);
  const left = new Map(before);
  for (const [key] of after) left.delete(key);
  const fate = fates(baseline, now);
  const unseen = [...left.values()].filter((old) => fate(old) === 'unknown');
  const narrower = new Set(unseen.filter(wasBetter).map(scopeKey));
  const changes: Change[] = [];
  let same = 0;
  for (const [key, result] of after) {
    const old = before.get(key);
    // It did not show all its servers before, and shows fewer now.
    const isNarrower = old && narrower.has(scopeKey(result)) && isScope(now, result);
    const change = isNarrower ? 'worse' : changeOf(old, result);
    if (change) changes.push(changed(change, result, old, result));
    else if (old) same++;
  }
  for (const old of left.values()) {
    const change = fate(old);
    if (change) changes.push(changed(change, old, old, undefined));
  }
  const { tool, startedAt, finishedAt, complete, settings, summary } = baseline;
  return {
    ...now,
    comparison: {
      baseline: { tool, startedAt, finishedAt, complete, settings, summary },
      summary: { ...counted(changes), same },
      changes: changes.sort(inOrder),
    },
  };
}

/** A plugin of another tool may have more than one result of a resource. */
function numbered(results: readonly Result[]): [key: string, result: Result][] {
  const counts = new Map<string, number>();
  return results.map((result) => {
    const key = resultKey(result);
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    return [`${key} ${count}`, result];
  });
}

const scopeKey = ({ plugin, resource }: Result) => `${plugin} ${resource.subscriptionId?.toLowerCase()}`;

const isScope = ({ scopes }: Report, { resource }: Result) => scopes.some(({ id }) => sameName(id, resource.id));

/** Than an UNKNOWN; or accepted by a suppression, of which nobody knows now whether it still is. */
const wasBetter = ({ status, suppression }: Result) => suppression !== undefined || badness[status] < badness.UNKNOWN;

/** The better, the less. An UNKNOWN may be a FAIL. */
const badness: Readonly<Record<Status, number>> = { PASS: 0, WARN: 1, UNKNOWN: 2, FAIL: 3 };

function changeOf(old: Result | undefined, { status, suppression }: Result): ChangeKind | undefined {
  if (!old) return status === 'PASS' ? undefined : 'new';
  // What a suppression covered, the baseline does not: else no suppression would ever expire.
  if (old.suppression && !suppression && status !== 'PASS') return 'worse';
  const worse = badness[status] - badness[old.status];
  if (worse === 0) return undefined;
  if (worse > 0) return 'worse';
  if (status === 'UNKNOWN') return 'unknown';
  return status === 'PASS' ? 'fixed' : 'better';
}

/** What has become of a result that is not there any more; undefined if it was not asked for. */
function fates(before: Report, now: Report): (old: Result) => ChangeKind | undefined {
  const ran = new Set(ranIn(now, before).map(({ id }) => id));
  const bySubscription = new Map(now.scopes.map((scope) => [scope.subscriptionId?.toLowerCase(), scope]));
  const scopes = new Set(before.scopes.map(({ id }) => id.toLowerCase()));
  const [wordsBefore, wordsNow] = [before, now].map((each) => JSON.stringify(choiceOf(each))?.toLowerCase());
  const sameChoice = wordsBefore === wordsNow;
  return ({ plugin, resource: { id, type, subscriptionId } }) => {
    // A scope of its own: asked again, it is there again.
    if (isView(type) && subscriptionId === null) return undefined;
    const scope = bySubscription.get(subscriptionId?.toLowerCase());
    if (!ran.has(plugin) || !(scope || (subscriptionId === null && sameChoice))) return undefined;
    // It did not show all its servers, and does now.
    if (scopes.has(id.toLowerCase())) return 'gone';
    const coverage = Object.entries(scope?.kinds ?? {}).find(([kind]) => sameName(kind, type))?.[1];
    return coverage && (coverage.answered ? 'gone' : 'unknown');
  };
}

const sideOf = ({ status, message, reason, suppression }: Result): ChangeSide => ({
  status,
  message,
  ...(reason && { reason }),
  ...(suppression && { suppression }),
});

const changed = (
  change: ChangeKind,
  { plugin, title, severity, resource }: Result,
  before: Result | undefined,
  after: Result | undefined,
): Change => ({
  change,
  plugin,
  title,
  severity,
  resource,
  before: before ? sideOf(before) : null,
  after: after ? sideOf(after) : null,
});

function counted(changes: readonly Change[]): Record<ChangeKind, number> {
  const counts = { new: 0, worse: 0, unknown: 0, better: 0, fixed: 0, gone: 0 };
  for (const { change } of changes) counts[change]++;
  return counts;
}

const inOrder = (a: Change, b: Change) =>
  changeKinds.indexOf(a.change) - changeKinds.indexOf(b.change) ||
  byCodeUnit(a.resource.id.toLowerCase(), b.resource.id.toLowerCase()) ||
  byCodeUnit(a.plugin, b.plugin);

// ── Subscriptions that are not seen any more ─────────────────────────────────────────────────────────────────────────

const lost: Gap = {
  kind: 'not-collected',
  detail: 'The baseline has this subscription, and this scan did not see it.',
  remedy: 'Grant Reader on it again; if it is gone for good, make a new baseline.',
};

/**
 * The report with what the baseline has, and this scan was to see, and did not: each such subscription is UNKNOWN, once for each
 * plugin that ran. `compare` does it, too; before that, `suppress` can mark what it adds. Throws as `compare` does.
 */
export function withLost(baseline: Report, report: Report, names: Partial<Names> = {}): Report {
  const { baseline: name = 'The baseline', report: other = 'What is compared with it' } = names;
  checkedReport(baseline, name, 'Give what pgposture scan wrote with --json.');
  for (const [each, what] of [[baseline, name] as const, [report, other] as const]) {
    if (each.shard)
      throw new ScanError('bad-report', `${what} is a shard only.`, 'Merge all shards first: pgposture merge.');
  }
  const seen = new Set(report.scopes.map(({ subscriptionId }) => subscriptionId?.toLowerCase()));
  const isLost = ({ id, name, subscriptionId }: Scope) =>
    subscriptionId !== null &&
    !seen.has(subscriptionId.toLowerCase()) &&
    !isLeftOut({ id: subscriptionId, name: name || id }, choiceOf(report), choiceOf(baseline));
  const plugins = ranIn(report, baseline);
  const kinds = [...new Set(plugins.flatMap((plugin) => plugin.kinds))].sort(byCodeUnit);
  const scopes = baseline.scopes
    .filter(isLost)
    .map(({ subscriptionId, name }) => ({ ...unscannedSubscription(subscriptionId ?? '', kinds, lost), name }));
  if (scopes.length === 0) return report;
  return {
    ...reportOf({
      ...report,
      uncut: report.complete,
      scopes: [...report.scopes, ...scopes],
      results: [...report.results, ...scopes.flatMap((scope) => plugins.map((plugin) => unseen(plugin, scope, lost)))],
    }),
    ...(report.suppressions && { suppressions: report.suppressions }),
  };
}

/** The plugins that ran. An older report that does not say so may have no result of some of them. */
function ranIn(report: Report, baseline: Report): readonly PluginThatRan[] {
  if (report.plugins) return report.plugins;
  const own = pluginsOf(report);
  return [...own, ...pluginsOf(baseline).filter(({ id }) => !own.some((plugin) => plugin.id === id))];
}

/** Whether a subscription of the baseline was not to be seen: the words by which subscriptions were chosen tell. */
function isLeftOut(
  { id, name }: { readonly id: string; readonly name: string },
  now: Choice | undefined,
  before: Choice | undefined,
): boolean {
  if (!now) return false;
  // Each subscription that is named has a scope, be it visible or not.
  if (now.subscriptions.length > 0) return true;
  if (now.excludeSubscriptions.some((word) => sameName(word, id) || word === name)) return true;
  const groups = (choice: Choice | undefined) => choice?.managementGroups.join().toLowerCase();
  return now.managementGroups.length > 0 && groups(now) !== groups(before);
}
