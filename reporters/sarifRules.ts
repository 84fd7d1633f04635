import type { MultiformatMessageString, ReportingDescriptor } from 'sarif';
import { byCodeUnit } from '../helpers/resourceId';
import type { Control, Report, Result, Severity } from '../types';
import { literal } from './markdownText';
import { plain } from './sarifText';
import { recommendedAction, type View } from './view';

/** What SARIF says of the checks: GitHub's alerts have their titles, severities and help from here. */
export interface Rules {
  /** Ordered by id. */
  readonly rules: ReportingDescriptor[];
  /** By the id of a plugin, its place in `rules`. */
  readonly index: ReadonlyMap<string, number>;
}

/** The bands of GitHub: above 9.0 is critical, from 7.0 on high, from 4.0 on medium, and what is lower is low. */
const securitySeverity: Record<Severity, string> = { high: '8.0', medium: '5.5', low: '3.0' };

/** What GitHub takes of a description, and keeps of the tags. */
const longestDescription = 1024;
const mostTags = 10;

/** A rule for each plugin of the view, and for each other one that a result names, as in reports that were merged. */
export function rulesOf(report: Report, { plugins }: View): Rules {
  const rules = new Map(plugins.map((plugin) => [plugin.id, ruleOf(plugin, report)]));
  for (const result of report.results) {
    if (!rules.has(result.plugin)) rules.set(result.plugin, bareRule(result));
  }
  const sorted = [...rules].sort(([a], [b]) => byCodeUnit(a, b));
  return { rules: sorted.map(([, rule]) => rule), index: new Map(sorted.map(([id], i) => [id, i])) };
}

function ruleOf(plugin: View['plugins'][number], report: Report): ReportingDescriptor {
  const { id, title, severity, description, moreInfo, link } = plugin;
  const page = /^https?:/.test(link) && URL.canParse(link) ? new URL(link).href : undefined;
  return {
    ...heading(id, title),
    fullDescription: { text: short(plain(description, plain(title, unnamed))) },
    help: help(
      [
        ['PASS proves', title],
        ['Why it matters', moreInfo],
        ['How to fix it', recommendedAction(plugin, report)],
        ['To read more', `pgposture explain ${id}`],
      ],
      page,
    ),
    ...(page === undefined ? {} : { helpUri: page }),
    properties: {
      ...properties(severity, 'fix' in plugin ? frameworks(plugin.compliance) : []),
      // A FAIL of ours is a proof; of another tool's plugin we cannot say so.
      ...('fix' in plugin ? { precision: 'very-high' } : {}),
    },
  };
}

function bareRule({ plugin, title, severity }: Result): ReportingDescriptor {
  return {
    ...heading(plugin, title),
    fullDescription: { text: short(plain(title, unnamed)) },
    help: help([['PASS proves', plain(title, unnamed)]]),
    properties: properties(severity, []),
  };
}

const unnamed = 'unnamed';

/** The title of a plugin says what should be; that of an alert would be read as what is. */
const heading = (id: string, title: string): ReportingDescriptor => ({
  id: plain(id, unnamed),
  shortDescription: { text: short(`Expected: ${plain(title, plain(id, unnamed))}`) },
  defaultConfiguration: { level: 'error' },
});

const properties = (severity: Severity, tags: readonly string[]) => ({
  'security-severity': securitySeverity[severity],
  tags: ['security', 'azure', 'postgresql', ...tags].slice(0, mostTags),
});

/** Those by a published source. */
const frameworks = (controls: readonly Control[]) => [
  ...new Set(controls.flatMap(({ framework, own }) => (own ? [] : [framework]))),
];

/** The link is the only thing in it that is live. */
function help(parts: readonly (readonly [label: string, text: string])[], page?: string): MultiformatMessageString {
  const said = parts.flatMap(([label, text]) => (text.trim() ? [[label, plain(text, label)] as const] : []));
  const source = page === undefined ? [] : [plain(page, unnamed)];
  return {
    text: [...said.map(([label, text]) => `${label}: ${text}`), ...source].join('\n\n'),
    markdown: [
      ...said.map(([label, text]) => `**${label}:** ${literal(text)}`),
      ...source.map((link) => `<${link}>`),
    ].join('\n\n'),
  };
}

/** Not half of a character at its end. */
const short = (text: string) => text.slice(0, longestDescription).replace(/\p{Cs}$/u, '');
