import { type Status, severities, statuses } from '../../../types';
import type { Filters, SortKey } from '../address';
import { columns, type PageData, type PageResult, resultsOf } from '../data';

const { compare } = new Intl.Collator('en', { numeric: true });

type Row = PageData['rows'][number];

/** What is shown of the results: their places, in order; and how many there would be of each status. */
export interface Selection {
  readonly shown: readonly number[];
  readonly counts: Readonly<Record<Status, number>>;
}

/** What a reader can choose one of, and how many results it has. */
export type Choices = readonly { readonly value: string; readonly label: string; readonly results: number }[];

/** All results. What is asked of twenty thousand is asked of the few things that they are made of. */
export class Results {
  readonly all: readonly PageResult[];
  readonly choices: Readonly<Record<'plugin' | 'severity' | 'subscription' | 'location' | 'change', Choices>>;
  readonly hasAccepted: boolean;
  readonly subscriptionNames: ReadonlyMap<string | null, string>;
  readonly #rows: readonly Row[];
  /** Of each column that is searched, what its values say, in lower case. */
  readonly #texts: readonly { readonly column: number; readonly texts: readonly string[] }[];
  readonly #orders = new Map<SortKey, readonly number[]>();

  constructor(data: PageData) {
    const { rows, pools, subscriptions } = data;
    const names = new Map<string | null, string>(subscriptions);
    this.all = resultsOf(data);
    this.subscriptionNames = names;
    this.#rows = rows;
    this.hasAccepted = this.all.some(({ suppression }) => suppression);
    const nameOf = (id: string) => names.get(id) ?? id;
    this.choices = {
      plugin: this.#choices(({ plugin }) => plugin.id),
      severity: this.#choices(({ plugin }) => plugin.severity),
      subscription: this.#choices(({ resource }) => resource.subscriptionId, nameOf),
      location: this.#choices(({ resource }) => resource.location),
      change: this.#choices(({ changed }) => changed?.change),
    };
    const searched = {
      plugin: pools.plugin.map(({ id, title }) => [id, title]),
      resource: pools.resource.map(({ id, location, subscriptionId }) => [id, location, names.get(subscriptionId)]),
      message: pools.message.map((message) => [message]),
      reason: pools.reason.map(({ kind, code, detail, remedy }) => [kind, code, detail, remedy]),
      suppression: pools.suppression.map(({ reason, owner }) => [reason, owner]),
    };
    this.#texts = columns.flatMap((name, column) =>
      name in searched
        ? [{ column, texts: searched[name as keyof typeof searched].map((words) => words.join('\n').toLowerCase()) }]
        : [],
    );
  }

  select(filters: Filters): Selection {
    const counts = { FAIL: 0, UNKNOWN: 0, WARN: 0, PASS: 0 };
    const shown: number[] = [];
    const says = this.#search(filters.text);
    for (const place of this.#order(filters.sort, filters.descending)) {
      const result = this.all[place];
      const row = this.#rows[place];
      if (!result || !row || !fits(result, filters) || !says(row)) continue;
      counts[result.status] += 1;
      if (filters.status.length === 0 || filters.status.includes(result.status)) shown.push(place);
    }
    return { shown, counts };
  }

  /** Whether a row says all the words. */
  #search(text: string): (row: Row) => boolean {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const hits = words.map((word) =>
      this.#texts.map(({ column, texts }) => ({ column, saying: texts.map((each) => each.includes(word)) })),
    );
    return (row) => hits.every((places) => places.some(({ column, saying }) => saying[row[column] ?? -1]));
  }

  #order(key: SortKey, descending: boolean): readonly number[] {
    let order = this.#orders.get(key);
    if (!order) {
      const rank = this.#rank(key);
      order = this.all.map((_, place) => place).sort((a, b) => (rank[a] ?? 0) - (rank[b] ?? 0));
      this.#orders.set(key, order);
    }
    return descending ? order.toReversed() : order;
  }

  /** By the place of a result, where its value stands among all values. */
  #rank(key: SortKey): readonly number[] {
    const nameOf = (id: string | null) => this.subscriptionNames.get(id) ?? '';
    const words: Record<Exclude<SortKey, 'status' | 'severity'>, (result: PageResult) => string> = {
      server: ({ resource }) => resource.name,
      location: ({ resource }) => resource.location ?? '',
      subscription: ({ resource }) => nameOf(resource.subscriptionId),
      check: ({ plugin }) => plugin.id,
    };
    if (key === 'status') return this.all.map(({ status }) => statuses.indexOf(status));
    if (key === 'severity') return this.all.map(({ plugin }) => -severities.indexOf(plugin.severity));
    const values = this.all.map(words[key]);
    const ranks = new Map([...new Set(values)].sort(compare).map((value, rank) => [value, rank]));
    return values.map((value) => ranks.get(value) ?? 0);
  }

  #choices(of: (result: PageResult) => string | null | undefined, labelOf = (value: string) => value): Choices {
    const counts = new Map<string, number>();
    for (const result of this.all) {
      const value = of(result);
      if (value !== null && value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    return [...counts]
      .map(([value, results]) => ({ value, label: labelOf(value), results }))
      .sort((a, b) => compare(a.label, b.label));
  }
}

/** All filters but those on the status and the text. */
function fits({ plugin, resource, changed, suppression }: PageResult, filters: Filters): boolean {
  return (
    (filters.plugin === '' || plugin.id === filters.plugin) &&
    (filters.severity === '' || plugin.severity === filters.severity) &&
    (filters.subscription === '' || resource.subscriptionId === filters.subscription) &&
    (filters.location === '' || resource.location === filters.location) &&
    (filters.change === '' || changed?.change === filters.change) &&
    (filters.accepted === '' || (filters.accepted === 'yes') === (suppression !== undefined))
  );
}
