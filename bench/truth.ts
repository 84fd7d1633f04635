import assert from 'node:assert/strict';
import type { EmulatedServer, EmulatedSubscription } from '../emulator';
import type { Coverage, ReasonKind, Report, ServerKind, Status } from '../types';
import { callOf, type Faulty, metBy } from './faults';
import { type Size, tenantOf } from './tenant';

/** What is true of a tenant in which calls meet faults, and has to stand in a report of it. */
export interface Truth {
  /** By plugin and lower-cased id of the resource: the status, and the kind of the reason where it is UNKNOWN. */
  readonly rows: ReadonlyMap<string, string>;
  /** By lower-cased id of the scope: what each list showed. */
  readonly lists: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** Servers whose parameters can be asked for: those that a list showed. */
  readonly askable: number;
}

interface Type {
  readonly kind: ServerKind;
  readonly servers: (subscription: EmulatedSubscription) => readonly EmulatedServer[];
  readonly plugins: readonly [requiresTls: string, floor: string];
  /** Beside the list there is a call for each server. */
  readonly parameters: boolean;
}

const types: readonly Type[] = [
  {
    kind: 'Microsoft.DBforPostgreSQL/flexibleServers',
    servers: ({ flexibleServers = [] }) => flexibleServers,
    plugins: ['flexibleServerRequireSecureTransport', 'flexibleServerSslMinProtocolVersion'],
    parameters: true,
  },
  {
    kind: 'Microsoft.DBforPostgreSQL/servers',
    servers: ({ singleServers = [] }) => singleServers,
    plugins: ['singleServerSslEnforcement', 'singleServerMinimalTlsVersion'],
    parameters: false,
  },
];

const isOpen = ({ parameters, properties }: EmulatedServer) =>
  parameters?.require_secure_transport === 'off' || properties?.sslEnforcement === 'Disabled';

const rowKey = (plugin: string, resource: string) => `${plugin} ${resource}`.toLowerCase();
const word = (status: Status, kind: ReasonKind | undefined) => (kind ? `${status} ${kind}` : status);
const listWord = (servers: number, kind: ReasonKind | undefined) => `${servers} servers, ${kind ?? 'all'}`;

/** @param pageSize items in a page of a list. */
export function truthOf(size: Size, pageSize: number, faulty: Faulty): Truth {
  const staying = (path: string): ReasonKind | undefined => {
    const met = metBy(callOf(path), faulty);
    return met?.stays ? met.fault.kind : undefined;
  };
  const rows = new Map<string, string>();
  const lists = new Map<string, Readonly<Record<string, string>>>();
  let askable = 0;
  const add = (type: Type, resource: string, words: readonly [string, string]) => {
    for (const [i, plugin] of type.plugins.entries()) rows.set(rowKey(plugin, resource), words[i] ?? '');
  };
  for (const subscription of tenantOf(size).subscriptions) {
    const scope = `/subscriptions/${subscription.subscriptionId}`;
    const shown: Record<string, string> = {};
    for (const type of types) {
      const servers = type.servers(subscription);
      const list = `${scope}/providers/${type.kind}`;
      let listed = 0;
      let unseen: ReasonKind | undefined;
      // An empty list is a page, too.
      for (let from = 0; from === 0 || from < servers.length; from += pageSize) {
        const broken = staying(from === 0 ? list : `${list}?$skiptoken=${from}`);
        if (broken) unseen = from === 0 ? broken : 'incomplete-list';
        if (broken) break;
        listed = Math.min(from + pageSize, servers.length);
      }
      if (type.parameters) askable += listed;
      if (unseen) add(type, scope, [word('UNKNOWN', unseen), word('UNKNOWN', unseen)]);
      shown[type.kind] = listWord(listed, unseen);
      for (const server of servers.slice(0, listed)) {
        const id = `${scope}/resourceGroups/rg-databases/providers/${type.kind}/${server.name}`;
        const unread = type.parameters ? staying(`${id}/configurations`) : undefined;
        if (unread) add(type, id, [word('UNKNOWN', unread), word('UNKNOWN', unread)]);
        // Where TLS is not required, a floor binds nobody.
        else add(type, id, isOpen(server) ? ['FAIL', 'WARN'] : ['PASS', 'PASS']);
      }
    }
    lists.set(scope.toLowerCase(), shown);
  }
  return { rows, lists, askable };
}

/** Throws if the report says anything else, less, or more. */
export function assertTrue({ complete, scopes, results }: Report, { rows, lists }: Truth): void {
  const said = new Map<string, string>();
  for (const { plugin, resource, status, reason } of results) {
    const key = rowKey(plugin, resource.id);
    assert.ok(!said.has(key), `${key} is there twice`);
    said.set(key, word(status, reason?.kind));
    assert.equal(said.get(key), rows.get(key), key);
  }
  for (const key of rows.keys()) assert.ok(said.has(key), `${key} is missing`);
  const shown = (coverage: Coverage) =>
    listWord(coverage.servers, coverage.answered ? undefined : coverage.reason.kind);
  for (const { id, kinds } of scopes) {
    const words = Object.fromEntries(Object.entries(kinds).map(([kind, coverage]) => [kind, shown(coverage)]));
    assert.deepEqual(words, lists.get(id.toLowerCase()), id);
  }
  assert.equal(scopes.length, lists.size);
  assert.equal(
    complete,
    [...lists.values()].every((each) => Object.values(each).every((said) => said.endsWith('all'))),
  );
}
