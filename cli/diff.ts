import { checkedReport } from '../engine/checkedReport';
import { compare } from '../engine/compare';
import { printable } from '../helpers/printable';
import { conclude } from './gate';
import type { Io } from './io';
import { checkAllWritable } from './output';
import { readReport } from './reportFile';
import type { DiffRequest } from './request';
import { deliver, viewOf } from './tell';

/**
 * `pgposture diff`: tells what is different in the newer of two reports, and returns the exit code of a gate that has the
 * older one as its baseline.
 */
export async function diffCommand(request: DiffRequest, io: Io): Promise<number> {
  const { older, newer, files } = request;
  await checkAllWritable(files);
  const remedy = 'Give what pgposture scan wrote with --json.';
  const before = await readReport(older, remedy);
  const after = checkedReport(await readReport(newer, remedy), `"${newer}"`, remedy);
  // What became of its suppressions was told when they were tried.
  const { suppressions: _tried, ...report } = compare(before, after, { baseline: `"${older}"`, report: `"${newer}"` });
  if (!request.quiet && after.startedAt < before.startedAt) {
    await io.stderr.write(`${printable(`"${older}", which is given first, is newer than "${newer}".`)}\n`);
  }
  const { comparisonReporters } = require('../reporters') as typeof import('../reporters');
  const view = viewOf(io, []);
  await deliver(request, (format) => [comparisonReporters[format](report.comparison, view)], io);
  return conclude(report, { ...request, strictSuppressions: false }, io);
}
