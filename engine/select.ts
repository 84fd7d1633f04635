import { didYouMean } from '../helpers/nearest';
import { ScanError } from '../helpers/scanError';
import {
  type ForeignDescription,
  type ForeignSetting,
  type Kind,
  type NeededFacts,
  type Plugin,
  type Setting,
  type Settings,
  type Severity,
  severities,
} from '../types';
import { wholeness } from './foreign';

/** Which plugins to run: all, or those named (an id that no plugin has is an error), at or above a severity. */
export interface Selection {
  readonly ids?: readonly string[];
  readonly severity?: Severity;
}

export function selectPlugins<P extends Pick<Plugin, 'id' | 'severity'>>(
  plugins: readonly P[],
  { ids = [], severity = 'low' }: Selection,
): P[] {
  const known = plugins.map(({ id }) => id);
  for (const id of ids) {
    if (known.includes(id)) continue;
    throw new ScanError(
      'unknown-plugin',
      `No plugin is called "${id}".`,
      didYouMean(id, known, `There are: ${known.join(', ')}.`),
    );
  }
  const rank = severities.indexOf(severity);
  const selected = plugins.filter(
    (plugin) => (ids.length === 0 || ids.includes(plugin.id)) && severities.indexOf(plugin.severity) >= rank,
  );
  if (selected.length > 0) return selected;
  throw new ScanError(
    'unknown-plugin',
    `No selected plugin has severity ${severity} or above.`,
    'Lower --severity or name other plugins.',
  );
}

/** Throws a ScanError if there is no plugin to run, or if two have one id: nobody could tell their results apart. */
export function checkPlugins(plugins: readonly Pick<Plugin, 'id'>[]): void {
  if (plugins.length === 0) throw new ScanError('unknown-plugin', 'There is no plugin to run.', 'Give at least one.');
  const twice = plugins.find(({ id }, i) => plugins.findIndex((other) => other.id === id) !== i);
  if (twice) throw new ScanError('unknown-plugin', `Two plugins have the id "${twice.id}".`, 'Rename one of them.');
}

export type WithSettings = Pick<Plugin, 'settings'> | Pick<ForeignDescription, 'settings'>;

/** The settings of the plugins: as given, else at their defaults. Throws a ScanError for a value that does not fit. */
export function settingsOf(plugins: readonly WithSettings[], given: Settings = {}): Settings {
  const settings: Readonly<Record<string, Setting | ForeignSetting>> = Object.assign(
    {},
    ...plugins.map((plugin) => plugin.settings),
  );
  return Object.fromEntries(
    Object.entries(settings).map(([name, setting]) => {
      const value = Object.hasOwn(given, name) ? given[name] : setting.default;
      if (value !== undefined && fits(setting, value)) return [name, value];
      const remedy =
        'values' in setting ? `It can be ${setting.values.join(' or ')}.` : `It has to match ${setting.regex}.`;
      throw new ScanError('bad-setting', `The setting ${name} cannot be "${value}".`, remedy);
    }),
  );
}

const fits = (setting: Setting | ForeignSetting, value: string): boolean =>
  'values' in setting ? setting.values.includes(value) : new RegExp(setting.regex).test(value);

/** Throws a ScanError if a setting is given that no plugin has, or a value that does not fit. */
export function checkSettings(plugins: readonly WithSettings[], given: Settings): void {
  const names = [...new Set(plugins.flatMap(({ settings }) => Object.keys(settings)))];
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown === undefined) return void settingsOf(plugins, given);
  const remedy = didYouMean(unknown, names, `There are: ${names.join(', ') || 'none'}.`);
  throw new ScanError('bad-setting', `No plugin has a setting "${unknown}".`, remedy);
}

/** The facts that the plugins need, by kind: all that a collector has to read. */
export function needsOf(plugins: readonly Plugin[], foreign: readonly ForeignDescription[] = []): NeededFacts {
  const needs = new Map<Kind, string[]>();
  const need = (kind: Kind, names: readonly string[]) =>
    needs.set(kind, [...new Set([...(needs.get(kind) ?? []), ...names])].sort());
  for (const { kind, needs: wanted } of plugins) need(kind, Object.keys(wanted));
  for (const { kinds } of foreign) for (const kind of kinds) need(kind, [wholeness]);
  return needs;
}
