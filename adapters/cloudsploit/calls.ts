import type { ServerKind } from '../../types';

/** Where an answer stands in CloudSploit's cache: `cache[service][call]`. */
export type Call = readonly [service: string, call: string];

interface KindCalls {
  /** By location: `{ err }` or `{ data }`, a list of servers. */
  readonly list: Call;
  /** By location and the id of the server: `{ err }` or `{ data }`, a list of parameters. */
  readonly parameters?: Call;
}

/** What CloudSploit calls the answers from which we judge: https://github.com/aquasecurity/cloudsploit/blob/master/helpers/azure/api.js */
export const calls: Readonly<Record<ServerKind, KindCalls>> = {
  'Microsoft.DBforPostgreSQL/servers': { list: ['servers', 'listPostgres'] },
  'Microsoft.DBforPostgreSQL/flexibleServers': {
    list: ['servers', 'listPostgresFlexibleServer'],
    parameters: ['flexibleServersConfigurations', 'listByPostgresServer'],
  },
};

/** As CloudSploit's plugins name it in `apis`: `servers:listPostgres`. */
export const callName = ([service, call]: Call): string => `${service}:${call}`;

/** All that a kind is judged by. */
export const callsOf = (kind: ServerKind): readonly Call[] => {
  const { list, parameters } = calls[kind];
  return parameters ? [list, parameters] : [list];
};

/** The key of a location, as CloudSploit spells it; of a server that has none, its word for nowhere. */
export const locationKey = (location: unknown): string =>
  (typeof location === 'string' && location.toLowerCase().replaceAll(' ', '')) || nowhere;

export const nowhere = 'global';
