import { didYouMean } from '../../helpers/nearest';
import { byCodeUnit, sameName } from '../../helpers/resourceId';
import { ScanError } from '../../helpers/scanError';
import type { Gap } from '../../types';
import type { Arm } from './arm';
import { gapOf, incompleteList } from './gap';
import { readList } from './list';

/** A subscription that the identity can see. */
export interface Subscription {
  readonly subscriptionId: string;
  readonly displayName: string;
  /** Enabled, Warned, PastDue, Disabled, Deleted, or whatever Azure says. Each is asked: the answer decides. */
  readonly state: string;
}

/** A subscription in a sentence. */
export const whereIs = ({ subscriptionId }: Subscription): string => `the subscription ${subscriptionId}`;

/** All that were listed; the gap, if those may not be all. */
export interface SubscriptionList {
  readonly subscriptions: readonly Subscription[];
  readonly tenantId: string | undefined;
  readonly gap?: Gap;
}

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/**
 * Lists the subscriptions: https://learn.microsoft.com/rest/api/resources/subscriptions/list.
 * Throws a ScanError if there is no answer at all, for then nothing can be scanned.
 */
export async function listSubscriptions(arm: Arm): Promise<SubscriptionList> {
  const found = new Map<string, Subscription>();
  let tenantId: string | undefined;
  let malformed = 0;
  const url = `${arm.endpoint}/subscriptions?api-version=2022-12-01`;
  const end = await readList(arm, url, { lane: '' }, (items) => {
    for (const { subscriptionId, displayName, state, tenantId: tenant } of items) {
      if (typeof subscriptionId !== 'string' || !uuid.test(subscriptionId)) {
        malformed++;
        continue;
      }
      if (typeof tenant === 'string') tenantId ??= tenant;
      found.set(subscriptionId.toLowerCase(), {
        subscriptionId,
        displayName: typeof displayName === 'string' && displayName !== '' ? displayName : subscriptionId,
        state: typeof state === 'string' ? state : 'unknown',
      });
    }
  });

  const where = 'the subscriptions';
  if (!end.whole && end.pages === 0) {
    const { detail, remedy } = gapOf(end.error, where);
    throw new ScanError('subscriptions-unavailable', `The subscriptions could not be listed. ${detail}`, remedy);
  }
  const subscriptions = [...found.values()].sort((a, b) => byCodeUnit(a.subscriptionId, b.subscriptionId));
  if (!end.whole) return { subscriptions, tenantId, gap: incompleteList(end.error.message, where, end.error.code) };
  if (malformed === 0) return { subscriptions, tenantId };
  return { subscriptions, tenantId, gap: incompleteList(`${malformed} of its items name no subscription.`, where) };
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
  { subscriptions, gap }: SubscriptionList,
  { include, exclude }: SubscriptionChoice,
): Subscription[] {
  const find = (word: string): Subscription => {
    const byId = subscriptions.find(({ subscriptionId }) => sameName(subscriptionId, word));
    const byName = subscriptions.filter(({ displayName }) => displayName === word);
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
    const names = subscriptions.flatMap(({ subscriptionId, displayName }) => [displayName, subscriptionId]);
    const otherwise = gap
      ? `It may exist: ${gap.detail}`
      : 'Grant the identity that scans the role Reader on it, or check --tenant.';
    throw new ScanError(
      'unknown-subscription',
      `No visible subscription is called "${word}".`,
      didYouMean(word, names, otherwise),
    );
  };

  if (subscriptions.length === 0 && gap && include.length === 0) return [];
  if (subscriptions.length === 0) {
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
