import { type Status, severities, statuses } from '../../../types';
import { type Filters, type SortKey, type Whole, wholes } from '../address';
import { columns, type PageData, type PageResult, resultsOf } from '../data';

const { compare } = new Intl.Collator('en', { numeric: true });

type Row = PageData['rows'][number];

/** What is shown of the results: their places, in order; and how many there would be of each status. */
export interface Shown {
  readonly shown: readonly number[];
  readonly counts: Readonly<Record<Status, number>>;
}

/** What a reader can choose one of. */
export type Field = Extract<Whole, 'plugin' | 'severity' | 'subscription' | 'location' | 'change'>;

const valuesOf: Readonly<Record<Whole, (result: PageResult) => string | null | undefined>> = {
  plugin: ({ plugin }) => plugin.id,
  severity: ({ plugin }) => plugin.severity,
  subscription: ({ resource }) => resource.subscriptionId,
  location: ({ resource }) => resource.location,
  change: ({ changed }) => changed?.change,
  resource: ({ resource }) => resource.id,
  type: ({ resource }) => resource.type,
  message: ({ message }) => message,
  reason: ({ reason }) => reason?.kind,
  remedy: ({ reason }) => reason?.remedy,
};

/** The choices of a field, and how many results it has. */
export type Choices = readonly { readonly value: string; readonly label: string; readonly results: number }[];

/** All results. What is asked of twenty thousand is asked of the few things that they are made of. */
export class Results {
  readonly all: readonly PageResult[];
  readonly choices: Readonly<Record<Field, Choices>>;
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
    const labels = new Map<string, number>();
    for (const name of names.values()) labels.set(name, (labels.get(name) ?? 0) + 1);
    const nameOf = (id: string) => {
      const name = names.get(id) ?? id;
      return (labels.get(name) ?? 0) > 1 ? `${name} (${id})` : name;
    };
    const choices = (field: Field, labelOf?: (value: string) => string) => this.#choices(valuesOf[field], labelOf);
    this.choices = {
      plugin: choices('plugin'),
      severity: choices('severity'),
      subscription: choices('subscription', nameOf),
      location: choices('location'),
      change: choices('change'),
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

  select(filters: Filters): Shown {
    const counts = { FAIL: 0, UNKNOWN: 0, WARN: 0, PASS: 0 };
    const shown: number[] = [];
    const says = this.#search(filters.text);
    const fits = fitting(filters);
    for (const place of this.#order(filters.sort, filters.descending)) {
      const result = this.all[place];
      const row = this.#rows[place];
      if (!result || !row || !fits(result) || !says(row)) continue;
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
      if (value) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    return [...counts]
      .map(([value, results]) => ({ value, label: labelOf(value), results }))
      .sort((a, b) => compare(a.label, b.label));
  }
}

/** All filters but those on the status and the text. */
function fitting(filters: Filters): (result: PageResult) => boolean {
  const given = wholes.filter((name) => filters[name] !== '');
  return (result) =>
    given.every((name) => valuesOf[name](result) === filters[name]) &&
    (filters.accepted === '' || (filters.accepted === 'yes') === (result.suppression !== undefined));
}
