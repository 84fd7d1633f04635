import { parseResourceId, sameName } from '../../helpers/resourceId';
import type { Coverage, Gap, Json, Kind, ResourceReference } from '../../types';
import type { ArmItem } from './answer';
import type { Arm, SdkCall } from './arm';
import { ArmError, gapOf, incompleteList } from './gap';
import { readList } from './list';
import type { Provider } from './provider';
import { type Subscription, whereIs } from './subscriptions';

/** What the collector of one kind of server works with. */
export interface Context {
  readonly arm: Arm;
  readonly provider: Provider;
  readonly subscription: Subscription;
}

/** A server that a list named. */
export interface ListedServer {
  readonly reference: ResourceReference & { readonly type: Kind };
  readonly properties: Readonly<Record<string, Json>>;
  /** The list named it again, with other properties. Known for sure only when the list has ended. */
  contradicted: boolean;
}

/**
 * Lists the servers of one kind in one subscription. Each server that has an id of this kind, under this subscription,
 * is told once, however often it is listed; any other item, and a list that breaks off, make the coverage incomplete.
 */
export async function listServers(
  { arm, provider, subscription }: Context,
  kind: Kind,
  firstPage: SdkCall,
  onServers: (servers: ListedServer[]) => Promise<void> | void,
): Promise<Coverage> {
  const { subscriptionId } = subscription;
  const where = whereIs(subscription);
  const told = new Map<string, ListedServer>();
  let foreign = 0;

  const end = await readList(arm, firstPage, { lane: subscriptionId, expected: true }, (items) => {
    const fresh: ListedServer[] = [];
    for (const item of items) {
      const server = asServer(item, kind, subscriptionId);
      if (!server) {
        foreign++;
        continue;
      }
      const key = server.reference.id.toLowerCase();
      const before = told.get(key);
      if (before) {
        before.contradicted ||= JSON.stringify(before.properties) !== JSON.stringify(server.properties);
        continue;
      }
      told.set(key, server);
      fresh.push(server);
    }
    return onServers(fresh);
  });

  const servers = told.size;
  if (end.whole) {
    if (foreign === 0) return { answered: true, servers };
    return {
      answered: false,
      servers,
      reason: incompleteList(`${foreign} of its items are no ${kind} of this subscription.`, where),
    };
  }
  const { error, pages } = end;
  if (pages > 0) return { answered: false, servers, reason: incompleteList(error.message, where, error.code) };
  const none = await saysNone(error, provider, kind, subscription);
  if (none === true) return { answered: true, servers };
  return { answered: false, servers, reason: none || scopeGap(error, subscription, where) };
}

/**
 * A refusal that is an answer: the resource provider is not registered here (it cannot be unregistered while it has
 * resources), or Azure has retired the whole type. The gap, if Azure does not say whether it has.
 */
async function saysNone(
  error: ArmError,
  provider: Provider,
  kind: Kind,
  subscription: Subscription,
): Promise<boolean | Gap> {
  if (error.code === 'MissingSubscriptionRegistration') return error.status === 409;
  if (error.kind !== 'api-version') return false;
  const retired = await provider.isRetired(kind, subscription.subscriptionId);
  if (!(retired instanceof ArmError)) return retired;
  const { remedy } = gapOf(retired, whereIs(subscription));
  const detail = `${error.message} Whether the type is retired could not be asked: ${retired.message}`;
  return { ...gapOf(error, ''), detail, remedy };
}

/** A subscription that is switched off may refuse with any code. A missing permission still is one, and so is an old API version. */
function scopeGap(error: ArmError, { state }: Subscription, where: string): Gap {
  const { kind, status, code, message } = error;
  const refused = kind !== 'api-version' && (status === 400 || status === 404 || status === 409);
  const disabled = refused && sameName(state, 'Disabled');
  return gapOf(disabled ? new ArmError('subscription-disabled', message, { status, code }) : error, where);
}

function asServer(item: ArmItem, kind: Kind, subscriptionId: string): ListedServer | undefined {
  const id = parseResourceId(item.id);
  if (!id || !sameName(id.type, kind) || !sameName(id.subscriptionId, subscriptionId)) return undefined;
  const location = typeof item.location === 'string' ? item.location : null;
  const { name, resourceGroup } = id;
  return {
    reference: { id: item.id as string, name, type: kind, location, resourceGroup, subscriptionId },
    properties: item.properties ?? {},
    contradicted: false,
  };
}
