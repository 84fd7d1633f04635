import { PostgreSQLManagementClient } from '@azure/arm-postgresql';
import type { Coverage, Fact, Sink } from '../../types';
import { type Context, type ListedServer, listServers } from './servers';

/**
 * Single Server: its TLS settings are properties in the list itself, so one list tells all.
 * https://learn.microsoft.com/rest/api/postgresql/singleserver/servers/list
 */
export async function collectSingleServers(context: Context, needed: readonly string[], sink: Sink): Promise<Coverage> {
  const { credential, clientOptions } = context.arm;
  const client = new PostgreSQLManagementClient(credential, context.subscription.subscriptionId, clientOptions);
  const servers: ListedServer[] = [];
  const coverage = await listServers(
    context,
    'Microsoft.DBforPostgreSQL/servers',
    (options) => client.servers.list(options).byPage().next(),
    (listed) => void servers.push(...listed),
  );
  for (const { reference, properties, contradicted } of servers) {
    const fact = (name: string): Fact => (contradicted ? contradiction : { known: true, value: properties[name] });
    sink.resource({ ...reference, facts: Object.fromEntries(needed.map((name) => [name, fact(name)])) });
  }
  return coverage;
}

const contradiction: Fact = {
  known: false,
  gap: {
    kind: 'bad-response',
    detail: 'Azure listed the server twice, with different properties.',
    remedy: 'It may have been changed during the scan: scan again.',
  },
};
