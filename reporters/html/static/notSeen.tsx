import type { Report, Result } from '../../../types';
import { gapsOf } from '../../unanswered';
import { addressOf } from '../address';
import type { PageContent } from '../content';
import { Card } from './card';
import { grouped, serversOf } from './grouped';

/** What nobody knows, as visible as what is wrong: the scopes that did not answer, and the servers that could not be judged. */
export const NotSeen = ({ report, results }: PageContent) => (
  <Card
    id="not-seen"
    heading="What was not seen"
    none="Nothing: every subscription answered, and every server could be judged."
    status="UNKNOWN"
    entries={[...report.scopes.flatMap(scopeEntries), ...serverEntries(report, results)]}
  />
);

const scopeEntries = (scope: Report['scopes'][number]) =>
  gapsOf(scope).map(([lists, { detail, remedy, kind }]) => ({
    address: addressOf({ status: ['UNKNOWN'], text: `${scope.id} ${kind}` }),
    what: scope.name,
    why: `may have any number of ${lists.map((list) => `${list}s`).join(' and ')}. ${detail}`,
    toDo: remedy,
  }));

/** By the reason, and what to do about it. */
function serverEntries({ scopes }: Report, results: readonly Result[]) {
  const scopeIds = new Set(scopes.map(({ id }) => id));
  const unknown = results.filter(({ reason, resource }) => reason && !scopeIds.has(resource.id));
  return grouped(unknown, ({ reason }) => `${reason?.kind} ${reason?.remedy}`).map((group) => {
    const [{ reason }] = group;
    return {
      address: addressOf({ status: ['UNKNOWN'], text: `${reason?.kind} ${reason?.remedy}` }),
      what: serversOf(group),
      why: reason?.detail ?? '',
      toDo: reason?.remedy ?? '',
    };
  });
}
