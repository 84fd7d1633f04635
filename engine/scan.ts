import { byCodeUnit, sameName } from '../helpers/resourceId';
import type {
  Choice,
  Clock,
  Collector,
  Coverage,
  ForeignPlugin,
  Kind,
  NeededFacts,
  Plugin,
  PluginThatRan,
  Progress,
  Report,
  Resource,
  Result,
  Scope,
  Settings,
  Shard,
  Sink,
  Stage,
} from '../types';
import { asReference, evaluate, unseen } from './evaluate';
import { judgeForeign, judgeUnscoped } from './foreign';
import { reportOf } from './report';
import { needsOf, settingsOf } from './select';

export interface RunOptions {
  readonly collector: Collector;
  /** The plugins to run. */
  readonly plugins: readonly Plugin[];
  /** Those of other tools, which judge each subscription as a whole. */
  readonly foreignPlugins?: readonly ForeignPlugin[];
  /** Settings of theirs that are not at their defaults; others are ignored. */
  readonly settings?: Settings;
  readonly clock: Clock;
  readonly tool: Report['tool'];
  /** Cuts the scan short: what was not read by then is UNKNOWN, and the report says that it is not complete. */
  readonly signal: AbortSignal;
  /** How the subscriptions were chosen, if they were. */
  readonly choice?: Choice | undefined;
  /** If the collector asks a part of the subscriptions only: which part it was; asked at the end. */
  readonly shard?: (() => Omit<Shard, 'plugins'>) | undefined;
  /** Told of each result, as soon as it is known. */
  readonly onResult?: ((result: Result) => void) | undefined;
  /** Told of each scope once all of it is judged. */
  readonly onScope?: ((scope: Scope) => void) | undefined;
  /** Told how far it has come; as often as that changes. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/**
 * Collects, judges each resource as it comes, and reports. Order of arrival leaves no trace in the report.
 * Throws a ScanError for a setting that does not fit, and where the collector has nothing to scan.
 */
export async function runScan(options: RunOptions): Promise<Report> {
  const { collector, plugins, clock, tool, signal, onResult, onScope, onProgress } = options;
  const { foreignPlugins = [] } = options;
  const settings = settingsOf([...plugins, ...foreignPlugins], options.settings);
  const needs = needsOf(plugins, foreignPlugins);
  const startedAt = new Date(clock.now()).toISOString();
  const results: Result[] = [];
  const scopes: Scope[] = [];
  const counts = { PASS: 0, WARN: 0, FAIL: 0, UNKNOWN: 0 };
  let stage: Stage = { phase: 'sign-in', subscriptions: null, requests: { done: 0, ahead: 0 }, waitingFor: null };
  let servers = 0;
  let done = 0;
  let incomplete = false;
  /** Servers that were told, by subscription and kind. */
  const told = new Map<string, number>();
  /** The servers themselves, of subscriptions that foreign plugins are still to judge. */
  const unjudged = new Map<string | null, Resource[]>();
  const add = (result: Result) => {
    results.push(result);
    counts[result.status]++;
    onResult?.(result);
  };
  const tell = () => {
    if (!onProgress) return;
    const { phase, subscriptions: total, requests, waitingFor } = stage;
    onProgress({ phase, subscriptions: { done, total }, servers, summary: { ...counts }, requests, waitingFor });
  };

  const sink: Sink = {
    resource(resource) {
      const key = keyOf(resource.subscriptionId, resource.type);
      told.set(key, (told.get(key) ?? 0) + 1);
      const where = asReference(resource);
      for (const plugin of plugins) {
        if (sameName(plugin.kind, resource.type)) add(evaluate(plugin, resource, settings, where));
      }
      if (foreignPlugins.length > 0) {
        const subscription = resource.subscriptionId?.toLowerCase() ?? null;
        const others = unjudged.get(subscription);
        if (others) others.push(resource);
        else unjudged.set(subscription, [resource]);
      }
      servers++;
      tell();
    },
    scope(given) {
      const scope = { ...given, kinds: coverageOf(given, needs, told) };
      scopes.push(scope);
      for (const plugin of plugins) {
        const coverage = scope.kinds[plugin.kind] ?? untold;
        if (!coverage.answered) add(unseen(plugin, scope, coverage.reason));
      }
      const subscription = scope.subscriptionId?.toLowerCase();
      const servers = subscription === undefined ? [] : (unjudged.get(subscription) ?? []);
      for (const plugin of foreignPlugins) for (const result of judgeForeign(plugin, scope, servers)) add(result);
      if (subscription !== undefined) unjudged.delete(subscription);
      if (scope.subscriptionId !== null) done++;
      onScope?.(scope);
      tell();
    },
    progress(given) {
      stage = given;
      tell();
    },
    incomplete() {
      incomplete = true;
    },
  };
  await collector.collect(needs, sink, signal);
  for (const plugin of foreignPlugins) {
    for (const result of judgeUnscoped(plugin, [...unjudged.values()].flat())) add(result);
  }

  const part = options.shard?.();
  const thatRan = [...plugins, ...foreignPlugins].map(asThatRan).sort((a, b) => byCodeUnit(a.id, b.id));
  return reportOf({
    tool,
    startedAt,
    finishedAt: new Date(clock.now()).toISOString(),
    uncut: !signal.aborted && !incomplete,
    settings,
    ...(part ? { shard: shardOf(part, thatRan) } : { choice: options.choice, plugins: thatRan }),
    scopes,
    results,
  });
}

function asThatRan(plugin: Plugin | ForeignPlugin): PluginThatRan {
  const { id, title, severity } = plugin;
  return { id, title, severity, kinds: 'kind' in plugin ? [plugin.kind] : plugin.kinds };
}

function shardOf({ subscriptions, ...part }: Omit<Shard, 'plugins'>, plugins: readonly PluginThatRan[]): Shard {
  return { ...part, plugins, subscriptions };
}

const keyOf = (subscriptionId: string | null, kind: string) => `${subscriptionId} ${kind}`.toLowerCase();

/**
 * A word on every kind that was asked for, in one order. A kind that the collector forgot was not seen, and neither was a
 * server that a list named and nobody told.
 */
function coverageOf({ subscriptionId, kinds }: Scope, needs: NeededFacts, told: ReadonlyMap<string, number>) {
  const coverage = (kind: Kind): Coverage => {
    const given = kinds[kind] ?? untold;
    const count = told.get(keyOf(subscriptionId, kind)) ?? 0;
    return given.answered && given.servers > count ? lost(given.servers, count) : given;
  };
  return Object.fromEntries([...needs.keys()].sort(byCodeUnit).map((kind) => [kind, coverage(kind)]));
}

const lost = (servers: number, told: number): Coverage => ({
  answered: false,
  servers,
  reason: {
    kind: 'incomplete-list',
    detail: `The list named ${servers} servers, and the collector told ${told}.`,
    remedy: 'This is a bug of the collector: tell its authors.',
  },
});

const untold: Coverage = {
  answered: false,
  servers: 0,
  reason: {
    kind: 'not-collected',
    detail: 'The collector said nothing of this kind of server.',
    remedy: 'This is a bug of the collector: tell its authors.',
  },
};
