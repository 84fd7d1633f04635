import type { ArgumentsCamelCase, InferredOptionTypes } from 'yargs';
import type { Cloud } from '../collectors/azure/clouds';
import { type CredentialName, credentialNamed } from '../collectors/azure/credentialNames';
import type { Part } from '../collectors/azure/shard';
import { type Address, addressOf, addressText } from '../collectors/endpoint/address';
import {
  type FailOn,
  type Framework,
  failOns,
  type ReasonKind,
  type Severity,
  type Suppression,
  severities,
} from '../types';
import {
  type AuditArgs,
  consoles,
  type DiffArgs,
  fileFormats,
  type gateOptions,
  type LiveArgs,
  type MergeArgs,
  type ProbeArgs,
  type ScanArgs,
  suppressionsFile,
  type tellingOptions,
} from './options';
import { checkApart, type NamedPath } from './sameFile';
import type { Telling } from './tell';
import {
  all,
  bad,
  cloud,
  duration,
  frameworksNamed,
  type Given,
  once,
  oneOf,
  outputPath,
  pattern,
  reasons,
  settings,
  shard,
  some,
  suppression,
  wholeNumber,
} from './words';

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
  /** Those whose controls are shown, and whose plugins run; none: all plugins, and no controls. */
  readonly frameworks: readonly Framework[];
  readonly settings: Readonly<Record<string, string>>;
  /** A path, or - for stdout; may hold the placeholder. */
  readonly collection: string | undefined;
  /** Paths; may hold the placeholder. If there are any, they are scanned instead of Azure. */
  readonly fromCollections: readonly string[];
  readonly concurrency: number | undefined;
  /** Milliseconds. */
  readonly timeout: number | undefined;
  /** The endpoints of the servers, too. */
  readonly probe: boolean;
  readonly demo: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** The path of the configuration that it is made of, too; named or found. */
  readonly configFile: string | undefined;
}

/** What the user asked `merge` for, checked. */
export interface MergeRequest extends Telling, GateRequest {
  /** Paths. */
  readonly reports: readonly string[];
  readonly pluginModules: readonly string[];
  /** Those whose controls are shown. */
  readonly frameworks: readonly Framework[];
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** As that of a scan. */
  readonly configFile: string | undefined;
}

/** What `probe` and `audit` have in common. */
export interface LiveRequest extends Telling, GateRequest {
  /** A path. */
  readonly caFile: string | undefined;
  readonly plugins: readonly string[];
  readonly severity: Severity;
  readonly settings: Readonly<Record<string, string>>;
  /** Milliseconds. */
  readonly timeout: number | undefined;
  readonly quiet: boolean;
  readonly verbose: boolean;
}

/** What the user asked `probe` for, checked. */
export interface ProbeRequest extends LiveRequest {
  /** Each once. */
  readonly addresses: readonly Address[];
}

/** What the user asked `audit` for, checked. */
export interface AuditRequest extends LiveRequest {
  /** Connection strings, which may hold a password; none: the environment says it all. */
  readonly dsns: readonly string[];
  /** How to sign in to Azure, if that is asked for. */
  readonly entra: Pick<ScanRequest, 'credential' | 'tenant' | 'clientId' | 'serviceConnectionId' | 'cloud'> | undefined;
}

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

/** Throws a ScanError, `bad-option`, that names the option, what was given and what is possible. */
export function toScanRequest(args: ScanArgs): ScanRequest {
  const { probe = false, demo = false, quiet = false, verbose = false } = args;
  const collection = pattern('collection', outputPath('collection', args.collection));
  const request: ScanRequest = {
    subscriptions: some('subscription', args.subscription),
    excludeSubscriptions: some('exclude-subscription', args.excludeSubscription),
    managementGroups: some('management-group', args.managementGroup),
    shard: shard(once('shard', args.shard)),
    ...toSignIn(args),
    cloud: cloud(
      once('cloud', args.cloud),
      once('arm-endpoint', args.armEndpoint),
      once('authority-host', args.authorityHost),
    ),
    caFile: once('ca-file', args.caFile),
    plugins: some('plugin', args.plugin),
    pluginModules: some('plugin-module', args.pluginModule),
    severity: oneOf('severity', once('severity', args.severity) ?? 'low', severities),
    frameworks: frameworksNamed(some('compliance', args.compliance)),
    settings: settings(some('setting', args.setting)),
    ...toTelling(args, collection),
    ...toGateRequest(args),
    collection,
    fromCollections: some('from-collection', args.fromCollection).map((path) => pattern('from-collection', path)),
    concurrency: wholeNumber('concurrency', once('concurrency', args.concurrency), 1, 256),
    timeout: duration('timeout', once('timeout', args.timeout)),
    probe,
    demo,
    quiet,
    verbose,
    configFile: once('config', args.config),
  };
  checkVolume(request);
  if (request.subscriptions.length > 0 && request.managementGroups.length > 0) {
    throw bad(
      '--subscription and --management-group were both given.',
      'Give one; --exclude-subscription goes with both.',
    );
  }
  checkApart(
    [...(collection === undefined ? [] : [{ name: '--collection', path: collection }]), ...outputs(request.files)],
    given({ ...args, suppressions: args.suppressions ?? suppressionsFile }, [
      'from-collection',
      'suppressions',
      'baseline',
      'config',
      'ca-file',
      'plugin-module',
    ]),
  );
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

type SignInArgs = Partial<Pick<ScanArgs, 'credential' | 'tenant' | 'clientId' | 'serviceConnectionId'>>;

const toSignIn = (args: SignInArgs) => ({
  credential: credentialNamed(once('credential', args.credential) ?? 'default'),
  tenant: once('tenant', args.tenant),
  clientId: once('client-id', args.clientId),
  serviceConnectionId: once('service-connection-id', args.serviceConnectionId),
});

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
  'probe',
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
    const path = outputPath(format, args[format]);
    return path === undefined ? [] : [{ format, path }];
  });
  const toStdout = [
    ...files.flatMap(({ format, path }) => (path === '-' ? [format] : [])),
    ...(other === '-' ? ['collection'] : []),
  ];
  if (toStdout.length > 1)
    throw bad(
      `--${toStdout[0]} and --${toStdout[1]} are both "-".`,
      'One can go to stdout: give the other a file of its own.',
    );
  const shown = once('console', args.console) ?? (toStdout.length > 0 ? 'none' : 'table');
  return {
    console: oneOf('console', shown, consoles),
    files,
    ignoreOk: args.ignoreOk ?? false,
    sarifSuppressed: args.sarifSuppressed ?? false,
    annotations: !args.noAnnotations,
  };
}

function checkVolume({ quiet, verbose }: Pick<ScanRequest, 'quiet' | 'verbose'>): void {
  if (quiet && verbose) throw bad('--quiet and --verbose were both given.', 'Give one of them.');
}

const outputs = (files: Telling['files']): NamedPath[] =>
  files.map(({ format, path }) => ({ name: `--${format}`, path }));

/** The paths that these words of a line give. */
const given = <A extends object>(args: A, names: readonly (string & keyof A)[]): NamedPath[] =>
  names.flatMap((name) =>
    all(args[name] as Given).map((path) => ({ name: /^[A-Z]/.test(name) ? name : `--${name}`, path })),
  );

/** Throws a ScanError, `bad-option`, as `toScanRequest` does. */
export function toMergeRequest(args: MergeArgs): MergeRequest {
  const { quiet = false, verbose = false } = args;
  checkVolume({ quiet, verbose });
  const telling = toTelling(args);
  checkApart(
    outputs(telling.files),
    given({ ...args, suppressions: args.suppressions ?? suppressionsFile }, [
      'REPORT',
      'suppressions',
      'baseline',
      'config',
      'plugin-module',
    ]),
  );
  return {
    reports: args.REPORT,
    pluginModules: some('plugin-module', args.pluginModule),
    frameworks: frameworksNamed(some('compliance', args.compliance)),
    ...toGateRequest(args),
    ...telling,
    quiet,
    verbose,
    configFile: once('config', args.config),
  };
}

function toLiveRequest(args: LiveArgs): LiveRequest {
  const { quiet = false, verbose = false } = args;
  checkVolume({ quiet, verbose });
  const telling = toTelling(args);
  checkApart(
    outputs(telling.files),
    given({ ...args, suppressions: args.suppressions ?? suppressionsFile }, ['suppressions', 'baseline', 'ca-file']),
  );
  return {
    caFile: once('ca-file', args.caFile),
    plugins: some('plugin', args.plugin),
    severity: oneOf('severity', once('severity', args.severity) ?? 'low', severities),
    settings: settings(some('setting', args.setting)),
    ...toGateRequest(args),
    ...telling,
    timeout: duration('timeout', once('timeout', args.timeout)),
    quiet,
    verbose,
  };
}

/** Throws a ScanError, `bad-option`, as `toScanRequest` does. */
export function toProbeRequest(args: ProbeArgs): ProbeRequest {
  const addresses = new Map(args.HOST.map(addressOf).map((address) => [addressText(address), address]));
  return { ...toLiveRequest(args), addresses: [...addresses.values()] };
}

/** Throws a ScanError, `bad-option`, as `toScanRequest` does. */
export function toAuditRequest(args: AuditArgs): AuditRequest {
  const aboutAzure = entraOnly.find((name) => args[name] !== undefined);
  if (!args.entra && aboutAzure !== undefined) {
    throw bad(`--${aboutAzure} means nothing without --entra.`, 'Leave it out, or sign in to Azure with --entra.');
  }
  return {
    ...toLiveRequest(args),
    dsns: args.DSN ?? [],
    entra: args.entra
      ? { ...toSignIn(args), cloud: cloud(once('cloud', args.cloud), undefined, undefined) }
      : undefined,
  };
}

const entraOnly = ['credential', 'tenant', 'client-id', 'service-connection-id', 'cloud'] as const;

/** Throws a ScanError, `bad-option`, as `toScanRequest` does. */
export function toDiffRequest(args: DiffArgs): DiffRequest {
  const { console, files } = toTelling(args);
  checkApart(outputs(files), given(args, ['OLD', 'NEW']));
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
