import { frameworkNames } from '../helpers/compliance';
import { kinds } from '../helpers/kind';
import { ScanError } from '../helpers/scanError';
import { type Plugin, severities } from '../types';
import { isObject } from './cloudsploit/cache';
import {
  type CloudSploitModule,
  type FieldProblem,
  problemOfModule,
  problemOfNames,
  problemOfTexts,
} from './cloudsploit/module';

/** What a plugin module exports: plugins by `definePlugin`, and plugins in CloudSploit's shape, by their ids. */
export interface PluginModule {
  readonly plugins: readonly Plugin[];
  readonly cloudsploit: ReadonlyMap<string, CloudSploitModule>;
}

type Exported = Readonly<Record<string, unknown>>;

/**
 * The plugins that a module exports: one, a list, or an object of them by id, as its `default`, its `module.exports` or its
 * names. Throws a ScanError, `bad-plugin`, that names the file and the field if one is not a plugin.
 *
 * @param name the file, or the package.
 * @param namespace what `import()` gave.
 */
export function pluginsOf(name: string, namespace: unknown): PluginModule {
  const exported = unwrapped(namespace);
  const found = Array.isArray(exported)
    ? exported.map((each, i) => [`[${i}]`, each, undefined] as const)
    : isObject(exported) && looksLikePlugin(exported)
      ? [['', exported, idOfFile(name)] as const]
      : membersOf(exported).map(([id, each]) => [id, each, id] as const);
  if (found.length > 0) return checked(name, found);
  throw bad(name, 'It exports no plugin', 'Export what definePlugin gives, or a plugin in the shape of CloudSploit.');
}

const membersOf = (exported: unknown) =>
  isObject(exported) ? Object.entries(exported).filter(([name]) => name !== '__esModule') : [];

/** A CommonJS module is a `default`; so is what a compiler made one of. */
function unwrapped(namespace: unknown): unknown {
  if (!isObject(namespace) || !('default' in namespace)) return namespace;
  const { default: inner } = namespace;
  return isObject(inner) && inner.__esModule === true && 'default' in inner ? inner.default : inner;
}

const looksLikePlugin = ({ title, run, evaluate, apis }: Exported) =>
  typeof title === 'string' || typeof run === 'function' || typeof evaluate === 'function' || Array.isArray(apis);

/** CloudSploit calls a plugin by its file. */
const idOfFile = (name: string) => (name.split(/[\\/]/).at(-1) ?? '').replace(/\.[cm]?[jt]s$/, '');

/** @param found where it stands in the module, what stands there, and the id that it has if it does not say. */
function checked(name: string, found: readonly (readonly [where: string, value: unknown, id: string | undefined])[]) {
  const plugins: Plugin[] = [];
  const cloudsploit = new Map<string, CloudSploitModule>();
  for (const [where, value, id] of found) {
    const at = (field: string) => [where, field].filter(Boolean).join('.');
    if (!isObject(value) || !looksLikePlugin(value)) {
      throw bad(name, `What it exports as ${at('') || 'its default'} is no plugin`, 'Export nothing but plugins.');
    }
    const foreign = value.evaluate === undefined && (value.run !== undefined || value.apis !== undefined);
    const problem = foreign ? problemOfModule(value) : problemOfPlugin(value);
    if (problem) {
      throw bad(name, `Its ${at(problem.field)} ${problem.problem}`, 'Write it as docs/writing-plugins.md says.');
    }
    const named = foreign ? id : String(value.id);
    if (named === undefined || !idPattern.test(named)) {
      const remedy = foreign
        ? 'A plugin in the shape of CloudSploit is called as its file, or by its key in what the module exports.'
        : 'Give it another id.';
      throw bad(name, `The id ${JSON.stringify(named ?? '')} is not a camelCase noun`, remedy);
    }
    if (foreign) cloudsploit.set(named, value as unknown as CloudSploitModule);
    else plugins.push(value as unknown as Plugin);
  }
  return { plugins, cloudsploit };
}

const idPattern = /^[a-z][A-Za-z0-9]+$/;

/** What `definePlugin` would not have let pass. */
function problemOfPlugin(plugin: Exported): FieldProblem | undefined {
  const texts = ['id', 'title', 'category', 'domain', 'description', 'moreInfo', 'recommendedAction', 'link'];
  const problem = problemOfTexts(plugin, texts);
  if (problem) return problem;
  const { severity, kind, compliance, fix, evaluate } = plugin;
  if (!severities.some((each) => each === severity)) {
    return { field: 'severity', problem: `is not ${severities.join(', ')}` };
  }
  if (typeof kind !== 'string' || !Object.hasOwn(kinds, kind)) {
    return { field: 'kind', problem: `is not ${Object.keys(kinds).join(' or ')}, and no collector finds any other` };
  }
  if (!Array.isArray(compliance) || !compliance.every(isControl)) {
    return { field: 'compliance', problem: 'is not a list of controls, as published(…) and own(…) make them' };
  }
  for (const [field, fits] of Object.entries(parts)) {
    const members = plugin[field];
    if (!isObject(members)) return { field, problem: 'is not an object' };
    const unnameable = problemOfNames(field, members);
    if (unnameable) return unnameable;
    const odd = Object.entries(members).find(([, each]) => !isObject(each) || !fits(each));
    if (odd) return { field: `${field}.${odd[0]}`, problem: 'is not what the helpers of pgposture make' };
  }
  if (!isObject(fix)) return { field: 'fix', problem: 'is not an object' };
  const unfit = problemOfTexts(fix, ['set', 'to', 'default', 'impact']);
  if (unfit) return { ...unfit, field: `fix.${unfit.field}` };
  if (!isTexts(fix.values)) return { field: 'fix.values', problem: 'is not a list of texts' };
  return typeof evaluate === 'function' ? undefined : { field: 'evaluate', problem: 'is not a function' };
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string');

const isControl = (value: unknown) =>
  isObject(value) &&
  Object.hasOwn(frameworkNames, String(value.framework)) &&
  isTexts([value.edition, value.control]) &&
  typeof value.own === 'boolean';

/** The fields that hold more than one thing, and what each of them has to be. */
const parts: Readonly<Record<string, (each: Exported) => boolean>> = {
  needs: ({ read, spelled, expects }) =>
    typeof read === 'function' && typeof spelled === 'function' && typeof expects === 'string',
  settings: ({ description, values, default: standard }) =>
    typeof description === 'string' && isTexts(values) && values.some((value) => value === standard),
  messages: ({ status, text }) => /^(PASS|WARN|FAIL)$/.test(String(status)) && typeof text === 'string',
};

const bad = (name: string, what: string, remedy: string) =>
  new ScanError('bad-plugin', `"${name}" is no plugin module. ${what}.`, remedy);
