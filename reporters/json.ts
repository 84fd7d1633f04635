import type { Reporter } from './view';

/** The report as it is; only `##vso[`, which Azure Pipelines obeys wherever it stands in a log, is spelled `\\u0023#vso[`. */
export const json: Reporter = (report) =>
  `${JSON.stringify(report, undefined, 2).replace(/##(?=\[|vso\[)/gi, '\\u0023#')}\n`;
