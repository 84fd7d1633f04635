/**
 * `pgposture/testing`: what every plugin has to show, here and in your own repository. PASS is a proof and FAIL is a
 * proof, so a plugin is tested by a table of raw values and their verdicts, and by what no table has to say.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { evaluate } from './engine/evaluate';
import { isServerPlugin } from './helpers/kind';
import { fillTemplate } from './helpers/template';
import {
  type Fact,
  type Gap,
  type Guide,
  type Json,
  type Parameter,
  type Plugin,
  type Resource,
  type Result,
  reasonKinds,
  type Settings,
  type Status,
  severities,
  statuses,
} from './types';

/**
 * The facts of one case by name, as Azure gives them: for a server parameter
 * `{ value: 'on', isConfigPendingRestart: false }`, for a property its value. `undefined` where Azure's whole answer
 * does not hold it, `{ gap }` where it could not be read.
 */
export type Facts = Readonly<Record<string, Json | undefined | { readonly gap: Gap }>>;

/**
 * What the case is about, its facts, and what has to come: the id of a message, or for an UNKNOWN the kind of its
 * reason. Settings, where they are not at their defaults.
 */
export type Case = readonly [name: string, facts: Facts, expected: string, settings?: Settings];

/** The cases of a plugin, by the status that has to come: `pass`, `warn`, `fail` and `unknown`. */
export type Table = { readonly [S in Lowercase<Status>]?: readonly Case[] };

/** One thing that is asked of a plugin. */
export interface Check {
  readonly name: string;
  /** What is wrong, a sentence each; empty if nothing is. */
  problems(): readonly string[];
}

/** Makes a test for `node --test` of each of {@link pluginChecks}. */
export function testPlugin(plugin: Plugin, table: Table): void {
  describe(plugin.id, () => {
    for (const { name, problems } of pluginChecks(plugin, table)) {
      it(name, () => {
        const found = problems();
        if (found.length > 0) assert.fail(found.join('\n'));
      });
    }
  });
}

/**
 * All that is asked of a plugin, for a test runner of your own:
 * `for (const { name, problems } of pluginChecks(plugin, table)) it(name, () => expect(problems()).toEqual([]))`.
 *
 * - What it says of itself is whole, its placeholders can be filled, and its fix leads to a PASS.
 * - Each case of the table comes out as the table says.
 * - The table has every message and an UNKNOWN, no two cases with the same facts, and no fact that nobody needs.
 * - A fact that could not be read is UNKNOWN; a required one that is missing is; a value that waits for a restart is no PASS.
 * - It survives every odd value, gives the same answer twice, and leaves what it is shown as it was.
 */
export function pluginChecks(plugin: Plugin, table: Table): readonly Check[] {
  const lacking = [
    ...(['needs', 'settings', 'messages', 'compliance', 'fix'] as const).filter((part) => !isObject(plugin[part])),
    ...(typeof plugin.evaluate === 'function' ? [] : ['evaluate']),
  ];
  if (lacking.length > 0) {
    return [{ name: 'is a plugin', problems: () => [`It has no ${lacking.join(', ')}: write it with definePlugin.`] }];
  }
  const rows = statuses.flatMap((status) => casesOf(table, status).map((row) => ({ status, row })));
  const safe = casesOf(table, 'PASS');
  return [
    { name: 'says all of itself', problems: () => problemsOfItself(plugin) },
    { name: 'names each control once', problems: () => problemsOfControls(plugin) },
    { name: 'has texts whose placeholders can be filled', problems: () => problemsOfTexts(plugin) },
    { name: 'has a fix that leads to a PASS', problems: () => problemsOfFix(plugin, safe) },
    { name: 'has a table that leaves nothing out', problems: () => problemsOfTable(plugin, table, rows) },
    ...rows.map(({ status, row }) => ({
      name: `${status}: ${row[0]}`,
      problems: () => problemsOfCase(plugin, status, row),
    })),
    ...Object.keys(plugin.needs).map((need) => ({
      name: `UNKNOWN: ${need} could not be read`,
      problems: () => problemsOfGap(plugin, safe, rows, need),
    })),
    { name: 'takes no value that waits for a restart for a PASS', problems: () => problemsOfPending(plugin, safe) },
    { name: 'survives every odd value', problems: () => problemsOfOddValues(plugin, rows) },
    { name: 'says the same twice, and leaves its facts as they were', problems: () => problemsOfMemory(plugin, rows) },
  ];
}

type Row = { readonly status: Status; readonly row: Case };

const casesOf = (table: Table, status: Status): readonly Case[] => table[status.toLowerCase() as keyof Table] ?? [];

// ── The plugin itself ────────────────────────────────────────────────────────────────────────────────────────────────

function problemsOfItself(plugin: Plugin): string[] {
  const problems: string[] = [];
  if (!/^[a-z][A-Za-z0-9]+$/.test(plugin.id)) problems.push(`The id ${inspect(plugin.id)} is not a camelCase noun.`);
  const texts = ['title', 'category', 'domain', 'description', 'moreInfo', 'recommendedAction'] as const;
  for (const field of texts) {
    if (!isLine(plugin[field])) problems.push(`${field} is not one line of text: ${inspect(plugin[field])}.`);
  }
  if (!severities.includes(plugin.severity)) {
    problems.push(`The severity ${inspect(plugin.severity)} is not ${severities.join(', ')}.`);
  }
  if (!URL.canParse(plugin.link) || new URL(plugin.link).protocol !== 'https:') {
    problems.push(`The link ${inspect(plugin.link)} is not an https:// address.`);
  }
  for (const [name, { default: value, values }] of Object.entries(plugin.settings)) {
    if (!values.includes(value)) problems.push(`The setting ${name} has a default that it cannot have: ${value}.`);
    if (Object.hasOwn(plugin.needs, name)) problems.push(`A need and a setting are both called ${name}.`);
  }
  if (Object.values(plugin.needs).every(({ optional }) => optional)) {
    problems.push('It has no need that is not optional: a PASS would rest on nothing.');
  }
  const said = Object.values(plugin.messages).map(({ status }) => status);
  for (const status of ['PASS', 'FAIL'] as const) {
    if (!said.includes(status)) problems.push(`It has no message that is ${status}.`);
  }
  for (const status of said) {
    if (!['PASS', 'WARN', 'FAIL'].includes(status)) problems.push(`A message cannot be ${inspect(status)}.`);
  }
  return problems;
}

const isLine = (text: unknown) => typeof text === 'string' && /\S/.test(text) && !/[\r\n]/.test(text);

function problemsOfControls({ compliance }: Plugin): string[] {
  const names = compliance.map(({ framework, edition, control }) => `${framework} ${edition} ${control}`);
  return [...new Set(names.filter((name, i) => names.indexOf(name) !== i))].map((name) => `${name} is there twice.`);
}

function problemsOfTexts(plugin: Plugin): string[] {
  const settings = Object.keys(plugin.settings);
  const needs = Object.keys(plugin.needs);
  const texts: (readonly [what: string, text: string, names: readonly string[]])[] = [
    ...(['title', 'description', 'moreInfo'] as const).map((field) => [field, plugin[field], []] as const),
    ['recommendedAction', plugin.recommendedAction, settings],
    ['fix.impact', plugin.fix.impact, settings],
    ...fixTexts(plugin.fix).map(([what, text]) => [`fix.${what}`, text, settings] as const),
    ...Object.entries(plugin.messages).map(
      ([id, { text }]) => [`The message ${id}`, text, [...needs, ...settings]] as const,
    ),
  ];
  const words = Object.entries(plugin.messages).flatMap(([id, { text, when = {} }]) =>
    Object.entries(when).map(([need, word]) => [`The message ${id}, of ${need},`, word, settings, text, need] as const),
  );
  return [...texts, ...words].flatMap(([what, text, names, message, need]) => {
    if (!isLine(text)) return [`${what} is not one line of text: ${inspect(text)}.`];
    if (message !== undefined && !message.includes(`{${need}}`)) return [`${what} has words, but does not say it.`];
    const left = unfilled(text, names);
    return left ? [`${what} holds ${left}; it can hold ${names.join(', ') || 'no placeholder'}.`] : [];
  });
}

const fixTexts = (fix: Plugin['fix']): (readonly [what: string, text: string])[] =>
  'set' in fix
    ? [
        ['to', fix.to],
        ['refuses', fix.refuses ?? '-'],
        ['lockedOut', fix.lockedOut ?? '-'],
      ]
    : fix.steps.map((step, i) => [`steps[${i}]`, step]);

/** What is left in braces once these names have values. */
const unfilled = (text: string, names: readonly string[]): string | undefined =>
  /\{[^}]*\}?|\}/.exec(fillTemplate(text, Object.fromEntries(names.map((name) => [name, 'value']))))?.[0];

function problemsOfFix(plugin: Plugin, safe: readonly Case[]): string[] {
  if (!isServerPlugin(plugin)) {
    const { steps } = plugin.fix as Partial<Guide>;
    return Array.isArray(steps) && steps.length > 0 ? [] : ['fix.steps is no list of what to do.'];
  }
  const { set, to, values, default: standard, noWayBackTo = [] } = plugin.fix;
  if (!Array.isArray(values)) return [`fix.values is no list: ${inspect(values)}.`];
  if (!Object.hasOwn(plugin.needs, set)) {
    return [`It sets ${set}, which it does not look at: ${Object.keys(plugin.needs).join(', ')}.`];
  }
  const [, facts] = safe.find(([, , , settings]) => settings === undefined) ?? [];
  if (!facts) return ['No PASS has its settings at their defaults, so the fix cannot be tried.'];
  const value = fillTemplate(to, defaultsOf(plugin));
  const read = plugin.needs[set]?.read;
  const unread = values.filter((each) => (read?.(each) ?? read?.({ value: each })) === undefined);
  const fixed = isParameter(facts[set]) ? { value, isConfigPendingRestart: false } : value;
  const came = look(plugin, { ...facts, [set]: fixed });
  return [
    ...(values.includes(standard) ? [] : [`The default ${standard} is none of its values: ${values.join(', ')}.`]),
    ...(values.includes(value) ? [] : [`It sets ${value}, which is none of its values: ${values.join(', ')}.`]),
    ...unread.map((each) => `Its value ${each} cannot be read.`),
    ...noWayBackTo
      .filter((each) => each === value || !values.includes(each))
      .map((each) => `fix.noWayBackTo names ${each}, which is none of its other values.`),
    ...(came.status === 'PASS' ? [] : [`${set} set to ${value} is ${described(came)}`]),
  ];
}

// ── The table ────────────────────────────────────────────────────────────────────────────────────────────────────────

function problemsOfTable(plugin: Plugin, table: Table, rows: readonly Row[]): string[] {
  const problems: string[] = [];
  const known = statuses.map((status) => status.toLowerCase());
  for (const key of Object.keys(table)) {
    if (!known.includes(key)) problems.push(`The table has a part "${key}", which is none of ${known.join(', ')}.`);
  }
  for (const status of new Set(['UNKNOWN', ...Object.values(plugin.messages).map(({ status }) => status)])) {
    if (!rows.some((row) => row.status === status)) problems.push(`No case is ${status}.`);
  }
  const expected = new Set(rows.map(({ row }) => row[2]));
  for (const id of Object.keys(plugin.messages)) {
    if (!expected.has(id)) problems.push(`No case expects the message ${id}.`);
  }
  const names = new Set<string>();
  const seen = new Map<string, string>();
  for (const { status, row } of rows) {
    const [what, facts, , settings = {}] = row;
    const name = `${status}: ${what}`;
    if (names.has(name)) problems.push(`Two cases are called "${name}".`);
    names.add(name);
    const same = inspect([facts, { ...defaultsOf(plugin), ...settings }], { ...all, sorted: true });
    if (seen.has(same)) problems.push(`"${name}" has the same facts as "${seen.get(same)}".`);
    seen.set(same, name);
    problems.push(...problemsOfRow(plugin, row).map((problem) => `"${name}" ${problem}`));
  }
  return problems;
}

function problemsOfRow({ needs, settings }: Plugin, [, facts, , given = {}]: Case): string[] {
  const problems: string[] = [];
  for (const name of Object.keys(facts)) {
    if (!Object.hasOwn(needs, name)) problems.push(`has the fact ${name}, which the plugin does not need.`);
  }
  for (const name of Object.keys(needs)) {
    if (!Object.hasOwn(facts, name)) problems.push(`leaves out ${name}: where Azure's answer does, say undefined.`);
  }
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(settings, name)) problems.push(`has the setting ${name}, which the plugin does not have.`);
    else if (!settings[name]?.values.includes(value)) problems.push(`sets ${name} to ${value}, which it cannot be.`);
  }
  return problems;
}

function problemsOfCase(plugin: Plugin, status: Status, [, facts, expected, settings]: Case): string[] {
  if (status === 'UNKNOWN') {
    if (expected === 'plugin-crashed') return ['A table cannot ask for a crash.'];
    if (!(reasonKinds as readonly string[]).includes(expected)) {
      return [`An UNKNOWN expects the kind of its reason: ${reasonKinds.join(', ')}; not ${expected}.`];
    }
  } else {
    const message = Object.hasOwn(plugin.messages, expected) ? plugin.messages[expected] : undefined;
    if (!message) return [`It has no message ${expected}, but ${Object.keys(plugin.messages).join(', ')}.`];
    if (message.status !== status) return [`The message ${expected} is ${message.status}, and never ${status}.`];
  }
  const came = look(plugin, facts, settings);
  if (came.status === status && came.said === expected) return problemsOfLook(plugin, came);
  return [`Expected ${status} ${expected}, but it is ${described(came)}\nThe facts: ${inspect(facts, all)}`];
}

// ── What no table has to say ─────────────────────────────────────────────────────────────────────────────────────────

const gap: Gap = { kind: 'forbidden', code: 'AuthorizationFailed', detail: 'Refused by the tester.', remedy: 'None.' };

/** A verdict may stand without a need that is shown only if it is known; but then the table has to say so. */
function problemsOfGap(plugin: Plugin, safe: readonly Case[], rows: readonly Row[], need: string): string[] {
  const { ifKnown, optional } = plugin.needs[need] ?? {};
  const isSaid = (status: Status) =>
    (ifKnown && optional && status === 'PASS') ||
    (ifKnown && rows.some(({ status: expected, row: [, facts] }) => expected === status && isGap(facts[need])));
  return safe.flatMap(([name, facts, , settings]) => {
    const came = look(plugin, { ...facts, [need]: { gap } }, settings);
    if (came.said === gap.kind || isSaid(came.status)) return [];
    return [`"${name}", without ${need}, is ${described(came)}`];
  });
}

function problemsOfPending(plugin: Plugin, safe: readonly Case[]): string[] {
  return safe.flatMap(([name, facts, , settings]) =>
    Object.entries(plugin.needs).flatMap(([need, { optional }]) => {
      const fact = facts[need];
      if (optional || !isParameter(fact)) return [];
      const came = look(plugin, { ...facts, [need]: { ...fact, isConfigPendingRestart: true } }, settings);
      return came.status === 'PASS' ? [`"${name}" stays a PASS while ${need} waits for a restart.`] : [];
    }),
  );
}

const oddValues: readonly (Json | undefined)[] = [
  ...[undefined, null, true, false, 0, 1, -1, 1.5, Number.MAX_VALUE],
  ...['', ' ', '\0', '\n', 'on', 'off', 'null', 'undefined', 'NaN', '-1', '1e999', '{odd}', '$&', 'İ', '\ud800'],
  ...['constructor', '__proto__', 'x'.repeat(5_000)],
  ...[[], [null], ['on'], {}, { value: {} }, { length: 1 }, { toString: null }],
];
const oddFacts: readonly (Json | undefined)[] = [
  ...oddValues,
  ...oddValues.flatMap((value) => (value === undefined ? [] : [{ value, isConfigPendingRestart: false }, { value }])),
];

/** Each fact of each case in turn made odd: the plugin may judge it or not, but must not crash, nor judge what is not there. */
function problemsOfOddValues(plugin: Plugin, rows: readonly Row[]): string[] {
  const found = new Map<string, Set<string>>();
  for (const { row } of rows) {
    const [, facts, , settings] = row;
    for (const [name, { optional, ifKnown }] of Object.entries(plugin.needs)) {
      for (const odd of [...oddFacts, ...oddRestarts(facts[name])]) {
        const came = look(plugin, { ...facts, [name]: odd }, settings);
        const problems = problemsOfLook(plugin, came);
        if (!optional && !ifKnown && (came.evidence[name] ?? null) === null && came.status !== 'UNKNOWN') {
          problems.push(`There is no ${name}, and still it is ${came.status} ${came.said}.`);
        }
        for (const problem of problems) found.set(problem, (found.get(problem) ?? new Set()).add(asFact(name, odd)));
      }
    }
  }
  return [...found].map(([problem, [first, ...more]]) => {
    const others = more.length > 0 ? ` and ${more.length} more` : '';
    return `${problem} It comes of ${first}${others}.`;
  });
}

const oddRestarts = (fact: Facts[string]): Json[] =>
  isParameter(fact)
    ? oddValues.flatMap((odd) => (odd === undefined ? [] : [{ ...fact, isConfigPendingRestart: odd }]))
    : [];

const asFact = (name: string, value: Json | undefined) =>
  inspect({ [name]: value }, { depth: null, breakLength: Number.POSITIVE_INFINITY, maxStringLength: 20 });

/** Each case once, then all again the other way round: a plugin must not remember the one before. */
function problemsOfMemory(plugin: Plugin, rows: readonly Row[]): string[] {
  const lookAt = ({ row: [, facts, , settings] }: Row) => look(plugin, facts, settings);
  const first = rows.map(lookAt);
  const second = rows.toReversed().map(lookAt).reverse();
  return rows.flatMap(({ row: [name] }, i) => {
    const [one, two] = [first[i], second[i]];
    if (!one || !two) return [];
    if (one.changed) return [`"${name}" changes the facts or the settings that it is shown.`];
    if (one.message === two.message && one.said === two.said) return [];
    return [`"${name}" is first ${described(one)}, then ${described(two)}`];
  });
}

// ── Looking ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What came: the result, the id of its message (or the kind of its reason), and whether the plugin changed what it saw. */
interface Look extends Pick<Result, 'status' | 'message' | 'evidence'> {
  readonly said: string;
  readonly changed: boolean;
  readonly settings: Settings;
}

function look(plugin: Plugin, facts: Facts, given: Settings = {}): Look {
  let id = '';
  let changed = false;
  const watched: Plugin = {
    ...plugin,
    evaluate(...seen) {
      const before = inspect(seen, all);
      id = plugin.evaluate(...seen);
      changed = inspect(seen, all) !== before;
      return id;
    },
  };
  const settings = { ...defaultsOf(plugin), ...given };
  const { status, message, evidence, reason } = evaluate(watched, resourceWith(plugin, facts), settings);
  return { status, message, evidence, said: reason?.kind ?? id, changed, settings };
}

const described = ({ status, said, message }: Look) => `${status} ${said}: ${message}`;

/** What no result may be. */
function problemsOfLook(plugin: Plugin, { status, said, message, evidence, settings }: Look): string[] {
  if (said === 'plugin-crashed') return [message];
  const template = status === 'UNKNOWN' ? undefined : plugin.messages[said]?.text;
  const left = template && unfilled(template, Object.keys({ ...evidence, ...settings }));
  return left ? [`The message ${said} is said where ${left} has no value.`] : [];
}

const defaultsOf = ({ settings }: Plugin): Settings =>
  Object.fromEntries(Object.entries(settings).map(([name, setting]) => [name, setting.default]));

function resourceWith(plugin: Plugin, facts: Facts): Resource {
  const factOf = (value: Facts[string]): Fact =>
    isGap(value) ? { known: false, gap: value.gap } : { known: true, value: value as Json | undefined };
  return deepFreeze({
    id: '/subscriptions/0/resourceGroups/fruit/providers/x/apple',
    name: 'apple',
    type: plugin.kind,
    location: 'eastus',
    resourceGroup: 'fruit',
    subscriptionId: '0',
    facts: Object.fromEntries(Object.entries(structuredClone(facts)).map(([name, value]) => [name, factOf(value)])),
  });
}

/** For `inspect`: all of it. */
const all = { depth: null, maxArrayLength: null, maxStringLength: null } as const;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const isParameter = (value: Facts[string]): value is Parameter => isObject(value) && 'value' in value;
const isGap = (value: Facts[string]): value is { readonly gap: Gap } => isObject(value) && 'gap' in value;

function deepFreeze<T>(value: T): T {
  if (isObject(value) && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
