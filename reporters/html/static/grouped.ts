import type { Result } from '../../../types';
import { thousands } from '../thousands';

/** Values with the same key together, in the order of the first of each. */
export function grouped<T>(values: readonly T[], keyOf: (value: T) => string): [T, ...T[]][] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const value of values) {
    const key = keyOf(value);
    const others = groups.get(key);
    if (others) others.push(value);
    else groups.set(key, [value]);
  }
  return [...groups.values()];
}

/** As many names as a line takes: `shop, billing, crm and 4 more`. */
export function serversOf(results: readonly Result[]): string {
  const servers = grouped(results, ({ resource }) => resource.id.toLowerCase());
  const names = servers.map(([{ resource }]) => resource.name || resource.id);
  if (names.length <= 4) return new Intl.ListFormat('en').format(names);
  return `${names.slice(0, 3).join(', ')} and ${thousands(names.length - 3)} more`;
}
