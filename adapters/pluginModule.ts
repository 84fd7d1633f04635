import { kinds } from '../helpers/kind';
import { ScanError } from '../helpers/scanError';
import { type Plugin, severities } from '../types';
import { isObject } from './cloudsploit/cache';
import { type CloudSploitModule, type FieldProblem, problemOfModule } from './cloudsploit/module';

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
  if (Array.isArray(exported))
    return checked(
      name,
      exported.map((each, i) => [`[${i}]`, each, undefined]),
    );
  if (isObject(exported) && looksLikePlugin(exported)) return checked(name, [['', exported, idOfFile(name)]]);
  const members = isObject(exported) ? Object.entries(exported) : [];
  if (members.length > 0)
    return checked(
      name,
      members.map(([id, each]) => [id, each, id]),
    );
  throw bad(name, 'It exports no plugin', 'Export what definePlugin gives, or a plugin in the shape of CloudSploit.');
}

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
    if (!isObject(value)) throw bad(name, `${at('')} is no plugin`, 'Export nothing but plugins.');
    const foreign = value.evaluate === undefined && (value.run !== undefined || value.apis !== undefined);
    const problem = foreign ? problemOfModule(value) : problemOfPlugin(value);
    if (problem)
      throw bad(
        name,
        `Its ${at(problem.field)} is not ${problem.expected}`,
        'Write it as docs/writing-plugins.md says.',
      );
    const named = foreign ? id : String(value.id);
    if (named === undefined || !idPattern.test(named)) {
      const remedy = foreign
        ? 'A plugin in the shape of CloudSploit is called as its file, or by its key in what the module exports.'
        : 'Give it another id.';
      throw bad(name, `The id "${named ?? ''}" is not a camelCase noun`, remedy);
    }
    if (foreign) cloudsploit.set(named, value as unknown as CloudSploitModule);
    else plugins.push(value as unknown as Plugin);
  }
  return { plugins, cloudsploit };
}

const idPattern = /^[a-z][A-Za-z0-9]+$/;

/** What `definePlugin` would not have let pass. */
function problemOfPlugin(plugin: Exported): FieldProblem | undefined {
  const texts = ['id', 'title', 'category', 'domain', 'description', 'moreInfo', 'recommendedAction', 'link'] as const;
  for (const field of texts) {
    if (typeof plugin[field] !== 'string' || plugin[field] === '') return { field, expected: 'a text' };
  }
  const { severity, kind, compliance, needs, settings, messages, fix, evaluate } = plugin;
  if (!severities.some((each) => each === severity)) return { field: 'severity', expected: severities.join(', ') };
  if (typeof kind !== 'string' || !Object.hasOwn(kinds, kind)) {
    return { field: 'kind', expected: `${Object.keys(kinds).join(' or ')}; no other is collected` };
  }
  if (!Array.isArray(compliance)) return { field: 'compliance', expected: 'a list of controls' };
  const maps: Readonly<Record<string, readonly [value: unknown, fits: (each: Exported) => boolean, expected: string]>> =
    {
      needs: [needs, ({ read, spelled }) => typeof read === 'function' && typeof spelled === 'function', 'a need'],
      settings: [settings, ({ values, default: each }) => Array.isArray(values) && values.includes(each), 'a setting'],
      messages: [messages, ({ status, text }) => /^(PASS|WARN|FAIL)$/.test(String(status)) && !!text, 'a message'],
    };
  for (const [field, [value, fits, expected]] of Object.entries(maps)) {
    if (!isObject(value)) return { field, expected: 'an object' };
    const odd = Object.entries(value).find(([, each]) => !isObject(each) || !fits(each));
    if (odd) return { field: `${field}.${odd[0]}`, expected };
  }
  const fixes = ['set', 'to', 'default', 'impact'] as const;
  if (!isObject(fix)) return { field: 'fix', expected: 'an object' };
  const unset = fixes.find((field) => typeof fix[field] !== 'string');
  if (unset) return { field: `fix.${unset}`, expected: 'a text' };
  if (!Array.isArray(fix.values)) return { field: 'fix.values', expected: 'a list of texts' };
  return typeof evaluate === 'function' ? undefined : { field: 'evaluate', expected: 'a function' };
}

const bad = (name: string, what: string, remedy: string) =>
  new ScanError('bad-plugin', `"${name}" is no plugin module. ${what}.`, remedy);
