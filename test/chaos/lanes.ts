import { waitAsked } from './answers';
import { type Attempt, isList } from './journal';

const patience = 120_000;
const inOrder = (attempts: readonly Attempt[]) =>
  attempts.filter(({ outcome }) => outcome !== 'open').sort((a, b) => a.ended - b.ended);

/** The longest that Azure has asked a lane to wait without a list in between, in milliseconds. */
export function closedFor(attempts: readonly Attempt[]): number {
  let longest = 0;
  let closed = 0;
  let opensAt = 0;
  for (const { answer, endedAt } of inOrder(attempts)) {
    if (answer?.status === 429) {
      // If Azure does not say how long, it is 8 s at most.
      const until = endedAt + (waitAsked(answer) ?? 8_000);
      closed += Math.max(0, until - Math.max(endedAt, opensAt));
      opensAt = Math.max(opensAt, until);
    } else if (answer && isList(answer)) closed = Math.max(0, opensAt - endedAt);
    longest = Math.max(longest, closed);
  }
  return longest;
}

/**
 * Whether nobody had been answered in a lane for two minutes when an attempt was made.
 *
 * @param isHeard whether an answer counts as one.
 */
export function isSilentAt(
  attempts: readonly Attempt[],
  { began, sentAt }: Attempt,
  isHeard: (attempt: Attempt) => boolean = () => true,
): boolean {
  let since: number | undefined;
  for (const each of inOrder(attempts)) {
    if (each.ended > began) break;
    if (each.outcome !== 'answered') since ??= each.sentAt;
    else if (isHeard(each)) since = undefined;
  }
  return since !== undefined && sentAt - since >= patience;
}

/** A bucket fills with so many reads a second: https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling. */
const perSecond = 25;

/** How many reads Azure would have granted then, as it said last; as many as you like, if it said nothing. */
export function readsLeftAt(attempts: readonly Attempt[], { began, sentAt }: Attempt): number {
  const said = inOrder(attempts).findLast(
    ({ ended, answer }) => ended < began && /^\d{1,9}$/.test(answer?.headers?.[header] ?? ''),
  );
  if (!said) return Number.POSITIVE_INFINITY;
  return Number(said.answer?.headers?.[header]) + ((sentAt - said.endedAt) * perSecond) / 1000;
}

const header = 'x-ms-ratelimit-remaining-subscription-reads';
