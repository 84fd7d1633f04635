import { byCodeUnit } from '../helpers/resourceId';
import type { Report } from '../types';
import { type SubscriptionNames, subscriptionNames } from './place';
import { changesOnServers, type Repair } from './repairs';
import { beginning, change, comment, ending, type ScriptNames, serverLine } from './shellScript';
import { inMinutes } from './time';
import { doubts, mayRefuse, wayBack } from './wayBack';

/**
 * The script that takes back what `fixScript` changes: a setting that still has the new value gets its old one. Another value
 * is somebody's choice since, and stays. What Azure may refuse comes last, for the first error ends the script.
 */
export function undoScript(report: Report, repairs: readonly Repair[], names: ScriptNames, version: string): string {
  const places = subscriptionNames(report);
  const ways = backwards(repairs).map((repair) => ({ repair, ...wayBack(repair) }));
  const back = doubts.flatMap((doubt) => ways.filter((way) => way.doubt === doubt));
  const parts = [
    `#!/bin/sh\n${header(report, repairs, names, version)}`,
    `${begin}\n\nothers=0`,
    ...back.map(({ repair, why }) => block(repair, why, places)),
    ending('exit "$others"'),
  ];
  return `${parts.join('\n\n')}\n`;
}

const header = (report: Report, repairs: readonly Repair[], { fix, undo }: ScriptNames, version: string): string =>
  [
    `${undo}: takes back what ${fix} changes: ${changesOnServers(repairs)}.`,
    `Written by pgposture ${version}, and run by nobody yet, from the report that ${report.tool.name} ${report.tool.version} ` +
      `finished at ${inMinutes(report.finishedAt)}. No later report knows the old values, so keep it.`,
    ...[mayRefuse(repairs)].flatMap((line) => (line === '' ? [] : [`${line}: last of all.`])),
    '',
    'It opens again what was closed. A setting that has neither the new value nor the old one is left as it is, and the exit ' +
      'code is 1; the first error ends the script, which says where. To pass a setting by, take its block out.',
    `It cannot tell who made a change: what ${fix} called "already" when it ran first, take out here.`,
  ]
    .map((line) => comment(line))
    .join('\n');

/** Server by server as they were changed, so that a change that was never made stops none that was; in each the last change first. */
const backwards = (repairs: readonly Repair[]): Repair[] =>
  [...repairs]
    .reverse()
    .sort((a, b) => byCodeUnit(a.result.resource.id.toLowerCase(), b.result.resource.id.toLowerCase()));

const begin = beginning({
  to: 'back to',
  done: 'taken back',
  otherwise: `      others=1
      printf '%s is "%s", which is neither the new value nor the old one: it stays.\\n' "$at" "$(harmless "$1")" >&2
      return 1`,
});

const block = (repair: Repair, why: string, places: SubscriptionNames): string =>
  [serverLine(repair, places), ...(why === '' ? [] : [comment(why)]), change(repair, repair.to, repair.from)].join(
    '\n',
  );
