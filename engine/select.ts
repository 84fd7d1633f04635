import { frameworkNames } from '../helpers/compliance';
import { didYouMean } from '../helpers/nearest';
import { ScanError } from '../helpers/scanError';
import {
  type ForeignDescription,
  type ForeignSetting,
  type Framework,
  type Kind,
  type NeededFacts,
  type Plugin,
  type Setting,
  type Settings,
  type Severity,
  severities,
} from '../types';
import { wholeness } from './foreign';

/** Which plugins to run: all, or those that fit each of these. */
export interface Selection {
  /** Those named; an id that no plugin has is an error. */
  readonly ids?: readonly string[];
  /** At or above it. */
  readonly severity?: Severity;
  /** Those that are mapped to a control of at least one of them, be it by us. A plugin of another tool is mapped to none. */
  readonly frameworks?: readonly Framework[];
}

/** As much of a plugin as it is selected by. */
type Selectable = Pick<Plugin, 'id' | 'severity'> & Partial<Pick<Plugin, 'compliance'>>;

/** Those that fit, in their order. Throws a ScanError, `unknown-plugin`, if there is none. */
export function selectPlugins<P extends Selectable>(plugins: readonly P[], selection: Selection): P[] {
  const { ids = [], severity = 'low', frameworks = [] } = selection;
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
  const fits = ({ id, severity, compliance = [] }: Selectable) =>
    (ids.length === 0 || ids.includes(id)) &&
    severities.indexOf(severity) >= rank &&
    (frameworks.length === 0 || compliance.some(({ framework }) => frameworks.includes(framework)));
  const selected = plugins.filter(fits);
  if (selected.length > 0) return selected;
  throw nothingLeft(severity, frameworks);
}

function nothingLeft(severity: Severity, frameworks: readonly Framework[]): ScanError {
  const names = frameworks.map((framework) => frameworkNames[framework]).join(' or ');
  const wanted = [
    ...(severity === 'low' && names ? [] : [`has severity ${severity} or above`]),
    ...(names ? [`is mapped to a control of ${names}`] : []),
  ];
  const remedy = names
    ? 'Lower --severity, or name other plugins or frameworks.'
    : 'Lower --severity or name other plugins.';
  return new ScanError('unknown-plugin', `No selected plugin ${wanted.join(' and ')}.`, remedy);
}

/** Throws a ScanError if there is no plugin to run, or if two have one id: nobody could tell their results apart. */
export function checkPlugins(plugins: readonly Pick<Plugin, 'id'>[]): void {
  if (plugins.length === 0) throw new ScanError('unknown-plugin', 'There is no plugin to run.', 'Give at least one.');
  const twice = plugins.find(({ id }, i) => plugins.findIndex((other) => other.id === id) !== i);
  if (twice) throw new ScanError('unknown-plugin', `Two plugins have the id "${twice.id}".`, 'Rename one of them.');
}

type AnySetting = Setting | ForeignSetting;
export type WithSettings = Pick<Plugin, 'settings'> | Pick<ForeignDescription, 'settings'>;

/**
 * The settings of the plugins: as given, else at their defaults. Throws a ScanError for a value that does not fit, and if two
 * plugins have other defaults for one name: a report has one value of it, on which its verdicts rest.
 */
export function settingsOf(plugins: readonly WithSettings[], given: Settings = {}): Settings {
  const settings = new Map<string, string>();
  for (const [name, setting] of plugins.flatMap((plugin) => Object.entries<AnySetting>(plugin.settings))) {
    const value = Object.hasOwn(given, name) ? given[name] : setting.default;
    if (value === undefined || (value !== setting.default && !fits(setting, value))) throw misfit(name, setting, value);
    const other = settings.get(name) ?? value;
    if (other !== value) {
      const what = `Two plugins have a setting ${name}, and one means "${other}" where nobody chooses, the other "${value}".`;
      throw new ScanError('bad-setting', what, `Choose, with --setting ${name}=…, or run one of them, with --plugin.`);
    }
    settings.set(name, value);
  }
  return Object.fromEntries(settings);
}

const fits = (setting: AnySetting, value: string): boolean =>
  'values' in setting ? setting.values.includes(value) : new RegExp(setting.regex).test(value);

const misfit = (name: string, setting: AnySetting, value: string | undefined) =>
  new ScanError(
    'bad-setting',
    `The setting ${name} cannot be "${value}".`,
    'values' in setting ? `It can be ${setting.values.join(' or ')}.` : `It has to match ${setting.regex}.`,
  );

/** Throws a ScanError if a setting is given that no plugin has, or a value that fits none of those that have it. */
export function checkSettings(plugins: readonly WithSettings[], given: Settings): void {
  const settings = plugins.flatMap((plugin) => Object.entries<AnySetting>(plugin.settings));
  for (const [name, value] of Object.entries(given)) {
    const [first, ...others] = settings.flatMap(([each, setting]) => (each === name ? [setting] : []));
    if (!first) throw unknownSetting(name, [...new Set(settings.map(([each]) => each))]);
    if (![first, ...others].some((setting) => fits(setting, value))) throw misfit(name, first, value);
  }
}

const unknownSetting = (name: string, names: readonly string[]) =>
  new ScanError(
    'bad-setting',
    `No plugin has a setting "${name}".`,
    didYouMean(name, names, `There are: ${names.join(', ') || 'none'}.`),
  );

/** The facts that the plugins need, by kind: all that a collector has to read. */
export function needsOf(plugins: readonly Plugin[], foreign: readonly ForeignDescription[] = []): NeededFacts {
  const needs = new Map<Kind, string[]>();
  const need = (kind: Kind, names: readonly string[]) =>
    needs.set(kind, [...new Set([...(needs.get(kind) ?? []), ...names])].sort());
  for (const { kind, needs: wanted } of plugins) need(kind, Object.keys(wanted));
  for (const { kinds } of foreign) for (const kind of kinds) need(kind, [wholeness]);
  return needs;
}
