import { isUnexplained } from '../../../helpers/explained';
import type { Report, Result } from '../../../types';
import { gapsOf } from '../../unanswered';
import { addressOf } from '../address';
import type { PageContent } from '../content';
import { Card, type Entry } from './card';
import { grouped, serversOf } from './grouped';

/** What nobody knows, as visible as what is wrong: the scopes that did not answer, and the servers that could not be judged. */
export const NotSeen = ({ report, results }: PageContent) => (
  <Card
    id="not-seen"
    heading="What was not seen"
    none="Nothing: every subscription answered, and every server could be judged."
    status="UNKNOWN"
    entries={[
      ...(isUnexplained(report) ? [cutShort] : []),
      ...report.scopes.flatMap(scopeEntries),
      ...otherEntries(report, results),
    ]}
  />
);

const cutShort: Entry = {
  address: '#coverage',
  what: 'The scan',
  why: 'was cut short, and does not say what it left out.',
  toDo: 'Scan again.',
};

const scopeEntries = (scope: Report['scopes'][number]): Entry[] =>
  gapsOf(scope).map(([lists, { detail, remedy, kind }]) => ({
    address: addressOf({ status: ['UNKNOWN'], resource: scope.id, reason: kind }),
    what: scope.name || scope.id,
    why: `may have any number of ${lists.map((list) => `${list}s`).join(' and ')}. ${detail}`,
    toDo: remedy,
  }));

/** What is no scope's gap, by the reason, and what to do about it. */
function otherEntries({ scopes }: Report, results: readonly Result[]): Entry[] {
  const keyOf = (id: string, kind: string | undefined) => `${kind} ${id.toLowerCase()}`;
  const told = new Set(scopes.flatMap((scope) => gapsOf(scope).map(([, { kind }]) => keyOf(scope.id, kind))));
  const others = results.filter(({ reason, resource }) => reason && !told.has(keyOf(resource.id, reason.kind)));
  return grouped(others, ({ reason, resource }) => JSON.stringify([reason?.kind, reason?.remedy, resource.type])).map(
    (group) => {
      const [{ reason, resource }] = group;
      const { kind = '', detail = '', remedy = '' } = reason ?? {};
      return {
        address: addressOf({ status: ['UNKNOWN'], reason: kind, remedy, type: resource.type }),
        what: serversOf(group),
        why: detail,
        toDo: remedy,
      };
    },
  );
}
