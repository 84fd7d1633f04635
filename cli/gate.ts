import { lstatSync } from 'node:fs';
import { type Decision, decide } from '../engine/gate';
import { printable } from '../helpers/printable';
import { ScanError } from '../helpers/scanError';
import type { Report, Suppression, TriedSuppression } from '../types';
import type { Io } from './io';
import { suppressionsFile } from './options';
import type { GateRequest, ScanRequest } from './request';
import { isSpecial } from './special';

// Few scans have any of it, and none needs it before Azure is asked.
const loadCompare = () => require('../engine/compare') as typeof import('../engine/compare');
const loadSuppress = () => require('../engine/suppress') as typeof import('../engine/suppress');
const loadConfigPath = () => require('./configPath') as typeof import('./configPath');
const loadReportFile = () => require('./reportFile') as typeof import('./reportFile');
const loadSuppressions = () => require('./suppressions') as typeof import('./suppressions');

/** What a report is held against. */
export interface Gate {
  /** Undefined if there is neither a file nor an option. */
  readonly suppressions: readonly Suppression[] | undefined;
  readonly baseline: { readonly report: Report; readonly name: string } | undefined;
}

/**
 * Reads it before the scan, so that nobody waits for one that a mistake in a file makes useless. Throws a ScanError for a file
 * that cannot be read, or is not what it should be.
 */
export async function readGate(
  request: GateRequest & Pick<ScanRequest, 'verbose'>,
  { stderr }: Pick<Io, 'stderr'>,
): Promise<Gate> {
  const { suppress: given, baseline } = request;
  const path = request.suppressions ?? foundSuppressions();
  if (path !== undefined && request.verbose) await stderr.write(`Suppressions from ${printable(path)}.\n`);
  const read = path === undefined ? [] : await loadSuppressions().readSuppressions(path);
  return {
    suppressions: path === undefined && given.length === 0 ? undefined : [...read, ...given],
    baseline:
      baseline === undefined
        ? undefined
        : { report: await loadReportFile().readReport(baseline, remedy), name: `"${baseline}"` },
  };
}

/** The file that nobody named, if it is there: whoever can change the working folder may have put another one behind it. */
function foundSuppressions(): string | undefined {
  if (!lstatSync(suppressionsFile, { throwIfNoEntry: false })) return undefined;
  const stray = loadConfigPath().strayPath('suppressions', suppressionsFile, process.cwd(), true);
  if (stray === undefined && !isSpecial(suppressionsFile)) return suppressionsFile;
  const todo = `If it is meant, name it: --suppressions ${suppressionsFile}.`;
  throw new ScanError('bad-file', `"${suppressionsFile}" is no file of this folder.`, todo);
}

const remedy = 'Give what pgposture scan wrote with --json.';

/**
 * The report, held against suppressions and baseline.
 *
 * @param plugins ids of all plugins that there are.
 */
export function gated(report: Report, { suppressions, baseline }: Gate, plugins: readonly string[]): Report {
  const today = new Date().toISOString().slice(0, 10);
  const names = { baseline: baseline?.name ?? '' };
  const whole = baseline ? loadCompare().withLost(baseline.report, report, names) : report;
  // Before it is compared: what a suppression covered then, and covers no longer, is worse.
  const suppressed = suppressions ? loadSuppress().suppress(whole, suppressions, { today, plugins }) : whole;
  return baseline ? loadCompare().compare(baseline.report, suppressed, names) : suppressed;
}

/** How a gate concludes: which reports it lets through, and how much it says. */
type Concluding = Pick<GateRequest, 'failOn' | 'failSeverity' | 'allowUnknown' | 'strictSuppressions'> & {
  readonly quiet: boolean;
  readonly verbose: boolean;
};

/**
 * Says on stderr what was let through, and which suppressions need a hand; returns the exit code. Throws a ScanError,
 * `stale-suppression`, if that is asked for.
 */
export async function conclude(report: Report, request: Concluding, { stderr }: Pick<Io, 'stderr'>): Promise<number> {
  const { failOn, failSeverity, allowUnknown, strictSuppressions: strict, quiet, verbose } = request;
  const decision = decide(report, { failOn, failSeverity, allowUnknown: new Set(allowUnknown) });
  const tried = report.suppressions ?? [];
  const stale = tried.flatMap(staleLine);
  const lines = [...(strict ? [] : stale), ...untriedLines(tried, verbose), ...acceptedLine(decision, request)];
  if (!quiet) for (const line of lines) await stderr.write(`${printable(line)}\n`);
  if (!strict || stale.length === 0) return decision.exitCode;
  const count = stale.length === 1 ? 'A suppression is' : `${stale.length} suppressions are`;
  throw new ScanError(
    'stale-suppression',
    [`${count} of no use any more.`, ...stale].join('\n'),
    'Renew or remove them.',
  );
}

const nameOf = ({ source, plugin, location, resource }: Suppression) =>
  location === undefined ? `${source}: the suppression of ${plugin}` : `${source} ${plugin}:${location}:${resource}`;

function staleLine(tried: TriedSuppression): string[] {
  const { state, results, expires, owner } = tried;
  if (state === 'unused') return [`${nameOf(tried)} fits nothing: no such finding is there.`];
  if (state !== 'expired') return [];
  const effect =
    results === 0
      ? 'nothing would need it'
      : `accepts ${results === 1 ? 'a finding' : `${results} findings`} no longer`;
  return [`${nameOf(tried)} has expired on ${expires}, and ${effect}${owner === undefined ? '' : ` (${owner})`}.`];
}

function untriedLines(tried: readonly TriedSuppression[], verbose: boolean): string[] {
  const untried = tried.filter(({ state }) => state === 'untried');
  if (verbose)
    return untried.map((each) => `${nameOf(each)} was not tried: what it is about was not looked at, or not wholly.`);
  if (untried.length === 0) return [];
  const subject = untried.length === 1 ? '1 suppression was' : `${untried.length} suppressions were`;
  return [`${subject} not tried, as what it is about was not looked at; --verbose names it.`];
}

/** Only where the counts of the report would make one expect another exit code. */
function acceptedLine({ accepted, exitCode }: Decision, { failSeverity }: Concluding): string[] {
  const { suppression, baseline, allowUnknown } = accepted;
  const parts = [
    [suppression, 'suppressed'],
    [baseline, 'in the baseline'],
    [allowUnknown, 'UNKNOWN allowed'],
    [accepted.failSeverity, `below --fail-severity ${failSeverity}`],
    [accepted.failOn, 'by --fail-on never'],
  ] as const;
  const told = parts.flatMap(([count, why]) => (count > 0 ? [`${count} ${why}`] : []));
  return told.length > 0 ? [`Let through: ${told.join(', ')}. Exit code ${exitCode}.`] : [];
}
