import type { ReasonKind, Report } from '../types';

/** What the gate lets through. */
export interface Gate {
  /** Reasons for which an UNKNOWN is accepted. */
  readonly allowUnknown: ReadonlySet<ReasonKind>;
}

/** 1: a FAIL. Else 3: an UNKNOWN that is not allowed. Else 0. (2 is for what kept the tool from doing its work.) */
export function exitCode({ results }: Pick<Report, 'results'>, { allowUnknown }: Gate): 0 | 1 | 3 {
  if (results.some(({ status }) => status === 'FAIL')) return 1;
  return results.some(({ status, reason }) => status === 'UNKNOWN' && !(reason && allowUnknown.has(reason.kind)))
    ? 3
    : 0;
}
