import { inspect } from 'node:util';
import { ScanError } from '../../helpers/scanError';
import { severities } from '../../types';
import { Knowledge, type Known, rowKey } from './knowledge';
import type { Outcome } from './scan';
import { severityOf, truthOf } from './settings';

/** Where a report says another thing than the answers do from which it was made, or than the tenant is. */
export function falseVerdicts(outcome: Outcome): string[] {
  const known = new Knowledge(outcome).get();
  return typeof known === 'string' ? inError(outcome, known) : inReport(outcome, known);
}

const told = (report: Outcome['report']): string =>
  report instanceof ScanError ? `ends in ${report.code}` : `has a report of ${report.results.length} results`;

const inError = ({ report }: Outcome, code: string): string[] =>
  report instanceof ScanError && report.code === code ? [] : [`It should end in ${code}, and ${told(report)}.`];

function inReport(outcome: Outcome, known: Known): string[] {
  const { report } = outcome;
  if (report instanceof ScanError)
    return [`It should have a report of ${known.rows.size} results, and ${told(report)}.`];
  const found: string[] = [];
  const seen = new Set<string>();
  for (const { plugin, resource, status, reason } of report.results) {
    const key = rowKey(plugin, resource.id);
    const words = known.rows.get(key);
    const word = reason?.kind ?? status;
    if (seen.has(key)) found.push(`Two results say ${key}.`);
    seen.add(key);
    if (!words) found.push(`A result that nobody can know: ${key} is ${word}.`);
    else if (!words.has(word as never)) found.push(`${key} is ${word}, and should be ${[...words].join(' or ')}.`);
    if (!/^\w[\w.-]*$/.test(reason?.code ?? 'none')) found.push(`${key} has a code that is none: ${reason?.code}.`);
    if (status !== 'UNKNOWN') found.push(...notTrue(outcome, plugin, resource.id, status));
  }
  for (const key of known.rows.keys()) if (!seen.has(key)) found.push(`Lost: ${key}.`);
  for (const { key } of known.unread) found.push(`It asked for what nobody needs: ${key}.`);
  return [...found, ...inSums(outcome, known), ...inExitCode(outcome), ...inReplay(outcome)];
}

/** A verdict is what the tenant's server is, whatever was answered. */
function notTrue({ schedule }: Outcome, plugin: string, id: string, status: string): string[] {
  const [, , subscription = '', , , , , type, name = ''] = id.toLowerCase().split('/');
  const owner = schedule.tenant.subscriptions.find(({ subscriptionId }) => subscriptionId === subscription);
  const servers = type === 'servers' ? owner?.singleServers : owner?.flexibleServers;
  const server = servers?.find((each) => each.name === name);
  const floor = Number(schedule.options.minimumTlsVersion.replace('.', ''));
  const truth = server && truthOf(plugin as never, server, floor);
  return truth === status ? [] : [`${plugin} calls ${id} ${status}, and it is ${truth ?? 'no server'}.`];
}

function inSums({ report, cutAt }: Outcome, { servers, rows }: Known): string[] {
  if (report instanceof ScanError) return [];
  const count = (status: string) => report.results.filter((result) => result.status === status).length;
  const scopes = [...rows.keys()].filter((key) => / \/(subscriptions|tenants|[^ ]*managementgroups)\/[^/]+$/.test(key));
  const sums = report.summary;
  const found: string[] = [];
  for (const status of ['PASS', 'WARN', 'FAIL', 'UNKNOWN'] as const) {
    if (sums[status] !== count(status)) found.push(`${sums[status]} results are said to be ${status}.`);
  }
  if (sums.servers !== servers) found.push(`${sums.servers} servers are said to be seen, of ${servers}.`);
  const whole = cutAt === undefined && scopes.length === 0 && (report.scopes.length > 0 || report.shard !== undefined);
  if (report.complete !== whole) found.push(`It says complete: ${report.complete}.`);
  return found;
}

function inExitCode({ report, decision, schedule }: Outcome): string[] {
  if (report instanceof ScanError) return [];
  const { failOn, failSeverity, allowUnknown } = schedule.options.gate;
  const bad = { fail: ['FAIL'], warn: ['FAIL', 'WARN'], never: [] as string[] }[failOn];
  const fails = report.results.some(
    ({ status, plugin }) =>
      bad.includes(status) && severities.indexOf(severityOf(plugin as never)) >= severities.indexOf(failSeverity),
  );
  const reasons = report.results.flatMap(({ reason }) => reason?.kind ?? []);
  const refused = reasons.some((kind) => !allowUnknown.includes(kind));
  // A report that is cut short, and in which nothing is missing that anybody could name, is as good as not collected.
  const isScope = report.results.some(
    ({ resource }) =>
      resource.type.startsWith('Microsoft.Resources/') || resource.type.startsWith('Microsoft.Management/'),
  );
  const says = isScope || reasons.some((kind) => kind === 'timeout' || kind === 'not-collected');
  const silent = !report.complete && !says && !allowUnknown.includes('not-collected');
  const code = fails ? 1 : refused || silent ? 3 : 0;
  return decision?.exitCode === code ? [] : [`The exit code is ${decision?.exitCode}, and should be ${code}.`];
}

/** A collection says what the scan said that kept it. */
function inReplay({ report, replayed, cutAt }: Outcome): string[] {
  if (!replayed || report instanceof ScanError) return [];
  const rows = ({ results }: typeof report) =>
    results.map(({ plugin, resource, status, reason, evidence }) =>
      inspect({ plugin, id: resource.id, status, reason, evidence }),
    );
  const before = new Set(rows(report));
  const after = new Set(rows(replayed));
  return (
    [...before]
      .filter((row) => !after.has(row))
      .map((row) => `The collection does not say so: ${row}.`)
      // Of a scan that was cut short it says more, to be sure.
      .concat(
        [...after]
          .filter((row) => !before.has(row) && cutAt === undefined)
          .map((row) => `Only the collection says so: ${row}.`),
      )
  );
}
