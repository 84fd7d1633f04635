import { byCodeUnit } from '../helpers/resourceId';
import { ScanError } from '../helpers/scanError';
import { unscannedSubscription } from '../helpers/scope';
import type { Gap, Report, Result, Scope, Shard } from '../types';
import { checkedReport } from './checkedReport';
import { unseen } from './evaluate';
import { isOfViews, join, type Named } from './join';
import { reportOf, summaryOf } from './report';

import schema = require('../schema');

/** The report of a shard, and what it is called in an error. */
interface Part {
  readonly name: string;
  readonly report: Report;
  readonly shard: Shard;
}

/**
 * The report that one scan would have given, from those of all its shards, in any order. A subscription that one shard
 * has in its list, and that none has scanned, is UNKNOWN. Reports of ports and of databases join it, or the report of a scan that was
 * not split. Throws a ScanError, `bad-report`, for what is no such report, for reports of different scans, and if there are
 * two of one shard, or none.
 *
 * @param names what they are called in an error.
 */
export function merge(reports: readonly Report[], names: readonly string[] = numbered(reports)): Report {
  const given = reports.map((report, i): Named => ({ report: checked(report, names[i] ?? ''), name: names[i] ?? '' }));
  const views = given.filter(({ report }) => isOfViews(report));
  const scans = given.filter((each) => !views.includes(each));
  const [view, ...others] = views;
  if (!view) return mergeShards(scans);
  for (const each of given) checkUntouched(each);
  const [scan] = scans;
  if (!scan) return join([view, ...others]);
  const whole = scans.length === 1 && !scan.report.shard ? scan : { report: mergeShards(scans), name: scan.name };
  return join([whole, view, ...others]);
}

function mergeShards(given: readonly Named[]): Report {
  const parts = given.map(partOf).sort(inOrder);
  const [first, ...others] = parts;
  if (!first) throw bad('There is no report to merge.', 'Give the reports of all shards of a scan.');
  for (const other of others) checkCommon(first, other);
  checkAllThere(parts, first.shard);
  checkOneTenant(parts);

  const tellers = tellersOf(parts);
  const isTold = (part: Part, id: string) => (tellers.get(id.toLowerCase()) ?? part) === part;
  const { shard } = first;
  const unscanned = unscannedOf(parts, shard);
  return reportOf({
    tool: first.report.tool,
    startedAt: parts.map(({ report }) => report.startedAt).reduce((a, b) => (a < b ? a : b)),
    finishedAt: parts.map(({ report }) => report.finishedAt).reduce((a, b) => (a > b ? a : b)),
    uncut: parts.every(({ report }) => report.complete),
    settings: first.report.settings,
    choice: shard.choice,
    plugins: shard.plugins,
    scopes: [
      ...parts.flatMap((part) => part.report.scopes.filter(({ id }) => isTold(part, id))),
      ...unscanned.map(({ scope }) => scope),
    ],
    results: [
      ...parts.flatMap((part) => part.report.results.filter(({ resource }) => isTold(part, resource.id))),
      ...unscanned.flatMap(({ scope, reason }) => shard.plugins.map((plugin) => unseen(plugin, scope, reason))),
    ],
  });
}

const numbered = (reports: readonly Report[]) => reports.map((_, i) => `Report ${i + 1}`);

const inOrder = (a: Part, b: Part) => a.shard.index - b.shard.index || byCodeUnit(a.name, b.name);

const bad = (message: string, remedy: string) => new ScanError('bad-report', message, remedy);

/**
 * Who tells a scope, by its lower-cased id. A list of subscriptions that broke off did so in each shard: the first one that
 * tells it tells it for all.
 */
function tellersOf(parts: readonly Part[]): ReadonlyMap<string, Part> {
  const tellers = new Map<string, Part>();
  for (const part of parts) {
    for (const { id, subscriptionId } of part.report.scopes) {
      const before = tellers.get(id.toLowerCase());
      if (before && subscriptionId !== null) {
        const what = `${before.name} and ${part.name} have both scanned the subscription ${subscriptionId}.`;
        throw bad(what, 'A subscription falls to one shard: give the reports as pgposture wrote them.');
      }
      if (!before) tellers.set(id.toLowerCase(), part);
    }
  }
  return tellers;
}

/** Each shard lists for itself: what came or became visible meanwhile may not have been in the list of the one that it falls to. */
function unscannedOf(parts: readonly Part[], { plugins }: Shard): { scope: Scope; reason: Gap }[] {
  const scanned = new Set(parts.flatMap(({ report }) => subscriptionsOf(report)));
  const kinds = [...new Set(plugins.flatMap((plugin) => plugin.kinds))].sort(byCodeUnit);
  return parts.flatMap(({ shard }) =>
    shard.subscriptions.flatMap((id) => {
      if (scanned.has(id)) return [];
      scanned.add(id);
      const reason: Gap = {
        kind: 'not-collected',
        detail: `The list of shard ${shard.index} has this subscription, and that of the shard that it falls to does not.`,
        remedy: 'Scan again; if it stays so, let all shards sign in as the same identity.',
      };
      return [{ scope: unscannedSubscription(id, kinds, reason), reason }];
    }),
  );
}

const subscriptionsOf = ({ scopes }: Report): string[] =>
  scopes.flatMap(({ subscriptionId }) => subscriptionId?.toLowerCase() ?? []);

// ── One scan ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What the shards of a scan have in common. */
const common: readonly ((part: Part) => string)[] = [
  ({ report: { tool } }) => `was made by ${tool.name} ${tool.version}`,
  ({ shard }) => `is of ${shard.count} shards`,
  ({ shard }) => `asked ${shard.armEndpoint}`,
  ({ shard }) => `scanned ${choiceOf(shard)}`,
  ({ shard }) => `ran ${shard.plugins.map(({ id }) => id).join(', ')}`,
  ({ report }) => `had ${settingsOf(report) || 'no settings'}`,
];

function checkCommon(one: Part, other: Part): void {
  const say = common.find((each) => each(one) !== each(other));
  if (!say) return;
  const remedy = 'Give reports of one scan: all shards with the same version, options and plugins.';
  throw bad(`${one.name} ${say(one)}, and ${other.name} ${say(other)}.`, remedy);
}

function choiceOf({ choice: { subscriptions, managementGroups, excludeSubscriptions } }: Shard): string {
  const quoted = (words: readonly string[]) => words.map((word) => `"${word}"`).join(', ');
  const chosen =
    managementGroups.length > 0 ? `the management group ${quoted(managementGroups)}` : quoted(subscriptions);
  const without = excludeSubscriptions.length > 0 ? ` without ${quoted(excludeSubscriptions)}` : '';
  return `${chosen || 'all subscriptions'}${without}`;
}

const settingsOf = ({ settings }: Report): string =>
  Object.entries(settings)
    .map(([name, value]) => `${name}=${value}`)
    .sort(byCodeUnit)
    .join(', ');

function checkAllThere(parts: readonly Part[], { count }: Shard): void {
  const names = new Map<number, string>();
  for (const { name, shard } of parts) {
    const before = names.get(shard.index);
    if (before !== undefined) {
      throw bad(`${before} and ${name} are both of shard ${shard.index} of ${count}.`, 'Give one of them.');
    }
    names.set(shard.index, name);
  }
  const missing = Array.from({ length: count }, (_, i) => i + 1).filter((index) => !names.has(index));
  if (missing.length === 0) return;
  const some = missing.slice(0, few).join(', ') + (missing.length > few ? ', …' : '');
  const remedy = `Give the report of each: pgposture scan --shard ${missing[0]}/${count} --json FILE makes it.`;
  throw bad(`${missing.length} of ${count} shards ${missing.length === 1 ? 'is' : 'are'} missing: ${some}.`, remedy);
}

/** As many as a line holds. */
const few = 10;

/** Whole lists of one tenant are alike, even if they are not of the same moment. */
function checkOneTenant(parts: readonly Part[]): void {
  const whole = parts.filter(({ report }) => report.scopes.every(({ subscriptionId }) => subscriptionId !== null));
  const [one, ...others] = whole;
  const known = new Set(one?.shard.subscriptions);
  const other = others.find(({ shard }) => !shard.subscriptions.some((id) => known.has(id)));
  if (!one || !other) return;
  const what = `${one.name} and ${other.name} have no subscription in common: they are of different tenants.`;
  throw bad(what, 'Give reports of one scan: let all shards sign in to one tenant, as the same identity.');
}

// ── One report ───────────────────────────────────────────────────────────────────────────────────────────────────────

const checked = (report: Report, name: string): Report =>
  checkedReport(report, name, 'Give what pgposture scan --shard wrote with --json.');

/** What was held against something belongs to a part only. */
function checkUntouched({ name, report }: Named): void {
  if (!(report.suppressions ?? report.comparison ?? report.compliance)) return;
  const remedy = 'Give what scan --shard wrote; suppressions, a baseline and controls are for what is merged of all.';
  throw bad(`${name} was held against suppressions, a baseline or controls.`, remedy);
}

/** Throws a ScanError if it is no report of a shard, or contradicts itself. */
function partOf({ report, name }: Named): Part {
  const { shard } = report;
  if (!shard) {
    const remedy = 'Give reports of scan --shard only; a report that was merged is not merged again.';
    throw bad(`${name} is of a scan that was not split.`, remedy);
  }
  checkUntouched({ report, name });
  const novelty = Object.keys(report).find((field) => !Object.hasOwn(schema.properties as object, field));
  if (novelty !== undefined) {
    const { version } = report.tool;
    throw bad(`${name} has "${novelty}", which this pgposture cannot merge.`, `Merge with pgposture ${version}.`);
  }
  const contradiction = contradictionIn(report, shard);
  if (contradiction === undefined) return { name, report, shard };
  throw bad(`${name} contradicts itself: ${contradiction}.`, 'Give it as pgposture wrote it, or scan the shard again.');
}

function contradictionIn(report: Report, shard: Shard): string | undefined {
  const { index, count, subscriptions } = shard;
  if (index > count) return `it is shard ${index} of ${count}`;
  const summary = summaryOf(report.scopes, report.results);
  for (const [name, number] of Object.entries(summary)) {
    const said = report.summary[name as keyof typeof summary];
    if (said !== number) return `its summary says ${name} ${said}, and it holds ${number}`;
  }
  const known = new Set(subscriptions);
  const stray = subscriptionsOf(report).find((id) => !known.has(id));
  if (stray !== undefined) return `it has scanned the subscription ${stray}, which is not in its list`;
  return missingIn(report, shard);
}

/** Each plugin has a word on each server that a list named, and on each scope that did not show all. */
function missingIn({ scopes, results }: Report, { plugins }: Shard): string | undefined {
  const servers = new Map<string, Set<string>>();
  const judged = new Set<string>();
  for (const { plugin, resource } of results) {
    const key = keyOf(plugin, resource.type, resource.subscriptionId);
    const ids = servers.get(key);
    if (ids) ids.add(resource.id.toLowerCase());
    else servers.set(key, new Set([resource.id.toLowerCase()]));
    judged.add(`${plugin} ${resource.id.toLowerCase()}`);
  }
  for (const { id, subscriptionId, kinds } of scopes) {
    for (const plugin of plugins) {
      for (const kind of plugin.kinds) {
        const coverage = kinds[kind];
        if (!coverage) return `it says nothing of ${kind} in ${id}`;
        const seen = servers.get(keyOf(plugin.id, kind, subscriptionId))?.size ?? 0;
        if (coverage.answered && seen < coverage.servers)
          return `${id} has ${coverage.servers} ${kind}, and ${plugin.id} has results of ${seen}`;
        if (!coverage.answered && !judged.has(`${plugin.id} ${id.toLowerCase()}`))
          return `${id} did not show all its servers, and ${plugin.id} has no result that says so`;
      }
    }
  }
  return undefined;
}

const keyOf = (plugin: Result['plugin'], type: string, subscriptionId: string | null) =>
  `${plugin} ${type.toLowerCase()} ${subscriptionId?.toLowerCase()}`;
