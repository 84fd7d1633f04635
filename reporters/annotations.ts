import { acceptance } from '../helpers/accepted';
import { printable } from '../helpers/printable';
import { isOfScope } from '../helpers/scope';
import { type Report, type Result, severities, statuses } from '../types';
import { recommendedAction, type View } from './view';

/** Where a job runs that shows annotations. */
export type Platform = 'github' | 'azure';

/** GitHub keeps so many of each level of one step, and drops the others without a word. */
const mostOfALevel = 10;
const mostNames = 5;
const longestName = 80;
const longestMessage = 1000;

type Level = 'error' | 'warning';

interface Annotation {
  readonly level: Level;
  readonly plugin: string;
  readonly message: string;
}

/**
 * One command to the platform for each plugin that has something to say, a line each, worst first. Nothing of what is
 * suppressed, nor of what the baseline knows.
 */
export function annotations(report: Report, view: View, platform: Platform): string {
  const all = groups(report).map((group) => annotation(group, report, view));
  return (['error', 'warning'] as const)
    .flatMap((level) => fewOf(all.filter((each) => each.level === level)))
    .map(commands[platform])
    .join('');
}

/** As many as the platform shows; the last one says how many there are besides. */
function fewOf(all: readonly Annotation[]): Annotation[] {
  const shown = all.slice(0, mostOfALevel);
  const left = all.length - shown.length;
  return shown.map((each, i) =>
    left > 0 && i === shown.length - 1
      ? { ...each, message: `${each.message} And ${left} more such ${each.level}s, which are in the report.` }
      : each,
  );
}

/** Results of one plugin and status, and all results of the plugin. */
interface Group {
  readonly results: readonly [Result, ...Result[]];
  readonly ofPlugin: readonly Result[];
}

function groups(report: Report): Group[] {
  const acceptanceOf = acceptance(report);
  const byPlugin = new Map<string, Result[]>();
  for (const result of report.results) {
    const others = byPlugin.get(result.plugin);
    if (others) others.push(result);
    else byPlugin.set(result.plugin, [result]);
  }
  return [...byPlugin.values()]
    .flatMap((ofPlugin) =>
      statuses.flatMap((status) => {
        const [first, ...others] = ofPlugin.filter((result) => result.status === status && !acceptanceOf(result));
        return first && status !== 'PASS' ? [{ results: [first, ...others] as const, ofPlugin }] : [];
      }),
    )
    .sort(({ results: [a] }, { results: [b] }) => rank(a) - rank(b) || (a.plugin < b.plugin ? -1 : 1));
}

const rank = ({ status, severity }: Result) =>
  statuses.indexOf(status) * severities.length - severities.indexOf(severity);

function annotation(group: Group, report: Report, { failOn, plugins }: View): Annotation {
  const [{ plugin: id, status, title }] = group.results;
  const plugin = plugins.find((each) => each.id === id);
  const toDo = status === 'FAIL' && plugin ? recommendedAction(plugin, report) : remedyOf(group.results);
  const message = [`${howMany(group, title)}: ${named(group.results)}.`, toDo].filter(Boolean).join(' ');
  const isError = status === 'FAIL' ? failOn !== 'never' : status === 'WARN' && failOn === 'warn';
  return { level: isError ? 'error' : 'warning', plugin: id, message: shortened(message, longestMessage) };
}

const verbs = {
  FAIL: ['fails', 'fail'],
  UNKNOWN: ['is unknown to', 'are unknown to'],
  WARN: ['has a warning of', 'have a warning of'],
  PASS: ['passes', 'pass'],
} as const;

/** `2 of 5 servers fail the check "…"`. */
function howMany({ results, ofPlugin }: Group, title: string): string {
  const [{ status }] = results;
  const accepted = ofPlugin.filter((each) => each.status === status).length - results.length;
  const verb = verbs[status][results.length === 1 ? 0 : 1];
  const besides = accepted > 0 ? ` (besides ${accepted} that ${accepted === 1 ? 'is' : 'are'} accepted)` : '';
  return `${results.length} of ${ofPlugin.length} ${nounOf(ofPlugin)} ${verb} the check "${title}"${besides}`;
}

/** A scope that did not answer stands for servers that nobody knows. */
function nounOf(results: readonly Result[]): string {
  const nouns = new Set(results.map(({ resource }) => (isOfScope(resource) ? 'scope' : 'server')));
  return [...nouns].map((noun) => (results.length === 1 ? noun : `${noun}s`)).join(' and ');
}

/** `a, b, c and 7 more`. */
function named(results: readonly Result[]): string {
  const names = results.slice(0, mostNames).map(({ resource }) => shortened(resource.name, longestName));
  const left = results.length - names.length;
  return `${names.join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
}

/** What to do about all of them, if that is one thing. */
function remedyOf(results: readonly Result[]): string {
  const remedies = new Set(results.map(({ reason }) => reason?.remedy ?? ''));
  const [only = ''] = remedies;
  return remedies.size === 1 ? only : 'The report has the reason of each.';
}

const shortened = (text: string, most: number) => {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`;
};

const escaped = (text: string, escapes: Readonly<Record<string, string>>) =>
  [...printable(text)].map((character) => escapes[character] ?? character).join('');

/**
 * What unescapes it: https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs, and
 * https://github.com/microsoft/azure-pipelines-agent/blob/master/docs/design/percentEncoding.md.
 */
const githubData = { '%': '%25', '\r': '%0D', '\n': '%0A' };
const githubProperty = { ...githubData, ':': '%3A', ',': '%2C' };
const azureText = { '%': '%AZP25', '\r': '%0D', '\n': '%0A', ';': '%3B', ']': '%5D' };

const commands: Record<Platform, (annotation: Annotation) => string> = {
  github: ({ level, plugin, message }) =>
    `::${level} title=${escaped(plugin, githubProperty)}::${escaped(message, githubData)}\n`,
  azure: ({ level, plugin, message }) =>
    `##vso[task.logissue type=${level};code=${escaped(plugin, azureText)}]${escaped(message, azureText)}\n`,
};
