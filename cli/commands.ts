import type { Options } from 'yargs';
import { didYouMean } from '../helpers/nearest';
import { reasonKinds } from '../types';
import {
  auditOptions,
  diffOptions,
  mergeOptions,
  placeholder,
  pluginModule,
  probeOptions,
  remediateOptions,
  scanOptions,
  setting,
  text,
} from './options';

export const epilogue = `Examples:
  pgposture scan --demo
      what a report looks like
  pgposture plugins
      what is looked at
  pgposture explain flexibleServerSslMinProtocolVersion
      why, what can break, and how to fix it`;

/** Reasons in lines that fit a terminal. */
const reasonLines = reasonKinds
  .join(', ')
  .replaceAll(/(.{1,76})(?: |$)/g, '  $1\n')
  .trimEnd();

export const scanEpilogue = `Examples:
  pgposture scan --demo
      what a report looks like
  pgposture scan
      all subscriptions that you can see
  pgposture scan --subscription Production --json report.json
      one subscription, and a file
  pgposture scan --management-group shop --credential github-actions
      in GitHub Actions: all subscriptions of a group, without a secret
  pgposture scan --setting minimumTlsVersion=1.3 --ignore-ok
      nothing below TLS 1.3
  pgposture scan --allow-unknown=stopped,provisioning
      in a pipeline: servers that are off do not matter
  pgposture scan --baseline last.json --sarif report.sarif --junit junit.xml
      in a pipeline: what is new or worse fails, and is shown in its tabs
  pgposture scan --shard 1/4 --json shard-1.json
      in four jobs at once; pgposture merge makes one report of theirs
  pgposture scan --collection 'azure-${placeholder}.json'
      keep what Azure answered: a file for each subscription
  pgposture scan --from-collection 'azure-${placeholder}.json'
      judge it again, elsewhere or later, without Azure

Reasons of an UNKNOWN:
${reasonLines}

Exit codes:
  0  all is well, or accepted     1  a FAIL that counts
  3  an UNKNOWN that counts       2  the scan could not be made`;

/** The words after `probe`. */
export const hosts = {
  type: 'string',
  array: true,
  demandOption: true,
  describe: 'Where it listens: host, host:port or [::1]:port; the port is 5432 if it is left out',
} as const;

export const probeEpilogue = `Examples:
  pgposture probe db.example.com
      does it take plaintext, which TLS, and with which certificate?
  pgposture probe db.example.com:5432 db.example.com:6432 --json probe.json
      two ports of one host, PostgreSQL and PgBouncer
  pgposture probe 10.0.0.5 --ca-file our-authority.pem --setting minimumTlsVersion=1.3
      a server with a certificate of your own authority, and a higher floor

It sends no credential, and signs in nowhere; each of its connections, about six to a port, leaves a line in the log
of the server. Probe only what is yours.

Exit codes:
  0  all is well, or accepted     1  a FAIL that counts
  3  an UNKNOWN that counts       2  it could not be probed`;

/** The words after `audit`. */
export const dsns = {
  type: 'string',
  array: true,
  describe: "'host=… user=… dbname=…' or postgresql://user@host/dbname; what it leaves out, PGHOST and the others say",
} as const;

export const auditEpilogue = `Examples:
  pgposture audit 'host=db.example.com user=auditor dbname=postgres'
      which sessions are encrypted, and who need not encrypt; the password is in
      .pgpass or PGPASSWORD, or in the file of a service: 'service=production'
  pgposture audit 'host=shop.postgres.database.azure.com user=auditor dbname=postgres' --entra
      signs in to Azure, as pgposture scan does, and to the database with a token
  pgposture audit 'host=/var/run/postgresql user=postgres' --json audit.json
      on the server itself, over its Unix socket

It reads, in one transaction that can do nothing else. The certificate is verified in full, unless sslmode says otherwise;
sslrootcert or --ca-file names an authority of your own. No password goes over a connection without TLS.
What it needs to see all: GRANT pg_read_all_stats; for the lines of pg_hba.conf the report says what to ask for.

Exit codes:
  0  all is well, or accepted     1  a FAIL that counts
  3  an UNKNOWN that counts       2  it could not be audited`;

/** The words after `merge`. */
export const reports = {
  type: 'string',
  array: true,
  demandOption: true,
  describe: 'What scan --shard --json has written, of all shards; what probe --json and audit --json have',
} as const;

export const mergeEpilogue = `Examples:
  pgposture merge shard-1.json shard-2.json
      after scan --shard 1/2 and scan --shard 2/2, in any order
  pgposture merge scan.json probe.json audit.json --html report.html
      what Azure says, what the ports accept and what the databases see
  pgposture merge shards/*.json --json report.json --allow-unknown=stopped
      in a pipeline: the report, and the exit code, of one scan`;

/** The words after `diff`. */
export const older = {
  ...text,
  demandOption: true,
  describe: 'The report before, as scan --json has written it',
} as const;
export const newer = { ...text, demandOption: true, describe: 'The report that is compared with it' } as const;

export const diffEpilogue = `Examples:
  pgposture diff monday.json tuesday.json
      what is new, worse, better, fixed and gone
  pgposture diff monday.json tuesday.json --markdown - --fail-on never
      for a comment; an UNKNOWN that is new or worse still counts

Exit codes:
  0  nothing is worse             1  a FAIL is new or worse
  3  an UNKNOWN is, and no FAIL   2  they could not be compared`;

/** The word after `remediate`. */
export const report = { ...text, demandOption: true, describe: 'The report, as scan --json has written it' } as const;

export const remediateEpilogue = `Examples:
  pgposture remediate report.json --output fix.sh
      writes fix.sh, which repairs the FAILs by az, and undo.sh; runs neither
  pgposture remediate report.json --output may/fix.sh --undo may/back.sh
      under other names: a file that is there is not replaced

Exit codes:
  0  both are written, or there is nothing to repair
  2  they could not be written`;

export const pluginsOptions = {
  'plugin-module': pluginModule,
  json: { ...text, describe: 'Write the list, and all about each, as JSON to this file (- is stdout)' },
} satisfies Record<string, Options>;

export const pluginsEpilogue = `Examples:
  pgposture plugins
  pgposture plugins --json - | jq -r '.plugins[].id'`;

/** The word after `explain`. */
export const plugin = { ...text, demandOption: true, describe: 'The plugin, as pgposture plugins names it' } as const;
export const explainOptions = { 'plugin-module': pluginModule, setting } satisfies Record<string, Options>;

export const explainEpilogue = `Examples:
  pgposture explain flexibleServerRequireSecureTransport
  pgposture explain flexibleServerSslMinProtocolVersion \\
    --setting minimumTlsVersion=1.3
  pgposture explain singleServerSslEnforcement | less`;

type OptionTable = Readonly<Record<string, Options>>;

/** Every command, with its options. */
export const commands: Readonly<Record<string, OptionTable>> = {
  scan: scanOptions,
  probe: probeOptions,
  audit: auditOptions,
  merge: mergeOptions,
  diff: diffOptions,
  remediate: remediateOptions,
  plugins: pluginsOptions,
  explain: explainOptions,
  completion: {},
};

/** The options of all commands: one name has one type everywhere. */
export const allOptions: OptionTable = Object.assign({}, ...Object.values(commands));

/** The command among the words, if there is one. */
export const commandIn = (words: readonly string[]): string | undefined =>
  words.find((word) => Object.hasOwn(commands, word));

/** yargs says which word it does not know, but not which one was meant. */
export function hint(argv: readonly string[]): string {
  const command = commandIn(argv);
  const help = `See pgposture ${command ? `${command} ` : ''}--help.`;
  const [first = ''] = argv;
  if (command === undefined && !first.startsWith('-')) return didYouMean(first, Object.keys(commands), help);
  const known = Object.keys((command && commands[command]) || allOptions);
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
