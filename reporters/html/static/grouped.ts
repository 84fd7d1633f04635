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
