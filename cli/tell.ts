import type { View } from '../reporters';
import type { Report } from '../types';
import type { Io } from './io';
import type { Console } from './options';
import { writeOutput, writeStdout } from './output';
import { isSpecial } from './special';
import { useColour, widthOf } from './terminal';

/** Where the report goes, and how. */
export interface Telling {
  readonly console: Console;
  /** A path, or - for stdout. */
  readonly json: string | undefined;
  readonly ignoreOk: boolean;
}

/** Writes the report to the console and to files. */
export async function tell(report: Report, telling: Telling, io: Io, plugins: View['plugins']): Promise<void> {
  // Not needed before there is a report.
  const { reporters } = require('../reporters') as typeof import('../reporters');
  const view: View = {
    width: widthOf(io, 120),
    colour: useColour(io),
    ignoreOk: telling.ignoreOk,
    plugins,
  };
  const { console, json } = telling;
  const onStdout = [...(console === 'none' ? [] : [console]), ...(json === '-' ? (['json'] as const) : [])];
  const write = async () =>
    json === undefined || json === '-' ? undefined : writeOutput(json, reporters.json(report, view));
  // A file first: whoever reads stdout may be slow, or not read at all until the process is ended.
  const written = json !== undefined && !isSpecial(json) ? write() : undefined;
  await written?.catch(() => undefined);
  for (const format of onStdout) await writeStdout(io, reporters[format](report, view));
  await (written ?? write());
}
