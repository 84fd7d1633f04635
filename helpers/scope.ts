import type { Gap, Kind, ResourceReference, Scope } from '../types';
import { isView } from './kind';

/** Whether a result is about a scope that did not show all, and not about a server. */
export const isOfScope = ({ type, resourceGroup }: Pick<ResourceReference, 'type' | 'resourceGroup'>): boolean =>
  resourceGroup === null && !isView(type);

/** Whether Azure was asked for it. */
export const isAzures = ({ type }: Pick<Scope, 'type'>): boolean => !isView(type);

/** A subscription that nobody asked. */
export const unscannedSubscription = (subscriptionId: string, kinds: readonly Kind[], reason: Gap): Scope => ({
  id: `/subscriptions/${subscriptionId}`,
  type: 'Microsoft.Resources/subscriptions',
  subscriptionId,
  name: subscriptionId,
  state: 'unknown',
  kinds: Object.fromEntries(kinds.map((kind) => [kind, { answered: false, servers: 0, reason }])),
});
