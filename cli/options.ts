import type { ArgumentsCamelCase, InferredOptionTypes, Options } from 'yargs';
import { cloudNames } from '../collectors/azure/clouds';
import { credentialNames } from '../collectors/azure/credentialNames';
import { frameworks } from '../types';

/** Stands in the name of a file for the id of a subscription. */
export const placeholder = '{subscription}';

export const consoles = ['table', 'text', 'none'] as const;
export type Console = (typeof consoles)[number];

/** What a report can be written to a file as: each is an option. */
export const fileFormats = ['json', 'html', 'sarif', 'junit', 'csv', 'markdown', 'ocsf'] as const;
export type FileFormat = (typeof fileFormats)[number];

/** Read where it stands in the working folder. */
export const suppressionsFile = 'pgposture.suppressions.yaml';

/** Every option may be given more than once to yargs; what that means is decided in `words.ts`. */
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
  probe: {
    ...flag,
    ...scope,
    describe:
      'Ask the port of each server, too, what it really accepts: connects to it from here, without a credential',
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
  compliance: {
    ...text,
    ...checks,
    describe: `Only its plugins, and the state of its controls: ${frameworks.join(', ')} (repeatable)`,
  },
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
  html: { ...text, ...output, describe: 'The same as one HTML page, to filter and sort' },
  sarif: { ...text, ...output, describe: 'The same as SARIF 2.1.0, for GitHub code scanning' },
  junit: { ...text, ...output, describe: 'The same as JUnit XML, for GitLab and Azure DevOps' },
  csv: { ...text, ...output, describe: 'The same as CSV, a row for each result' },
  markdown: { ...text, ...output, describe: "The same as Markdown, for GitHub's step summary" },
  ocsf: { ...text, ...output, describe: 'The same as OCSF 1.6 Compliance Findings, for a SIEM or a security lake' },
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

const pick = <N extends keyof typeof scanOptions>(...names: readonly N[]) =>
  Object.fromEntries(names.map((name) => [name, scanOptions[name]])) as Pick<typeof scanOptions, N>;

export const gateOptions = pick(
  'fail-on',
  'fail-severity',
  'allow-unknown',
  'suppressions',
  'suppress',
  'strict-suppressions',
  'baseline',
);
export const tellingOptions = pick('console', ...fileFormats, 'ignore-ok', 'sarif-suppressed', 'no-annotations');

/** What fails `merge`, and what it tells, is what `scan` does. */
export const mergeOptions = {
  ...pick('plugin-module'),
  compliance: {
    ...scanOptions.compliance,
    describe: `The state of the controls of ${frameworks.join(', ')} (repeatable)`,
  },
  ...gateOptions,
  ...tellingOptions,
  ...pick('quiet'),
  verbose: { ...scanOptions.verbose, describe: 'Name on stderr the files that were used, and what was not tried' },
  ...pick('config'),
} satisfies Record<string, Options>;

/** What `probe` and `audit` have in common with `scan`. */
const liveOptions = {
  ...pick('plugin', 'severity', 'setting'),
  ...gateOptions,
  ...tellingOptions,
  ...pick('quiet', 'verbose', 'timeout'),
} satisfies Record<string, Options>;

/** What is asked of a port, without any credential. */
export const probeOptions = {
  'ca-file': { ...scanOptions['ca-file'], group: checks.group },
  ...liveOptions,
} satisfies Record<string, Options>;

/** What is asked of a server from inside, by a role that can sign in. */
export const auditOptions = {
  entra: { ...flag, ...signIn, describe: "Sign in with a token of Microsoft Entra ID, to one of Azure's servers" },
  ...pick('credential', 'tenant', 'client-id', 'service-connection-id', 'cloud', 'ca-file'),
  ...liveOptions,
} satisfies Record<string, Options>;

/** What `diff` tells of two reports. */
export const diffOptions = {
  ...pick('fail-on', 'fail-severity', 'allow-unknown', 'console'),
  json: { ...scanOptions.json, describe: 'Write the changes as JSON to this file (- is stdout)' },
  markdown: { ...scanOptions.markdown, describe: 'The same as Markdown, for a comment' },
  ...pick('quiet'),
} satisfies Record<string, Options>;

/** What `remediate` writes. */
export const remediateOptions = {
  output: {
    ...text,
    demandOption: true,
    describe: 'Write the script with the changes to this new file; it is not run',
  },
  undo: {
    ...text,
    describe: 'Write the script that takes them back to this new file',
    defaultDescription: 'undo.sh, beside the other',
  },
  'plugin-module': pluginModule,
} satisfies Record<string, Options>;

// ── What stands in a line, as yargs reads it ─────────────────────────────────────────────────────────────────────────

export type ScanArgs = ArgumentsCamelCase<InferredOptionTypes<typeof scanOptions>>;

export type MergeArgs = ArgumentsCamelCase<InferredOptionTypes<typeof mergeOptions>> & {
  readonly REPORT: readonly string[];
};

/** What `probe` and `audit` have in common. */
export type LiveArgs = ArgumentsCamelCase<InferredOptionTypes<typeof probeOptions>>;

export type ProbeArgs = LiveArgs & {
  readonly HOST: readonly string[];
};

export type AuditArgs = ArgumentsCamelCase<InferredOptionTypes<typeof auditOptions>> & {
  readonly DSN?: readonly string[] | undefined;
};

export type DiffArgs = ArgumentsCamelCase<InferredOptionTypes<typeof diffOptions>> & {
  readonly OLD: string;
  readonly NEW: string;
};

export type RemediateArgs = ArgumentsCamelCase<InferredOptionTypes<typeof remediateOptions>> & {
  readonly REPORT: string;
};
