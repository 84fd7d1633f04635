import type { Gap, Kind, Resource, ResourceReference, Scope, ServerKind } from '../types';
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

/** What is asked without Azure: nobody lists it, so it is a scope of its own. */
export function viewOf(
  type: Exclude<Kind, ServerKind>,
  id: string,
  name: string,
): { readonly reference: Omit<Resource, 'facts'>; readonly scope: Scope } {
  return {
    reference: { id, name, type, location: null, resourceGroup: null, subscriptionId: null },
    scope: { id, type, subscriptionId: null, name, state: null, kinds: { [type]: { answered: true, servers: 1 } } },
  };
}
