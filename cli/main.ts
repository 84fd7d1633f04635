import yargs from 'yargs';
import { didYouMean } from '../helpers/nearest';
import { printable } from '../helpers/printable';
import { ScanError } from '../helpers/scanError';
import type { Io } from './io';
import { checkWords, scanEpilogue, scanOptions, toScanRequest } from './options';

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
      (scan) => scan.usage('$0 scan [options]').options(scanOptions).epilogue(scanEpilogue),
      async (args) => {
        const { scanCommand } = await import('./scan.js');
        code = await scanCommand(toScanRequest(args), io);
      },
    )
    .demandCommand(1, 1, 'Name a command.', 'Name one command.')
    .version(version)
    .alias({ help: 'h' })
    .locale('en')
    .wrap(Math.min(io.stdout.columns ?? 80, 100))
    // --no-json and --json.x would be other options than were declared, with values of other types.
    .parserConfiguration({ 'boolean-negation': false, 'dot-notation': false })
    .strict()
    .exitProcess(false)
    .fail((message, error) => {
      // yargs' own errors come as a message, as a YError, or as both; any other error is not about the words.
      if (error && error.name !== 'YError') throw error;
      throw new ScanError('bad-option', message || error.message, hint(argv));
    });
  checkWords(argv);
  await parser.parseAsync([...argv], {}, (_error: unknown, _args: unknown, text: string) => {
    output = text;
  });
  if (output) await io.stdout.write(`${output}\n`);
  return code;
}

/** yargs says which word it does not know, but not which one was meant. */
function hint(argv: readonly string[]): string {
  const help = 'See pgposture --help, or pgposture scan --help.';
  const [command = ''] = argv;
  if (!command.startsWith('-') && command !== 'scan') return didYouMean(command, ['scan'], help);
  const known = Object.keys(scanOptions);
  const camelCase = known.map((name) => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()));
  const words = argv.flatMap((word) => /^--([^=]+)/.exec(word)?.[1] ?? []);
  const unknown = words.find((word) => ![...known, ...camelCase, 'help', 'version'].includes(word));
  return unknown === undefined
    ? help
    : didYouMean(
        `--${unknown}`,
        known.map((name) => `--${name}`),
        help,
      );
}
