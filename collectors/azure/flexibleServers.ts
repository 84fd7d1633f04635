import { PostgreSQLManagementFlexibleServerClient } from '@azure/arm-postgresql-flexible';
import { eachLimit } from 'async';
import { sameName } from '../../helpers/resourceId';
import type { Coverage, Fact, Gap, Parameter, Sink } from '../../types';
import type { ArmItem } from './answer';
import { ArmError, gapOf, incompleteList } from './gap';
import { type ListEnd, readList } from './list';
import { type Context, type ListedServer, listServers } from './servers';
import { whereIs } from './subscriptions';

/**
 * Flexible Server: the list of servers, and for each server the list of its parameters. One list costs as much of
 * Azure's limit as one parameter does.
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
  const { credential, clientOptions } = context.arm;
  const client = new PostgreSQLManagementFlexibleServerClient(
    credential,
    context.subscription.subscriptionId,
    clientOptions,
  );
  return listServers(
    context,
    'Microsoft.DBforPostgreSQL/flexibleServers',
    (options) => client.servers.listBySubscription(options).byPage().next(),
    (servers) => {
      context.arm.expect(servers.length);
      return eachLimit(servers, concurrency, async (server: ListedServer) => {
        sink.resource({ ...server.reference, facts: await readParameters(context, client, server, needed) });
      });
    },
  );
}

/** Asked whatever state the server was listed in: the answer decides, and the state only explains a refusal. */
async function readParameters(
  { arm, subscription }: Context,
  client: PostgreSQLManagementFlexibleServerClient,
  { reference, properties }: ListedServer,
  needed: readonly string[],
): Promise<Record<string, Fact>> {
  const { id, name, resourceGroup } = reference;
  const found = new Map<string, Parameter[]>();
  let strange = 0;
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
    (items) => {
      for (const item of items) {
        if (typeof item.name !== 'string' || !isUnder(subscription.subscriptionId, item)) strange++;
        else found.set(item.name.toLowerCase(), [...(found.get(item.name.toLowerCase()) ?? []), asParameter(item)]);
      }
    },
  );
  const gap = gapOfList(end, strange, whereIs(subscription), id);
  return Object.fromEntries(needed.map((parameter) => [parameter, asFact(found.get(parameter.toLowerCase()), gap)]));
}

/** Found, and once only: the value. Not found: an answer, if the list was read whole. */
function asFact(found: readonly Parameter[] | undefined, gap: Gap | undefined): Fact {
  if (!found) return gap ? { known: false, gap } : { known: true, value: undefined };
  const [value, ...others] = found;
  if (others.every((other) => JSON.stringify(other) === JSON.stringify(value))) return { known: true, value };
  return { known: false, gap: contradiction };
}

/** The role to ask for belongs on the subscription; anything else is about the server. */
function gapOfList(end: ListEnd, strange: number, subscription: string, server: string): Gap | undefined {
  if (end.whole) {
    return strange > 0
      ? incompleteList(`${strange} of its items are no parameters of this server.`, server)
      : undefined;
  }
  if (end.pages > 0) return incompleteList(end.error.message, server, end.error.code);
  return gapOf(end.error, end.error.kind === 'forbidden' ? subscription : server);
}

const asParameter = ({ properties }: ArmItem): Parameter => ({
  value: properties?.value ?? null,
  isConfigPendingRestart: properties?.isConfigPendingRestart ?? null,
});

/** A parameter may lack an id, but must not have one of another subscription. */
const isUnder = (subscriptionId: string, { id }: ArmItem) =>
  id === undefined || (typeof id === 'string' && sameName(id.split('/', 3)[2] ?? '', subscriptionId));

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
function explainedBy(state: unknown, { status, code, transient }: ArmError): ArmError | undefined {
  const kind = typeof state === 'string' ? kindByState[state.toLowerCase()] : undefined;
  const refused = status === 400 || status === 404 || status === 409 || status === 500;
  if (!kind || !refused || (transient && kind === 'stopped')) return undefined;
  return new ArmError(kind, `The server is ${state}, and Azure answered ${status}${code ? ` ${code}` : ''}.`, {
    code,
    status,
  });
}

const contradiction: Gap = {
  kind: 'bad-response',
  detail: 'Azure listed the parameter twice, with different values.',
  remedy: 'It may have been changed during the scan: scan again.',
};
