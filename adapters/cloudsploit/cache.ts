import { kinds } from '../../helpers/kind';
import { ParameterList } from '../../helpers/parameterList';
import { foreignItems, type ListedServer, type ListItem, propertyFacts, ServerList } from '../../helpers/serverList';
import { shown } from '../../helpers/template';
import type { Fact, Gap, Json, Resource, ServerKind } from '../../types';
import { callName, calls } from './calls';

/** What one location of a cache says of one kind of server. */
export interface SeenLocation {
  /** The cache's key of it. */
  readonly location: string;
  readonly servers: readonly Resource[];
  /** Why it may have servers that it does not name. */
  readonly gap: Gap | undefined;
  /** It names nothing at all, and that is an answer. */
  readonly empty: boolean;
}

/** What a collection of ours knows beyond the answers. */
export interface Known {
  readonly subscriptionId: string;
  /** Why the parameters of a server are not all, by its lower-cased id. */
  readonly gaps: ReadonlyMap<string, Gap>;
}

/**
 * Reads what a cache of CloudSploit's shape says of one kind, location by location. It may hold anything: what is not
 * as it should be is a gap. Undefined if it does not hold the kind at all.
 */
export function locationsOf(
  cache: unknown,
  kind: ServerKind,
  needed: readonly string[],
  known?: Known,
): SeenLocation[] | undefined {
  const entries = entryAt(cache, ...calls[kind].list);
  if (!isObject(entries)) return undefined;
  const list = new ServerList(kind, needed, known?.subscriptionId);
  const locations = Object.keys(entries).map((location) => {
    const entry = entries[location];
    const items = itemsOf(entry);
    const before = list.foreign;
    const listed = list.add(items.map(asListItem));
    const foreign = list.foreign - before;
    const gap =
      gapOf(entry, `PostgreSQL ${kinds[kind].name}s in ${shown(location)}`) ??
      (foreign > 0 ? foreignItems(foreign, kind) : undefined);
    return { location, listed, gap, empty: items.length === 0 && !gap };
  });
  const { parameters } = calls[kind];
  const entriesOf = parameters && entriesById(entryAt(cache, ...parameters));
  const factsOf = (server: ListedServer) =>
    entriesOf ? parameterFacts(server, needed, entriesOf, known) : propertyFacts(server, needed);
  return locations.map(({ listed, ...location }) => ({
    ...location,
    servers: listed.map((server) => ({ ...server.reference, facts: factsOf(server) })),
  }));
}

/** What stands there for each lower-cased id: under whichever location, for what another one says may be otherwise. */
function entriesById(locations: unknown): ReadonlyMap<string, readonly unknown[]> {
  const found = new Map<string, unknown[]>();
  for (const location of isObject(locations) ? Object.values(locations) : []) {
    for (const [id, entry] of isObject(location) ? Object.entries(location) : []) {
      const others = found.get(id.toLowerCase());
      if (others) others.push(entry);
      else found.set(id.toLowerCase(), [entry]);
    }
  }
  return found;
}

/** The cache does not hold a kind. */
export const notHeld = (kind: ServerKind): Gap => ({
  kind: 'not-collected',
  detail: `The collection does not hold ${callName(calls[kind].list)}.`,
  remedy: 'Collect again, with that call.',
});

/** What stands there, if it does. A name of JavaScript's own (`constructor`) is the name of no entry. */
export function entryAt(cache: unknown, ...path: readonly string[]): unknown {
  return path.reduce((at, name) => (isObject(at) && Object.hasOwn(at, name) ? at[name] : undefined), cache);
}

/** Lays it there, as an own property whatever the name: `__proto__` is a location like any other. */
export function putAt(cache: object, [name = '', ...more]: readonly string[], value: unknown): void {
  const there = more.length > 0 ? (entryAt(cache, name) ?? {}) : value;
  Object.defineProperty(cache, name, { value: there, enumerable: true, configurable: true, writable: true });
  if (more.length > 0) putAt(there as object, more, value);
}

function parameterFacts(
  { reference }: ListedServer,
  needed: readonly string[],
  entriesOf: ReadonlyMap<string, readonly unknown[]>,
  known: Known | undefined,
): Record<string, Fact> {
  const id = reference.id.toLowerCase();
  const entries = entriesOf.get(id) ?? [undefined];
  const list = new ParameterList(reference);
  for (const entry of entries) list.add(itemsOf(entry).filter(isNeeded(needed)).map(asListItem));
  const gap = entries.map((entry) => gapOf(entry, 'Its parameters')).find((each) => each);
  return list.facts(needed, known?.gaps.get(id) ?? gap ?? list.gap);
}

/** What has no name may be any. */
export function isNeeded(needed: readonly string[]): (item: Json) => boolean {
  const names = new Set(needed.map((name) => name.toLowerCase()));
  return (item) => !isObject(item) || typeof item.name !== 'string' || names.has(item.name.toLowerCase());
}

const itemsOf = (entry: unknown): readonly Json[] => {
  const data = entryAt(entry, 'data');
  return Array.isArray(data) ? data : [];
};

/** CloudSploit has lifted the properties to the top. */
function asListItem(item: Json): ListItem {
  if (!isObject(item)) return {};
  const { id, name, location } = item;
  return { id, name, location, properties: item as { readonly [name: string]: Json } };
}

/** CloudSploit keeps the prose of an error and nothing else: no status and no code. */
function gapOf(entry: unknown, what: string): Gap | undefined {
  const err = entryAt(entry, 'err');
  if (err) {
    return {
      kind: 'not-collected',
      detail: `${what} could not be read: ${proseOf(err)}`,
      remedy: 'Mend that, and collect again; pgposture scan asks Azure itself, and says more.',
    };
  }
  if (Array.isArray(entryAt(entry, 'data'))) return undefined;
  return {
    kind: 'not-collected',
    detail: `${what} were not collected, and no error says why.`,
    remedy: 'Collect again.',
  };
}

function proseOf(err: unknown): string {
  const text = [err, entryAt(err, 'message'), entryAt(err, 'code')].find((each) => typeof each === 'string' && each);
  if (typeof text !== 'string') return `${shown(err)}.`;
  return text.length > 300 ? `${text.slice(0, 299)}…` : text.replace(/([^.!?])$/, '$1.');
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
