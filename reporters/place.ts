import { isView, kindName } from '../helpers/kind';
import type { Kind, Report, ResourceReference } from '../types';

/** The names of subscriptions, by their ids, in each spelling that stands in the report. */
export type SubscriptionNames = ReadonlyMap<string | null, string>;

/** Ids are the same if they differ only in case, and Azure does not spell one in the same way everywhere. */
export function subscriptionNames({ scopes, results, comparison }: Report): SubscriptionNames {
  const names = new Map(scopes.map(({ subscriptionId, name }) => [subscriptionId, name]));
  const byLowerCase = new Map(scopes.map(({ subscriptionId, name }) => [subscriptionId?.toLowerCase(), name]));
  for (const { resource } of [...results, ...(comparison?.changes ?? [])]) {
    const id = resource.subscriptionId;
    const name = id === null || names.has(id) ? undefined : byLowerCase.get(id.toLowerCase());
    if (name !== undefined) names.set(id, name);
  }
  return names;
}

/** Where a server is, in the words of people: a line for its region and group, one for its subscription. A scope is its own place. */
export function place(
  { type, location, resourceGroup, subscriptionId }: ResourceReference,
  names: SubscriptionNames,
): string[] {
  if (isView(type) && resourceGroup === null) return [kindName(type as Kind).toLowerCase()];
  if (resourceGroup === null) return subscriptionId === null ? ['tenant'] : ['subscription'];
  const region = location === null ? [] : [location];
  return [[...region, resourceGroup].join(', '), names.get(subscriptionId) ?? ''];
}
