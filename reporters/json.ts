import { pipelineCommand } from '../helpers/printable';
import type { Reporter } from './view';

/** The data as it is; only what a pipeline would obey in its log is spelled otherwise, and means the same in JSON. */
export const asJson = (data: unknown): string =>
  `${JSON.stringify(data, undefined, 2).replace(pipelineCommand, '\\u0023#')}\n`;

export const json: Reporter = (report) => asJson(report);
