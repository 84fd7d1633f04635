import type { Gap, Kind, Scope } from '../types';

/** A subscription that nobody asked. */
export const unscannedSubscription = (subscriptionId: string, kinds: readonly Kind[], reason: Gap): Scope => ({
  id: `/subscriptions/${subscriptionId}`,
  type: 'Microsoft.Resources/subscriptions',
  subscriptionId,
  name: subscriptionId,
  state: 'unknown',
  kinds: Object.fromEntries(kinds.map((kind) => [kind, { answered: false, servers: 0, reason }])),
});
