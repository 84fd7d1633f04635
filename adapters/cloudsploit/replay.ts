import { settingsOf, type WithSettings } from '../../engine/select';
import { isServerKind, serverKinds } from '../../helpers/kind';
import { sameName } from '../../helpers/resourceId';
import { ScanError } from '../../helpers/scanError';
import type { Collector, Coverage, Gap, NeededFacts, Resource, Scope, ServerKind, Settings } from '../../types';
import { locationsOf, notHeld, type SeenLocation } from './cache';
import { callName, calls } from './calls';
import { allAnswered, type Header } from './header';
import { broken, type Collection } from './reader';

/**
 * Tells what collections hold, as if Azure told it now. One of CloudSploit's is never the whole subscription: it drops
 * servers in regions that its table does not know. Throws a ScanError if two are of one subscription.
 *
 * @param onCollection told of each before it is told, and waited for.
 */
export function collectionsCollector(
  collections: readonly Collection[],
  onCollection?: (collection: Collection, subscriptionIds: readonly string[]) => Promise<void>,
): Collector {
  return {
    kinds: serverKinds,
    async collect(needs, sink) {
      const requests = { done: 0, ahead: 0 };
      sink.progress({ phase: 'servers', subscriptions: collections.length, requests, waitingFor: null });
      const unlisted = collections.flatMap(({ header }) => header?.unlisted.map(asCollected(header, needs)) ?? []);
      for (const scope of new Map(unlisted.map((each) => [each.id, each])).values()) sink.scope(scope);
      const names = new Map<string, string>();
      for (const collection of collections) {
        const { header, name } = collection;
        const { servers, scopes } = look(collection, needs);
        for (const { id, subscriptionId } of scopes) {
          const before = names.get(id.toLowerCase());
          if (before !== undefined) throw twice(before, name, subscriptionId ?? 'that is not named');
          names.set(id.toLowerCase(), name);
        }
        await onCollection?.(
          collection,
          scopes.flatMap(({ subscriptionId }) => subscriptionId ?? []),
        );
        const isIncomplete = header && wasCutShort(header);
        if (isIncomplete) sink.incomplete();
        for (const server of servers) sink.resource(server);
        for (const scope of scopes) sink.scope(isIncomplete && !isExplained(header) ? unseen(scope) : scope);
      }
    },
  };
}

/** What did not come whole says so itself; of what was not asked for now, it does not matter. */
const wasCutShort = ({ complete, scope, unlisted }: Header) => !complete && allAnswered([scope, ...unlisted]);

/** What nobody came to read has a gap of its own. */
const isExplained = ({ gaps }: Header) =>
  Object.values(gaps).some(({ kind }) => kind === 'timeout' || kind === 'not-collected');

/** Of a scan that was cut short, and does not say where, nobody knows what else there is. */
const unseen = (scope: Scope): Scope => ({
  ...scope,
  kinds: Object.fromEntries(
    Object.entries(scope.kinds).map(([kind, { servers }]) => [kind, { answered: false, servers, reason: cutShort }]),
  ),
});

const cutShort: Gap = {
  kind: 'not-collected',
  detail: 'The scan that wrote the collection was cut short, and the collection does not say what it left out.',
  remedy: 'Collect it again.',
};

const twice = (one: string, other: string, subscription: string) =>
  new ScanError(
    'unreadable-input',
    `"${one}" and "${other}" are both of the subscription ${subscription}.`,
    'Give one of them.',
  );

/** The servers of a collection, and the subscription that they are in; of CloudSploit's, which does not name it, theirs. */
function look(collection: Collection, needs: NeededFacts): { servers: Resource[]; scopes: Scope[] } {
  const { header, cache } = collection;
  const known = header && {
    subscriptionId: header.scope.subscriptionId,
    gaps: new Map(Object.entries(header.gaps).map(([id, gap]) => [id.toLowerCase(), gap])),
  };
  const seen = new Map(
    [...needs].flatMap(([kind, needed]) =>
      isServerKind(kind) ? [[kind, locationsOf(cache, kind, needed, known)] as const] : [],
    ),
  );
  const servers = [...seen.values()].flatMap((locations) => locations?.flatMap((each) => each.servers) ?? []);
  if (header) {
    for (const [kind, locations] of seen) checkWhole(collection, kind, header.scope.kinds[kind], locations);
    return { servers, scopes: [asCollected(header, needs)(header.scope)] };
  }
  const ids = new Map(servers.map(({ subscriptionId }) => [subscriptionId?.toLowerCase(), subscriptionId ?? '']));
  const subscriptionIds = ids.size > 0 ? [...ids.values()] : [`unknown (${collection.name})`];
  return { servers, scopes: subscriptionIds.map((id) => scopeOf(id, servers, seen)) };
}

/** A list that somebody has shortened is no answer of Azure's. */
function checkWhole(
  { name }: Collection,
  kind: ServerKind,
  said?: Coverage,
  locations?: readonly SeenLocation[],
): void {
  const count = locations?.reduce((sum, { servers }) => sum + servers.length, 0);
  if (!said || said.servers === count) return;
  const list = callName(calls[kind].list);
  throw broken(
    name,
    `was changed: pgposture.scope counts ${said.servers} servers, and ${list} holds ${count ?? 'none'}`,
  );
}

/** What was not collected was not seen. */
const asCollected =
  ({ finishedAt }: Header, needs: NeededFacts) =>
  (scope: Scope): Scope => ({
    ...scope,
    collectedAt: finishedAt,
    kinds: Object.fromEntries(
      [...needs.keys()]
        .filter(isServerKind)
        .map((kind) => [kind, scope.kinds[kind] ?? { answered: false, servers: 0, reason: notHeld(kind) }]),
    ),
  });

function scopeOf(
  subscriptionId: string,
  servers: readonly Resource[],
  seen: ReadonlyMap<ServerKind, readonly SeenLocation[] | undefined>,
): Scope {
  const coverage = (kind: ServerKind, locations: readonly SeenLocation[] | undefined): Coverage => {
    const reason = locations ? (locations.find(({ gap }) => gap)?.gap ?? otherRegions) : notHeld(kind);
    const here = servers.filter((each) => each.type === kind && sameName(each.subscriptionId ?? '', subscriptionId));
    return { answered: false, servers: here.length, reason };
  };
  return {
    id: `/subscriptions/${subscriptionId}`,
    type: 'Microsoft.Resources/subscriptions',
    subscriptionId,
    name: subscriptionId,
    state: null,
    collectedAt: null,
    kinds: Object.fromEntries([...seen].map(([kind, locations]) => [kind, coverage(kind, locations)])),
  };
}

/** https://github.com/aquasecurity/cloudsploit/blob/master/helpers/azure/locations.js */
const otherRegions: Gap = {
  kind: 'incomplete-list',
  detail: 'CloudSploit collects from the regions in its table only: a server in any other is not in its collection.',
  remedy: 'Collect with pgposture scan --collection, which lists the servers of every region.',
};

/**
 * The settings in force: those given, else those with which the collections were made. Throws a ScanError if two were made
 * with different ones, or one with a value that cannot be.
 *
 * @param plugins who read them; what nobody reads does not matter.
 */
export function collectedSettings(
  collections: readonly Collection[],
  given: Settings,
  plugins: readonly WithSettings[],
): Settings {
  const settings: Record<string, string> = { ...given };
  const from = new Map<string, string>();
  const names = new Set(plugins.flatMap((plugin) => Object.keys(plugin.settings)));
  for (const { header, name: file } of collections) {
    for (const name of names) {
      const value = header && Object.hasOwn(header.settings, name) ? header.settings[name] : undefined;
      if (value === undefined || Object.hasOwn(given, name)) continue;
      const before = settings[name];
      if (before !== undefined && before !== value) {
        const what = `"${from.get(name)}" was collected with ${name}=${before}, and "${file}" with ${name}=${value}.`;
        throw new ScanError('bad-setting', what, `Say which is to hold, as in --setting ${name}=${value}.`);
      }
      checkValue(file, name, value, plugins);
      settings[name] = value;
      from.set(name, file);
    }
  }
  return settings;
}

/** Another version of pgposture may know other values. */
function checkValue(file: string, name: string, value: string, plugins: readonly WithSettings[]): void {
  try {
    for (const plugin of plugins) settingsOf([plugin], { [name]: value });
  } catch (error) {
    if (!(error instanceof ScanError)) throw error;
    const what = `"${file}" was collected with ${name}=${value}, which it cannot be.`;
    throw new ScanError('bad-setting', what, `${error.remedy} Say which is to hold, with --setting ${name}=….`);
  }
}
