import { acceptance } from '../helpers/accepted';
import { isUnexplained } from '../helpers/explained';
import { type FailOn, type ReasonKind, type Report, type Result, type Severity, severities } from '../types';

/** What fails, and what does not. */
export interface Gate {
  /** `fail` if left out. */
  readonly failOn?: FailOn | undefined;
  /** A FAIL (or WARN) of this severity or above fails; `low` if left out. */
  readonly failSeverity?: Severity | undefined;
  /** Reasons for which an UNKNOWN is accepted; none if left out. */
  readonly allowUnknown?: ReadonlySet<ReasonKind> | undefined;
}

/** What a gate makes of the results of a report that are no PASS. */
export interface Decision {
  readonly exitCode: 0 | 1 | 3;
  /** Those for which it is 1, and those for which it would be 3. */
  readonly failing: readonly Result[];
  readonly unknown: readonly Result[];
  /** How many were let through, and why. */
  readonly accepted: Readonly<Record<'suppression' | 'baseline' | 'failOn' | 'failSeverity' | 'allowUnknown', number>>;
}

/** As much of a report as a gate looks at. */
type Judged = Pick<Report, 'results' | 'complete' | 'comparison'> & Partial<Pick<Report, 'scopes'>>;

/**
 * 1: a FAIL (under `warn`, a WARN too; under `never`, neither) at or above the severity. Else 3: an UNKNOWN that is not allowed,
 * or a report that is not complete and does not say why (as if it had one that is
 * `not-collected`). Else 0. (2 is for what kept the tool from doing its work.)
 * What is suppressed fails nothing, and neither does what the baseline has, if the report was compared with one.
 */
export function decide(report: Judged, gate: Gate = {}): Decision {
  const { failOn = 'fail', failSeverity = 'low', allowUnknown = new Set() } = gate;
  const acceptanceOf = acceptance(report);
  const bad = new Set({ fail: ['FAIL'], warn: ['FAIL', 'WARN'], never: [] as string[] }[failOn]);
  const isMild = ({ severity }: Result) => severities.indexOf(severity) < severities.indexOf(failSeverity);
  const failing: Result[] = [];
  const unknown: Result[] = [];
  const accepted = { suppression: 0, baseline: 0, failOn: 0, failSeverity: 0, allowUnknown: 0 };
  for (const result of report.results) {
    // Only what would fail something has to be let through.
    if (result.status === 'PASS' || (result.status === 'WARN' && failOn !== 'warn')) continue;
    const acceptance = acceptanceOf(result);
    if (acceptance) accepted[acceptance]++;
    else if (result.status === 'UNKNOWN') {
      if (allowUnknown.has(result.reason.kind)) accepted.allowUnknown++;
      else unknown.push(result);
    } else if (!bad.has(result.status)) accepted.failOn++;
    else if (isMild(result)) accepted.failSeverity++;
    else failing.push(result);
  }
  const unexplained = isUnexplained(report) && !allowUnknown.has('not-collected');
  return { exitCode: failing.length > 0 ? 1 : unknown.length > 0 || unexplained ? 3 : 0, failing, unknown, accepted };
}

/** {@link decide}, and no more of it than the code. */
export const exitCode = (report: Judged, gate?: Gate): 0 | 1 | 3 => decide(report, gate).exitCode;
