import { shown } from '../../helpers/template';
import { type ForeignDescription, type ForeignSetting, type ServerKind, type Severity, severities } from '../../types';
import { isObject } from './cache';
import { callName, calls, callsOf } from './calls';

/** A plugin in CloudSploit's shape, of somebody else. */
export interface CloudSploitModule {
  readonly title: string;
  readonly category: string;
  readonly description: string;
  readonly more_info: string;
  readonly recommended_action: string;
  readonly link: string;
  readonly apis: readonly string[];
  readonly severity?: string;
  readonly settings?: { readonly [name: string]: CloudSploitSetting };
  run(cache: object, settings: object, callback: (error: unknown, results: unknown) => void): unknown;
}

/** A setting as it declares it; some have a default that is no text. */
interface CloudSploitSetting extends Omit<ForeignSetting, 'default'> {
  readonly default: string | number | boolean;
}

const kinds = Object.keys(calls) as ServerKind[];
const known = kinds.flatMap((kind) => callsOf(kind).map(callName));

/** What is wrong with a field, in words that fit behind its name. */
export interface FieldProblem {
  readonly field: string;
  readonly problem: string;
}

/** The first of the fields that is no text. */
export const problemOfTexts = (module: Readonly<Record<string, unknown>>, fields: readonly string[]) =>
  fields
    .filter((field) => typeof module[field] !== 'string' || module[field] === '')
    .map((field): FieldProblem => ({ field, problem: 'is not a text' }))[0];

/** The first name that could not be given on a command line, nor stand in a sentence. */
export const problemOfNames = (field: string, members: object): FieldProblem | undefined =>
  Object.keys(members)
    .filter((name) => !/^[\w.-]+$/.test(name))
    .map((name): FieldProblem => ({ field, problem: `has the name ${JSON.stringify(name)}, which is no word` }))[0];

/** The fields that CloudSploit itself asks for, and only calls that we make. Undefined if all is well. */
export function problemOfModule(module: Readonly<Record<string, unknown>>): FieldProblem | undefined {
  const texts = ['title', 'category', 'description', 'more_info', 'recommended_action', 'link'];
  const problem = problemOfTexts(module, texts);
  if (problem) return problem;
  const { apis, severity, settings = {}, run } = module;
  if (!Array.isArray(apis) || apis.length === 0) return { field: 'apis', problem: 'is not a list of calls' };
  const other = apis.find((api) => !known.includes(api));
  const there = `there are ${known.join(', ')}`;
  if (other !== undefined)
    return { field: 'apis', problem: `names ${shown(other)}, which no collector calls: ${there}` };
  if (kindsOf(apis).length === 0) return { field: 'apis', problem: `names no list of servers: ${there}` };
  if (severity !== undefined && severityOf(severity) === undefined) {
    return { field: 'severity', problem: 'is not Low, Medium, High or Critical' };
  }
  if (!isObject(settings)) return { field: 'settings', problem: 'is not an object' };
  const unnameable = problemOfNames('settings', settings);
  if (unnameable) return unnameable;
  const setting = Object.entries(settings).find(([, each]) => !isSetting(each));
  if (setting) {
    return { field: `settings.${setting[0]}`, problem: 'has no description, no default or no valid regex' };
  }
  return typeof run === 'function' ? undefined : { field: 'run', problem: 'is not a function' };
}

/** Those that it lists, so it has a word on each of their servers. */
export const kindsOf = (apis: readonly string[]): ServerKind[] =>
  kinds.filter((kind) => apis.includes(callName(calls[kind].list)));

/** CloudSploit's fourth severity is beyond ours. */
export function severityOf(severity: unknown = 'Medium'): Severity | undefined {
  const word = String(severity).toLowerCase();
  return word === 'critical' ? 'high' : severities.find((each) => each === word);
}

function isSetting(value: unknown): value is CloudSploitSetting {
  if (!isObject(value) || typeof value.description !== 'string') return false;
  const { regex, default: standard } = value;
  if (typeof regex !== 'string' || !/^(string|number|boolean)$/.test(typeof standard)) return false;
  try {
    return new RegExp(regex) !== undefined;
  } catch {
    return false;
  }
}

/** In our words. */
export const settingsOfModule = ({ settings = {} }: CloudSploitModule): ForeignDescription['settings'] =>
  Object.fromEntries(
    Object.entries(settings).map(([name, { description, regex, default: standard }]) => [
      name,
      { description, regex, default: String(standard) },
    ]),
  );
