import type { EmulatedParameter, EmulatedServer } from '../../emulator';
import type { Json, ReasonKind, Status } from '../../types';

/** A value as Azure may spell it, and what it means: written down here, not read by what is tested. */
type Meaning<T> = readonly [spelled: Json, meaning: T];

/** Of TLS: 10 times the version; 0 for what is older than any TLS; undefined for what nobody can read. */
export const versions: readonly Meaning<number | undefined>[] = [
  ['TLSv1', 10],
  ['TLSv1.0', 10],
  ['TLSv1.1', 11],
  ['TLSv1.2', 12],
  ['TLSv1.3', 13],
  ['TLS1_0', 10],
  ['TLS1_1', 11],
  ['TLS1_2', 12],
  ['TLS1_3', 13],
  [' tlsV1.2\n', 12],
  ['TLSv1.10', 20],
  ['SSLv3', 0],
  ['TLSv2', undefined],
  ['1.2', undefined],
  ['TLSv1.2.1', undefined],
  ['TLSv1.2 or so', undefined],
  ['', undefined],
  [12, undefined],
  [['TLSv1.2'], undefined],
];

export const switches: readonly Meaning<boolean | undefined>[] = [
  ['on', true],
  ['ON', true],
  ['true', true],
  ['1', true],
  [' Yes ', true],
  [true, true],
  [1, true],
  ['off', false],
  ['Off', false],
  ['false', false],
  ['0', false],
  ['no', false],
  [false, false],
  ['onn', undefined],
  ['enabled', undefined],
  ['', undefined],
  [2, undefined],
  [{}, undefined],
];

export const enforcements: readonly Meaning<boolean | undefined>[] = [
  ['Enabled', true],
  ['ENABLED ', true],
  ['Disabled', false],
  ['disabled', false],
  ['Enabling', undefined],
  ['on', undefined],
  ['', undefined],
  [true, undefined],
];

/** Of a parameter that waits for a restart: what is neither absent nor a readable no. */
const pendings: readonly Meaning<boolean>[] = [
  [false, false],
  [null, false],
  ['false', false],
  [true, true],
  ['True', true],
  ['perhaps', true],
];

const spellings = (meanings: readonly Meaning<unknown>[]): readonly Json[] => meanings.map(([spelled]) => spelled);
export const spelled = {
  versions: spellings(versions),
  switches: spellings(switches),
  enforcements: spellings(enforcements),
  pendings: spellings(pendings),
};

function meaningOf<T>(meanings: readonly Meaning<T>[], value: Json | undefined): T | undefined {
  return meanings.find(([spelled]) => JSON.stringify(spelled) === JSON.stringify(value))?.[1];
}

/** What a plugin has to say of a server: a status, or the reason why it is UNKNOWN. */
export type Word = Exclude<Status, 'UNKNOWN'> | ReasonKind;

/** `value` is missing, null, or there. */
const gapOf = (value: Json | undefined): 'absent' | 'unreadable' =>
  value === undefined || value === null ? 'absent' : 'unreadable';

/** The properties of a Single Server that count. */
export type Properties = Readonly<Record<string, Json | undefined>>;

/** By name, in lower case; undefined: not in the list. */
export type Parameters = Readonly<Record<string, Partial<EmulatedParameter> | undefined>>;

/** Read off the table of verdicts in the design, floor by floor. */
export const judgements = {
  singleServerSslEnforcement({ sslEnforcement }: Properties): Word {
    const required = meaningOf(enforcements, sslEnforcement);
    if (required === undefined) return gapOf(sslEnforcement);
    return required ? 'PASS' : 'FAIL';
  },
  singleServerMinimalTlsVersion({ minimalTlsVersion, sslEnforcement }: Properties, floor: number): Word {
    if (minimalTlsVersion === 'TLSEnforcementDisabled') return 'FAIL';
    const version = meaningOf(versions, minimalTlsVersion);
    if (version === undefined) return gapOf(minimalTlsVersion);
    if (version < floor) return 'FAIL';
    return meaningOf(enforcements, sslEnforcement) === false ? 'WARN' : 'PASS';
  },
  flexibleServerRequireSecureTransport({ require_secure_transport: given }: Parameters): Word {
    const required = meaningOf(switches, given?.value);
    if (required === undefined) return gapOf(given?.value);
    if (!required) return 'FAIL';
    return isPending(given) ? 'WARN' : 'PASS';
  },
  flexibleServerSslMinProtocolVersion(
    { ssl_min_protocol_version: given, require_secure_transport: required }: Parameters,
    floor: number,
  ): Word {
    const version = meaningOf(versions, given?.value);
    if (version === undefined) return gapOf(given?.value);
    if (version < floor) return 'FAIL';
    return meaningOf(switches, required?.value) === false || isPending(given) ? 'WARN' : 'PASS';
  },
} as const;

export type PluginId = keyof typeof judgements;
export const pluginIds = Object.keys(judgements) as PluginId[];

/** What each of them reads; in the order in which it tells of what is missing. */
export const needs: Readonly<Record<PluginId, readonly string[]>> = {
  singleServerSslEnforcement: ['sslEnforcement'],
  singleServerMinimalTlsVersion: ['minimalTlsVersion', 'sslEnforcement'],
  flexibleServerRequireSecureTransport: ['require_secure_transport'],
  flexibleServerSslMinProtocolVersion: ['ssl_min_protocol_version', 'require_secure_transport'],
};

export const severityOf = (plugin: PluginId): 'high' | 'medium' => (/Ssl(Enf)|Secure/.test(plugin) ? 'high' : 'medium');

export const isFlexible = (plugin: PluginId): boolean => plugin.startsWith('flexible');

const isPending = (parameter: Partial<EmulatedParameter> | undefined): boolean =>
  meaningOf(pendings, parameter?.isConfigPendingRestart ?? null) ?? true;

/** What a plugin would say of a server of the tenant that shows itself. */
export function truthOf(plugin: PluginId, server: EmulatedServer, floor: number): Word {
  if (!isFlexible(plugin)) {
    const defaults = { sslEnforcement: 'Enabled', minimalTlsVersion: 'TLSEnforcementDisabled' };
    return judgements[plugin]({ ...defaults, ...server.properties } as never, floor);
  }
  const defaults = { require_secure_transport: 'on', ssl_min_protocol_version: 'TLSv1.2' };
  const given = Object.entries({ ...defaults, ...server.parameters }).flatMap(([name, parameter]) =>
    parameter === null ? [] : [[name, typeof parameter === 'string' ? { value: parameter } : parameter] as const],
  );
  return judgements[plugin](Object.fromEntries(given) as never, floor);
}
