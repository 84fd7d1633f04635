import type { Reporter, View } from '../reporters';
import type { Report } from '../types';
import type { Io } from './io';
import type { Console, FileFormat, GateRequest } from './options';
import { writeOutput, writeStdout } from './output';
import { isSpecial } from './special';
import { useColour, widthOf } from './terminal';

// Not needed before there is a report.
const loadReporters = () => require('../reporters') as typeof import('../reporters');
const loadJson = () => require('../reporters/json') as typeof import('../reporters/json');

export interface OutputFile {
  readonly format: FileFormat;
  /** A path, or - for stdout. */
  readonly path: string;
}

/** Where the report goes, and how. */
export interface Telling {
  readonly console: Console;
  /** Where else it goes, and as what; at most one of each. */
  readonly files: readonly OutputFile[];
  readonly ignoreOk: boolean;
  readonly sarifSuppressed: boolean;
  /** Where the platform of the job has them. */
  readonly annotations: boolean;
}

/** Writes the report to the console and to files: every one that can be written, before the first that cannot is thrown. */
export async function tell(
  report: Report,
  telling: Telling & Pick<GateRequest, 'failOn'>,
  io: Io,
  plugins: View['plugins'],
): Promise<void> {
  const { console, files, ignoreOk, failOn, sarifSuppressed } = telling;
  const view = { width: widthOf(io, 120), colour: useColour(io), ignoreOk, plugins, failOn, sarifSuppressed };
  const textOf = (format: FileFormat) =>
    format === 'json'
      ? loadJson().jsonPieces(report)
      : [(loadReporters().reporters as Partial<Record<string, Reporter>>)[format]?.(report, view) ?? ''];
  const failed: unknown[] = [];
  const attempt = (work: Promise<void>) => work.catch((error) => void failed.push(error));
  const toFile = ({ format, path }: OutputFile) => attempt(writeOutput(path, textOf(format)));

  // Files first: whoever reads stdout, or a pipe, may be slow, or not read at all until the process is ended.
  const [plain, others] = [
    files.filter(({ path }) => path !== '-' && !isSpecial(path)),
    files.filter(({ path }) => path !== '-' && isSpecial(path)),
  ];
  for (const file of plain) await toFile(file);
  if (console !== 'none') await attempt(writeStdout(io, loadReporters().reporters[console](report, view)));
  for (const { format, path } of files) {
    if (path === '-') for (const piece of textOf(format)) await attempt(writeStdout(io, piece));
  }
  for (const file of others) await toFile(file);
  if (failed.length > 0) throw failed[0];
}
