/**
 * The vocabulary. One sentence runs through all of it:
 *
 *   Scope → Resource{Fact} → Verdict → Result → Report → string → exit code
 *
 * Collectors ask Azure and return resources whose every fact is a value or the reason that it is missing. The engine
 * shows each plugin only the facts that it declared and turns its verdict, or the gap, into a result. Results and
 * coverage make one report. A reporter turns the report into a string; the command line writes it and returns a number.
 */

/** Anything that can stand in a JSON document. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

// ── What could not be had ────────────────────────────────────────────────────────────────────────────────────────────

/** Every reason for an UNKNOWN. Public: `--allow-unknown=KIND` and the report name them. */
export const reasonKinds = [
  /** The identity lacks a permission. */
  'forbidden',
  /** The token was refused, or none could be had. */
  'unauthenticated',
  /** Azure asked for a longer pause than the scan may take. */
  'throttled',
  /** An attempt, a call or the scan ran out of time. */
  'timeout',
  /** No complete answer came over the wire. */
  'network',
  /** Azure failed (5xx), and went on failing. */
  'server-error',
  /** An answer came that is not what Azure Resource Manager documents. */
  'bad-response',
  /** A list broke off, or held something that it cannot hold: some of it was not seen. */
  'incomplete-list',
  /** It is not there (any more). */
  'not-found',
  /** The server is stopped and shows its parameters only while it runs. */
  'stopped',
  /** The server is being created, started or changed. */
  'provisioning',
  /** The subscription is disabled and answers nothing. */
  'subscription-disabled',
  /** Azure no longer speaks the API version that pgposture uses. */
  'api-version',
  /** Azure answered, and the answer does not hold the setting. */
  'absent',
  /** Azure answered with a value that no rule knows. */
  'unreadable',
  /** Nobody asked: the scan was cut short, or no collector reads it. */
  'not-collected',
  /** A plugin failed, or said nothing of a server: a fault of the plugin, not of the server. */
  'plugin-crashed',
] as const;

/** One of {@link reasonKinds}. */
export type ReasonKind = (typeof reasonKinds)[number];

/** Why something is not known, and what to do about it. */
export interface Gap {
  readonly kind: ReasonKind;
  /** Azure's own `error.code`, where it gave one, or the code of the network error. */
  readonly code?: string;
  /** What happened, in one sentence. */
  readonly detail: string;
  /** What to do, in one sentence. */
  readonly remedy: string;
}

/** What Azure told us, or why it did not. A fact is never just missing; a value of `undefined` means that Azure's whole answer does not hold it. */
export type Fact =
  | { readonly known: true; readonly value: Json | undefined }
  | { readonly known: false; readonly gap: Gap };

// ── What is looked at ────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * The kinds of resource, by ARM type, and the names of the facts that a collector can read of each.
 * A plugin that needs any other name does not compile.
 */
export interface FactNames {
  /** Single Server: properties of the resource. A fact's value is the property's: `'Enabled'`. */
  'Microsoft.DBforPostgreSQL/servers': 'sslEnforcement' | 'minimalTlsVersion' | 'fullyQualifiedDomainName';
  /**
   * Flexible Server: server parameters; any name that PostgreSQL or Azure gives one. A fact's value is a
   * {@link Parameter}, never the bare word. But for `fullyQualifiedDomainName`, a property, as of a Single Server.
   */
  'Microsoft.DBforPostgreSQL/flexibleServers': string;
  /**
   * A port, seen from outside. A fact's value is a word: `accepted` or `refused`; of a TLS version the name of the cipher, or
   * `refused`. What a scan of Azure knows is set stands beside it, as `require_secure_transport = on`.
   */
  'PostgreSQL/endpoints': EndpointFact;
  /** A server, seen from inside one of its databases. */
  'PostgreSQL/databases': DatabaseFact;
}

/** Of a TLS version the value is its cipher, or `refused`: PostgreSQL's own names, so that TLSv1 is 1.0. */
export type EndpointFact =
  | 'plaintext'
  | 'directTls'
  | 'TLSv1'
  | 'TLSv1.1'
  | 'TLSv1.2'
  | 'TLSv1.3'
  | 'certificateVerification'
  | 'certificateHostName'
  | 'certificateDaysLeft'
  | 'certificateRoot'
  | 'address'
  | 'operator'
  | 'encryptionSetting'
  | 'minimumTlsVersionSetting';

/** Names of PostgreSQL's settings and views, with their values and rows; those in camelCase are ours. */
export type DatabaseFact =
  | 'ssl'
  | 'ssl_min_protocol_version'
  | 'ssl_max_protocol_version'
  | 'ssl_ciphers'
  | 'password_encryption'
  | 'pg_hba_file_rules'
  | 'pg_stat_ssl'
  | 'tlsSeen'
  | 'allSessions'
  | 'hbaLoaded';

/** What pgposture judges: an ARM resource type, or a view of a server that needs no Azure. */
export type Kind = keyof FactNames;

/** An ARM resource type: a server, as Azure Resource Manager tells of it. */
export type ServerKind = Extract<Kind, `Microsoft.${string}`>;

/** A server parameter, as ARM lists it under `flexibleServers/{name}/configurations`. */
export type Parameter = {
  /** The value as Azure spells it. */
  readonly value: Json;
  /** True: the value is set, but not in force before a restart. */
  readonly isConfigPendingRestart: Json;
};

/** Where a resource is. `location` is Azure's spelling (`eastus`, `East US`, a region nobody heard of): never a key. */
export interface ResourceReference {
  /** The ARM resource id: the key, compared without case. */
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly location: string | null;
  readonly resourceGroup: string | null;
  readonly subscriptionId: string | null;
}

/** A server, and what we know of it. */
export interface Resource extends ResourceReference {
  readonly type: Kind;
  /** By name, each in the shape that {@link FactNames} tells. */
  readonly facts: Readonly<Record<string, Fact>>;
}

/**
 * How much of one kind a scope showed. Answered: the list was read whole, so what is not in it does not exist for this
 * identity. `servers` counts those that the list named.
 */
export type Coverage =
  | { readonly answered: true; readonly servers: number }
  | { readonly answered: false; readonly servers: number; readonly reason: Gap };

/**
 * A subscription that was to be asked; or, where a list of subscriptions is itself incomplete, what it is a list of: the
 * tenant (`/tenants/<id>`) or a management group (`/providers/Microsoft.Management/managementGroups/<id>`). What was asked
 * without Azure is a scope of its own: an endpoint (`/endpoints/<host>:<port>`), a database (`/databases/<host>:<port>`).
 */
export interface Scope {
  readonly id: string;
  readonly type:
    | 'Microsoft.Resources/subscriptions'
    | 'Microsoft.Resources/tenants'
    | 'Microsoft.Management/managementGroups'
    | 'PostgreSQL/endpoints'
    | 'PostgreSQL/databases';
  readonly subscriptionId: string | null;
  readonly name: string;
  /** Azure's word for a subscription: Enabled, Warned, PastDue, Disabled, Deleted; unknown, if it is not visible. Null for anything else. */
  readonly state: string | null;
  /** When the facts were collected, if that was not during this scan: ISO 8601, UTC; null, if the collection does not say. */
  readonly collectedAt?: string | null;
  readonly kinds: { readonly [K in Kind]?: Coverage };
}

// ── Collectors ask ───────────────────────────────────────────────────────────────────────────────────────────────────

/** The facts to read, by kind. A kind that is not in it is not asked for. */
export type NeededFacts = ReadonlyMap<Kind, readonly string[]>;

/** Takes what a collector finds, as it finds it. What it is told is believed; only that no server got lost is counted. */
export interface Sink {
  /** A server, once. */
  resource(resource: Resource): void;
  /** A scope, once its last resource has been told. */
  scope(scope: Scope): void;
  /** How far it has come; as often as that changes, or never: only `onProgress` needs it. */
  progress(stage: Stage): void;
  /** What it tells was collected before, and was not all that there is. (That the scan itself is cut short, the engine knows.) */
  incomplete(): void;
}

/** How far a collector has come. */
export interface Stage {
  /** What it is doing: signing in, listing the subscriptions, asking them for their servers; probing endpoints, or asking databases. */
  readonly phase: 'sign-in' | 'subscriptions' | 'servers' | 'endpoints' | 'databases';
  /** How many subscriptions there are to ask; null until that is known. */
  readonly subscriptions: number | null;
  /** Answered, and about how many there are still to come. */
  readonly requests: { readonly done: number; readonly ahead: number };
  /** A subscription that keeps the scan waiting; `until` (milliseconds since 1970), if Azure has told it to wait. */
  readonly waitingFor: { readonly name: string; readonly until: number | null } | null;
}

/** Reads the needed facts of every resource that it can see. Throws a `ScanError` only if there is nothing to scan. */
export interface Collector {
  /** What it can tell of: a scan runs the plugins of these kinds, if nobody names others. */
  readonly kinds: readonly Kind[];
  /** @param signal ends the work soon: what was not read by then is a gap of the kind that `signal.reason` names. */
  collect(needs: NeededFacts, sink: Sink, signal: AbortSignal): Promise<void>;
}

/**
 * Keeps what Azure answered, whole: `collect` cuts answers to the needed facts. It waits for each promise, so a recorder
 * that is slow slows the collecting down; what one throws ends the scan.
 */
export interface Recorder {
  /**
   * Once, before all else.
   *
   * @param subscriptionIds of which servers will be told.
   * @param unlisted the scopes that stand for subscriptions which a list did not name.
   */
  begin(subscriptionIds: readonly string[], unlisted: readonly Scope[]): void;
  /** A page of a list of servers: items that are servers of this kind in this subscription. */
  servers(subscriptionId: string, kind: Kind, items: readonly Json[]): Promise<void>;
  parameters(server: ResourceReference, answer: ParametersAnswer): Promise<void>;
  /** A scope, once all of it has been told, and whether the scan was cut short before. */
  scope(scope: Scope, cutShort: boolean): Promise<void>;
}

/** What came of asking for the parameters of a server. */
export interface ParametersAnswer {
  /** As many as came. */
  readonly items: readonly Json[];
  /** Why they are not all. */
  readonly gap: Gap | undefined;
  /** Azure's own sentence about that, if it said one. */
  readonly said: string | undefined;
}

/** The time. Passed in, so that a test can own it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back once after so many milliseconds; returns what cancels it. */
  after(milliseconds: number, callback: () => void): () => void;
}

// ── Plugins judge ────────────────────────────────────────────────────────────────────────────────────────────────────

export const severities = ['low', 'medium', 'high'] as const;
/** How bad a FAIL is. */
export type Severity = (typeof severities)[number];

/** What fails a gate: a FAIL, a WARN too, or neither. */
export const failOns = ['fail', 'warn', 'never'] as const;
export type FailOn = (typeof failOns)[number];

/** Worst first. */
export const statuses = ['FAIL', 'UNKNOWN', 'WARN', 'PASS'] as const;
export type Status = (typeof statuses)[number];

/**
 * How a plugin wants to see one fact. The engine reads it; what is absent or unreadable is UNKNOWN and never reaches
 * the plugin, so a plugin cannot take a missing value for a bad or a good one.
 */
export interface Need<T> {
  /** What a readable value looks like, for the message of an unreadable one: `on or off`. */
  readonly expects: string;
  /** The value in the fact, as Azure spelled it: the evidence. */
  spelled(fact: Json): Json | undefined;
  /** The value in our terms; undefined if it cannot be read. */
  read(fact: Json): T | undefined;
  /** True: an absent or unreadable value is shown to the plugin as undefined instead of ending in UNKNOWN. */
  readonly optional: boolean;
  /**
   * True: a value that could not be had is undefined, too, for another fact may be proof enough. Where none is, the plugin names
   * this need in place of a message, and the engine answers UNKNOWN with the reason why it is not known. If it is optional as well,
   * it proves nothing, and is never missed.
   */
  readonly ifKnown?: boolean;
}

/** A value that the user may set, with `--setting name=value`. */
export interface Setting<V extends string = string> {
  readonly description: string;
  readonly default: V;
  readonly values: readonly V[];
}

/** What a plugin can say. Text may hold `{name}` of a need or a setting. */
export interface Message {
  readonly status: Exclude<Status, 'UNKNOWN'>;
  readonly text: string;
  /** What stands in the text for each need where no server is at hand: `TLSv{minimumTlsVersion} or newer`. */
  readonly when?: Readonly<Record<string, string>>;
}

/** The frameworks that number controls, in the order in which they are shown. */
export const frameworks = ['cis', 'cis-controls', 'mcsb', 'nist', 'pci', 'iso27001', 'soc2', 'hipaa'] as const;
export type Framework = (typeof frameworks)[number];

/** A control of a framework that the check bears on. */
export interface Control {
  readonly framework: Framework;
  /** The edition that numbers the control so. */
  readonly edition: string;
  readonly control: string;
  /** Of a benchmark of CIS: the profile that first has it. */
  readonly level?: 1 | 2;
  /** True: our judgement by analogy; no published source maps it. */
  readonly own: boolean;
}

/** What to set to what, from which `helpers/remediation.ts` makes portal steps, az, Bicep and Terraform, and what to know before. */
export interface Fix {
  /** The ARM property or server parameter. */
  readonly set: string;
  /** The safe value; may hold `{name}` of a setting. */
  readonly to: string;
  /** Every value that Azure lets it have. */
  readonly values: readonly string[];
  /** The one that it has where nobody chose. */
  readonly default: string;
  /** Those of its values to which there is no way back: Azure refuses them once it has another one. */
  readonly noWayBackTo?: readonly string[];
  /** What the change does to clients, and whether it needs a restart; may hold `{name}` of a setting. */
  readonly impact: string;
  /** Which connections it would refuse: a condition on the columns of PostgreSQL's pg_stat_ssl, where that can tell; may hold `{name}` of a setting. */
  readonly refuses?: string;
  /** Options of libpq with which nobody connects any more, once it is set: the proof. */
  readonly lockedOut?: string;
  /** The portal's own name and value for it, where that is not the parameter itself. */
  readonly portal?: { readonly label: string; readonly value: string };
  /** Terraform's own name and value for it, where that is not the parameter itself. */
  readonly terraform?: { readonly attribute: string; readonly value: string };
}

/** How to mend what no one setting of Azure mends. */
export interface Guide {
  /** What the change does to clients, and whether it needs a restart; may hold `{name}` of a setting. */
  readonly impact: string;
  /** What to do, in order; may hold `{name}` of a setting. */
  readonly steps: readonly string[];
}

/** One check: facts about itself, and one pure function. Field names are CloudSploit's, in camelCase. */
export interface Plugin<K extends Kind = Kind> {
  /** A camelCase noun; equals the file name. Public: never renamed silently. */
  readonly id: string;
  /** A statement about the server, true when it passes. */
  readonly title: string;
  readonly category: string;
  readonly domain: string;
  readonly severity: Severity;
  readonly description: string;
  readonly moreInfo: string;
  /** May hold `{name}` of a setting. */
  readonly recommendedAction: string;
  /** The page of Azure or PostgreSQL that the rule rests on. */
  readonly link: string;
  readonly compliance: readonly Control[];
  readonly kind: K;
  readonly needs: { readonly [name: string]: Need<unknown> };
  readonly settings: { readonly [name: string]: Setting };
  readonly messages: { readonly [id: string]: Message };
  readonly fix: K extends ServerKind ? Fix : Guide;
  /** Names the message that fits. It sees what it declared, read and present; `definePlugin` gives it its types. */
  evaluate(facts: never, settings: never): string;
}

/** A plugin that judges what Azure Resource Manager tells, and so knows the setting that mends it. */
export type ServerPlugin = Plugin<ServerKind>;

/**
 * A check of another tool, which judges all servers of a subscription at once, in code of its own. What it says is believed;
 * where it says nothing, the engine answers UNKNOWN in its place.
 */
export interface ForeignPlugin extends ForeignDescription {
  /** What it says of a subscription, once all of that is collected. Throws if the plugin failed; a `CutShort`, if it had no time. */
  findings(subscriptionId: string): readonly Finding[];
}

/** What it says of itself. */
export interface ForeignDescription {
  readonly id: string;
  readonly title: string;
  readonly category: string;
  readonly severity: Severity;
  readonly description: string;
  readonly moreInfo: string;
  readonly recommendedAction: string;
  readonly link: string;
  /** It has a word on each server of these kinds. */
  readonly kinds: readonly ServerKind[];
  readonly settings: { readonly [name: string]: ForeignSetting };
}

/** A value that the user may set. */
export interface ForeignSetting {
  readonly description: string;
  readonly default: string;
  /** A regular expression that every value matches. */
  readonly regex: string;
}

/** What a foreign plugin says. */
export interface Finding {
  readonly status: Status;
  readonly message: string;
  /** The id of what it is about; null if it is the subscription. */
  readonly resource: string | null;
}

// ── The engine arranges ──────────────────────────────────────────────────────────────────────────────────────────────

/** The settings in force, by name. */
export type Settings = Readonly<Record<string, string>>;

/** One plugin's word on one resource. */
export type Result = Judgement &
  (
    | { readonly status: Exclude<Status, 'UNKNOWN'>; readonly reason?: undefined }
    | {
        readonly status: 'UNKNOWN';
        /** Why it is UNKNOWN. */
        readonly reason: Gap;
      }
  );

/** What every {@link Result} has. */
export interface Judgement {
  readonly plugin: string;
  readonly title: string;
  readonly severity: Severity;
  readonly message: string;
  readonly resource: ResourceReference;
  /** Each setting that was read, as Azure spelled it. */
  readonly evidence: Readonly<Record<string, Json>>;
  /** Who accepts it, until when and why: then it fails no gate. Never of a PASS, which nobody has to accept. */
  readonly suppression?: Suppression;
}

/** A finding that is known, and accepted on purpose. In `plugin` and `resource`, `*` stands for any characters, or none. */
export interface Suppression {
  readonly plugin: string;
  /** An ARM id, compared without case. */
  readonly resource: string;
  /** Only of `--suppress`, which has CloudSploit's three words: a region, `global` for what has none, or `*`. */
  readonly location?: string;
  readonly reason: string;
  readonly owner?: string;
  /** The last day on which it counts, in UTC: `2027-03-31`. */
  readonly expires?: string;
  /** Where it stands: `pgposture.suppressions.yaml:12`, or `--suppress`. */
  readonly source: string;
}

export const suppressionStates = [
  /** It accepts at least one result. */
  'used',
  /** Its last day is over: it accepts nothing any more. */
  'expired',
  /** All that it could match was looked at, and there is nothing to accept. */
  'unused',
  /** What it could match was not looked at, or not wholly: another subscription, a plugin that did not run, a list that did not come. */
  'untried',
] as const;
export type SuppressionState = (typeof suppressionStates)[number];

/** What has become of a suppression. */
export interface TriedSuppression extends Suppression {
  readonly state: SuppressionState;
  /** How many results it fits, a PASS left aside. */
  readonly results: number;
}

/** How far a scan has come. */
export interface Progress {
  readonly phase: Stage['phase'];
  /** Those that are done; and of how many, null until that is known. */
  readonly subscriptions: { readonly done: number; readonly total: number | null };
  /** Servers that have been judged. */
  readonly servers: number;
  /** Results so far. */
  readonly summary: Readonly<Record<Status, number>>;
  readonly requests: Stage['requests'];
  readonly waitingFor: Stage['waitingFor'];
}

/** Which part of a scan a report is, and what all parts have in common: reports of different scans are not merged. */
export interface Shard {
  /** From 1 to `count`. */
  readonly index: number;
  readonly count: number;
  /** The Azure Resource Manager that was asked. */
  readonly armEndpoint: string;
  /** How the subscriptions were chosen, in the words of the user; all that are visible, if there are none. */
  readonly choice: Choice;
  /** Those that ran, ordered by id. */
  readonly plugins: readonly PluginThatRan[];
  /** The lower-cased ids of all subscriptions of the scan, those of other shards included, in order; as many as its list named. */
  readonly subscriptions: readonly string[];
}

/** Ids or names, each list in order. */
export interface Choice {
  readonly subscriptions: readonly string[];
  readonly excludeSubscriptions: readonly string[];
  readonly managementGroups: readonly string[];
}

/** A plugin that ran: as much of it as its results have. */
export interface PluginThatRan {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly kinds: readonly Kind[];
}

// ── Controls of a framework ──────────────────────────────────────────────────────────────────────────────────────────

/** What the results of its plugins say of a control, worst first. A suppressed result counts as what it is. */
export const controlStates = [
  /** At least one FAIL. */
  'failed',
  /** No FAIL, and at least one UNKNOWN, a plugin that did not run, or a report that is not complete and has no row that says why: not met, nor failed. */
  'unknown',
  /** None of these, and at least one WARN. */
  'warning',
  /** PASS everywhere, and at least one: the proof. */
  'met',
  /** All of its plugins ran, everything answered, and there is nothing that it could be about. */
  'not-assessed',
] as const;
export type ControlState = (typeof controlStates)[number];

/** A control, and what the results say of it. What is published of a control, and what is our own mapping to it, are two of these. */
export interface AssessedControl extends Omit<Control, 'framework'> {
  readonly state: ControlState;
  /** The ids of the plugins that are mapped to it and ran, in order. */
  readonly plugins: readonly string[];
  /** Those that are mapped to it and did not run, in order. */
  readonly notRun: readonly string[];
  /** The results of its plugins: a server stands in it once for each of them. */
  readonly summary: Readonly<Record<Status, number>>;
  /** How many of those results a suppression accepts: it lets a job pass, and meets no control. */
  readonly suppressed: number;
}

/** A framework, and those of its controls that plugins are mapped to: of all others pgposture says nothing. */
export interface Compliance {
  readonly framework: Framework;
  /** What stands before an edition: `PCI`, as in `PCI DSS 4.0.1`. */
  readonly name: string;
  /** Ordered by edition, then control, numbers in them by their value; of one control, what is published first. */
  readonly controls: readonly AssessedControl[];
}

// ── Two reports are compared ─────────────────────────────────────────────────────────────────────────────────────────

/** What has become of a result since the report before, worst first. */
export const changeKinds = [
  /** Not there before, and no PASS. */
  'new',
  /** From PASS to WARN, from WARN to UNKNOWN, from UNKNOWN to FAIL; or accepted before by a suppression, and no longer. */
  'worse',
  /** It was a FAIL, or a server that was there, and nobody can say what it is now: never taken for better. */
  'unknown',
  /** Better, and not yet a PASS. */
  'better',
  /** A PASS now. */
  'fixed',
  /** The list in which its server would stand was read whole, and it is not there; or it was a scope that did not show all, and does now. */
  'gone',
] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** A result that is not what it was before. */
export interface Change {
  readonly change: ChangeKind;
  readonly plugin: string;
  readonly title: string;
  readonly severity: Severity;
  readonly resource: ResourceReference;
  /** Null if it is new. */
  readonly before: ChangeSide | null;
  /** Null if its server is gone, or was not seen. */
  readonly after: ChangeSide | null;
}

/** What a {@link Change} has of each of its two results. */
export interface ChangeSide {
  readonly status: Status;
  readonly message: string;
  /** Why it is UNKNOWN. */
  readonly reason?: Gap;
  readonly suppression?: Suppression;
}

/** What is different since a report before: the baseline. Keyed on (lower-cased resource id, plugin id). */
export interface Comparison {
  /** The report before. */
  readonly baseline: Pick<Report, 'tool' | 'startedAt' | 'finishedAt' | 'complete' | 'settings' | 'summary'>;
  /** How many there are of each kind, and how many results are what they were. */
  readonly summary: Readonly<Record<ChangeKind | 'same', number>>;
  /** Worst kind first; within one kind ordered by (lower-cased resource id, plugin id), by code unit. */
  readonly changes: readonly Change[];
}

/** What a scan found. Plain data; written as it is by the JSON reporter. */
export interface Report {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: string; readonly version: string };
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly finishedAt: string;
  /** True: every scope that was asked answered for every kind, and nobody cut the scan short. */
  readonly complete: boolean;
  readonly settings: Settings;
  /** How its subscriptions were chosen. Not of a shard, which has it in `shard`, and not if Azure was not asked. */
  readonly choice?: Choice;
  /** Those that ran, ordered by id. Not of a shard, which has them in `shard`. */
  readonly plugins?: readonly PluginThatRan[];
  /** Of one shard only: a scan that was not split, and a merged report, have none. */
  readonly shard?: Shard;
  /** What has become of each suppression, in the order in which they were given; if any were. */
  readonly suppressions?: readonly TriedSuppression[];
  /** What is different since a baseline; if one was given. */
  readonly comparison?: Comparison;
  /** What the results say of the controls of frameworks, in the order of {@link frameworks}; if any were asked for. Not of a shard. */
  readonly compliance?: readonly Compliance[];
  /** Ordered by id. */
  readonly scopes: readonly Scope[];
  readonly summary: Readonly<Record<Status | 'servers' | 'subscriptions', number>>;
  /** Ordered by (lower-cased resource id, plugin id), by code unit. */
  readonly results: readonly Result[];
}
