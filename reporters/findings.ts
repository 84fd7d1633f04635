import type { Result } from '../types';

/** What several plugins say of one resource in the same words, accepted by the same suppression if by any: one thing to read. */
export type FindingOfPlugins = readonly [Result, ...Result[]];

/** In the order of the first of each. */
export function findingsOf(results: readonly Result[]): FindingOfPlugins[] {
  const alike = new Map<string, [Result, ...Result[]]>();
  for (const result of results) {
    const { status, resource, message, suppression } = result;
    const key = JSON.stringify([status, resource.id.toLowerCase(), message, suppression]);
    const others = alike.get(key);
    if (others) others.push(result);
    else alike.set(key, [result]);
  }
  return [...alike.values()];
}
