import { byCodeUnit } from '../helpers/resourceId';
import type { Clock, Collector, Coverage, Kind, Plugin, Report, Result, Scope, Settings } from '../types';
import { evaluate, unseen } from './evaluate';
import { needsOf } from './select';

export interface ScanOptions {
  readonly collector: Collector;
  /** The plugins to run. */
  readonly plugins: readonly Plugin[];
  /** A value for every setting of theirs. */
  readonly settings: Settings;
  readonly clock: Clock;
  readonly tool: Report['tool'];
  /** Cuts the scan short: what was not read by then is UNKNOWN, and the report says that it is not complete. */
  readonly signal: AbortSignal;
  /** Told of each scope once all of it is judged. */
  readonly onScope?: (scope: Scope) => void;
}

/** Collects, judges each resource as it comes, and reports. Order of arrival leaves no trace in the report. */
export async function scan({
  collector,
  plugins,
  settings,
  clock,
  tool,
  signal,
  onScope,
}: ScanOptions): Promise<Report> {
  const startedAt = new Date(clock.now()).toISOString();
  const results: Result[] = [];
  const scopes: Scope[] = [];

  await collector.collect(
    needsOf(plugins),
    {
      resource(resource) {
        for (const plugin of plugins)
          if (plugin.kind === resource.type) results.push(evaluate(plugin, resource, settings));
      },
      scope(scope) {
        scopes.push(scope);
        for (const plugin of plugins) {
          const coverage = scope.kinds[plugin.kind];
          if (coverage?.reason) results.push(unseen(plugin, scope, coverage.reason));
        }
        onScope?.(scope);
      },
    },
    signal,
  );

  const kinds = scopes.flatMap(({ kinds }) => Object.values(kinds));
  return {
    schemaVersion: 1,
    tool,
    startedAt,
    finishedAt: new Date(clock.now()).toISOString(),
    complete: !signal.aborted && kinds.every(({ answered }) => answered),
    settings,
    scopes: scopes.map(inOrderOfKind).sort((a, b) => byCodeUnit(a.id.toLowerCase(), b.id.toLowerCase())),
    summary: {
      ...statusCounts(results),
      servers: kinds.reduce((sum, { servers }) => sum + servers, 0),
      subscriptions: scopes.filter(({ subscriptionId }) => subscriptionId !== null).length,
    },
    results: results.sort(
      (a, b) => byCodeUnit(a.resource.id.toLowerCase(), b.resource.id.toLowerCase()) || byCodeUnit(a.plugin, b.plugin),
    ),
  };
}

function statusCounts(results: readonly Result[]) {
  const counts = { PASS: 0, WARN: 0, FAIL: 0, UNKNOWN: 0 };
  for (const { status } of results) counts[status]++;
  return counts;
}

/** The kinds of a scope answer in any order; a report has one. */
const inOrderOfKind = (scope: Scope): Scope => ({
  ...scope,
  kinds: Object.fromEntries((Object.entries(scope.kinds) as [Kind, Coverage][]).sort(([a], [b]) => byCodeUnit(a, b))),
});
