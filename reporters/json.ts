import { pipelineCommand } from '../helpers/printable';
import type { Report } from '../types';
import type { Reporter } from './view';

/** The data as it is; only what a pipeline would obey in its log is spelled otherwise, and means the same in JSON. */
export const asJson = (data: unknown): string =>
  `${JSON.stringify(data, undefined, 2).replace(pipelineCommand, '\\u0023#')}\n`;

export const json: Reporter = (report) => [...jsonPieces(report)].join('');

const rowsInAPiece = 100;

/** The same, piece by piece: the whole text of a large report is larger than all that a scan holds. */
export function* jsonPieces(report: Report): Generator<string> {
  const { results, ...others } = report;
  const end = '[]\n}\n';
  const text = asJson({ ...others, results: [] });
  if (results.length === 0) return yield text;
  yield `${text.slice(0, -end.length)}[`;
  for (let i = 0; i < results.length; i += rowsInAPiece) {
    const rows = asJson(results.slice(i, i + rowsInAPiece));
    // Without its brackets, and deeper by a level.
    yield `${i === 0 ? '' : ','}${rows.slice(1, -3).replaceAll('\n', '\n  ')}`;
  }
  yield '\n  ]\n}\n';
}
