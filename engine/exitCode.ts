import type { ReasonKind, Report } from '../types';

/** What the gate lets through. */
export interface Gate {
  /** Reasons for which an UNKNOWN is accepted. */
  readonly allowUnknown: ReadonlySet<ReasonKind>;
}

/**
 * 1: a FAIL. Else 3: an UNKNOWN that is not allowed, or a report that is not complete and has no UNKNOWN to say why.
 * Else 0. (2 is for what kept the tool from doing its work.)
 */
export function exitCode(
  { results, complete }: Pick<Report, 'results' | 'complete'>,
  { allowUnknown }: Gate = { allowUnknown: new Set() },
): 0 | 1 | 3 {
  if (results.some(({ status }) => status === 'FAIL')) return 1;
  const reasons = results.flatMap(({ reason }) => (reason ? [reason.kind] : []));
  const allowed = reasons.every((kind) => allowUnknown.has(kind)) && (complete || reasons.length > 0);
  return allowed ? 0 : 3;
}
