import type * as Sdk from '@azure/arm-postgresql-flexible';
import { incompleteList } from '../../helpers/gap';
import { ParameterList } from '../../helpers/parameterList';
import { type ListedServer, propertyFacts } from '../../helpers/serverList';
import type { Coverage, Fact, Gap, Json, Sink } from '../../types';
import { ArmError, gapOf } from './gap';
import { type ListEnd, readList } from './list';
import { type Context, listServers } from './servers';
import { whereIs } from './subscriptions';

/** Loaded once there is somebody to ask: by then the first request is long on its way. */
const sdk = (): typeof Sdk => require('@azure/arm-postgresql-flexible');

/**
 * Flexible Server: the list of servers, and for each server the list of its parameters. One list costs as much of
 * Azure's limit as one parameter does. No server waits for another, nor does the list wait for a server.
 * https://learn.microsoft.com/rest/api/postgresql/configurations/list-by-server
 *
 * @param concurrency servers at once.
 */
export async function collectFlexibleServers(
  context: Context,
  needed: readonly string[],
  sink: Sink,
  concurrency: number,
): Promise<Coverage> {
  const { PostgreSQLManagementFlexibleServerClient } = sdk();
  const { credential, clientOptions } = context.arm;
  const client = new PostgreSQLManagementFlexibleServerClient(
    credential,
    context.subscription.subscriptionId,
    clientOptions,
  );
  // No parameter is called so.
  const properties = needed.filter((name) => name === 'fullyQualifiedDomainName');
  const parameters = needed.filter((name) => name !== 'fullyQualifiedDomainName');
  const read = async (server: ListedServer) =>
    sink.resource({
      ...server.reference,
      facts: { ...(await readParameters(context, client, server, parameters)), ...propertyFacts(server, properties) },
    });
  const readings = context.arm.workers(read, concurrency, context.subscription.subscriptionId);
  const coverage = await listServers(
    context,
    'Microsoft.DBforPostgreSQL/flexibleServers',
    [],
    (options) => client.servers.listBySubscription(options).byPage().next(),
    (servers) => {
      context.arm.expect(servers.length);
      return readings.take(servers);
    },
  );
  await readings.end();
  return coverage;
}

/** Asked whatever state the server was listed in: the answer decides, and the state only explains a refusal. */
async function readParameters(
  { arm, subscription, recorder }: Context,
  client: Sdk.PostgreSQLManagementFlexibleServerClient,
  { reference, properties }: ListedServer,
  needed: readonly string[],
): Promise<Record<string, Fact>> {
  const { name, resourceGroup } = reference;
  const list = new ParameterList(reference);
  const kept: Json[] = [];
  const end = await readList(
    arm,
    (options) =>
      client.configurations
        .listByServer(resourceGroup ?? '', name, options)
        .byPage()
        .next(),
    {
      lane: subscription.subscriptionId,
      expected: true,
      giveUp: (error) => explainedBy(properties.state, error),
    },
    (items, whole) => {
      list.add(items);
      kept.push(...whole);
    },
  );
  const gap = end.whole ? list.gap : gapOfList(end, whereIs(subscription), reference.id);
  await recorder?.parameters(reference, { items: kept, gap, said: end.whole ? undefined : end.error.said });
  return list.facts(needed, gap);
}

/** The role to ask for belongs on the subscription; anything else is about the server. */
function gapOfList({ pages, error }: ListEnd & { whole: false }, subscription: string, server: string): Gap {
  if (pages > 0) return incompleteList(error.message, error.code);
  return gapOf(error, error.kind === 'forbidden' ? subscription : server);
}

/** `properties.state`, in lower case, and what a refusal then means: https://learn.microsoft.com/rest/api/postgresql/servers/get#serverstate. */
const kindByState: Readonly<Record<string, ArmError['kind']>> = {
  stopped: 'stopped',
  stopping: 'stopped',
  disabled: 'stopped',
  inaccessible: 'stopped',
  provisioning: 'provisioning',
  starting: 'provisioning',
  restarting: 'provisioning',
  updating: 'provisioning',
  dropping: 'not-found',
};

/** A refusal that the state explains is final: asking again would bring the same. */
function explainedBy(state: unknown, { status, code, said, transient }: ArmError): ArmError | undefined {
  const kind = typeof state === 'string' ? kindByState[state.toLowerCase()] : undefined;
  const refused = status === 400 || status === 404 || status === 409 || status === 500;
  if (!kind || !refused || (transient && kind === 'stopped')) return undefined;
  return new ArmError(kind, `The server is ${state}, and Azure answered ${status}${code ? ` ${code}` : ''}.`, {
    code,
    status,
    said,
  });
}
