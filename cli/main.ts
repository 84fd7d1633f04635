import yargs from 'yargs';
import { didYouMean } from '../helpers/nearest';
import { printable } from '../helpers/printable';
import { ScanError } from '../helpers/scanError';
import type { Io } from './io';
import { examples, exitCodes, scanOptions, toScanRequest } from './options';

const { version } = require('../../package.json') as { readonly version: string };

/** The command line: arguments in, exit code out. Only a bug makes it throw. */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  try {
    return await run(argv, io);
  } catch (error) {
    if (!(error instanceof ScanError)) throw error;
    const [what = '', ...more] = error.message.split('\n');
    const lines = [`pgposture: ${what}`, ...more, error.remedy];
    await io.stderr.write(`${lines.map((line) => printable(line)).join('\n')}\n`);
    return 2;
  }
}

async function run(argv: readonly string[], io: Io): Promise<number> {
  let code = 0;
  let output = '';
  const parser = yargs()
    .scriptName('pgposture')
    .usage('$0 <command>\n\nCan any PostgreSQL server of an Azure tenant be reached without modern TLS?')
    .command(
      'scan',
      'Scan every PostgreSQL server that the identity can see',
      (scan) => scan.usage('$0 scan [options]').options(scanOptions).example(examples).epilogue(exitCodes),
      async (args) => {
        const { scanCommand } = await import('./scan.js');
        code = await scanCommand(toScanRequest(args), io, version);
      },
    )
    .demandCommand(1, 1, 'Name a command.', 'Name one command.')
    .version(version)
    .alias({ help: 'h' })
    .wrap(Math.min(io.stdout.columns ?? 80, 100))
    .strict()
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new ScanError('bad-option', message, hint(argv));
    });
  await parser.parseAsync([...argv], {}, (_error: unknown, _args: unknown, text: string) => {
    output = text;
  });
  if (output) await io.stdout.write(`${output}\n`);
  return code;
}

/** yargs says which option it does not know, but not which one was meant. */
function hint(argv: readonly string[]): string {
  const known = Object.keys(scanOptions);
  const words = argv.flatMap((word) => /^--(?:no-)?([^=]+)/.exec(word)?.[1] ?? []);
  const unknown = words.find((word) => !known.includes(word));
  const help = 'See pgposture --help, or pgposture scan --help.';
  return unknown ? didYouMean(unknown, known, help) : help;
}
