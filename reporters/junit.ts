import { createHash } from 'node:crypto';
import { acceptance } from '../helpers/accepted';
import { printable } from '../helpers/printable';
import { byCodeUnit } from '../helpers/resourceId';
import type { Report, Result } from '../types';
import { suppressedLine } from './suppressed';
import { coverageLines, type Reporter, type View, whatToDo } from './view';
import { element, xmlDocument } from './xml';

/** What stands in a test case that did not just pass: at most one of these. */
interface Outcome {
  readonly tag: 'failure' | 'error' | 'skipped';
  readonly message: string;
  /** A skipped test has none. */
  readonly type?: string;
  readonly lines: readonly string[];
}

type Suite = readonly [plugin: string, results: readonly Result[]];

/** What a suite has from the whole file. */
interface JunitFile {
  readonly report: Report;
  readonly view: View;
  readonly outcomeOf: (result: Result) => Outcome | undefined;
  readonly nameOf: (className: string, result: Result) => string;
}

/**
 * JUnit XML as Azure DevOps checks it, and GitLab and Jenkins read it: https://github.com/windyroad/JUnit-Schema.
 * A suite for each plugin, and in it a case for each of its results.
 */
export const junit: Reporter = (report, view) => {
  const file = { report, view, outcomeOf: outcomes(report, view), nameOf: uniqueNames() };
  const suites = suitesOf(report, view).map((suite, id) => testSuite(suite, id, file));
  return xmlDocument(element('testsuites', {}, suites));
};

/** A plugin that found nothing to judge has an empty suite: that it ran is worth knowing. */
function suitesOf({ results }: Report, { plugins }: View): Suite[] {
  const suites = new Map<string, Result[]>(plugins.map(({ id }) => [id, []]));
  for (const result of results) {
    const suite = suites.get(result.plugin);
    if (suite) suite.push(result);
    else suites.set(result.plugin, [result]);
  }
  return [...suites].sort(([a], [b]) => byCodeUnit(a, b));
}

function outcomes(report: Report, { plugins, failOn }: View): (result: Result) => Outcome | undefined {
  const byId = new Map(plugins.map((plugin) => [plugin.id, plugin]));
  const acceptanceOf = acceptance(report);
  return (result) => {
    const { status, message, reason, suppression, plugin } = result;
    if (status === 'PASS') return undefined;
    if (suppression) return { tag: 'skipped', message: suppressedLine(suppression), lines: [] };
    if (acceptanceOf(result)) return { tag: 'skipped', message: `Not new since the baseline: ${message}`, lines: [] };
    const lines = linesOf(result, whatToDo(result, byId.get(plugin), report));
    if (reason) return { tag: 'error', message, type: reason.kind, lines };
    return status === 'FAIL' || failOn === 'warn' ? { tag: 'failure', message, type: status, lines } : undefined;
  };
}

function linesOf({ message, severity, resource, reason, evidence }: Result, todo: string | undefined): string[] {
  return [
    message,
    `Severity: ${severity}`,
    `Resource: ${resource.id}`,
    ...(reason?.code ? [`Code: ${reason.code}`] : []),
    ...Object.entries(evidence).map(([name, value]) => `Evidence: ${name} = ${JSON.stringify(value)}`),
    ...(todo ? [`To do: ${todo}`] : []),
  ];
}

function testSuite([plugin, results]: Suite, id: number, { report, view, outcomeOf, nameOf }: JunitFile): string {
  const cases = results.map((result) => ({ result, outcome: outcomeOf(result) }));
  const count = (tag: Outcome['tag']) => cases.filter(({ outcome }) => outcome?.tag === tag).length;
  const name = token(plugin, longestClassName);
  const counts = { tests: cases.length, failures: count('failure'), errors: count('error'), skipped: count('skipped') };
  // The schema knows neither fractions of a second nor a zone.
  const when = { timestamp: report.startedAt.slice(0, 19), hostname: 'localhost' };
  return element('testsuite', { name, ...when, ...counts, time: 0, package: 'pgposture', id }, [
    element('properties', {}, properties(plugin, report, view)),
    ...cases.map(({ result, outcome }) =>
      element('testcase', { name: nameOf(name, result), classname: name, time: 0 }, outcome ? [told(outcome)] : []),
    ),
    // The schema has no place for a WARN in its case, which passes.
    element('system-out', {}, lines([...coverageLines(report), ...cases.flatMap(warning)])),
    element('system-err', {}),
  ]);
}

const told = ({ tag, message, type, lines: text }: Outcome) =>
  element(tag, { message: harmless(message), ...(type && { type: harmless(type) }) }, lines(text));

const warning = ({ result, outcome }: { result: Result; outcome: Outcome | undefined }) =>
  result.status === 'WARN' && !outcome ? [`WARN ${result.severity} ${result.resource.id}: ${result.message}`] : [];

function properties(id: string, { tool, settings }: Report, { plugins }: View): string[] {
  const plugin = plugins.find((each) => each.id === id);
  const inForce = Object.keys(plugin?.settings ?? {}).map((name) => [`setting.${name}`, settings[name] ?? '']);
  const about = plugin
    ? [['title', plugin.title], ['severity', plugin.severity], ['link', plugin.link], ...inForce]
    : [];
  return [['tool', `${tool.name} ${tool.version}`], ...about].map(([name = '', value = '']) =>
    element('property', { name: harmless(name), value: harmless(value) }),
  );
}

const lines = (text: readonly string[]) => text.map(harmless).join('\n');

/** `[[ATTACHMENT|path]]` would have a CI server take that file from the agent, and publish it. */
const harmless = (text: string) => printable(text).replaceAll(/\[(?=\[)/g, '[ ');

/** As much as Azure DevOps takes of a class name and a name together, with the dot between them. */
const longestFullName = 512;
const longestClassName = 200;
const room = ' #10000'.length;

/** GitLab drops a case without a word if there is another one of its name. */
function uniqueNames(): JunitFile['nameOf'] {
  const taken = new Set<string>();
  return (className, { resource }) => {
    const wanted = token(`${resource.name} ${resource.id}`, longestFullName - className.length - 1 - room);
    const fullName = (name: string) => `${className}.${name}`;
    let name = wanted;
    for (let i = 2; taken.has(fullName(name)); i++) name = `${wanted} #${i}`;
    taken.add(fullName(name));
    return name;
  };
}

/** An xs:token: no spaces at its ends, nor two in a row. What is too long ends in a hash of the whole. */
function token(text: string, longest: number): string {
  const whole = harmless(text).replaceAll(/\s+/g, ' ').trim() || '?';
  if (whole.length <= longest) return whole;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 8);
  // Not half of a character.
  return `${whole.slice(0, longest - hash.length - 1).replace(/\p{Cs}$/u, '')}…${hash}`;
}
