import { incompleteList } from '../../helpers/gap';
import { sameName } from '../../helpers/resourceId';
import { type ListedServer, ServerList } from '../../helpers/serverList';
import type { Coverage, Gap, Recorder, ServerKind } from '../../types';
import type { Arm, SdkCall } from './arm';
import { ArmError, gapOf } from './gap';
import { readList } from './list';
import type { Provider } from './provider';
import { type Subscription, whereIs } from './subscriptions';

/** What the collector of one kind of server works with. */
export interface Context {
  readonly arm: Arm;
  readonly provider: Provider;
  readonly subscription: Subscription;
  readonly recorder: Recorder | undefined;
}

/**
 * Lists the servers of one kind in one subscription. A list that breaks off, or that names what it cannot hold, makes the
 * coverage incomplete.
 *
 * @param needed properties in which two items of one server must agree.
 */
export async function listServers(
  { arm, provider, subscription, recorder }: Context,
  kind: ServerKind,
  needed: readonly string[],
  firstPage: SdkCall,
  onServers: (servers: ListedServer[]) => Promise<void> | void,
): Promise<Coverage> {
  const { subscriptionId } = subscription;
  const list = new ServerList(kind, needed, subscriptionId);
  const end = await readList(arm, firstPage, { lane: subscriptionId, expected: true }, async (items, whole) => {
    await recorder?.servers(
      subscriptionId,
      kind,
      whole.filter((_, i) => list.serverOf(items[i] ?? {})),
    );
    return onServers(list.add(items));
  });

  const servers = list.size;
  if (end.whole) return list.gap ? { answered: false, servers, reason: list.gap } : { answered: true, servers };
  const { error, pages } = end;
  if (pages > 0) return { answered: false, servers, reason: incompleteList(error.message, error.code) };
  const none = await saysNone(error, provider, kind, subscription);
  if (none === true) return { answered: true, servers };
  return { answered: false, servers, reason: none || scopeGap(error, subscription, whereIs(subscription)) };
}

/**
 * A refusal that is an answer: the resource provider is not registered here (it cannot be unregistered while it has
 * resources), or Azure has retired the whole type. The gap, if Azure does not say whether it has.
 */
async function saysNone(
  error: ArmError,
  provider: Provider,
  kind: ServerKind,
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
