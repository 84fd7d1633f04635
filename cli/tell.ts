import { ScanError } from '../helpers/scanError';
import type { Format, View } from '../reporters';
import type { Report } from '../types';
import type { Io } from './io';
import type { Console, FileFormat } from './options';
import { throwAll, writeOutput, writeStdout } from './output';
import type { GateRequest } from './request';
import { isWrittenTo } from './special';
import { platformOf, useColour, widthOf } from './terminal';

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

/**
 * Writes the report to the console and to files, and annotations to stderr, where a platform of a pipeline reads them.
 *
 * @param plugins those that ran.
 * @param known all that there are.
 */
export async function tell(
  report: Report,
  telling: Telling & Pick<Delivery<Format>, 'failed'> & Pick<GateRequest, 'failOn'> & { readonly quiet: boolean },
  io: Io,
  plugins: View['plugins'],
  known = plugins,
): Promise<void> {
  const { ignoreOk, failOn, sarifSuppressed, annotations, quiet } = telling;
  const view = { ...viewOf(io, plugins), known, ignoreOk, failOn, sarifSuppressed };
  const textOf = (format: Format) =>
    format === 'json' ? loadJson().jsonPieces(report) : [loadReporters().reporters[format](report, view)];
  try {
    await deliver(telling, textOf, io);
  } finally {
    const platform = platformOf(io);
    if (platform && annotations && !quiet) await io.stderr.write(loadReporters().annotations(report, view, platform));
  }
}

/** How things are shown on this terminal. */
export const viewOf = (io: Io, plugins: View['plugins']): View => ({
  width: widthOf(io, 120),
  colour: useColour(io),
  ignoreOk: false,
  plugins,
});

/** Where to, each as what. */
export interface Delivery<F extends string> {
  readonly console: Console;
  readonly files: readonly { readonly format: F; readonly path: string }[];
  /** What kept other outputs from being written, and is told with the rest. */
  readonly failed?: readonly unknown[];
}

/** Writes all that can be written, and then throws what kept the rest from it: a ScanError, `unwritable-output`. */
export async function deliver<F extends string>(
  { console, files, failed: before = [] }: Delivery<F>,
  textOf: (format: F | Exclude<Console, 'none'>) => Iterable<string>,
  io: Io,
): Promise<void> {
  const failed = [...before];
  const attempt = (work: () => Promise<void>) => work().catch((error) => void failed.push(error));
  const print = (format: F | Exclude<Console, 'none'>) =>
    attempt(async () => {
      for (const piece of fitting(textOf, format, 'stdout')) await writeStdout(io, piece);
    });
  const write = ({ format, path }: (typeof files)[number]) =>
    attempt(async () => writeOutput(path, fitting(textOf, format, path)));
  const named = files.filter(({ path }) => path !== '-');
  const last = new Set(named.filter(({ path }) => isWrittenTo(path)));

  // Files first: whoever reads stdout, or a pipe, may be slow, or not read at all until the process is ended.
  for (const file of named) if (!last.has(file)) await write(file);
  if (console !== 'none') await print(console);
  for (const { format, path } of files) if (path === '-') await print(format);
  for (const file of last) await write(file);
  throwAll(failed);
}

/** All that V8 says of a text that is longer than any may be: it gives no code. */
const tooLong = 'Invalid string length';

/** Which a format that is one text may be, of some 100,000 servers. Any other failure is a bug. */
function fitting<F extends string>(textOf: (format: F) => Iterable<string>, format: F, path: string): Iterable<string> {
  try {
    return textOf(format);
  } catch (error) {
    if (!(error instanceof RangeError) || error.message !== tooLong) throw error;
    const what = `"${path}" cannot be written: the report is too large to be one text as ${format}.`;
    throw new ScanError('unwritable-output', what, 'Write it with --json, which has no such limit, or scan in parts.');
  }
}
