import type { ArgumentsCamelCase, InferredOptionTypes, Options } from 'yargs';
import { parseDuration } from '../helpers/duration';
import { didYouMean } from '../helpers/nearest';
import { ScanError } from '../helpers/scanError';
import { type ReasonKind, reasonKinds, type Severity, severities } from '../types';

const consoles = ['table', 'text', 'none'] as const;
type Console = (typeof consoles)[number];

/** Every option may be given more than once to yargs; what that means is decided in `toScanRequest`. */
const text = { type: 'string', requiresArg: true } as const;
const flag = { type: 'boolean' } as const;

/** The options of `scan`. */
export const scanOptions = {
  subscription: { ...text, describe: 'Scan this subscription only: id or exact name (repeatable)' },
  'exclude-subscription': { ...text, describe: 'Leave this subscription out: id or exact name (repeatable)' },
  tenant: { ...text, describe: 'Sign in to this tenant (id or domain)' },
  'arm-endpoint': {
    ...text,
    describe: 'Azure Resource Manager to ask',
    defaultDescription: 'https://management.azure.com',
  },
  plugin: { ...text, describe: 'Run this plugin only (repeatable)' },
  severity: { ...text, describe: 'Run plugins of this severity or above: low, medium, high' },
  setting: { ...text, describe: 'Set name=value, as in minimumTlsVersion=1.3 (repeatable)' },
  console: { ...text, describe: 'Report on stdout: table, text, none', defaultDescription: 'table' },
  json: { ...text, describe: 'Write the report as JSON to this file (- is stdout)' },
  'ignore-ok': { ...flag, describe: 'Leave PASS out of the console report' },
  'allow-unknown': { type: 'string', describe: 'Accept UNKNOWN, or only for these reasons: KIND,KIND' },
  concurrency: { ...text, describe: 'Requests in flight', defaultDescription: '32' },
  timeout: { ...text, describe: 'Time for the whole scan: 90s, 10m; what is not read by then is UNKNOWN' },
  demo: { ...flag, describe: 'Scan a sample tenant inside this process; needs no Azure and no network' },
  quiet: { ...flag, describe: 'Nothing on stderr but errors' },
  verbose: { ...flag, describe: 'Say on stderr how it goes: each subscription, each retry' },
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
  pgposture scan --setting minimumTlsVersion=1.3 --ignore-ok
      nothing below TLS 1.3
  pgposture scan --allow-unknown=stopped,provisioning
      in a pipeline: servers that are off do not matter

Reasons of an UNKNOWN:
${reasonLines}

Exit codes:
  0  all is well          1  a FAIL
  3  an UNKNOWN, no FAIL  2  the scan could not be made`;

/** What the user asked `scan` for, checked. */
export interface ScanRequest {
  readonly subscriptions: readonly string[];
  readonly excludeSubscriptions: readonly string[];
  readonly tenant: string | undefined;
  readonly armEndpoint: string | undefined;
  readonly plugins: readonly string[];
  readonly severity: Severity;
  readonly settings: Readonly<Record<string, string>>;
  readonly console: Console;
  /** A path, or - for stdout. */
  readonly json: string | undefined;
  readonly ignoreOk: boolean;
  readonly allowUnknown: readonly ReasonKind[];
  readonly concurrency: number;
  /** Milliseconds. */
  readonly timeout: number | undefined;
  readonly demo: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
}

/** yargs makes an array of an option that is given twice, whatever its declared type. */
type Given = string | readonly string[] | undefined;

/** Throws a ScanError, `bad-option`, that names the option, what was given and what is possible. */
export function toScanRequest(args: ArgumentsCamelCase<InferredOptionTypes<typeof scanOptions>>): ScanRequest {
  const { demo = false, quiet = false, verbose = false, ignoreOk = false } = args;
  const json = once('json', args.json);
  const shown = once('console', args.console) ?? (json === '-' ? 'none' : 'table');
  const request: ScanRequest = {
    subscriptions: some('subscription', args.subscription),
    excludeSubscriptions: some('exclude-subscription', args.excludeSubscription),
    tenant: once('tenant', args.tenant),
    armEndpoint: once('arm-endpoint', args.armEndpoint),
    plugins: some('plugin', args.plugin),
    severity: oneOf('severity', once('severity', args.severity) ?? 'low', severities),
    settings: settings(some('setting', args.setting)),
    console: oneOf('console', shown, consoles),
    json,
    ignoreOk,
    allowUnknown: all(args.allowUnknown).flatMap(reasons),
    concurrency: wholeNumber('concurrency', once('concurrency', args.concurrency) ?? '32', 1, 256),
    timeout: duration('timeout', once('timeout', args.timeout)),
    demo,
    quiet,
    verbose,
  };
  if (quiet && verbose) throw bad('--quiet and --verbose were both given.', 'Give one of them.');
  if (demo && (request.tenant ?? request.armEndpoint) !== undefined) {
    throw bad('--demo asks no Azure, so --tenant and --arm-endpoint mean nothing with it.', 'Leave them out.');
  }
  return request;
}

const bad = (message: string, remedy: string) => new ScanError('bad-option', message, remedy);

const all = (given: Given): readonly string[] => (given === undefined ? [] : [given].flat());

function some(name: string, given: Given): readonly string[] {
  if (all(given).includes('')) throw bad(`--${name} was given nothing.`, 'Give it a value, or leave it out.');
  return all(given);
}

function once(name: string, given: Given): string | undefined {
  const [value, ...others] = some(name, given);
  if (others.length > 0) throw bad(`--${name} was given ${others.length + 1} times.`, 'Give it once.');
  return value;
}

/** What yargs would read as something else than was meant, each time as more: scan Azure, all of it, with a gate that is open. */
export function checkWords(argv: readonly string[]): void {
  for (const [i, word] of argv.entries()) {
    if (word === '--') throw bad('What stands after -- would be ignored.', 'Leave the -- out.');
    const [, name = '', value] = /^--([\w-]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (name === 'allow-unknown' && (value === '' || (value === undefined && argv[i + 1] === ''))) {
      throw bad('--allow-unknown was given nothing.', 'Name reasons, or let it stand alone to allow all of them.');
    }
    const option = Object.entries(scanOptions).find(([known]) => known === name)?.[1];
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

function wholeNumber(name: string, given: string, least: number, most: number): number {
  const number = /^\d+$/.test(given) ? Number(given) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw bad(`--${name} cannot be "${given}".`, `Give a whole number from ${least} to ${most}.`);
}

function duration(name: string, given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const milliseconds = parseDuration(given);
  /** Node's timers hold no more: https://nodejs.org/api/timers.html#settimeoutcallback-delay-args. */
  if (milliseconds !== undefined && milliseconds > 0 && milliseconds < 2 ** 31) return milliseconds;
  throw bad(`--${name} cannot be "${given}".`, 'Give a number with a unit, such as 90s, 10m or 1h; 24 days at most.');
}

function settings(given: readonly string[]): Record<string, string> {
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
