import { type Status, statuses } from '../../types';

export const sortKeys = ['status', 'severity', 'server', 'location', 'subscription', 'check'] as const;
export type SortKey = (typeof sortKeys)[number];

/** What of a result has to be this, and nothing more or less: a reader chooses the first five, the others are for links. */
export const wholes = [
  'plugin',
  'severity',
  'subscription',
  'location',
  'change',
  'resource',
  'type',
  'message',
  'reason',
  'remedy',
] as const;
export type Whole = (typeof wholes)[number];

/** Which results are shown, and in which order. An empty word, or list, leaves nothing out. */
export interface Filters extends Readonly<Record<Whole, string>> {
  readonly status: readonly Status[];
  readonly accepted: '' | 'yes' | 'no';
  /** Words, all of which have to be in it. */
  readonly text: string;
  readonly sort: SortKey;
  readonly descending: boolean;
}

export const everything: Filters = {
  status: [],
  plugin: '',
  severity: '',
  subscription: '',
  location: '',
  change: '',
  resource: '',
  type: '',
  message: '',
  reason: '',
  remedy: '',
  accepted: '',
  text: '',
  sort: 'status',
  descending: false,
};

const words = [...wholes, 'text'] as const;

/** The filters as the end of an address: `#status=FAIL&text=shop`. What leaves nothing out is left out. */
export function addressOf(filters: Partial<Filters>): string {
  const { status, accepted, sort, descending, ...others } = { ...everything, ...filters };
  const parameters = new URLSearchParams();
  if (status.length > 0) parameters.set('status', status.join(','));
  for (const name of words) if (others[name] !== '') parameters.set(name, others[name]);
  if (accepted !== '') parameters.set('accepted', accepted);
  if (sort !== everything.sort || descending) parameters.set('sort', `${descending ? '-' : ''}${sort}`);
  return `#${parameters}`;
}

/** Reads what `addressOf` wrote; what is not of it means nothing. */
export function filtersOf(address: string): Filters {
  const parameters = new URLSearchParams(address.replace(/^#/, ''));
  const word = (name: string) => parameters.get(name) ?? '';
  const status = word('status').split(',');
  const accepted = word('accepted');
  const sort = word('sort');
  return {
    ...everything,
    ...Object.fromEntries(words.map((name) => [name, word(name)])),
    status: statuses.filter((each) => status.includes(each)),
    accepted: accepted === 'yes' || accepted === 'no' ? accepted : '',
    sort: sortKeys.find((key) => key === sort.replace(/^-/, '')) ?? everything.sort,
    descending: sort.startsWith('-'),
  };
}

/** An address of filters, and not that of a part of the page: `#coverage`. */
export const isOfFilters = (address: string): boolean => address === '' || address === '#' || address.includes('=');
