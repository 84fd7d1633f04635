import type { Report, TriedSuppression } from '../types';
import type { FindingOfPlugins } from './findings';
import { cellLines, code, findingCell, leftOutOf, serverCell } from './markdownCells';
import { folded, literal, markdownHeader, markdownRow } from './markdownText';
import type { Part } from './page';
import type { SubscriptionNames } from './place';
import { count } from './view';

/** What somebody has accepted, and who, why and until when. Undefined if nobody has. */
export function suppressedPart(findings: readonly FindingOfPlugins[], names: SubscriptionNames): Part | undefined {
  if (findings.length === 0) return undefined;
  const results = findings.reduce((sum, finding) => sum + finding.length, 0);
  const row = (finding: FindingOfPlugins) => {
    const [{ status, severity, resource, suppression }] = finding;
    const { reason = '', owner = '', expires = '' } = suppression ?? {};
    return markdownRow([
      status,
      severity,
      serverCell(resource, names),
      findingCell(finding),
      ...[reason, owner, expires].map(literal),
    ]);
  };
  return {
    ...folded(
      `${results} suppressed`,
      markdownHeader(['Status', 'Severity', 'Server', 'Finding', 'Accepted because', 'By', 'Until']),
    ),
    rows: findings.map((each) => () => row(each)),
    leftOut: leftOutOf(`${findings.length} suppressed findings are`),
  };
}

/** Suppressions that have expired, or fit nothing: somebody should renew them, or take them away. */
export function oldSuppressionsPart({ suppressions = [] }: Report): Part | undefined {
  const old = suppressions.filter(({ state }) => state === 'expired' || state === 'unused');
  if (old.length === 0) return undefined;
  const row = (suppression: TriedSuppression) => {
    const { state, plugin, resource, location = '*', reason, owner = '', expires = '', results, source } = suppression;
    return markdownRow([
      cellLines(state, results === 0 ? '' : `would fit ${count(results, 'result')}`),
      cellLines(code(plugin), literal(resource), location === '*' ? '' : literal(`in ${location}`)),
      ...[reason, owner, expires, source].map(literal),
    ]);
  };
  return {
    head: `### Suppressions that accept nothing\n\n${markdownHeader(['State', 'Of', 'Reason', 'By', 'Until', 'Stands in'])}`,
    rows: old.map((each) => () => row(each)),
    tail: '',
    leftOut: leftOutOf(`${old.length} suppressions that accept nothing are`),
  };
}
