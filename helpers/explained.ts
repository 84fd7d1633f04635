import type { Report } from '../types';

/** As much of a report as says whether it is whole, and if not, why. */
type Told = Pick<Report, 'results' | 'complete'> & Partial<Pick<Report, 'scopes'>>;

/**
 * Whether a report that is not complete keeps the reason to itself: a scope that did not show all its servers has an UNKNOWN of
 * its own, and what nobody came to read is one, too.
 */
export const isUnexplained = ({ scopes = [], results, complete }: Told): boolean =>
  !complete &&
  !scopes.some(({ kinds }) => Object.values(kinds).some(({ answered }) => !answered)) &&
  !results.some(({ reason }) => reason?.kind === 'timeout' || reason?.kind === 'not-collected');
