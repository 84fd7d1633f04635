import { resultKey } from '../helpers/accepted';
import { isServerPlugin } from '../helpers/kind';
import { printable } from '../helpers/printable';
import { remediation } from '../helpers/remediation';
import { byCodeUnit, parseResourceId, sameName } from '../helpers/resourceId';
import { shown } from '../helpers/template';
import { type Report, type ResourceReference, type Result, type ServerPlugin, severities } from '../types';
import { type Evaluate, judgeAgain } from './judgeAgain';
import { sameSpelling, spelling } from './spelling';
import { count, isToFix, recommendedAction, type View } from './view';

/** A FAIL, and the one value that has to change. */
export interface Repair {
  readonly result: Result;
  readonly plugin: ServerPlugin;
  /** As Azure spelled it. */
  readonly from: string;
  readonly to: string;
}

/** What can be done about the FAILs of a report, and what cannot. */
export interface Repairs {
  /** By server; what is most severe comes first. */
  readonly repairs: readonly Repair[];
  /** FAILs for which there is no command, with the reason, each in a line that can be printed. */
  readonly leftOut: readonly string[];
  /** FAILs that somebody accepts. */
  readonly suppressed: number;
}

/**
 * A FAIL that is suppressed is accepted, and what is UNKNOWN nobody knows: neither is repaired.
 *
 * @param evaluate the engine's: a report is a file that anybody may have edited, so its FAILs are judged again.
 */
export function repairsOf(report: Report, plugins: View['plugins'], evaluate: Evaluate): Repairs {
  const byId = new Map(plugins.map((plugin) => [plugin.id, plugin]));
  const said = saidOf(report);
  const repairs = new Map<string, Repair>();
  const leftOut: string[] = [];
  const leaveOut = ({ plugin, resource }: Result, why: string) =>
    leftOut.push(printable(`${plugin} of ${resource.name}: ${why}`));
  for (const result of report.results.filter(isToFix).sort(byServer)) {
    const repair = repairOf(result, byId.get(result.plugin), report, evaluate);
    if (typeof repair === 'string') {
      leaveOut(result, repair);
      continue;
    }
    const key = `${repair.plugin.fix.set} ${result.resource.id.toLowerCase()}`;
    const first = repairs.get(key);
    if ((said.get(resultKey(result))?.size ?? 0) > 1) leaveOut(result, 'the report says two things of it.');
    else if (first) leaveOut(result, `${first.plugin.id} changes the same setting.`);
    else repairs.set(key, repair);
  }
  const suppressed = report.results.filter(({ status, suppression }) => status === 'FAIL' && suppression).length;
  return { repairs: [...repairs.values()], leftOut, suppressed };
}

/** By plugin and server, what the report says of them, each thing once. */
function saidOf({ results }: Report): ReadonlyMap<string, ReadonlySet<string>> {
  const said = new Map<string, Set<string>>();
  for (const result of results) {
    const key = resultKey(result);
    const words = said.get(key) ?? new Set();
    said.set(key, words.add(JSON.stringify([result.status, result.suppression !== undefined, result.evidence])));
  }
  return said;
}

/** The FAILs that stay, in lines. */
export const notRepaired = ({ leftOut, suppressed }: Repairs): readonly string[] =>
  suppressed > 0 ? [`${count(suppressed, 'FAIL')} that a suppression accepts.`, ...leftOut] : leftOut;

/** `2 changes on 1 server`. */
export function changesOnServers(repairs: readonly Repair[]): string {
  const servers = new Set(repairs.map(({ result }) => result.resource.id.toLowerCase()));
  return `${count(repairs.length, 'change')} on ${count(servers.size, 'server')}`;
}

/** Of a Single Server, TLS is enforced before it has a floor. */
const byServer = (a: Result, b: Result): number =>
  byCodeUnit(a.resource.id.toLowerCase(), b.resource.id.toLowerCase()) ||
  severities.indexOf(b.severity) - severities.indexOf(a.severity) ||
  byCodeUnit(a.plugin, b.plugin);

/** The repair, or why there is none. A report from a file may say anything. */
function repairOf(
  result: Result,
  plugin: View['plugins'][number] | undefined,
  report: Report,
  evaluate: Evaluate,
): Repair | string {
  if (!plugin) return 'this pgposture has no such plugin; --plugin-module loads yours.';
  const action = recommendedAction(plugin, report);
  if (!('fix' in plugin)) return `it is a plugin of another tool, and names no command. ${action}`;
  if (!isServerPlugin(plugin)) return `no one setting of Azure mends it. ${action}`;
  const { fix, kind, settings } = plugin;
  const { evidence, resource } = result;
  const unset = Object.entries(settings).find(([name, { values }]) => {
    const value = Object.hasOwn(report.settings, name) ? report.settings[name] : undefined;
    return value === undefined || !values.includes(value);
  });
  if (unset) return `its setting ${unset[0]} is none that the plugin knows.`;
  const { to } = remediation(fix, kind, resource, report.settings);
  const from = (Object.hasOwn(evidence, fix.set) ? evidence[fix.set] : undefined) ?? null;
  if (from === null) return `the report does not hold the value that ${fix.set} has now. ${action}`;
  if (typeof from !== 'string') return `in the report ${fix.set} is ${shown(from)}, which is no text. ${action}`;
  if ([from, to].some((value) => spelling(value) === ''))
    return `the old or the new value of ${fix.set} is blank. ${action}`;
  if (sameSpelling(from, to)) return `${fix.set} is ${to} already. ${action}`;
  if (!isServer(resource, kind)) return 'its id is not that of such a server.';
  if (![...namesOf(resource), from, to].every(isPlain)) return 'it has a name or a value that az would misread.';
  const judge = judgeAgain(plugin, result, report.settings, evaluate);
  const now = judge();
  if (now.status !== 'FAIL') return `by its evidence it is no FAIL: ${now.message}`;
  const then = judge(to);
  if (then.status === 'FAIL') return `it would still FAIL: ${then.message} ${action}`;
  return { result, plugin, from, to };
}

/** Commands name a server by the parts of its id, or by its id: they have to be the same server. */
function isServer(resource: ResourceReference, kind: string): boolean {
  const id = parseResourceId(resource.id);
  const { subscriptionId, resourceGroup, name } = resource;
  if (!id || subscriptionId === null || resourceGroup === null) return false;
  const pairs = [
    [id.type, kind],
    [id.subscriptionId, subscriptionId],
    [id.resourceGroup, resourceGroup],
    [id.name, name],
  ] as const;
  return pairs.every(([a, b]) => sameName(a, b)) && !pairs.some(([a]) => a === '.' || a === '..');
}

const namesOf = ({ subscriptionId, resourceGroup, name }: ResourceReference) => [
  subscriptionId ?? '',
  resourceGroup ?? '',
  name,
];

/** az takes what begins with @ for the name of a file, whose text it puts in its place; no name of Azure has a control in it. */
const isPlain = (word: string): boolean => !word.startsWith('@') && word === printable(word);
