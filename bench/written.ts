import { writeOutput } from '../cli/output';
import { type Format, reporters } from '../reporters';
import { jsonPieces } from '../reporters/json';
import { plugins, view } from '../test/support/report';
import { reportOn } from './results';

/**
 * Makes a report of so many servers, with little wrong, and writes it, as a scan does at its end; without a format it only makes it.
 *
 *     node written.js SERVERS FILE [FORMAT]
 */
async function main(): Promise<void> {
  const [servers = '', file = '', format] = process.argv.slice(2);
  const report = await reportOn(Number(servers), 'little');
  if (format === undefined) return;
  const whole = () => [reporters[format as Format](report, { ...view, plugins, known: plugins })];
  await writeOutput(file, format === 'json' ? jsonPieces(report) : whole());
}

main();
