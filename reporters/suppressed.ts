import { printable } from '../helpers/printable';
import type { ChangeSide, Report, Result, Status, Suppression } from '../types';

/** `Suppressed until 2027-03-31 by Ann: reason`, without what nobody said. */
export function suppressedLine({ expires, owner, reason }: Suppression): string {
  const until = expires === undefined ? '' : ` until ${expires}`;
  const by = owner === undefined ? '' : ` by ${owner}`;
  return printable(`Suppressed${until}${by}${reason === '' ? '' : `: ${reason}`}`);
}

/** The status, and in brackets what else there is to know of it: `UNKNOWN(forbidden,suppressed)`, in one word. */
export function verdict({ status, reason, suppression }: Pick<Result | ChangeSide, keyof ChangeSide>): string {
  const notes = [...(reason ? [reason.kind] : []), ...(suppression ? ['suppressed'] : [])];
  return notes.length > 0 ? `${status}(${notes.join(',')})` : status;
}

/** How many results of each status are suppressed. */
export function suppressedCounts({ results }: Report): Readonly<Record<Status, number>> {
  const counts = { FAIL: 0, UNKNOWN: 0, WARN: 0, PASS: 0 };
  for (const { status, suppression } of results) if (suppression) counts[status] += 1;
  return counts;
}
