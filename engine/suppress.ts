import { byCodeUnit, sameName } from '../helpers/resourceId';
import { isAzures } from '../helpers/scope';
import { wildcard } from '../helpers/wildcard';
import type { Report, Result, Suppression, SuppressionState, TriedSuppression } from '../types';
import { choiceOf, pluginsOf } from './report';

export interface SuppressOptions {
  /** The day, in UTC: `2026-11-22`. That of the report, if left out. */
  readonly today?: string;
  /** Ids of all plugins that there are; those that ran, if left out. A suppression of any other fits nothing, and never will. */
  readonly plugins?: readonly string[];
}

/**
 * The report with its suppressed results marked, and what has become of each suppression. A result is marked by the first one that
 * fits; a PASS needs none. A `*` does not reach a scope that did not show all its servers: nobody can accept what nobody has
 * seen without naming what was not seen.
 */
export function suppress(report: Report, suppressions: readonly Suppression[], options: SuppressOptions = {}): Report {
  const { today = report.finishedAt.slice(0, 10), plugins: known = [] } = options;
  const tries = suppressions.map((suppression) => new Try(suppression, today));
  // What was asked without Azure is a scope, and seen.
  const scopes = new Set(report.scopes.filter(isAzures).map(({ id }) => id.toLowerCase()));
  const results = report.results.map((result): Result => {
    if (result.status === 'PASS') return result;
    const isScope = scopes.has(result.resource.id.toLowerCase());
    const fitting = tries.filter((each) => each.fits(result) && !(isScope && each.hasWildcard));
    for (const each of fitting) each.results++;
    const first = fitting.find(({ expired }) => !expired);
    return first ? { ...result, suppression: first.suppression } : result;
  });
  const stateOf = (each: Try): SuppressionState => {
    if (each.expired) return 'expired';
    if (each.results > 0) return 'used';
    return wasLookedAt(each, report, known) ? 'unused' : 'untried';
  };
  return {
    ...report,
    suppressions: tries.map(
      (each): TriedSuppression => ({ ...each.suppression, state: stateOf(each), results: each.results }),
    ),
    results,
  };
}

class Try {
  results = 0;
  readonly expired: boolean;
  readonly fitsPlugin: (id: string) => boolean;
  readonly #fitsResource: (id: string) => boolean;
  readonly #fitsLocation: (location: string) => boolean;
  readonly hasWildcard: boolean;

  constructor(
    readonly suppression: Suppression,
    today: string,
  ) {
    const { plugin, resource, location = '*', expires } = suppression;
    this.expired = expires !== undefined && byCodeUnit(expires, today) < 0;
    this.fitsPlugin = wildcard(plugin);
    this.#fitsResource = wildcard(resource);
    this.#fitsLocation = wildcard(asRegion(location));
    this.hasWildcard = resource.includes('*');
  }

  fits({ plugin, resource: { id, location } }: Result): boolean {
    return this.fitsPlugin(plugin) && this.#fitsResource(id) && this.#fitsLocation(asRegion(location ?? 'global'));
  }
}

/** Azure says `East US` and `eastus` of one region. */
const asRegion = (location: string) => location.replaceAll(' ', '');

/** Whether all that it could fit was looked at, so that it is known to fit nothing. */
function wasLookedAt({ fitsPlugin, suppression }: Try, report: Report, known: readonly string[]): boolean {
  const ran = pluginsOf(report).map(({ id }) => id);
  if (!ran.some(fitsPlugin)) return ![...ran, ...known].some(fitsPlugin);
  const [, subscription] = /^\/subscriptions\/([^/*]+)(?:\/|$)/.exec(suppression.resource.toLowerCase()) ?? [];
  const own = report.scopes.find(({ id }) => sameName(id, suppression.resource));
  if (own && !isAzures(own)) return Object.values(own.kinds).every(({ answered }) => answered);
  if (subscription === undefined) return report.complete && isEmpty(choiceOf(report));
  const scope = report.scopes.find(({ subscriptionId }) => subscriptionId?.toLowerCase() === subscription);
  return scope !== undefined && Object.values(scope.kinds).every(({ answered }) => answered);
}

const isEmpty = (choice: Report['choice']) =>
  choice !== undefined && Object.values(choice).every(({ length }) => length === 0);
