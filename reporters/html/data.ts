import type { Change, Control, Gap, Plugin, Result, Settings, Suppression } from '../../types';
import type { SubscriptionNames } from '../place';

/** A plugin, as far as it is data. What only its results tell of it has no more than its name. */
export type PagePlugin = Pick<Plugin, 'id' | 'title' | 'severity'> &
  Partial<Pick<Plugin, 'description' | 'moreInfo' | 'link' | 'kind' | 'fix'>> & {
    /** With the settings in it. */
    readonly recommendedAction?: string;
    readonly compliance: readonly Control[];
  };

/** What has become of a result since the baseline. */
export type PageChange = Pick<Change, 'change' | 'before'>;

/** What a result is made of, in the order of a row. */
export const columns = [
  'plugin',
  'status',
  'resource',
  'message',
  'evidence',
  'reason',
  'suppression',
  'changed',
] as const;

/** A result as the page has it. */
export interface PageResult extends Pick<Result, 'status' | 'resource' | 'message' | 'evidence'> {
  readonly plugin: PagePlugin;
  readonly reason: Gap | undefined;
  readonly suppression: Suppression | undefined;
  readonly changed: PageChange | undefined;
}

/**
 * What the page's script reads. Twenty thousand results say few things, of ten thousand servers: each thing stands in its pool
 * once, and a row is the places of what it is made of; -1 is nothing.
 */
export interface PageData {
  readonly settings: Settings;
  readonly subscriptions: readonly (readonly [id: string, name: string])[];
  readonly pools: { readonly [N in keyof PageResult]: readonly Exclude<PageResult[N], undefined>[] };
  /** Worst first. */
  readonly rows: readonly (readonly number[])[];
}

/** Each different value once, in the order in which they come. */
class Pool {
  readonly values: unknown[] = [];
  readonly #places = new Map<string, number>();

  placeOf(value: unknown): number {
    if (value === undefined) return -1;
    const key = JSON.stringify(value);
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    this.#places.set(key, this.values.length);
    return this.values.push(value) - 1;
  }
}

/** @param results worst first. */
export function dataOf(
  results: readonly Result[],
  {
    settings,
    plugins,
    names,
    changeOf,
  }: {
    readonly settings: Settings;
    readonly plugins: ReadonlyMap<string, PagePlugin>;
    readonly names: SubscriptionNames;
    readonly changeOf: (result: Result) => Change | undefined;
  },
): PageData {
  const pools = Object.fromEntries(columns.map((name) => [name, new Pool()])) as Record<keyof PageResult, Pool>;
  const pluginPlaces = new Map<string, number>();
  /** Its title and its severity are those of the result. */
  const placeOfPlugin = ({ plugin: id, title, severity }: Result): number => {
    const key = JSON.stringify([id, title, severity]);
    const place =
      pluginPlaces.get(key) ?? pools.plugin.placeOf({ compliance: [], ...plugins.get(id), id, title, severity });
    pluginPlaces.set(key, place);
    return place;
  };
  const rows = results.map((result) => {
    const change = changeOf(result);
    const cells = { ...result, changed: change && { change: change.change, before: change.before } };
    return columns.map((name) => (name === 'plugin' ? placeOfPlugin(result) : pools[name].placeOf(cells[name])));
  });
  return {
    settings,
    subscriptions: [...names].flatMap(([id, name]) => (id === null ? [] : [[id, name] as const])),
    pools: Object.fromEntries(columns.map((name) => [name, pools[name].values])) as unknown as PageData['pools'],
    rows,
  };
}

/** Reads what `dataOf` made. What is in the pools is shared. */
export function resultsOf({ pools, rows }: PageData): PageResult[] {
  return rows.map(([plugin = -1, status = -1, resource = -1, message = -1, evidence = -1, ...others]) => {
    const [reason = -1, suppression = -1, changed = -1] = others;
    return {
      plugin: pools.plugin[plugin],
      status: pools.status[status],
      resource: pools.resource[resource],
      message: pools.message[message],
      evidence: pools.evidence[evidence],
      reason: pools.reason[reason],
      suppression: pools.suppression[suppression],
      changed: pools.changed[changed],
    } as PageResult;
  });
}
