import { dirname, resolve } from 'node:path';
import type { ArgumentsCamelCase, InferredOptionTypes, Options } from 'yargs';
import { type Cloud, cloudNamed, cloudNames } from '../collectors/azure/clouds';
import { type CredentialName, credentialNamed, credentialNames } from '../collectors/azure/credentialNames';
import { isShard, mostShards, type Part } from '../collectors/azure/shard';
import { parseDuration } from '../helpers/duration';
import { didYouMean } from '../helpers/nearest';
import { ScanError } from '../helpers/scanError';
import {
  type FailOn,
  failOns,
  type ReasonKind,
  reasonKinds,
  type Severity,
  type Suppression,
  severities,
} from '../types';
import type { Telling } from './tell';

/** Stands in the name of a file for the id of a subscription. */
export const placeholder = '{subscription}';

export const consoles = ['table', 'text', 'none'] as const;
export type Console = (typeof consoles)[number];

/** What a report can be written to a file as: each is an option. */
export const fileFormats = ['json', 'sarif', 'junit', 'csv', 'markdown'] as const;
export type FileFormat = (typeof fileFormats)[number];

/** Read where it stands in the working folder. */
export const suppressionsFile = 'pgposture.suppressions.yaml';

/** Every option may be given more than once to yargs; what that means is decided in `toScanRequest`. */
export const text = { type: 'string', requiresArg: true } as const;
const flag = { type: 'boolean' } as const;

const scope = { group: 'What to scan:' } as const;
const signIn = { group: 'How to sign in, and where:' } as const;
const checks = { group: 'What to check:' } as const;
const gate = { group: 'What fails the job:' } as const;
const output = { group: 'What to tell:' } as const;

/** `plugins` and `explain` have them, too. */
export const pluginModule = {
  ...text,
  describe: 'Load plugins from this file or package: your own, or in the shape of CloudSploit (repeatable)',
} as const;
export const setting = { ...text, describe: 'Set name=value, as in minimumTlsVersion=1.3 (repeatable)' } as const;

/** The options of `scan`. */
export const scanOptions = {
  subscription: { ...text, ...scope, describe: 'This subscription only: id or exact name (repeatable)' },
  'exclude-subscription': { ...text, ...scope, describe: 'Not this subscription: id or exact name (repeatable)' },
  'management-group': { ...text, ...scope, describe: 'All subscriptions below this group, by its ID (repeatable)' },
  shard: {
    ...text,
    ...scope,
    describe: 'Only the i-th of n parts of the subscriptions, as in 1/4; pgposture merge joins them',
  },
  demo: { ...flag, ...scope, describe: 'A sample tenant inside this process; needs no Azure and no network' },
  'from-collection': {
    ...text,
    ...scope,
    describe: 'What was collected before, by --collection or by CloudSploit; asks no Azure (repeatable)',
  },

  credential: {
    ...text,
    ...signIn,
    describe: `Sign in by: ${credentialNames.join(', ')}`,
    defaultDescription: 'default',
  },
  tenant: { ...text, ...signIn, describe: 'Sign in to this tenant (id or domain)' },
  'client-id': { ...text, ...signIn, describe: 'Sign in as this application or user-assigned managed identity' },
  'service-connection-id': { ...text, ...signIn, describe: 'Service connection, for azure-pipelines' },
  cloud: { ...text, ...signIn, describe: `Azure cloud: ${cloudNames.join(', ')}`, defaultDescription: 'public' },
  'arm-endpoint': { ...text, ...signIn, describe: 'Azure Resource Manager of a private cloud: https://…' },
  'authority-host': { ...text, ...signIn, describe: 'Microsoft Entra ID of a private cloud: https://…' },
  'ca-file': { ...text, ...signIn, describe: "Trust these certificates (PEM) beside Node's own" },

  plugin: { ...text, ...checks, describe: 'This plugin only (repeatable)' },
  'plugin-module': { ...pluginModule, ...checks },
  severity: { ...text, ...checks, describe: 'Plugins of this severity or above: low, medium, high' },
  setting: { ...setting, ...checks },

  'fail-on': { ...text, ...gate, describe: 'What fails: fail, warn (a WARN too), never', defaultDescription: 'fail' },
  'fail-severity': { ...text, ...gate, describe: 'It fails from this severity on: low, medium, high' },
  'allow-unknown': { type: 'string', ...gate, describe: 'Accept UNKNOWN, or only for these reasons: KIND,KIND' },
  suppressions: {
    ...text,
    ...gate,
    describe: 'Findings that are accepted: YAML or JSON, each with a reason and the day until which it counts',
    defaultDescription: `${suppressionsFile}, if it is there`,
  },
  suppress: {
    ...text,
    ...gate,
    describe: 'Accept this finding: plugin:region:resource, each may hold *, as in CloudSploit (repeatable)',
  },
  'strict-suppressions': { ...flag, ...gate, describe: 'A suppression that has expired, or fits nothing, is an error' },
  baseline: { ...text, ...gate, describe: 'Only what is new or worse since this report (--json) fails' },

  console: { ...text, ...output, describe: 'Report on stdout: table, text, none', defaultDescription: 'table' },
  json: { ...text, ...output, describe: 'Write the report as JSON to this file (- is stdout)' },
  sarif: { ...text, ...output, describe: 'The same as SARIF 2.1.0, for GitHub code scanning' },
  junit: { ...text, ...output, describe: 'The same as JUnit XML, for GitLab and Azure DevOps' },
  csv: { ...text, ...output, describe: 'The same as CSV, a row for each result' },
  markdown: { ...text, ...output, describe: "The same as Markdown, for GitHub's step summary" },
  'sarif-suppressed': { ...flag, ...output, describe: 'In SARIF what is suppressed, too: GitHub shows it as open' },
  'no-annotations': { ...flag, ...output, describe: 'No annotations on stderr in GitHub Actions and Azure Pipelines' },
  collection: {
    ...text,
    ...output,
    describe: `Write what Azure answered, in CloudSploit's shape, to this file, in whose name ${placeholder} may stand`,
  },
  'ignore-ok': { ...flag, ...output, describe: 'Leave PASS out of the console report' },
  quiet: { ...flag, ...output, describe: 'Nothing on stderr but errors' },
  verbose: { ...flag, ...output, describe: 'Say on stderr how it goes: each subscription, each retry' },

  config: {
    ...text,
    describe: 'Options in a file, YAML or JSON; the command line wins',
    defaultDescription: 'pgposture.config.yaml, here or above, in the same repository',
  },
  concurrency: { ...text, describe: 'Requests in flight', defaultDescription: '48' },
  timeout: { ...text, describe: 'Time for the whole scan: 90s, 10m; what is not read by then is UNKNOWN' },
} satisfies Record<string, Options>;

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
  pgposture scan --shard 1/4 --json shard-1.json
      in four jobs at once; pgposture merge makes one report of theirs
  pgposture scan --collection 'azure-${placeholder}.json'
      keep what Azure answered: a file for each subscription
  pgposture scan --from-collection 'azure-${placeholder}.json'
      judge it again, elsewhere or later, without Azure

Reasons of an UNKNOWN:
${reasonLines}

Exit codes:
  0  all is well          1  a FAIL
  3  an UNKNOWN, no FAIL  2  the scan could not be made`;

/** When a job is to fail: `scan` and `merge` have it. */
export interface GateRequest {
  readonly failOn: FailOn;
  readonly failSeverity: Severity;
  readonly allowUnknown: readonly ReasonKind[];
  /** A path; if there is none, that of the working folder is read, if it is there. */
  readonly suppressions: string | undefined;
  /** Those of the command line. */
  readonly suppress: readonly Suppression[];
  readonly strictSuppressions: boolean;
  /** The path of a report. */
  readonly baseline: string | undefined;
}

/** What the user asked `scan` for, checked. */
export interface ScanRequest extends Telling, GateRequest {
  readonly subscriptions: readonly string[];
  readonly excludeSubscriptions: readonly string[];
  readonly managementGroups: readonly string[];
  readonly shard: Part | undefined;
  readonly credential: CredentialName;
  readonly tenant: string | undefined;
  readonly clientId: string | undefined;
  readonly serviceConnectionId: string | undefined;
  /** Where no option names one, the environment may. */
  readonly cloud: Cloud | undefined;
  /** A path. */
  readonly caFile: string | undefined;
  readonly plugins: readonly string[];
  /** Paths, or names of packages. */
  readonly pluginModules: readonly string[];
  readonly severity: Severity;
  readonly settings: Readonly<Record<string, string>>;
  /** A path, or - for stdout; may hold the placeholder. */
  readonly collection: string | undefined;
  /** Paths; may hold the placeholder. If there are any, they are scanned instead of Azure. */
  readonly fromCollections: readonly string[];
  readonly concurrency: number | undefined;
  /** Milliseconds. */
  readonly timeout: number | undefined;
  readonly demo: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** The path of the configuration that it is made of, too; named or found. */
  readonly configFile: string | undefined;
}

/** What stands in a line, as yargs reads it. */
export type ScanArgs = ArgumentsCamelCase<InferredOptionTypes<typeof scanOptions>>;

/** yargs makes an array of an option that is given twice, whatever its declared type. */
type Given = string | readonly string[] | undefined;

/** Throws a ScanError, `bad-option`, that names the option, what was given and what is possible. */
export function toScanRequest(args: ScanArgs): ScanRequest {
  const { demo = false, quiet = false, verbose = false } = args;
  const collection = pattern('collection', once('collection', args.collection));
  const request: ScanRequest = {
    subscriptions: some('subscription', args.subscription),
    excludeSubscriptions: some('exclude-subscription', args.excludeSubscription),
    managementGroups: some('management-group', args.managementGroup),
    shard: shard(once('shard', args.shard)),
    credential: credentialNamed(once('credential', args.credential) ?? 'default'),
    tenant: once('tenant', args.tenant),
    clientId: once('client-id', args.clientId),
    serviceConnectionId: once('service-connection-id', args.serviceConnectionId),
    cloud: cloud(
      once('cloud', args.cloud),
      once('arm-endpoint', args.armEndpoint),
      once('authority-host', args.authorityHost),
    ),
    caFile: once('ca-file', args.caFile),
    plugins: some('plugin', args.plugin),
    pluginModules: some('plugin-module', args.pluginModule),
    severity: oneOf('severity', once('severity', args.severity) ?? 'low', severities),
    settings: settings(some('setting', args.setting)),
    ...toTelling(args, collection),
    ...toGateRequest(args),
    collection,
    fromCollections: some('from-collection', args.fromCollection).map((path) => pattern('from-collection', path)),
    concurrency: wholeNumber('concurrency', once('concurrency', args.concurrency), 1, 256),
    timeout: duration('timeout', once('timeout', args.timeout)),
    demo,
    quiet,
    verbose,
    configFile: once('config', args.config),
  };
  if (quiet && verbose) throw bad('--quiet and --verbose were both given.', 'Give one of them.');
  if (request.subscriptions.length > 0 && request.managementGroups.length > 0) {
    throw bad(
      '--subscription and --management-group were both given.',
      'Give one; --exclude-subscription goes with both.',
    );
  }
  checkFiles(request.files, args, ['collection', 'from-collection', 'suppressions', 'baseline', 'config', 'ca-file']);
  if (request.shard) {
    const atMerge = mergingOnly.find((name) => args[name] !== undefined);
    if (atMerge)
      throw bad(`--${atMerge} means nothing for a shard.`, 'Give it to pgposture merge, which has all results.');
  }
  const replayed = request.fromCollections.length > 0;
  const instead = replayed ? 'from-collection' : demo ? 'demo' : undefined;
  const aboutAzure = [...azureOnly, ...(replayed ? collectingOnly : [])].find((name) => args[name] !== undefined);
  if (instead && aboutAzure) {
    throw bad(`--${instead} asks no Azure, so --${aboutAzure} means nothing with it.`, 'Leave it out.');
  }
  return request;
}

/** What needs all results. */
export const mergingOnly = ['baseline', 'suppressions', 'suppress', 'strict-suppressions'] as const;

export const azureOnly = [
  'credential',
  'tenant',
  'client-id',
  'service-connection-id',
  'cloud',
  'arm-endpoint',
  'authority-host',
  'ca-file',
] as const;

export const collectingOnly = [
  'demo',
  'subscription',
  'exclude-subscription',
  'management-group',
  'shard',
  'collection',
  'concurrency',
] as const;

type GateArgs = Partial<ArgumentsCamelCase<InferredOptionTypes<typeof gateOptions>>>;
type TellingArgs = Partial<ArgumentsCamelCase<InferredOptionTypes<typeof tellingOptions>>>;

function toGateRequest(args: GateArgs): GateRequest {
  return {
    failOn: oneOf('fail-on', once('fail-on', args.failOn) ?? 'fail', failOns),
    failSeverity: oneOf('fail-severity', once('fail-severity', args.failSeverity) ?? 'low', severities),
    allowUnknown: all(args.allowUnknown).flatMap(reasons),
    suppressions: once('suppressions', args.suppressions),
    suppress: some('suppress', args.suppress).map(suppression),
    strictSuppressions: args.strictSuppressions ?? false,
    baseline: once('baseline', args.baseline),
  };
}

/** @param other what else may go to stdout. */
function toTelling(args: TellingArgs, other?: string): Telling {
  const files = fileFormats.flatMap((format) => {
    const path = once(format, args[format]);
    return path === undefined ? [] : [{ format, path }];
  });
  const toStdout = [
    ...files.flatMap(({ format, path }) => (path === '-' ? [format] : [])),
    ...(other === '-' ? ['collection'] : []),
  ];
  if (toStdout.length > 1)
    throw bad(`--${toStdout[0]} and --${toStdout[1]} are both "-".`, 'One can go to stdout: give the other a file.');
  const shown = once('console', args.console) ?? (toStdout.length > 0 ? 'none' : 'table');
  return {
    console: oneOf('console', shown, consoles),
    files,
    ignoreOk: args.ignoreOk ?? false,
    sarifSuppressed: args.sarifSuppressed ?? false,
    annotations: !args.noAnnotations,
  };
}

/** No report may replace another one, or what was read. */
function checkFiles<A extends object>(files: Telling['files'], args: A, others: readonly (string & keyof A)[]): void {
  for (const [i, { format, path }] of files.entries()) {
    const twin = files.slice(0, i).find((other) => isNamedBy(other.path, path))?.format;
    const other = others.find((name) => all(args[name] as Given).some((given) => isNamedBy(given, path)));
    if (path !== '-' && (twin ?? other)) {
      const name = !twin && other && /^[A-Z]/.test(other) ? other : `--${twin ?? other}`;
      throw bad(`--${format} and ${name} are both "${path}".`, 'Give each a file of its own.');
    }
  }
}

/** A path whose last part may hold the placeholder, once. */
function pattern<P extends string | undefined>(name: string, path: P): P {
  if (path === undefined) return path;
  const where = dirname(path).includes(placeholder) ? 'in a folder' : 'twice';
  if (where === 'twice' && path.split(placeholder).length <= 2) return path;
  throw bad(`--${name} "${path}" has ${placeholder} ${where}.`, 'It may stand in the name of the file, once.');
}

/** Whether it is the path, or one that its placeholder fits. */
export function isNamedBy(pattern: string, path: string): boolean {
  const [before = '', after] = resolve(pattern).split(placeholder);
  const given = resolve(path);
  if (after === undefined) return given === before;
  const name = given.slice(before.length, given.length - after.length);
  return given === `${before}${name}${after}` && name !== '' && !name.includes('/');
}

const pick = <N extends keyof typeof scanOptions>(...names: readonly N[]) =>
  Object.fromEntries(names.map((name) => [name, scanOptions[name]])) as Pick<typeof scanOptions, N>;

const gateOptions = pick(
  'fail-on',
  'fail-severity',
  'allow-unknown',
  'suppressions',
  'suppress',
  'strict-suppressions',
  'baseline',
);
const tellingOptions = pick('console', ...fileFormats, 'ignore-ok', 'sarif-suppressed', 'no-annotations');

/** What fails `merge`, and what it tells, is what `scan` does. */
export const mergeOptions = {
  ...pick('plugin-module'),
  ...gateOptions,
  ...tellingOptions,
  ...pick('quiet', 'verbose', 'config'),
} satisfies Record<string, Options>;

/** What the user asked `merge` for, checked. */
export interface MergeRequest extends Telling, GateRequest {
  /** Paths. */
  readonly reports: readonly string[];
  readonly pluginModules: readonly string[];
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** As that of a scan. */
  readonly configFile: string | undefined;
}

export type MergeArgs = ArgumentsCamelCase<InferredOptionTypes<typeof mergeOptions>> & {
  readonly REPORT: readonly string[];
};

/** Throws a ScanError, `bad-option`, as `toScanRequest` does. */
export function toMergeRequest(args: MergeArgs): MergeRequest {
  const { quiet = false, verbose = false } = args;
  const telling = toTelling(args);
  checkFiles(telling.files, args, ['REPORT', 'suppressions', 'baseline', 'config']);
  return {
    reports: args.REPORT,
    pluginModules: some('plugin-module', args.pluginModule),
    ...toGateRequest(args),
    ...telling,
    quiet,
    verbose,
    configFile: once('config', args.config),
  };
}

/** What `diff` tells of two reports. */
export const diffOptions = {
  ...pick('fail-on', 'fail-severity', 'allow-unknown', 'console', 'json', 'markdown', 'quiet'),
} satisfies Record<string, Options>;

/** What the user asked `diff` for, checked. */
export interface DiffRequest
  extends Pick<Telling, 'console'>,
    Pick<GateRequest, 'failOn' | 'failSeverity' | 'allowUnknown'> {
  /** Paths. */
  readonly older: string;
  readonly newer: string;
  readonly files: readonly { readonly format: 'json' | 'markdown'; readonly path: string }[];
  readonly quiet: boolean;
  readonly verbose: boolean;
}

export type DiffArgs = ArgumentsCamelCase<InferredOptionTypes<typeof diffOptions>> & {
  readonly OLD: string;
  readonly NEW: string;
};

/** Throws a ScanError, `bad-option`, as `toScanRequest` does. */
export function toDiffRequest(args: DiffArgs): DiffRequest {
  const { console, files } = toTelling(args);
  checkFiles(files, args, ['OLD', 'NEW']);
  const { failOn, failSeverity, allowUnknown } = toGateRequest(args);
  return {
    older: args.OLD,
    newer: args.NEW,
    console,
    files: files.flatMap(({ format, path }) => (format === 'json' || format === 'markdown' ? [{ format, path }] : [])),
    failOn,
    failSeverity,
    allowUnknown,
    quiet: args.quiet ?? false,
    verbose: false,
  };
}

/** The named cloud, or a private one: a token for one cloud is never sent to another. */
function cloud(name: string | undefined, armEndpoint: string | undefined, authorityHost: string | undefined) {
  if (name !== undefined && (armEndpoint ?? authorityHost) !== undefined) {
    const other = armEndpoint === undefined ? 'authority-host' : 'arm-endpoint';
    throw bad(
      `--cloud and --${other} were both given.`,
      'A known cloud has both endpoints; a private one has no name.',
    );
  }
  if (name !== undefined) return cloudNamed(name);
  if (armEndpoint === undefined && authorityHost === undefined) return undefined;
  if (armEndpoint === undefined) throw bad('--authority-host was given without --arm-endpoint.', 'Give both.');
  return { armEndpoint, ...(authorityHost !== undefined && { authorityHost }) };
}

const bad = (message: string, remedy: string) => new ScanError('bad-option', message, remedy);

const all = (given: Given): readonly string[] => (given === undefined ? [] : [given].flat());

export function some(name: string, given: Given): readonly string[] {
  if (all(given).includes('')) throw bad(`--${name} was given nothing.`, 'Give it a value, or leave it out.');
  return all(given);
}

export function once(name: string, given: Given): string | undefined {
  const [value, ...others] = some(name, given);
  if (others.length > 0) throw bad(`--${name} was given ${others.length + 1} times.`, 'Give it once.');
  return value;
}

/** What yargs would read as something else than was meant, each time as more: scan Azure, all of it, with a gate that is open. */
export function checkWords(argv: readonly string[], options: Readonly<Record<string, Options>>): void {
  for (const [i, word] of argv.entries()) {
    if (word === '--') throw bad('What stands after -- would be ignored.', 'Leave the -- out.');
    const [, name = '', value] = /^--([\w-]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (name === 'allow-unknown' && (value === '' || (value === undefined && argv[i + 1] === ''))) {
      throw bad('--allow-unknown was given nothing.', 'Name reasons, or let it stand alone to allow all of them.');
    }
    const option = Object.entries(options).find(([known]) => known === name)?.[1];
    if (option?.type === 'boolean' && value !== undefined && value !== 'true' && value !== 'false') {
      throw bad(`--${name} cannot be "${value}".`, 'It stands alone, without a value.');
    }
  }
}

function oneOf<V extends string>(name: string, given: string, values: readonly V[]): V {
  const value = values.find((each) => each === given);
  if (value === undefined) throw bad(`--${name} cannot be "${given}".`, `It can be ${values.join(', ')}.`);
  return value;
}

function wholeNumber(name: string, given: string | undefined, least: number, most: number): number | undefined {
  if (given === undefined) return undefined;
  const number = /^\d+$/.test(given) ? Number(given) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw bad(`--${name} cannot be "${given}".`, `Give a whole number from ${least} to ${most}.`);
}

function shard(given: string | undefined): Part | undefined {
  if (given === undefined) return undefined;
  const [, index, count] = /^(\d+)\/(\d+)$/.exec(given) ?? [];
  const part = { index: Number(index), count: Number(count) };
  if (isShard(part)) return part;
  throw bad(`--shard cannot be "${given}".`, `Give i/n, from 1/n to n/n, as in 1/4; n is ${mostShards} at most.`);
}

function duration(name: string, given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const milliseconds = parseDuration(given);
  /** Node's timers hold no more: https://nodejs.org/api/timers.html#settimeoutcallback-delay-args. */
  if (milliseconds !== undefined && milliseconds > 0 && milliseconds < 2 ** 31) return milliseconds;
  throw bad(`--${name} cannot be "${given}".`, 'Give a number with a unit, such as 90s, 10m or 1h; 24 days at most.');
}

export function settings(given: readonly string[]): Record<string, string> {
  const named = new Map<string, string>();
  for (const word of given) {
    const at = word.indexOf('=');
    const name = word.slice(0, at);
    if (at < 1) throw bad(`--setting "${word}" is not name=value.`, 'Write it as in --setting minimumTlsVersion=1.3.');
    if (named.has(name)) throw bad(`--setting ${name} was given twice.`, 'Give it once.');
    named.set(name, word.slice(at + 1));
  }
  return Object.fromEntries(named);
}

/** CloudSploit's three words; a resource id may hold colons. */
function suppression(given: string): Suppression {
  const [, plugin, location, resource] = /^([^:]+):([^:]+):(.+)$/s.exec(given) ?? [];
  if (plugin !== undefined && location !== undefined && resource !== undefined) {
    return { plugin, location, resource, reason: 'Suppressed on the command line.', source: '--suppress' };
  }
  throw bad(
    `--suppress "${given}" is not plugin:region:resource.`,
    "Give all three; * stands for anything, as in --suppress 'singleServerSslEnforcement:*:*/servers/legacy'.",
  );
}

/** `--allow-unknown` alone allows every reason. */
function reasons(given: string): readonly ReasonKind[] {
  if (given === '') return reasonKinds;
  return given.split(',').map((word) => {
    const kind = reasonKinds.find((each) => each === word.trim());
    if (kind) return kind;
    throw bad(
      `--allow-unknown knows no reason "${word.trim()}".`,
      didYouMean(word, reasonKinds, `There are: ${reasonKinds.join(', ')}.`),
    );
  });
}
