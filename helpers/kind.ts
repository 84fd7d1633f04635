import type { ForeignDescription, Kind, Plugin, ServerKind, ServerPlugin } from '../types';

/** What pgposture judges, in words. */
interface KindWords {
  readonly name: string;
  /** What one of them is: to be counted. */
  readonly noun: string;
  /** How it is looked at again, of one whose name is known. */
  readonly look: string;
  /** The page on TLS for it. */
  readonly link: string;
}

export const kinds: Readonly<Record<Kind, KindWords>> = {
  'Microsoft.DBforPostgreSQL/flexibleServers': {
    name: 'Flexible Server',
    noun: 'PostgreSQL server',
    look: 'pgposture scan',
    link: 'https://learn.microsoft.com/azure/postgresql/security/security-tls',
  },
  'Microsoft.DBforPostgreSQL/servers': {
    name: 'Single Server',
    noun: 'PostgreSQL server',
    look: 'pgposture scan',
    link: 'https://learn.microsoft.com/azure/postgresql/single-server/concepts-ssl-connection-security',
  },
  'PostgreSQL/endpoints': {
    name: 'Endpoint',
    noun: 'endpoint',
    look: 'pgposture probe my-server.example.com',
    link: 'https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-SSL',
  },
  'PostgreSQL/databases': {
    name: 'Database',
    noun: 'database server',
    look: "pgposture audit 'host=my-server.example.com user=my-user dbname=postgres'",
    link: 'https://www.postgresql.org/docs/current/ssl-tcp.html',
  },
};

/** What one setting of a server is, and where it lives. */
export const wheres: Readonly<Record<ServerKind, (setting: string) => string>> = {
  'Microsoft.DBforPostgreSQL/flexibleServers': (parameter) =>
    `a server parameter: Settings > Server parameters in the Azure portal, and configurations/${parameter} of each server in Azure Resource Manager`,
  'Microsoft.DBforPostgreSQL/servers': (property) =>
    `a property of each server: Settings > Connection security in the Azure portal, and properties.${property} in Azure Resource Manager`,
};

/** What a kind is called. A report may hold one of a newer pgposture, which is called as Azure calls it. */
export const kindName = (kind: Kind): string => (Object.hasOwn(kinds, kind) ? kinds[kind].name : kind);

/** Whether Azure Resource Manager tells of it. */
export const isServerKind = (kind: Kind): kind is ServerKind => Object.hasOwn(wheres, kind);

/** Whether it is a view of a server that needs no Azure: it may stand beside the server in one scan, and is none more. */
export const isView = (kind: string): boolean => kind.startsWith('PostgreSQL/');

/** Those of which Azure Resource Manager tells. */
export const serverKinds: readonly ServerKind[] = (Object.keys(wheres) as ServerKind[]).toSorted();

/** Whether a plugin judges what Azure Resource Manager tells. */
export const isServerPlugin = (plugin: Plugin | ForeignDescription): plugin is ServerPlugin =>
  'kind' in plugin && isServerKind(plugin.kind);
