import type { Log, Notification, Run, Result as SarifResult, ToolComponent } from 'sarif';
import type { Change, Gap, Report, Result } from '../types';
import { changesOf } from './changes';
import { fingerprints } from './fingerprint';
import { asJson } from './json';
import { locationOf, logicalLocation } from './sarifLocation';
import { type Rules, rulesOf } from './sarifRules';
import { plain } from './sarifText';
import { suppressedLine } from './suppressed';
import { coverageLines, type Reporter, type View, whatToDo, worstFirst } from './view';

/** GitHub refuses a run that has more. */
const mostResults = 25_000;

/**
 * SARIF 2.1.0, as GitHub's code scanning takes it:
 * https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning.
 *
 * GitHub makes an open alert of every result, whatever its `kind` or `suppressions` say. So a FAIL or a WARN is one, a PASS
 * is not, what is suppressed only if the view asks for it, and an UNKNOWN is no finding, but a notification of the tool.
 */
export const sarif: Reporter = (report, view) => {
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [runOf(report, view)],
  };
  return asJson(log);
};

function runOf(report: Report, view: View): Run {
  const rules = rulesOf(report, view);
  const told = worstFirst(report, { ...view, ignoreOk: true }).filter(
    ({ suppression }) => !suppression || view.sarifSuppressed,
  );
  const findings = openFirst(told.filter(({ reason }) => !reason));
  return {
    tool: { driver: { ...toolOf(report), rules: rules.rules } },
    columnKind: 'utf16CodeUnits',
    invocations: [
      {
        // What could not be seen is told below. With a false here, GitHub would take the whole analysis for failed.
        executionSuccessful: true,
        startTimeUtc: report.startedAt,
        endTimeUtc: report.finishedAt,
        toolExecutionNotifications: [
          coverage(report),
          ...leftOut(findings.length - mostResults),
          ...told.flatMap((result) => (result.reason ? [notification(result, result.reason, rules)] : [])),
        ],
      },
    ],
    results: resultsOf(findings.slice(0, mostResults), rules, report, view),
  };
}

/** So that what is accepted keeps nothing open out of the file. */
const openFirst = (results: readonly Result[]) => [
  ...results.filter(({ suppression }) => !suppression),
  ...results.filter(({ suppression }) => suppression),
];

function toolOf({ tool }: Report): ToolComponent {
  const version = plain(tool.version, 'unknown');
  const isSemantic = /^\d+\.\d+\.\d+([-+][\w.+-]+)?$/.test(version);
  return { name: plain(tool.name, 'pgposture'), version, ...(isSemantic ? { semanticVersion: version } : {}) };
}

function resultsOf(results: readonly Result[], rules: Rules, report: Report, view: View): SarifResult[] {
  const plugins = new Map(view.plugins.map((plugin) => [plugin.id, plugin]));
  const changeOf = changesOf(report);
  const fingerprintOf = fingerprints();
  return results.map((result) => {
    const { id: ruleId, index: ruleIndex } = ruleOf(result.plugin, rules);
    const todo = whatToDo(result, plugins.get(result.plugin), report);
    return {
      ruleId,
      ruleIndex,
      level: result.status === 'FAIL' ? 'error' : 'warning',
      message: { text: plain(`${result.message}${todo ? ` To do: ${todo}` : ''}`, result.status) },
      locations: [locationOf(result.resource)],
      // The only one that GitHub uses, in the form that its action would compute from a file.
      partialFingerprints: { primaryLocationLineHash: fingerprintOf(result) },
      // Of all results or of none: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html, 3.27.23 and 3.27.24.
      ...(view.sarifSuppressed ? { suppressions: suppressionsOf(result) } : {}),
      ...(report.comparison ? { baselineState: baselineState(changeOf(result)) } : {}),
    };
  });
}

const ruleOf = (plugin: string, { rules, index }: Rules) => {
  const place = index.get(plugin) ?? -1;
  return { id: rules[place]?.id ?? plugin, index: place };
};

const suppressionsOf = ({ suppression }: Result): NonNullable<SarifResult['suppressions']> =>
  suppression ? [{ kind: 'external', status: 'accepted', justification: suppressedLine(suppression) }] : [];

/** In SARIF a PASS and an UNKNOWN were no results: what was one of them before is new. */
function baselineState(change: Change | undefined): NonNullable<SarifResult['baselineState']> {
  if (!change) return 'unchanged';
  return change.before?.status === 'FAIL' || change.before?.status === 'WARN' ? 'updated' : 'new';
}

const coverage = (report: Report): Notification => ({
  descriptor: { id: 'coverage' },
  level: 'note',
  message: { text: plain(coverageLines(report).join(' '), 'coverage') },
});

const leftOut = (results: number): Notification[] =>
  results > 0
    ? [
        {
          descriptor: { id: 'results-left-out' },
          level: 'error',
          message: {
            text:
              `${results} results are left out: GitHub takes ${mostResults} of a run, and those here are the worst. ` +
              'Scan fewer subscriptions at once, or fewer checks.',
          },
        },
      ]
    : [];

const notification = ({ plugin, resource }: Result, { kind, detail, remedy }: Gap, rules: Rules): Notification => ({
  descriptor: { id: kind },
  associatedRule: ruleOf(plugin, rules),
  level: 'error',
  message: { text: plain(`${detail} To do: ${remedy}`, kind) },
  locations: [logicalLocation(resource)],
});
