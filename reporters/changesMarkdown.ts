import type { Change, Comparison } from '../types';
import { beforeAndAfter, changesLine, messageNow } from './changes';
import { cellLines, code, leftOutOf, serverCell } from './markdownCells';
import { literal, markdownHeader, markdownRow } from './markdownText';
import type { Part } from './page';
import type { SubscriptionNames } from './place';

/** What is different since the baseline, worst first. */
export function changesPart(comparison: Comparison, names: SubscriptionNames): Part {
  const { changes } = comparison;
  const line = `### Changes\n\n${literal(changesLine(comparison))}\n`;
  const row = (change: Change) =>
    markdownRow([
      change.change,
      change.severity,
      serverCell(change.resource, names),
      literal(beforeAndAfter(change)),
      cellLines(literal(messageNow(change)), code(change.plugin)),
    ]);
  return {
    head:
      changes.length === 0
        ? line
        : `${line}\n${markdownHeader(['Change', 'Severity', 'Server', 'Before and after', 'Now'])}`,
    rows: changes.map((each) => () => row(each)),
    tail: '',
    leftOut: leftOutOf(`${changes.length} changes, the least bad of them, are`),
    share: 1 / 4,
  };
}
