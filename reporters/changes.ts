import { resultKey } from '../helpers/accepted';
import { printable } from '../helpers/printable';
import {
  type Change,
  type ChangeKind,
  type ChangeSide,
  type Comparison,
  changeKinds,
  type Report,
  type Result,
} from '../types';
import { grid, type Style, wrapped } from './layout';
import { place, type SubscriptionNames } from './place';
import { verdict } from './suppressed';
import { inMinutes } from './time';

/** By the result, what has become of it since the baseline: undefined if it is what it was, or if there is no baseline. */
export function changesOf({ comparison }: Report): (result: Result) => Change | undefined {
  const changes = comparison?.changes.filter(({ after }) => after) ?? [];
  // The worst kind comes first, and another tool's plugin may have said more than one thing.
  const byResult = new Map(changes.toReversed().map((change) => [resultKey(change), change]));
  return (result) => byResult.get(resultKey(result));
}

/** `Since the report of 2026-11-01 08:00 UTC: 1 new, 2 worse, …`, zeros included. */
export function changesLine(comparison: Comparison): string {
  const { baseline, summary } = comparison;
  const incomplete = baseline.complete ? '' : ', which was incomplete';
  const counts = changeKinds.map((kind) => `${summary[kind]} ${kind}`).join(', ');
  return printable(
    `Since the report of ${inMinutes(baseline.startedAt)}${incomplete}: ${counts}, ${summary.same} unchanged.`,
  );
}

/** `PASS → FAIL`. */
export function beforeAndAfter({ change, before, after }: Change): string {
  const side = (each: ChangeSide | null, none: string) => (each ? verdict(each) : none);
  return printable(`${side(before, 'none')} → ${side(after, change === 'gone' ? 'gone' : 'not seen')}`);
}

/** What it is now, in a sentence. */
export function messageNow({ change, after, resource }: Change): string {
  if (after) return printable(after.message);
  if (change !== 'gone') return 'It was not seen: nobody can say what it is now.';
  return resource.resourceGroup === null
    ? 'It did not show all its servers before, and does now.'
    : 'The list in which it stood was read whole, and it is not there any more.';
}

/** A line for each. It does not begin with a status, so that whoever counts the lines of a status counts results. */
export const changesText = (comparison: Comparison): string[] => [
  changesLine(comparison),
  ...comparison.changes.map((change) =>
    printable(
      `${change.change}: ${beforeAndAfter(change)} ${change.severity} ${change.plugin} ${change.resource.id}: ${messageNow(change)}`,
    ),
  ),
];

const colours: Record<ChangeKind, Parameters<Style>[0]> = {
  new: ['bold', 'red'],
  worse: ['bold', 'red'],
  unknown: ['bold', 'magenta'],
  better: 'green',
  fixed: 'green',
  gone: 'dim',
};

const kindColumn = 9;

/** The line, and three columns that wrap, if anything has changed. */
export function changesTable(comparison: Comparison, width: number, style: Style, names: SubscriptionNames): string[] {
  const line = style('bold', wrapped(changesLine(comparison), width));
  if (comparison.changes.length === 0) return [line];
  const serverColumn = Math.round(width / 3);
  const bold = (text: string) => style('bold', text);
  const dim = (text: string) => style('dim', printable(text));
  const rows = comparison.changes.map((change) => [
    `${style(colours[change.change], change.change)}\n${dim(change.severity)}`,
    [bold(printable(change.resource.name)), ...place(change.resource, names).filter(Boolean).map(dim)].join('\n'),
    [bold(beforeAndAfter(change)), messageNow(change), dim(change.plugin)].join('\n'),
  ]);
  const table = grid(
    [['CHANGE', 'SERVER', 'BEFORE AND AFTER'].map(bold), [], ...rows],
    [kindColumn, serverColumn, width - kindColumn - serverColumn],
  );
  return [line, table];
}
