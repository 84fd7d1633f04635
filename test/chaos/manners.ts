import { explainedBy, waitAsked } from './answers';
import { type Asked, type Attempt, isRefusal, listOf } from './journal';
import { closedFor, isSilentAt, readsLeftAt } from './lanes';
import type { Outcome } from './scan';
import { badTokens, hasJustRenewed, isSignInBroken } from './tokens';

const second = 1_000;
const patience = 120 * second;

/** Where a scan asks too much, too soon, too often, for too long, or gives up too early. */
export const badManners = (outcome: Outcome): string[] => [
  ...outcome.journal.offences,
  ...inTime(outcome),
  ...badTokens(outcome),
  ...outcome.journal.asked.flatMap((asked) =>
    asked.kind === 'sign-in'
      ? []
      : [...inCall(outcome, asked), ...inLane(outcome, asked), ...inPersistence(outcome, asked)],
  ),
];

/** It ends, and nobody waits for more than there is patience for. */
function inTime({ journal, fetches, startedAt, endedAt, cutAt, schedule }: Outcome): string[] {
  const found: string[] = [];
  const took = endedAt - startedAt;
  const most = 5 * 60 * second + journal.asked.length * 250 * second;
  if (took > most) found.push(`It took ${took / second} s.`);
  if (cutAt !== undefined && endedAt > cutAt) found.push(`It ended ${endedAt - cutAt} ms after it was cut short.`);
  const times = journal.asked.flatMap(({ attempts }) => attempts.flatMap((each) => [each.sentAt, each.endedAt]));
  const fetched = fetches.flatMap(({ began, ended }) => [began, ended ?? Math.min(began + 60 * second, endedAt)]);
  const steps = [startedAt, ...times, ...fetched, endedAt].sort((a, b) => a - b);
  const idle = Math.max(...steps.map((at, i) => at - (steps[i - 1] ?? at)));
  if (idle > patience) found.push(`Nothing happened for ${idle / second} s.`);
  const { concurrency } = schedule.options;
  const sent = journal.asked.flatMap(({ kind, attempts }) => (kind === 'sign-in' ? [] : attempts));
  const inFlight = Math.max(0, ...sent.map((attempt) => inFlightAt(sent, attempt)));
  if (inFlight > concurrency) found.push(`${inFlight} requests are in flight, of ${concurrency}.`);
  return found;
}

/** As it was sent, itself included. */
const inFlightAt = (attempts: readonly Attempt[], { began }: Attempt): number =>
  attempts.filter((each) => each.began <= began && (each.ended > began || each.ended === each.began)).length;

const duration = ({ sentAt, endedAt }: Attempt): number => endedAt - sentAt;

/** A challenge of Azure's is answered within an attempt. */
const isChallenge = ({ answer }: Attempt): boolean =>
  answer?.headers?.['www-authenticate']?.includes('claims') === true;
const isChallenged = ({ attempts }: Asked): boolean => attempts.some(isChallenge);

function inCall({ cutAt }: Outcome, asked: Asked): string[] {
  const { key, attempts } = asked;
  const found: string[] = [];
  const times = isChallenged(asked) ? 2 : 1;
  const refused = attempts.filter(({ answer }) => answer?.status === 401).length;
  // Five, and one more with another token.
  const most = (refused > 0 ? 6 : 5) * times;
  if (attempts.length > most) found.push(`${key} was asked ${attempts.length} times.`);
  if (refused > 2 && times === 1) found.push(`${key} was asked on after ${refused} answers of 401.`);
  let spent = 0;
  for (const [i, attempt] of attempts.entries()) {
    const { answer, outcome, sentAt, endedAt } = attempt;
    spent += duration(attempt);
    if (outcome === 'open') found.push(`${key}: a request is left.`);
    if (duration(attempt) > 30 * second) found.push(`${key}: an attempt took ${duration(attempt)} ms.`);
    if (cutAt !== undefined && sentAt > cutAt) found.push(`${key} was asked after the scan was cut short.`);
    const next = attempts[i + 1];
    if (!next || answer?.status === 401) continue;
    const least = (answer && waitAsked(answer)) ?? 250 * 2 ** Math.min(i, 3);
    if (answer?.status !== 429) spent += least;
    const waited = next.sentAt - endedAt;
    if (waited < least && times === 1) found.push(`${key} was asked again after ${waited} ms, not ${least}.`);
  }
  if (spent > patience && times === 1) found.push(`${key} took ${spent} ms of a scan.`);
  return found;
}

/** Nobody sends where Azure has asked to wait, or has said that it would refuse; nor waits where nobody answers. */
function inLane({ journal, fetches, schedule }: Outcome, asked: Asked): string[] {
  const { key, lane, attempts } = asked;
  const found: string[] = [];
  const others = journal.inLane(lane).flatMap((each) => each.attempts);
  const waits = fetches.map(({ began, ended = Infinity }) => ({ began, ended }));
  const isPlain = schedule.options.signIn === 'open' && !others.some(({ answer }) => answer?.status === 401);
  for (const [i, attempt] of attempts.entries()) {
    // The answer to a challenge is no attempt of its own.
    if (attempts[i - 1]?.answer?.status === 401 && isChallenged(asked)) continue;
    const { sentAt, began } = attempt;
    // Who had begun before, and waited for a token, has passed.
    const hasPassed = (since: number) =>
      waits.some((wait) => wait.began <= since && wait.ended >= since && wait.ended <= sentAt);
    for (const { answer, endedAt, ended } of others) {
      if (answer?.status !== 429 || ended > began || hasPassed(endedAt)) continue;
      const wait = waitAsked(answer) ?? 250;
      if (sentAt < endedAt + wait) found.push(`${key} was asked ${endedAt + wait - sentAt} ms too early.`);
    }
    // Whoever waits for a token has begun before it is sent.
    const isSilent = isPlain && isSilentAt(others, attempt);
    if (isSilent && duration(attempt) > 10 * second) found.push(`${key} was waited for in silence.`);
    if (isSilent && attempts[i + 1] && attempt.answer?.status !== 401) found.push(`${key} was asked again in silence.`);
    if (!isPlain || lane === '') continue;
    const left = readsLeftAt(others, attempt);
    if (left < 1) found.push(`${key} was sent where no read is left.`);
    const inFlight = inFlightAt(others, attempt);
    if (inFlight > Math.max(1, Math.floor(left)))
      found.push(`${key} was sent as number ${inFlight} where ${left} reads are left.`);
  }
  return found;
}

/** A call may only be given up for a reason. */
function inPersistence(outcome: Outcome, asked: Asked): string[] {
  const { journal, cutAt } = outcome;
  const { key, lane, attempts } = asked;
  const last = attempts.at(-1);
  const [first] = attempts;
  if (!last || !first || cutAt !== undefined || listOf(asked)) return [];
  const { answer, endedAt } = last;
  if (isSignInBroken(outcome)) return [];
  if (answer && isRefusal(answer)) return [];
  if (explainedBy(stateOf(outcome, asked), answer)) return [];
  const others = journal.inLane(lane).flatMap((each) => each.attempts);
  if (closedFor(others) > patience) return [];
  if (answer?.status === 401) {
    const renewed = attempts.some((each) => each !== last && each.answer?.status === 401);
    return renewed || attempts.length >= 5 || hasJustRenewed(outcome, last)
      ? []
      : [`${key} was given up after a 401 without another token.`];
  }
  const next = (answer && waitAsked(answer)) ?? 4 * second;
  // An attempt waits for its token before it is sent.
  const waited = outcome.fetches.reduce((sum, { began, ended = began }) => sum + ended - began, 0);
  const spent = endedAt - first.sentAt + next + waited;
  if (attempts.length >= 5 || spent >= patience) return [];
  if (isSilentAt(others, last, (each) => !isChallenge(each))) return [];
  return [`${key} was given up after ${attempts.length} attempts in ${spent / second} s.`];
}

/** Of the server whose parameters are asked for. */
function stateOf({ schedule }: Outcome, { kind, lane, key }: Asked) {
  if (kind !== 'configurations') return undefined;
  const owner = schedule.tenant.subscriptions.find(({ subscriptionId }) => subscriptionId === lane);
  const server = owner?.flexibleServers?.find(({ name }) => key.includes(`/flexibleservers/${name}/`));
  return server?.properties?.state;
}
