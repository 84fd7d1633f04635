import type * as Sdk from '@azure/arm-postgresql';
import { type ListedServer, propertyFacts } from '../../helpers/serverList';
import type { Coverage, Sink } from '../../types';
import { type Context, listServers } from './servers';

/** Loaded once there is somebody to ask: by then the first request is long on its way. */
const sdk = (): typeof Sdk => require('@azure/arm-postgresql');

/**
 * Single Server: its TLS settings are properties in the list itself, so one list tells all.
 * https://learn.microsoft.com/rest/api/postgresql/singleserver/servers/list
 */
export async function collectSingleServers(context: Context, needed: readonly string[], sink: Sink): Promise<Coverage> {
  const { PostgreSQLManagementClient } = sdk();
  const { credential, clientOptions } = context.arm;
  const client = new PostgreSQLManagementClient(credential, context.subscription.subscriptionId, clientOptions);
  const servers: ListedServer[] = [];
  const coverage = await listServers(
    context,
    'Microsoft.DBforPostgreSQL/servers',
    needed,
    (options) => client.servers.list(options).byPage().next(),
    (listed) => void servers.push(...listed),
  );
  for (const server of servers) sink.resource({ ...server.reference, facts: propertyFacts(server, needed) });
  return coverage;
}
