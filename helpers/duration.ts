const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** Milliseconds in `90s`, `10m`, `1.5h`; undefined if it is not a number with one of the units ms, s, m, h. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text.trim());
  return match ? Number(match[1]) * units[match[2] as keyof typeof units] : undefined;
}
