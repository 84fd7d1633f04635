import { pipelineCommand } from '../helpers/printable';
import type { Reporter } from './view';

/** The report as it is; only what a pipeline would obey in its log is spelled otherwise, and means the same in JSON. */
export const json: Reporter = (report) =>
  `${JSON.stringify(report, undefined, 2).replace(pipelineCommand, '\\u0023#')}\n`;
