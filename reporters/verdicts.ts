import { isView } from '../helpers/kind';
import { fillTemplate, fillWords } from '../helpers/template';
import { type Message, type Plugin, type Settings, type Status, statuses } from '../types';
import type { Block } from './document';

/** When a plugin says what, with these settings; worst first, and every status, so that nobody has to guess. */
export const verdictTable = (plugin: Plugin, settings: Settings): Block => ({
  head: ['Status', 'When'],
  rows: statuses.flatMap((status) => {
    const whens = status === 'UNKNOWN' ? [noProof(plugin)] : said(plugin, status);
    return (whens.length > 0 ? whens : ['Never: this check has no such case.']).map((when) => [
      status,
      fillTemplate(when, settings),
    ]);
  }),
});

const said = ({ messages }: Plugin, wanted: Status): string[] =>
  Object.values(messages)
    .filter(({ status }) => status === wanted)
    .map(inWords);

/** The message for any server, not for one that was read. */
const inWords = ({ text, when = {} }: Message): string =>
  fillWords(text, (name) => (Object.hasOwn(when, name) ? when[name] : undefined));

function noProof({ needs }: Plugin): string {
  const entries = Object.entries(needs);
  const whens = entries.flatMap(([name, { optional, ifKnown }]) => {
    if (ifKnown) return [];
    return optional
      ? [`${name} could not be read`]
      : [`${name} could not be read, is not there, or has a value that is not understood`];
  });
  const lackable = lackableOf(needs);
  return (
    [...whens, ...(lackable.length > 0 ? [`what is known of ${listed(lackable)} is no proof`] : [])].join('; or ') +
    ': there is no proof either way.'
  );
}

/** Those that are missed only where the others prove nothing. */
const lackableOf = (needs: Plugin['needs']): string[] =>
  Object.entries(needs).flatMap(([name, { optional, ifKnown }]) => (ifKnown && !optional ? [name] : []));

const listed = (names: readonly string[]): string =>
  names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : names.join();

/** How `engine/evaluate.ts` answers in a plugin's place. */
export function whenUnknown({ kind, needs }: Plugin): Block[] {
  const [who, whose] = isView(kind) ? ['The server', "the server's"] : ['Azure', "Azure's"];
  const entries = Object.entries(needs);
  const required = entries.filter(([, { optional, ifKnown }]) => !optional && !ifKnown);
  const shading = entries.filter(([, { optional, ifKnown }]) => optional && !ifKnown).map(([name]) => name);
  const besides = entries.filter(([, { optional, ifKnown }]) => optional && ifKnown).map(([name]) => name);
  const lackable = lackableOf(needs);
  return [
    'The report names the reason, and what to do about it:',
    {
      points: [
        ...required.flatMap(([name, { expects }]) => [
          `absent: ${who} answered, and its answer does not hold ${name}.`,
          `unreadable: ${name} has a value other than ${expects}.`,
        ]),
        'forbidden, stopped, provisioning, throttled, timeout and others: it could not be read at all. ' +
          'pgposture scan --help lists every reason.',
      ],
    },
    ...(lackable.length > 0
      ? [
          `Of ${listed(lackable)} it takes no more than a proof needs. Where those that are known are none, the verdict is UNKNOWN, for the ` +
            'reason for which another is not known.',
        ]
      : []),
    ...shading.map(
      (name) =>
        `The check also looks at ${name}. Where ${whose} answer does not hold it, or has a value other than ` +
        `${needs[name]?.expects} there, the verdict stands without it; where it could not be read, the verdict is UNKNOWN.`,
    ),
    ...(besides.length > 0
      ? [`The check also looks at ${listed(besides)}. Where that is not known, the verdict stands without it.`]
      : []),
    ...(isView(kind)
      ? []
      : [
          'Where the list of servers did not come, the subscription has an UNKNOWN in place of the servers that it may have.',
        ]),
  ];
}
