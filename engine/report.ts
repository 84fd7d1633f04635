import { byCodeUnit } from '../helpers/resourceId';
import type { Report, Result, Scope, Shard } from '../types';

/** What a report is made of; scopes and results in any order. */
export interface Parts extends Pick<Report, 'tool' | 'startedAt' | 'finishedAt' | 'settings' | 'scopes' | 'results'> {
  /** Nobody cut the scan short. */
  readonly uncut: boolean;
  readonly shard?: Shard | undefined;
}

/** Puts a report together. The order of what it is given leaves no trace. */
export function reportOf({ uncut, shard, scopes, results, ...parts }: Parts): Report {
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
  const coverages = scopes.flatMap(({ kinds }) => Object.values(kinds));
  return {
    ...counts,
    servers: coverages.reduce((sum, { servers }) => sum + servers, 0),
    subscriptions: scopes.filter(({ subscriptionId }) => subscriptionId !== null).length,
  };
}
