import { inspect } from 'node:util';
import { ScanError } from '../../helpers/scanError';
import { severities } from '../../types';
import { leakIn } from '../support/secrets';
import { closedFor, explainedBy, waitAsked } from './answers';
import { type Asked, type Attempt, isRefusal, isSignedIn, listOf } from './journal';
import { Knowledge, type Known, rowKey } from './knowledge';
import type { Outcome } from './scan';
import { severityOf, truthOf } from './settings';

const patience = 120_000;
const second = 1_000;

/** What must never be, of what came of a schedule; each a sentence. */
export function violationsOf(outcome: Outcome): string[] {
  const known = new Knowledge(outcome).get();
  return [
    ...(typeof known === 'string' ? inError(outcome, known) : inReport(outcome, known)),
    ...inTime(outcome),
    ...outcome.journal.asked.flatMap((asked) => [...inManners(outcome, asked), ...inPersistence(outcome, asked)]),
    ...inLanes(outcome),
    ...inSecrets(outcome),
  ];
}

const told = (report: Outcome['report']): string =>
  report instanceof ScanError ? `ends in ${report.code}` : `has a report of ${report.results.length} results`;

const inError = ({ report }: Outcome, code: string): string[] =>
  report instanceof ScanError && report.code === code ? [] : [`It should end in ${code}, and ${told(report)}.`];

// ── Verdicts ─────────────────────────────────────────────────────────────────────────────────────────────────────────

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

// ── Manners ──────────────────────────────────────────────────────────────────────────────────────────────────────────

function inTime({ journal, startedAt, endedAt, cutAt, schedule }: Outcome): string[] {
  const found: string[] = [];
  const took = endedAt - startedAt;
  const most = 5 * 60 * second + journal.asked.length * 250 * second;
  if (took > most) found.push(`It took ${took / second} s.`);
  if (cutAt !== undefined && endedAt > cutAt) found.push(`It ended ${endedAt - cutAt} ms after it was cut short.`);
  const times = journal.asked.flatMap(({ attempts }) => attempts.flatMap(({ sentAt, endedAt }) => [sentAt, endedAt]));
  const steps = [startedAt, ...times, endedAt].sort((a, b) => a - b);
  const idle = Math.max(...steps.map((at, i) => at - (steps[i - 1] ?? at)));
  if (idle > patience) found.push(`Nothing happened for ${idle / second} s.`);
  const { concurrency } = schedule.options;
  if (journal.mostInFlight > concurrency)
    found.push(`${journal.mostInFlight} requests are in flight, of ${concurrency}.`);
  return found;
}

const isLate = ({ sentAt, endedAt }: Attempt, most: number) => endedAt - sentAt > most;

function inManners({ cutAt }: Outcome, { key, kind, attempts }: Asked): string[] {
  const found: string[] = [];
  const isSignIn = kind === 'sign-in';
  // A challenge of Azure's is answered within an attempt.
  const challenged = attempts.some(({ answer }) => answer?.headers?.['www-authenticate']?.includes('claims'));
  const most = challenged ? 10 : 5;
  if (!isSignIn && attempts.length > most) found.push(`${key} was asked ${attempts.length} times.`);
  for (const [i, attempt] of attempts.entries()) {
    if (attempt.outcome === 'open' && !isSignIn) found.push(`${key}: a request is left.`);
    if (isLate(attempt, 30 * second)) found.push(`${key}: an attempt took ${attempt.endedAt - attempt.sentAt} ms.`);
    if (cutAt !== undefined && attempt.sentAt > cutAt) found.push(`${key} was asked after the scan was cut short.`);
    const next = attempts[i + 1];
    if (!next || isSignIn || attempt.answer?.status === 401) continue;
    const asked = attempt.answer && waitAsked(attempt.answer);
    const least = asked ?? 250 * 2 ** Math.min(i, 3);
    const waited = next.sentAt - attempt.endedAt;
    if (waited < least && !challenged) found.push(`${key} was asked again after ${waited} ms, not ${least}.`);
  }
  return found;
}

/** A call may only be given up for a reason. */
function inPersistence(outcome: Outcome, asked: Asked): string[] {
  const { journal, cutAt, failedFetches } = outcome;
  const { key, kind, lane, attempts } = asked;
  const last = attempts.at(-1);
  const [first] = attempts;
  if (!last || !first || kind === 'sign-in' || cutAt !== undefined || listOf(asked)) return [];
  const { answer, endedAt } = last;
  const signIns = journal.inLane('sign-in').flatMap((each) => each.attempts);
  if (failedFetches.length > 0 || signIns.some((attempt) => !isSignedIn(attempt))) return [];
  if (answer && isRefusal(answer)) return [];
  if (explainedBy(stateOf(outcome, asked), answer)) return [];
  const all = journal.asked.flatMap((each) => each.attempts);
  if (answer?.status === 401) {
    const refused = all.filter((each) => each.answer?.status === 401 && each !== last);
    const recent = refused.some((each) => each.endedAt <= endedAt && each.endedAt > endedAt - 60 * second);
    return recent || attempts.length >= 5 ? [] : [`${key} was given up after a 401 without another token.`];
  }
  const next = (answer && waitAsked(answer)) ?? 4 * second;
  const spent = endedAt - first.sentAt + next;
  if (attempts.length >= 5 || spent >= patience || closedFor(journal.inLane(lane)) > patience) return [];
  const unanswered = journal
    .inLane(lane)
    .flatMap((each) => each.attempts)
    .filter((each) => each.outcome !== 'answered' && each.sentAt <= endedAt - patience);
  if (unanswered.length > 0) return [];
  return [`${key} was given up after ${attempts.length} attempts in ${spent / second} s.`];
}

/** Of the server whose parameters are asked for. */
function stateOf({ schedule }: Outcome, { kind, lane, key }: Asked) {
  if (kind !== 'configurations') return undefined;
  const owner = schedule.tenant.subscriptions.find(({ subscriptionId }) => subscriptionId === lane);
  const server = owner?.flexibleServers?.find(({ name }) => key.includes(`/flexibleservers/${name}/`));
  return server?.properties?.state;
}

/** Nobody sends where Azure has asked to wait. */
function inLanes({ journal }: Outcome): string[] {
  const found: string[] = [];
  const signIns = journal.inLane('sign-in').flatMap((asked) => asked.attempts);
  for (const lane of new Set(journal.asked.map((asked) => asked.lane))) {
    if (lane === 'sign-in') continue;
    const attempts = journal.inLane(lane).flatMap((asked) => asked.attempts);
    for (const { answer, endedAt } of attempts) {
      if (answer?.status !== 429) continue;
      const opensAt = endedAt + (waitAsked(answer) ?? 250);
      // Who had begun before, and waited for a token, has passed.
      const waited = (at: number) =>
        signIns.some((each) => each.sentAt <= endedAt && each.endedAt >= endedAt && each.endedAt <= at);
      const early = attempts.find(({ sentAt }) => sentAt > endedAt && sentAt < opensAt && !waited(sentAt));
      if (early) found.push(`The lane "${lane}" was asked ${opensAt - early.sentAt} ms too early.`);
    }
  }
  return found;
}

// ── Secrets ──────────────────────────────────────────────────────────────────────────────────────────────────────────

function inSecrets({ report, log }: Outcome): string[] {
  const outputs = {
    report: report instanceof ScanError ? inspect(report, { depth: 9 }) : JSON.stringify(report),
    log: log.join('\n'),
  };
  return Object.entries(outputs).flatMap(([where, text]) => {
    const leak = leakIn(text);
    return leak === undefined ? [] : [`A secret stands in the ${where}: ${JSON.stringify(leak)}.`];
  });
}
