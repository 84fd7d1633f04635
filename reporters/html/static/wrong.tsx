import { isToFix } from '../../view';
import { addressOf } from '../address';
import type { PageContent } from '../content';
import { Card } from './card';
import { grouped, serversOf } from './grouped';

/** What is wrong, by what is said of it, and what to do. */
export function Wrong({ results, plugins }: PageContent) {
  const groups = grouped(results.filter(isToFix), ({ plugin, message }) => `${plugin} ${message}`);
  const accepted = results.some(({ status, suppression }) => status === 'FAIL' && suppression);
  return (
    <Card
      id="wrong"
      heading="What is wrong"
      none={`Nothing that was seen is proven wrong${accepted ? ', but for what is accepted' : ''}.`}
      status="FAIL"
      entries={groups
        .toSorted((a, b) => b.length - a.length)
        .map(([first, ...others]) => ({
          address: addressOf({ status: ['FAIL'], plugin: first.plugin, message: first.message, accepted: 'no' }),
          what: serversOf([first, ...others]),
          why: first.message,
          toDo: plugins.get(first.plugin)?.recommendedAction ?? '',
        }))}
    />
  );
}
