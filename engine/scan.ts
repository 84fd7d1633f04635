import { byCodeUnit } from '../helpers/resourceId';
import type { Clock, Collector, Coverage, NeededFacts, Plugin, Report, Result, Scope, Settings, Sink } from '../types';
import { evaluate, unseen } from './evaluate';
import { needsOf, settingsOf } from './select';

export interface ScanOptions {
  readonly collector: Collector;
  /** The plugins to run. */
  readonly plugins: readonly Plugin[];
  /** Settings of theirs that are not at their defaults; others are ignored. */
  readonly settings?: Settings;
  readonly clock: Clock;
  readonly tool: Report['tool'];
  /** Cuts the scan short: what was not read by then is UNKNOWN, and the report says that it is not complete. */
  readonly signal: AbortSignal;
  /** Told of each scope once all of it is judged. */
  readonly onScope?: (scope: Scope) => void;
}

/**
 * Collects, judges each resource as it comes, and reports. Order of arrival leaves no trace in the report.
 * Throws a ScanError for a setting that does not fit, and where the collector has nothing to scan.
 */
export async function scan(options: ScanOptions): Promise<Report> {
  const { collector, plugins, clock, tool, signal, onScope } = options;
  const settings = settingsOf(plugins, options.settings);
  const needs = needsOf(plugins);
  const startedAt = new Date(clock.now()).toISOString();
  const results: Result[] = [];
  const scopes: Scope[] = [];

  const sink: Sink = {
    resource(resource) {
      for (const plugin of plugins) {
        if (plugin.kind === resource.type) results.push(evaluate(plugin, resource, settings));
      }
    },
    scope(told) {
      const scope = { ...told, kinds: coverageOf(told, needs) };
      scopes.push(scope);
      for (const plugin of plugins) {
        const coverage = scope.kinds[plugin.kind] ?? untold;
        if (!coverage.answered) results.push(unseen(plugin, scope, coverage.reason));
      }
      onScope?.(scope);
    },
  };
  await collector.collect(needs, sink, signal);

  const coverages = scopes.flatMap(({ kinds }) => Object.values(kinds));
  return {
    schemaVersion: 1,
    tool,
    startedAt,
    finishedAt: new Date(clock.now()).toISOString(),
    complete: !signal.aborted && scopes.length > 0 && coverages.every(({ answered }) => answered),
    settings,
    scopes: scopes.sort((a, b) => byCodeUnit(a.id.toLowerCase(), b.id.toLowerCase())),
    summary: {
      ...statusCounts(results),
      servers: coverages.reduce((sum, { servers }) => sum + servers, 0),
      subscriptions: scopes.filter(({ subscriptionId }) => subscriptionId !== null).length,
    },
    results: results.sort(
      (a, b) =>
        byCodeUnit(a.resource.id.toLowerCase(), b.resource.id.toLowerCase()) ||
        byCodeUnit(a.plugin, b.plugin) ||
        byCodeUnit(a.resource.id, b.resource.id),
    ),
  };
}

/** A word on every kind that was asked for, in one order; a kind that the collector forgot was not seen. */
const coverageOf = ({ kinds }: Scope, needs: NeededFacts): Scope['kinds'] =>
  Object.fromEntries([...needs.keys()].sort(byCodeUnit).map((kind) => [kind, kinds[kind] ?? untold]));

const untold: Coverage = {
  answered: false,
  servers: 0,
  reason: {
    kind: 'not-collected',
    detail: 'The collector said nothing of this kind of server.',
    remedy: 'This is a bug of the collector: tell its authors.',
  },
};

function statusCounts(results: readonly Result[]) {
  const counts = { PASS: 0, WARN: 0, FAIL: 0, UNKNOWN: 0 };
  for (const { status } of results) counts[status]++;
  return counts;
}
