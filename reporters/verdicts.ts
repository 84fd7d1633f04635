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
  const whens = Object.entries(needs).map(([name, { optional }]) =>
    optional
      ? `${name} could not be read`
      : `${name} could not be read, is not there, or has a value that is not understood`,
  );
  return `${whens.join('; or ')}: there is no proof either way.`;
}

/** How `engine/evaluate.ts` answers in a plugin's place. */
export function whenUnknown({ kind, needs }: Plugin): Block[] {
  const [who, whose] = isView(kind) ? ['The server', "the server's"] : ['Azure', "Azure's"];
  const entries = Object.entries(needs);
  const required = entries.filter(([, { optional }]) => !optional);
  const shading = entries.filter(([, { optional }]) => optional).map(([name]) => name);
  return [
    'The report names the reason, and what to do about it:',
    {
      points: [
        ...required.flatMap(([name, { expects, ifKnown }]) => [
          ...(ifKnown ? [`${name} is asked for only where the other facts prove nothing by themselves.`] : []),
          `absent: ${who} answered, and its answer does not hold ${name}.`,
          `unreadable: ${name} has a value other than ${expects}.`,
        ]),
        'forbidden, stopped, provisioning, throttled, timeout and others: it could not be read at all. ' +
          'pgposture scan --help lists every reason.',
      ],
    },
    ...shading.map(
      (name) =>
        `The check also looks at ${name}. Where ${whose} answer does not hold it, or has a value other than ` +
        `${needs[name]?.expects} there, the verdict stands without it; where it could not be read, the verdict is UNKNOWN.`,
    ),
    ...(isView(kind)
      ? []
      : [
          'Where the list of servers did not come, the subscription has an UNKNOWN in place of the servers that it may have.',
        ]),
  ];
}
