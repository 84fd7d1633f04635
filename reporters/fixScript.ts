import { shellFile } from '../helpers/shell';
import { fillTemplate } from '../helpers/template';
import type { Plugin, Report } from '../types';
import { type SubscriptionNames, subscriptionNames } from './place';
import { changesOnServers, notRepaired, type Repair, type Repairs } from './repairs';
import { beginning, change, comment, ending, list, type ScriptNames, serverLine } from './shellScript';
import { inMinutes } from './time';
import { coverageLines } from './view';
import { takesBack, wayBack } from './wayBack';

/**
 * A script for a POSIX shell that repairs the FAILs of a report by az: for people to read, and then to run. It changes a
 * setting only where that still has the value of the report, and ends where it does not, or at the first error.
 */
export function fixScript(report: Report, found: Repairs, names: ScriptNames, version: string): string {
  const { repairs } = found;
  const places = subscriptionNames(report);
  const parts = [
    `#!/bin/sh\n${header(report, repairs, names, version)}`,
    list('What it does to clients:', impacts(repairs, report)),
    ...notInIt(found),
    begin,
    ...repairs.map((repair) => block(repair, places, names)),
    ending("printf '%s\\n' 'Done. Scan again: that is the proof.'"),
  ];
  return `${parts.join('\n\n')}\n`;
}

const header = (report: Report, repairs: readonly Repair[], { fix, undo }: ScriptNames, version: string): string =>
  [
    `${fix}: ${changesOnServers(repairs)}.`,
    `Written by pgposture ${version}, and run by nobody yet, from the report that ${report.tool.name} ${report.tool.version} ` +
      `finished at ${inMinutes(report.finishedAt)}:`,
    ...coverageLines(report),
    'Only what is a FAIL is changed; nothing that is UNKNOWN.',
    '',
    `Read what it does to clients, and each change; then: sh ${shellFile(fix)}`,
    'az has to be signed in, to the cloud of these servers, as somebody who may change them.',
    'A setting is changed only while it has the value of the report. At any other value, and at the first error, the script ' +
      'ends, and says where; when it is run again, it goes on from there. To pass a setting by, take its block out.',
    `${undo} ${takesBack(repairs, ['the change', 'the changes'])}. Keep it.`,
  ]
    .map((line) => comment(line))
    .join('\n');

function impacts(repairs: readonly Repair[], { settings }: Report): string[] {
  const plugins = new Map(repairs.map(({ plugin }) => [plugin.id, plugin]));
  const impact = ({ id, fix }: Plugin) =>
    `${id}: ${fillTemplate(fix.impact, settings)} More, and how to find those clients: pgposture explain ${id}`;
  return [...plugins.values()].map(impact);
}

function notInIt(found: Repairs): string[] {
  const lines = notRepaired(found);
  return lines.length > 0 ? [list('Not in it:', lines)] : [];
}

const begin = beginning({
  to: 'to',
  done: 'changed',
  otherwise: `      printf '%s is "%s", and was "%s" in the report: scan again.\\n' "$at" "$(harmless "$1")" "$2" >&2
      exit 1`,
});

function block(repair: Repair, places: SubscriptionNames, { undo }: ScriptNames): string {
  const { result, plugin, from, to } = repair;
  const { why } = wayBack(repair);
  return [
    serverLine(repair, places),
    comment(`${plugin.id}, ${result.severity}: ${result.message}`),
    ...(why === '' ? [] : [comment(`${undo} may fail to take it back: ${why}`)]),
    change(repair, from, to),
  ].join('\n');
}
