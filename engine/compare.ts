import { resultKey } from '../helpers/accepted';
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
  const { baseline: name = 'The baseline', report: other = 'What is compared with it' } = names;
  const before = checkedReport(baseline, name, 'Give what pgposture scan wrote with --json.');
  for (const [each, what] of [[before, name] as const, [report, other] as const]) {
    if (each.shard)
      throw new ScanError('bad-report', `${what} is a shard only.`, 'Merge all shards first: pgposture merge.');
  }
  const now = withLost(before, report);
  const changes: Change[] = [];
  let same = 0;
  const was = new Map(numbered(before.results));
  for (const [key, result] of numbered(now.results)) {
    const old = was.get(key);
    was.delete(key);
    const change = changeOf(old, result);
    if (change) changes.push(changed(change, result, old, result));
    else if (old) same++;
  }
  const fate = fates(before, now);
  for (const old of was.values()) {
    const change = fate(old);
    if (change) changes.push(changed(change, old, old, undefined));
  }
  const { tool, startedAt, finishedAt, complete, settings, summary } = before;
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
  const ran = new Set(pluginsOf(now).map(({ id }) => id));
  const bySubscription = new Map(now.scopes.map((scope) => [scope.subscriptionId?.toLowerCase(), scope]));
  const scopes = new Set(before.scopes.map(({ id }) => id.toLowerCase()));
  const sameChoice = JSON.stringify(choiceOf(before)) === JSON.stringify(choiceOf(now));
  return ({ plugin, resource: { id, type, subscriptionId } }) => {
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
  remedy: 'Grant Reader on it again; if it is not to be scanned any more, make a new baseline.',
};

function withLost(baseline: Report, report: Report): Report {
  const seen = new Set(report.scopes.map(({ subscriptionId }) => subscriptionId?.toLowerCase()));
  const isLost = ({ id, name, subscriptionId }: Scope) =>
    subscriptionId !== null &&
    !seen.has(subscriptionId.toLowerCase()) &&
    !isLeftOut({ id: subscriptionId, name: name || id }, choiceOf(report), choiceOf(baseline));
  const plugins = pluginsOf(report);
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
  return now.managementGroups.length > 0 && now.managementGroups.join() !== before?.managementGroups.join();
}
