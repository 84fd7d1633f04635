import { printable } from '../helpers/printable';
import { ScanError } from '../helpers/scanError';
import {
  allOptions,
  auditEpilogue,
  commandIn,
  diffEpilogue,
  dsns,
  epilogue,
  explainEpilogue,
  explainOptions,
  hint,
  hosts,
  mergeEpilogue,
  newer,
  older,
  plugin,
  pluginsEpilogue,
  pluginsOptions,
  probeEpilogue,
  remediateEpilogue,
  report,
  reports,
  scanEpilogue,
} from './commands';
import { type Args, withConfig } from './config';
import type { Io } from './io';
import {
  auditOptions,
  diffOptions,
  mergeOptions,
  probeOptions,
  remediateOptions,
  type ScanArgs,
  scanOptions,
} from './options';
import { writeStdout } from './output';
import { plainScan } from './plainScan';
import {
  type ScanRequest,
  toAuditRequest,
  toDiffRequest,
  toMergeRequest,
  toProbeRequest,
  toScanRequest,
} from './request';
import { checkWords } from './words';

const { version } = require('../../package.json') as { readonly version: string };

/** The word with which the shell asks what could come next. It is yargs'. */
const completionRequest = '--get-yargs-completions';

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

// Each command is loaded when it is called, and by `require`: `import` would start Node's other loader for it.

const scan = async (args: ScanArgs, io: Io): Promise<number> => {
  const request = await configured(args, toScanRequest, io);
  const { scanCommand } = require('./scan') as typeof import('./scan');
  return scanCommand(request, io);
};

/** The request of a line, and of the configuration, of which `--verbose` says which one it is. */
async function configured<A extends Args, R extends Pick<ScanRequest, 'configFile' | 'verbose'>>(
  args: A,
  toRequest: (args: A) => R,
  io: Io,
): Promise<R> {
  const request = await withConfig(args, toRequest);
  const { configFile, verbose } = request;
  if (verbose && configFile !== undefined) await io.stderr.write(`Options from ${printable(configFile)}.\n`);
  return request;
}

/** yargs asks for it, and somebody may have deleted it. */
function checkWorkingFolder(): void {
  try {
    process.cwd();
  } catch {
    throw new ScanError('bad-option', 'The working folder is gone.', 'Change into a folder that is there.');
  }
}

async function run(argv: readonly string[], io: Io): Promise<number> {
  const plain = plainScan(argv);
  if (plain) return scan(plain, io);
  checkWorkingFolder();
  const { yargs } = require('./yargs') as typeof import('./yargs');
  const words = argv[0] === completionRequest ? argv.slice(1) : undefined;
  let code = 0;
  let output = '';
  const complete = (_word: string, _args: unknown, byYargs: () => void, done: (offered: string[]) => void) => {
    const { completions } = require('./completion') as typeof import('./completion');
    const offered = completions(words ?? []);
    return offered ? done([...offered]) : byYargs();
  };
  const parser = yargs()
    .scriptName('pgposture')
    .usage('$0 <command>\n\nCan any PostgreSQL server of an Azure tenant be reached without modern TLS?')
    .command(
      'scan',
      'Scan every PostgreSQL server that the identity can see',
      (scan) => scan.usage('$0 scan [options]').options(scanOptions).epilogue(scanEpilogue),
      async (args) => {
        code = await scan(args, io);
      },
    )
    .command(
      'probe <HOST..>',
      'Ask ports what they accept: plaintext, which TLS, with which certificate',
      (probe) =>
        probe
          .usage('$0 probe HOST[:PORT]... [options]')
          .positional('HOST', hosts)
          .options(probeOptions)
          .epilogue(probeEpilogue),
      async (args) => {
        const request = toProbeRequest(args);
        const { probeCommand } = require('./probe') as typeof import('./probe');
        code = await probeCommand(request, io);
      },
    )
    .command(
      'audit [DSN..]',
      'Ask databases from inside: which sessions are encrypted, and who need not encrypt',
      (audit) =>
        audit
          .usage('$0 audit [DSN]... [options]')
          .positional('DSN', dsns)
          .options(auditOptions)
          .epilogue(auditEpilogue),
      async (args) => {
        const request = toAuditRequest(args);
        const { auditCommand } = require('./audit') as typeof import('./audit');
        code = await auditCommand(request, io);
      },
    )
    .command(
      'merge <REPORT..>',
      'Make one report of those of the shards of a scan, and of probe and audit',
      (merge) =>
        merge
          .usage('$0 merge REPORT... [options]')
          .positional('REPORT', reports)
          .options(mergeOptions)
          .epilogue(mergeEpilogue),
      async (args) => {
        const request = await configured(args, toMergeRequest, io);
        const { mergeCommand } = require('./merge') as typeof import('./merge');
        code = await mergeCommand(request, io);
      },
    )
    .command(
      'diff <OLD> <NEW>',
      'Tell what is different in the newer of two reports',
      (diff) =>
        diff
          .usage('$0 diff OLD NEW [options]')
          .positional('OLD', older)
          .positional('NEW', newer)
          .options(diffOptions)
          .epilogue(diffEpilogue),
      async (args) => {
        const { diffCommand } = require('./diff') as typeof import('./diff');
        code = await diffCommand(toDiffRequest(args), io);
      },
    )
    .command(
      'remediate <REPORT>',
      'Write a script that repairs the FAILs of a report, and one that takes it back; run neither',
      (remediate) =>
        remediate
          .usage('$0 remediate REPORT --output FILE [options]')
          .positional('REPORT', report)
          .options(remediateOptions)
          .epilogue(remediateEpilogue),
      async (args) => {
        const { remediateCommand } = require('./remediate') as typeof import('./remediate');
        await remediateCommand(args, io, version);
      },
    )
    .command(
      'plugins',
      'List the plugins',
      (list) => list.usage('$0 plugins [options]').options(pluginsOptions).epilogue(pluginsEpilogue),
      async (args) => {
        const { pluginsCommand } = require('./plugins') as typeof import('./plugins');
        await pluginsCommand(args, io, version);
      },
    )
    .command(
      'explain <PLUGIN>',
      'Tell all about one plugin: what it checks, why, and how to fix it',
      (explain) =>
        explain
          .usage('$0 explain PLUGIN [options]')
          .positional('PLUGIN', plugin)
          .options(explainOptions)
          .epilogue(explainEpilogue),
      async (args) => {
        const { explainCommand } = require('./explain') as typeof import('./explain');
        await explainCommand(args, io);
      },
    )
    .completion('completion', 'Print a script that completes words in bash and zsh', complete)
    .epilogue(epilogue)
    .demandCommand(1, 1, 'Name a command.', 'Name one command.')
    .version(version)
    .alias({ help: 'h' })
    .locale('en')
    .wrap(Math.min(io.stdout.columns || 80, 100))
    // --no-json and --json.x would be other options than were declared, with values of other types.
    .parserConfiguration({ 'boolean-negation': false, 'dot-notation': false })
    .strict()
    .exitProcess(false)
    .fail((message, error) => {
      // yargs' own errors come as a message, as a YError, or as both; any other error is not about the words.
      if (error && error.name !== 'YError') throw error;
      const nothing =
        {
          merge: 'Name the reports to merge.',
          probe: 'Name a host.',
          diff: 'Name two reports, the older one first.',
          remediate: 'Name the report.',
        }[commandIn(argv) ?? ''] ?? 'Name a plugin; pgposture plugins lists them.';
      const what = /^Not enough non-option/.test(message) ? nothing : message;
      throw new ScanError('bad-option', what || error.message, hint(argv));
    });
  if (!words) checkWords(argv, allOptions);
  await parser.parseAsync([...argv], {}, (_error: unknown, _args: unknown, text: string) => {
    output = text;
  });
  if (output) await writeStdout(io, `${output}\n`);
  return code;
}
