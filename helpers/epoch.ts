/** A time of a report (ISO 8601, UTC) as milliseconds since 1970. */
export const epoch = (time: string): number => Date.parse(time);
