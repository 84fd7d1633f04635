import { isView } from '../helpers/kind';
import { byCodeUnit } from '../helpers/resourceId';
import { isAzures, isOfScope } from '../helpers/scope';
import type { Choice, Kind, PluginThatRan, Report, Result, Scope, Shard } from '../types';

/** What a report is made of; scopes and results in any order. */
export interface Parts extends Pick<Report, 'tool' | 'startedAt' | 'finishedAt' | 'settings' | 'scopes' | 'results'> {
  /** Nobody cut the scan short. */
  readonly uncut: boolean;
  readonly choice?: Choice | undefined;
  readonly plugins?: readonly PluginThatRan[] | undefined;
  readonly shard?: Shard | undefined;
}

/** Puts a report together. The order of what it is given leaves no trace. */
export function reportOf({ uncut, choice, plugins, shard, scopes, results, ...parts }: Parts): Report {
  const { tool, startedAt, finishedAt, settings } = parts;
  const coverages = scopes.flatMap(({ kinds }) => Object.values(kinds));
  // Nothing was seen; but to a shard there may fall nothing.
  const empty = scopes.length === 0 && !shard;
  return {
    schemaVersion: 1,
    tool,
    startedAt,
    finishedAt,
    complete: uncut && !empty && coverages.every(({ answered }) => answered),
    settings,
    ...(choice && { choice }),
    ...(plugins && { plugins }),
    ...(shard && { shard }),
    scopes: scopes.toSorted((a, b) => byCodeUnit(a.id.toLowerCase(), b.id.toLowerCase())),
    summary: summaryOf(scopes, results),
    results: sorted(results),
  };
}

/** By lower-cased id, plugin, id as it is spelled. */
function sorted(results: readonly Result[]): Result[] {
  // One key for all results of a server, made once: a sort asks for it many times.
  const keys = new Map<Result['resource'], string>();
  for (const { resource } of results) if (!keys.has(resource)) keys.set(resource, resource.id.toLowerCase());
  const keyOf = ({ resource }: Result) => keys.get(resource) ?? '';
  return results.toSorted(
    (a, b) =>
      byCodeUnit(keyOf(a), keyOf(b)) || byCodeUnit(a.plugin, b.plugin) || byCodeUnit(a.resource.id, b.resource.id),
  );
}

export function summaryOf(scopes: readonly Scope[], results: readonly Result[]): Report['summary'] {
  const counts = { PASS: 0, WARN: 0, FAIL: 0, UNKNOWN: 0 };
  for (const { status } of results) counts[status]++;
  // An endpoint of a server that a list has named is not one more.
  const coverages = scopes.flatMap((scope) =>
    Object.entries(scope.kinds).flatMap(([kind, coverage]) => (isAzures(scope) && isView(kind) ? [] : [coverage])),
  );
  return {
    ...counts,
    servers: coverages.reduce((sum, { servers }) => sum + servers, 0),
    subscriptions: scopes.filter(({ subscriptionId }) => subscriptionId !== null).length,
  };
}

/** How the subscriptions of a report were chosen; undefined if Azure was not asked, or if it is older than this field. */
export const choiceOf = ({ choice, shard }: Report): Choice | undefined => choice ?? shard?.choice;

/** The plugins that ran. Of a report that is older than this field: those that have a result. */
export function pluginsOf({ plugins, shard, results }: Report): readonly PluginThatRan[] {
  const told = plugins ?? shard?.plugins;
  if (told) return told;
  const seen = new Map<string, PluginThatRan>();
  for (const { plugin: id, title, severity, resource } of results) {
    const { kinds = [] } = seen.get(id) ?? {};
    const kind = isOfScope(resource) ? [] : [resource.type as Kind];
    seen.set(id, { id, title, severity, kinds: [...new Set([...kinds, ...kind])] });
  }
  return [...seen.values()].sort((a, b) => byCodeUnit(a.id, b.id));
}
