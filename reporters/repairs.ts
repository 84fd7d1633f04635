import { printable } from '../helpers/printable';
import { remediation } from '../helpers/remediation';
import { byCodeUnit, parseResourceId, sameName } from '../helpers/resourceId';
import { type Plugin, type Report, type ResourceReference, type Result, severities } from '../types';
import { count, isToFix, recommendedAction, type View } from './view';

/** A FAIL, and the one value that has to change. */
export interface Repair {
  readonly result: Result;
  readonly plugin: Plugin;
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

/** A FAIL that is suppressed is accepted, and what is UNKNOWN nobody knows: neither is repaired. */
export function repairsOf(report: Report, plugins: View['plugins']): Repairs {
  const byId = new Map(plugins.map((plugin) => [plugin.id, plugin]));
  const repairs = new Map<string, Repair>();
  const leftOut: string[] = [];
  for (const result of report.results.filter(isToFix).sort(byServer)) {
    const repair = repairOf(result, byId.get(result.plugin), report);
    const key = typeof repair === 'string' ? '' : `${repair.plugin.fix.set} ${result.resource.id.toLowerCase()}`;
    const first = repairs.get(key);
    const why = first ? `${first.plugin.id} changes the same setting.` : repair;
    if (typeof why === 'string') leftOut.push(printable(`${result.plugin} of ${result.resource.name}: ${why}`));
    else repairs.set(key, why);
  }
  const suppressed = report.results.filter(({ status, suppression }) => status === 'FAIL' && suppression).length;
  return { repairs: [...repairs.values()], leftOut, suppressed };
}

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
function repairOf(result: Result, plugin: View['plugins'][number] | undefined, report: Report): Repair | string {
  if (!plugin) return 'this pgposture has no such plugin; --plugin-module loads yours.';
  const action = recommendedAction(plugin, report);
  if (!('fix' in plugin)) return `it is a plugin of another tool, and names no command. ${action}`;
  const { fix, kind, settings } = plugin;
  const { evidence, resource } = result;
  const unset = Object.entries(settings).find(([name, { values }]) => {
    const value = Object.hasOwn(report.settings, name) ? report.settings[name] : undefined;
    return value === undefined || !values.includes(value);
  });
  if (unset) return `its setting ${unset[0]} is none that the plugin knows.`;
  const { to } = remediation(fix, kind, resource, report.settings);
  const from = Object.hasOwn(evidence, fix.set) ? evidence[fix.set] : undefined;
  if (typeof from !== 'string') return `the report does not hold the value that ${fix.set} has now. ${action}`;
  if (sameValue(from, to)) return `${fix.set} is ${to} already. ${action}`;
  if (!isServer(resource, kind)) return 'its id is not that of such a server.';
  if (![...namesOf(resource), from, to].every(isPlain)) return 'it has a name or a value that az would misread.';
  return { result, plugin, from, to };
}

/** Azure does not always spell a value as it was given. */
const sameValue = (a: string, b: string): boolean => spelling(a) === spelling(b);
const spelling = (text: string) => text.toLowerCase().replaceAll(/\s/g, '');

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
