import type { Report, ResourceReference } from '../types';

/** The names of subscriptions, by their ids. */
export type SubscriptionNames = ReadonlyMap<string | null, string>;

export const subscriptionNames = ({ scopes }: Report): SubscriptionNames =>
  new Map(scopes.map(({ subscriptionId, name }) => [subscriptionId, name]));

/** Where a server is, in the words of people: a line for its region and group, one for its subscription. A scope is its own place. */
export function place(
  { location, resourceGroup, subscriptionId }: ResourceReference,
  names: SubscriptionNames,
): string[] {
  if (resourceGroup === null) return subscriptionId === null ? ['tenant'] : ['subscription'];
  const region = location === null ? [] : [location];
  return [[...region, resourceGroup].join(', '), names.get(subscriptionId) ?? ''];
}
