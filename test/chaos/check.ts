import { inspect } from 'node:util';
import fc from 'fast-check';
import { formats, reporters } from '../../reporters';
import { view } from '../support/report';
import { listenToSdk } from '../support/sdkLog';
import { leakIn } from '../support/secrets';
import { type Outcome, play } from './scan';
import { type Schedule, schedule } from './schedule';
import { violationsOf } from './violations';

/** A schedule of which something came that must never be. */
export interface Failure {
  /** It is made of this number, and of nothing else. */
  readonly seed: number;
  readonly violations: readonly string[];
  /** As small as it could be made. */
  readonly schedule: Schedule;
}

/** Once in so many schedules it is looked at whether the same comes of it again, and whether its report tells no secret. */
const seldom = 10;

/** Once in so many, the SDK says all that it can say; and always where a header shows the token, of which it prints some. */
const rarely = 10 * seldom;
const isTalkative = ({ misfortunes }: Schedule, seed: number): boolean =>
  seed % rarely === 0 || misfortunes.some(({ trouble }) => trouble.endsWith('in its headers'));

async function check(given: Schedule, seed: number): Promise<readonly string[]> {
  let outcome: Outcome;
  const sdkLog = isTalkative(given, seed) ? listenToSdk() : () => '';
  try {
    outcome = await play(given);
  } catch (error) {
    return [inspect(error)];
  }
  const violations = violationsOf(outcome);
  const leak = leakIn(sdkLog());
  if (leak !== undefined) violations.push(`A secret stands in the SDK's log: ${JSON.stringify(leak)}.`);
  if (violations.length > 0 || seed % seldom > 0) return violations;
  return [...inFormat(outcome, seed), ...inBytes(outcome, await play(given))];
}

/** Of all formats in turn. */
function inFormat({ report }: Outcome, seed: number): string[] {
  const format = formats[(seed / seldom) % formats.length] ?? 'json';
  if (report instanceof Error) return [];
  const leak = leakIn([...reporters[format](report, view)].join(''));
  return leak === undefined ? [] : [`A secret stands in ${format}: ${JSON.stringify(leak)}.`];
}

/** The same schedule, and the same bytes: of the report, of the log, of what was asked when. */
function inBytes(one: Outcome, two: Outcome): string[] {
  // MSAL's are not all ours: they have random numbers, and one that is given up ends when it likes.
  const asked = ({ journal }: Outcome) => journal.asked.filter(({ kind }) => kind !== 'sign-in');
  const bytes = (outcome: Outcome) => {
    const { report, log } = outcome;
    return JSON.stringify([report instanceof Error ? report.message : report, log, asked(outcome)]);
  };
  return bytes(one) === bytes(two) ? [] : ['Something else came of it the second time.'];
}

/** A schedule that takes minutes to fail is not made smaller for hours. */
const patience = { interruptAfterTimeLimit: 10_000 };

/** Plays the schedule of that number. */
export async function failureOf(seed: number): Promise<Failure | undefined> {
  let found: Failure | undefined;
  const property = fc.asyncProperty(schedule, async (given) => {
    const violations = await check(given, seed);
    if (violations.length > 0) found = { seed, violations, schedule: given };
    return violations.length === 0;
  });
  await fc.check(property, { seed, numRuns: 1, plugins: [fc.unbiased()], ...patience });
  return found;
}

/** The one line that brings it back, and what it is. */
export const told = ({ seed, violations, schedule: given }: Failure): string =>
  [
    `npm run test:chaos -- --seed ${seed} --runs 1`,
    ...violations.slice(0, 5).map((violation) => `  ${violation}`),
    ...(violations.length > 5 ? [`  and ${violations.length - 5} more`] : []),
    inspect(given, { depth: 9, breakLength: 140 }),
  ].join('\n');
