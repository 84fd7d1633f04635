/** A time of a report (ISO 8601, UTC) for people, to the minute: `2026-11-01 08:00 UTC`. */
export const inMinutes = (time: string): string => time.replace('T', ' ').replace(/:\d\d(\.\d+)?Z$/, ' UTC');
