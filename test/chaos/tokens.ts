import { ScanError } from '../../helpers/scanError';
import { waitAsked } from './answers';
import { type Attempt, isRefusal, isSignedIn } from './journal';
import type { Outcome } from './scan';

const second = 1_000;
/** A sign-in may take so long. */
const patience = 60 * second;

/** A token could not be had, at least once. */
export const isSignInBroken = ({ fetches, journal }: Outcome): boolean =>
  fetches.some(({ token }) => token === undefined) ||
  journal.inLane('sign-in').some(({ attempts }) => attempts.some((attempt) => !isSignedIn(attempt)));

/** Azure had refused a token less than a minute before, and this attempt was made with the one that was fetched then. */
export function hasJustRenewed({ journal, fetches }: Outcome, { sentAt, endedAt, ended }: Attempt): boolean {
  const refusals = journal.asked.flatMap(({ attempts }) => attempts.filter(({ answer }) => answer?.status === 401));
  return refusals.some(
    (each) =>
      each.ended < ended &&
      each.endedAt > endedAt - 60 * second &&
      fetches.some((fetch) => fetch.ended !== undefined && fetch.ended >= each.endedAt && fetch.ended <= sentAt),
  );
}

/** Where tokens are fetched too often, or used when they should not be. */
export const badTokens = (outcome: Outcome): string[] => [
  ...inFetches(outcome),
  ...inUse(outcome),
  ...inSignIn(outcome),
];

function inFetches({ fetches, schedule }: Outcome): string[] {
  const found: string[] = [];
  if (fetches.some(({ isRevocable }) => !isRevocable)) found.push('A token was asked for that Azure cannot revoke.');
  const plain = fetches.filter(({ claims }) => !claims);
  for (const [i, fetch] of plain.entries()) {
    const next = plain[i + 1];
    if (!next) continue;
    const ended = fetch.ended ?? fetch.began + patience;
    if (next.began < ended) found.push('Two tokens were asked for at once.');
    const isGiven = fetch.token !== undefined;
    if (!isGiven && next.began < ended + 10 * second) found.push('A token was asked for just after that had failed.');
    // The first one is that of the sign-in.
    const isOften = i > 0 && next.began < fetch.began + 60 * second;
    if (isOften && schedule.options.signIn === 'open') found.push('A token was fetched twice within a minute.');
  }
  return found;
}

function inUse(outcome: Outcome): string[] {
  const { journal, fetches } = outcome;
  const found: string[] = [];
  const isBroken = isSignInBroken(outcome);
  const given = new Map(fetches.flatMap(({ token, expires }) => (token && expires ? [[token, expires] as const] : [])));
  for (const { key, kind, attempts } of journal.asked) {
    if (kind === 'sign-in') continue;
    for (const [i, { token, sentAt, endedAt, answer }] of attempts.entries()) {
      const left = (given.get(token) ?? 0) - sentAt;
      if (left <= 0 || (left <= 120 * second && !isBroken)) found.push(`${key} has a token for ${left} ms more.`);
      const next = attempts[i + 1];
      if (answer?.status !== 401 || !next || isBroken) continue;
      const since = fetches.filter(({ ended = Infinity }) => ended >= sentAt && ended <= next.sentAt);
      const isChallenge = /claims="ey/.test(answer.headers?.['www-authenticate'] ?? '');
      // One that is challenged may come too late for the next attempt.
      if (since.length === 0 && !isChallenge) found.push(`${key} was asked again with a token that was refused.`);
      // It may be one for several calls, and need not have come in time.
      const isAnswered = fetches.some(
        ({ claims, began, ended = Infinity }) => claims && began <= next.sentAt && ended >= endedAt,
      );
      if (isChallenge && i === 0 && !isAnswered) found.push(`${key} was asked again without the claims.`);
    }
  }
  return found;
}

/** By GitHub and Entra: asked again where that may help, and only there. */
function inSignIn({ journal, report, schedule, cutAt, startedAt, endedAt }: Outcome): string[] {
  if (schedule.options.signIn !== 'github') return [];
  const firstCall = journal.asked.findIndex(({ kind }) => kind !== 'sign-in');
  const asked = journal.asked.slice(0, firstCall < 0 ? undefined : firstCall);
  const found: string[] = [];
  for (const { key } of asked) {
    const times = asked.filter((each) => each.key === key).length;
    // For the addresses, and for the token.
    if (times > (key === '/github/idtoken' ? 2 : 1)) found.push(`${key} was asked again after its answer.`);
  }
  const { attempts = [] } = asked.at(-1) ?? {};
  const last = attempts.at(-1);
  if (!(report instanceof ScanError) || firstCall >= 0 || cutAt !== undefined || !last) return found;
  const { answer } = last;
  const wait = (answer && waitAsked(answer)) ?? 8 * second;
  const isFinal = (answer && (isRefusal(answer) || answer.status === 401)) || attempts.length >= 5;
  if (!isFinal && endedAt + wait < startedAt + patience) found.push(`The sign-in was given up at ${key(last)}.`);
  return found;
}

const key = ({ url }: Attempt): string => new URL(url).pathname;
