import type { Plugin, Report, Result } from '../types';

/** How a report is to be shown. */
export interface View {
  /** Columns of the terminal. */
  readonly width: number;
  readonly colour: boolean;
  /** Leave PASS out of the rows; never out of the counts. */
  readonly ignoreOk: boolean;
  /** The plugins of the scan, for what to do about a FAIL. */
  readonly plugins: readonly Plugin[];
}

/** Makes a string of a report. Prints nothing, opens nothing, and has no clock. */
export type Reporter = (report: Report, view: View) => string;

const order = { FAIL: 0, UNKNOWN: 1, WARN: 2, PASS: 3 } as const;
const rank = { high: 0, medium: 1, low: 2 } as const;

/** The rows to show, worst first; within one status and severity as the report has them. */
export function worstFirst({ results }: Report, { ignoreOk }: View): Result[] {
  return results
    .filter(({ status }) => !(ignoreOk && status === 'PASS'))
    .sort((a, b) => order[a.status] - order[b.status] || rank[a.severity] - rank[b.severity]);
}

const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`;

/** What was asked, and what came: the first thing to know of any report. */
export function coverageLines({ scopes, summary, complete }: Report): string[] {
  const lists = scopes.flatMap(({ kinds }) => Object.values(kinds));
  const answered = lists.filter((list) => list.answered).length;
  const asked = `${answered} of ${count(lists.length, 'server list')} in ${count(summary.subscriptions, 'subscription')} answered`;
  return [
    summary.servers === 0
      ? `Saw no PostgreSQL server: ${asked}.`
      : `Saw ${count(summary.servers, 'PostgreSQL server')}: ${asked}.`,
    ...(complete ? [] : ['Incomplete: what was not seen is UNKNOWN, with the reason.']),
  ];
}

/** `4 FAIL, 2 UNKNOWN, …`, worst first, zeros included: nothing to guess. */
export const summaryLine = ({ summary }: Report): string =>
  `${summary.FAIL} FAIL, ${summary.UNKNOWN} UNKNOWN, ${summary.WARN} WARN, ${summary.PASS} PASS`;
