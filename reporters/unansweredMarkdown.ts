import type { Gap, Report, Scope } from '../types';
import { bold, cellLines, code, leftOutOf } from './markdownCells';
import { literal, markdownHeader, markdownRow } from './markdownText';
import type { Part } from './page';
import { gapsOf } from './unanswered';

/** The scopes that did not answer, or not wholly, with the reason of each. Undefined if all did. */
export function unansweredPart({ scopes }: Report): Part | undefined {
  const rows = scopes.flatMap((scope) =>
    gapsOf(scope).map(
      ([lists, gap]) =>
        () =>
          unansweredRow(scope, lists, gap),
    ),
  );
  if (rows.length === 0) return undefined;
  return {
    head: markdownHeader(['Not seen', 'Why', 'What to do']),
    rows,
    tail: '',
    leftOut: leftOutOf(`${rows.length} lists that did not come are`),
    share: 1 / 4,
  };
}

const unansweredRow = ({ id, name }: Scope, lists: readonly string[], gap: Gap) =>
  markdownRow([
    cellLines(bold(name), literal(id), literal(lists.join(', '))),
    cellLines(literal(gap.detail), code(gap.kind)),
    literal(gap.remedy),
  ]);
