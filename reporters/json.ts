import type { Reporter } from './view';

/** The report as it is. */
export const json: Reporter = (report) => `${JSON.stringify(report, undefined, 2)}\n`;
