import type { View } from '../reporters';
import type { Report } from '../types';
import type { Io } from './io';
import type { Console } from './options';
import { writeOutput, writeStdout } from './output';
import { isSpecial } from './special';
import { useColour, widthOf } from './terminal';

// Not needed before there is a report.
const loadReporters = () => require('../reporters') as typeof import('../reporters');
const loadJson = () => require('../reporters/json') as typeof import('../reporters/json');

/** Where the report goes, and how. */
export interface Telling {
  readonly console: Console;
  /** A path, or - for stdout. */
  readonly json: string | undefined;
  readonly ignoreOk: boolean;
}

/** Writes the report to the console and to files. */
export async function tell(report: Report, telling: Telling, io: Io, plugins: View['plugins']): Promise<void> {
  const { console, json } = telling;
  const write = async () =>
    json === undefined || json === '-' ? undefined : writeOutput(json, loadJson().jsonPieces(report));
  // A file first: whoever reads stdout may be slow, or not read at all until the process is ended.
  const written = json !== undefined && !isSpecial(json) ? write() : undefined;
  await written?.catch(() => undefined);
  if (console !== 'none') {
    const { reporters } = loadReporters();
    const { ignoreOk } = telling;
    await writeStdout(
      io,
      reporters[console](report, { width: widthOf(io, 120), colour: useColour(io), ignoreOk, plugins }),
    );
  }
  if (json === '-') for (const piece of loadJson().jsonPieces(report)) await writeStdout(io, piece);
  await (written ?? write());
}
