import { evaluate } from '../../engine/evaluate';
import { settingsOf } from '../../engine/select';
import { frameworkNames } from '../../helpers/compliance';
import { kinds } from '../../helpers/kind';
import { printable } from '../../helpers/printable';
import { fillTemplate, shown } from '../../helpers/template';
import type { Control, ForeignSetting, Gap, ServerPlugin, Settings, Status } from '../../types';
import { entryAt, locationsOf, notHeld, putAt, type SeenLocation } from './cache';
import { callName, calls, callsOf, nowhere } from './calls';

/** A row of CloudSploit's report. */
export interface Row {
  /** 0 OK, 1 WARN, 2 FAIL, 3 UNKNOWN. */
  readonly status: 0 | 1 | 2 | 3;
  readonly message: string;
  readonly region: string;
  /** The id of the server; null if it is about the region. */
  readonly resource: string | null;
  readonly custom: boolean;
}

/** A setting as CloudSploit declares it. */
interface CloudSploitSetting extends ForeignSetting {
  readonly name: string;
}

/** A plugin in CloudSploit's shape: https://github.com/aquasecurity/cloudsploit/blob/master/docs/writing-plugins.md */
export interface CloudSploitPlugin {
  readonly title: string;
  readonly category: string;
  readonly domain: string;
  readonly severity: string;
  readonly description: string;
  readonly more_info: string;
  readonly link: string;
  readonly recommended_action: string;
  readonly apis: readonly string[];
  readonly settings: { readonly [name: string]: CloudSploitSetting };
  readonly realtime_triggers: readonly string[];
  readonly compliance: { readonly [program: string]: string };
  /** Calls back once, without an error, with a row for each server and for each region without one. */
  run(cache: unknown, settings: unknown, callback: Callback): void;
}

export type Callback = (error: null, results: Row[], source: object) => void;

const numbers: Readonly<Record<Status, Row['status']>> = { PASS: 0, WARN: 1, FAIL: 2, UNKNOWN: 3 };

/** A plugin of ours, as CloudSploit wants it. Its `run` uses no `this`; its parameters have the names that CloudSploit looks for. */
export function cloudsploitPlugin(plugin: ServerPlugin): CloudSploitPlugin {
  const { title, category, domain, severity, description, moreInfo, link, recommendedAction, kind } = plugin;
  return {
    title,
    category,
    domain,
    severity: severity.replace(/^./, (letter) => letter.toUpperCase()),
    description,
    more_info: moreInfo,
    link,
    recommended_action: fillTemplate(recommendedAction, settingsOf([plugin])),
    apis: callsOf(kind).map(callName),
    settings: Object.fromEntries(
      Object.entries(plugin.settings).map(([name, setting]) => [
        snakeCase(name),
        {
          name: inWords(name),
          description: setting.description,
          regex: `^(${setting.values.map((value) => value.replaceAll('.', '\\.')).join('|')})$`,
          default: setting.default,
        },
      ]),
    ),
    realtime_triggers: triggersOf(plugin),
    compliance: programsOf(plugin.compliance),
    run(cache, settings, callback) {
      const { rows, source } = look(plugin, cache, settings);
      callback(null, rows, source);
    },
  };
}

const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
/** `minimumTlsVersion`: Minimum TLS version. */
const inWords = (name: string) =>
  snakeCase(name)
    .replaceAll('_', ' ')
    .replace(/\b(tls|ssl)\b/g, (word) => word.toUpperCase())
    .replace(/^./, (letter) => letter.toUpperCase());

/** The operations of Azure's activity log after which the verdict may be another. */
function triggersOf({ kind }: ServerPlugin): string[] {
  const resource = kind.toLowerCase().replace('microsoft.', 'microsoft').replace('/', ':');
  const triggers = [`${resource}:write`, `${resource}:delete`];
  return callsOf(kind).length > 1 ? [...triggers, `${resource}:configurations:write`] : triggers;
}

/** CloudSploit knows four programs; the two of CIS are its profiles, Level 1 and Level 2. */
function programsOf(controls: readonly Control[]): Record<string, string> {
  const programs: Readonly<Record<string, (control: Control) => boolean>> = {
    hipaa: ({ framework }) => framework === 'hipaa',
    pci: ({ framework }) => framework === 'pci',
    cis1: ({ framework, level }) => framework === 'cis' && level === 1,
    cis2: ({ framework, level }) => framework === 'cis' && level === 2,
  };
  return Object.fromEntries(
    Object.entries(programs).flatMap(([program, belongs]) => {
      const named = sentenceOf(controls.filter(belongs));
      return named === '' ? [] : [[program, named]];
    }),
  );
}

/** Each edition once, with its controls. */
function sentenceOf(controls: readonly Control[]): string {
  const byEdition = new Map<string, string[]>();
  for (const { framework, edition, control, own } of controls) {
    const name = `${frameworkNames[framework]} ${edition}${own ? ', by analogy' : ''}`;
    byEdition.set(name, [...(byEdition.get(name) ?? []), control]);
  }
  return [...byEdition].map(([name, named]) => `${name}: ${named.join(', ')}`).join('; ');
}

/** Everything but the callback, and the one place that may fail: a plugin that throws would end CloudSploit's whole scan. */
function look(plugin: ServerPlugin, cache: unknown, given: unknown): { rows: Row[]; source: object } {
  try {
    const locations = locationsOf(cache, plugin.kind, Object.keys(plugin.needs)) ?? [];
    return { rows: rowsOf(plugin, locations, chosen(plugin, given)), source: sourceOf(plugin, cache, locations) };
  } catch (error) {
    const detail = `The plugin ${plugin.id} failed: ${error instanceof Error ? error.message : shown(error)}.`;
    const remedy = 'This is a bug: tell the authors of pgposture.';
    return { rows: [unknown(nowhere, null, { kind: 'plugin-crashed', detail, remedy })], source: {} };
  }
}

/** A row for each server, and one for each location that has none or does not say. Without settings, each says why. */
function rowsOf(plugin: ServerPlugin, locations: readonly SeenLocation[], { settings, gap }: Chosen): Row[] {
  if (locations.length === 0) return [unknown(nowhere, null, gap ?? notHeld(plugin.kind))];
  return locations.flatMap(({ location, servers, gap: unseen, empty }) => [
    ...(unseen ? [unknown(location, null, gap ?? unseen)] : []),
    ...(empty ? [gap ? unknown(location, null, gap) : none(location, plugin)] : []),
    ...servers.map((server): Row => {
      if (gap) return unknown(location, server.id, gap);
      const { status, message, reason } = evaluate(plugin, server, settings);
      if (reason) return unknown(location, server.id, reason);
      return row(numbers[status], message, location, server.id);
    }),
  ]);
}

const row = (status: Row['status'], message: string, region: string, resource: string | null): Row => ({
  status,
  message: printable(message),
  region,
  resource,
  custom: false,
});

const unknown = (region: string, resource: string | null, { detail, remedy }: Gap) =>
  row(numbers.UNKNOWN, `${detail} ${remedy}`, region, resource);

const none = (region: string, { kind }: ServerPlugin) =>
  row(numbers.PASS, `No PostgreSQL ${kinds[kind].name} found.`, region, null);

/** The settings in force; or what is wrong with one, for CloudSploit hands over whatever its host was given. */
interface Chosen {
  readonly settings: Settings;
  readonly gap?: Gap;
}

function chosen({ settings: declared }: ServerPlugin, given: unknown): Chosen {
  const settings: Record<string, string> = {};
  for (const [name, { default: standard, values }] of Object.entries(declared)) {
    const value = entryAt(given, snakeCase(name)) ?? standard;
    if (!values.includes(String(value))) {
      const detail = `The setting ${snakeCase(name)} cannot be ${shown(value)}.`;
      return { settings, gap: { kind: 'unreadable', detail, remedy: `It can be ${values.join(' or ')}.` } };
    }
    settings[name] = String(value);
  }
  return { settings };
}

/** What was looked at, as CloudSploit's own `addSource` lays it: each entry, or null. */
function sourceOf({ kind }: ServerPlugin, cache: unknown, locations: readonly SeenLocation[]): object {
  const { list, parameters } = calls[kind];
  const source = {};
  const put = (...path: readonly string[]) => putAt(source, path, entryAt(cache, ...path) ?? null);
  for (const { location, servers } of locations) {
    put(...list, location);
    if (parameters) for (const { id } of servers) put(...parameters, location, id);
  }
  return source;
}
