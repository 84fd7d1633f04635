import type { Report } from '../types';
import { subscriptionId } from './tenant';

/** The page of `--html`, and the bare table. */
export type Side = 'page' | 'bare';

/** What a reader does, as JavaScript for each side. */
export interface Act extends Readonly<Record<Side, string>> {
  readonly name: string;
  /** For the table that is printed. */
  readonly what: string;
  /** How many results it leaves; where the page searches more than it shows, only that there are some. */
  readonly leaves?: number;
}

export const showAll: Readonly<Record<Side, string>> = { page: 'bench.showAll()', bare: 'showAll()' };

const plugin = 'flexibleServerRequireSecureTransport';
const subscription = { id: subscriptionId(7), name: 'reports-7' };

/** What is tried on a report: all results are shown before each, and again after it. */
export function actsOn({ results }: Report): readonly Act[] {
  const which = (fits: (result: Report['results'][number]) => boolean) => results.filter(fits).length;
  return [
    {
      name: 'status',
      what: 'one status',
      page: `bench.press('.status[data-status=WARN]')`,
      bare: `showCell(0, 'WARN')`,
      leaves: which(({ status }) => status === 'WARN'),
    },
    { name: 'letter', what: 'text of a letter', page: `bench.type('y')`, bare: `showText('y')` },
    {
      name: 'word',
      what: 'text of a word',
      page: `bench.type('payments')`,
      bare: `showText('payments')`,
      leaves: which(({ resource }) => resource.name.includes('payments')),
    },
    {
      name: 'plugin',
      what: 'one check',
      page: `bench.choose('Check', '${plugin}')`,
      bare: `show((row) => row.cells[5].textContent.endsWith('${plugin}'))`,
      leaves: which((result) => result.plugin === plugin),
    },
    {
      name: 'subscription',
      what: 'one subscription',
      page: `bench.choose('Subscription', '${subscription.id}')`,
      bare: `showCell(4, '${subscription.name}')`,
      leaves: which(({ resource }) => resource.subscriptionId === subscription.id),
    },
    {
      name: 'sort',
      what: 'in the order of servers',
      page: `bench.press('th.server button')`,
      bare: 'sort(2)',
      leaves: results.length,
    },
  ];
}
