import { incompleteList } from '../../helpers/gap';
import { didYouMean } from '../../helpers/nearest';
import { byCodeUnit, sameName } from '../../helpers/resourceId';
import { ScanError } from '../../helpers/scanError';
import type { Gap, Scope } from '../../types';
import type { Arm } from './arm';
import { gapOf } from './gap';
import { readList } from './list';

/** A subscription that the identity can see. */
export interface Subscription {
  readonly subscriptionId: string;
  readonly displayName: string;
  /** Enabled, Warned, PastDue, Disabled, Deleted, or whatever Azure says. Each is asked: the answer decides. */
  readonly state: string;
  /** Why it is not asked, though it is to be scanned: the identity cannot see it. */
  readonly unseen?: Gap;
}

/** A subscription in a sentence. */
export const whereIs = ({ subscriptionId }: Subscription): string => `the subscription ${subscriptionId}`;

/** What a list of subscriptions that broke off is a list of. */
export interface BrokenList extends Pick<Scope, 'id' | 'type' | 'name'> {
  readonly reason: Gap;
}

/** All that were listed, and the lists that may not have named all. */
export interface SubscriptionList {
  readonly subscriptions: readonly Subscription[];
  readonly incomplete: readonly BrokenList[];
  /** Visible, but not in the management group that is scanned. */
  readonly outside?: readonly Subscription[];
}

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/**
 * Lists the subscriptions: https://learn.microsoft.com/rest/api/resources/subscriptions/list.
 * Throws a ScanError if there is no answer at all, for then nothing can be scanned.
 *
 * @param tenantId names the tenant if its list breaks off before it named itself.
 * @param onPage takes those of each page that are new; the next page is asked for when it is done.
 */
export async function listSubscriptions(
  arm: Arm,
  tenantId: string | undefined,
  onPage: (fresh: readonly Subscription[]) => Promise<void> | void,
): Promise<SubscriptionList> {
  const found = new Map<string, Subscription>();
  let named = tenantId;
  let malformed = 0;
  const url = `${arm.endpoint}/subscriptions?api-version=2022-12-01`;
  const end = await readList(arm, url, { lane: '' }, (items) => {
    const fresh: Subscription[] = [];
    for (const { subscriptionId, displayName, state, tenantId: tenant } of items) {
      if (typeof subscriptionId !== 'string' || !uuid.test(subscriptionId)) {
        malformed++;
        continue;
      }
      if (typeof tenant === 'string') named ??= tenant;
      if (found.has(subscriptionId.toLowerCase())) continue;
      const subscription: Subscription = {
        subscriptionId,
        displayName: typeof displayName === 'string' && displayName !== '' ? displayName : subscriptionId,
        state: typeof state === 'string' ? state : 'unknown',
      };
      found.set(subscriptionId.toLowerCase(), subscription);
      fresh.push(subscription);
    }
    return onPage(fresh);
  });

  if (!end.whole && end.pages === 0) {
    const { detail, remedy } = gapOf(end.error, 'the subscriptions');
    throw new ScanError('subscriptions-unavailable', `The subscriptions could not be listed. ${detail}`, remedy);
  }
  const subscriptions = [...found.values()].sort((a, b) => byCodeUnit(a.subscriptionId, b.subscriptionId));
  if (end.whole && malformed === 0) return { subscriptions, incomplete: [] };
  const [why, code] = end.whole
    ? [`${malformed} of its items name no subscription.`]
    : [end.error.message, end.error.code];
  const name = named ?? 'unknown';
  const reason = incompleteList(why, code);
  return { subscriptions, incomplete: [{ id: `/tenants/${name}`, type: 'Microsoft.Resources/tenants', name, reason }] };
}

/** Which subscriptions the user wants: ids, or names spelled exactly. */
export interface SubscriptionChoice {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/**
 * The subscriptions to scan; none only if the list of them broke off before it named one. Throws a ScanError if there
 * is none, if none is left, or if a word names none or two.
 */
export function chooseSubscriptions(
  { subscriptions, incomplete: [broken], outside }: SubscriptionList,
  { include, exclude }: SubscriptionChoice,
): Subscription[] {
  const known = [...subscriptions, ...(outside ?? [])];
  const find = (word: string): Subscription => {
    const byId = known.find(({ subscriptionId }) => sameName(subscriptionId, word));
    const byName = known.filter(({ displayName }) => displayName === word);
    if (byName.length > 1 && !byId) {
      const ids = byName.map(({ subscriptionId }) => subscriptionId).join(' and ');
      throw new ScanError(
        'ambiguous-subscription',
        `${byName.length} subscriptions are called "${word}".`,
        `Name it by its id: ${ids}.`,
      );
    }
    const subscription = byId ?? byName[0];
    if (subscription) return subscription;
    const names = known.flatMap(({ subscriptionId, displayName }) => [displayName, subscriptionId]);
    const otherwise = broken
      ? `It may exist: ${broken.reason.detail}`
      : 'Grant the identity that scans the role Reader on it, or check --tenant.';
    throw new ScanError(
      'unknown-subscription',
      `No visible subscription is called "${word}".`,
      didYouMean(word, names, otherwise),
    );
  };

  if (subscriptions.length === 0 && broken && include.length === 0) return [];
  if (subscriptions.length === 0 && outside) {
    throw new ScanError(
      'no-subscription',
      'The management group holds no subscription, so there is nothing to scan.',
      'Name another --management-group, or leave it out to scan all subscriptions that are visible.',
    );
  }
  if (subscriptions.length === 0 && !broken) {
    throw new ScanError(
      'no-subscription',
      'The identity sees no subscription, so there is nothing to scan.',
      'Grant it the role Reader on a subscription or a management group, or check --tenant.',
    );
  }
  const excluded = new Set(exclude.map(find));
  const wanted = include.length > 0 ? [...new Set(include.map(find))] : subscriptions;
  const chosen = wanted.filter((subscription) => !excluded.has(subscription));
  if (chosen.length > 0) return chosen;
  throw new ScanError(
    'no-subscription',
    'Every subscription is excluded, so there is nothing to scan.',
    'Exclude fewer.',
  );
}
