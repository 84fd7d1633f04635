import type { Change, ChangeSide, Comparison, Report, ResourceReference, Result, Suppression } from '../../types';
import { mixedReport } from './report';

export const suppression: Suppression = {
  plugin: 'flexibleServerRequireSecureTransport',
  resource: '*/banana',
  reason: 'Behind a proxy that speaks TLS.',
  owner: 'Ann',
  expires: '2027-03-31',
  source: 'pgposture.suppressions.yaml:12',
};

const bySuppress: Suppression = {
  plugin: '*',
  location: 'eastus',
  resource: '*/quince',
  reason: 'Sold.',
  source: '--suppress',
};

/** What the tests of reporters want to be suppressed, in any report. */
export const suppressed = (report: Report, isSuppressed: (result: Result) => boolean, by = suppression): Report => ({
  ...report,
  results: report.results.map((result) => (isSuppressed(result) ? { ...result, suppression: by } : result)),
});

/** The mixed report, with a FAIL of banana suppressed, and suppressions in each state. */
export const suppressedReport = async (): Promise<Report> => ({
  ...suppressed(await mixedReport(), ({ status, resource }) => status === 'FAIL' && resource.name === 'banana'),
  suppressions: [
    { ...suppression, state: 'used', results: 1 },
    { ...suppression, resource: '*/cherry', expires: '2025-01-31', state: 'expired', results: 2 },
    { ...bySuppress, state: 'unused', results: 0 },
    { plugin: '*', resource: '/subscriptions/9/*', reason: 'Later.', source: 'b.yaml:2', state: 'untried', results: 0 },
  ],
});

/** What has become of a result that is now as it stands in the report. */
export function change(kind: Change['change'], result: Result, before: ChangeSide | null): Change {
  const { plugin, title, severity, resource } = result;
  return { change: kind, plugin, title, severity, resource, before, after: sideOf(result) };
}

export const sideOf = ({ status, message, reason, suppression }: Result): ChangeSide => ({
  status,
  message,
  ...(reason && { reason }),
  ...(suppression && { suppression }),
});

export const comparisonOf = (report: Report, changes: readonly Change[]): Comparison => ({
  baseline: {
    tool: report.tool,
    startedAt: '2026-11-01T08:00:00.000Z',
    finishedAt: '2026-11-01T08:01:00.000Z',
    complete: true,
    settings: report.settings,
    summary: report.summary,
  },
  summary: {
    new: 0,
    worse: 0,
    unknown: 0,
    better: 0,
    fixed: 0,
    gone: 0,
    ...Object.fromEntries(
      [...new Set(changes.map((each) => each.change))].map((kind) => [
        kind,
        changes.filter((each) => each.change === kind).length,
      ]),
    ),
    same: 40,
  },
  changes,
});

/** The mixed report, compared with one in which something of each kind was different. */
export async function comparedReport(): Promise<Report> {
  const report = await mixedReport();
  const of = (name: string, plugin: string) => {
    const found = report.results.find((result) => result.resource.name === name && result.plugin.endsWith(plugin));
    if (!found) throw new Error(`no ${name} ${plugin}`);
    return found;
  };
  const side = (status: 'PASS' | 'WARN' | 'FAIL'): ChangeSide => ({ status, message: `It was ${status}.` });
  const apple = of('apple', 'RequireSecureTransport');
  const elsewhere = (name: string): ResourceReference => ({
    ...apple.resource,
    id: `${apple.resource.id}/${name}`,
    name,
  });
  const lost = (kind: 'unknown' | 'gone', name: string): Change => ({
    ...change(kind, apple, side('FAIL')),
    resource: elsewhere(name),
    after: null,
  });
  return {
    ...report,
    comparison: comparisonOf(report, [
      change('new', of('banana', 'RequireSecureTransport'), null),
      change('worse', of('cherry', 'SslMinProtocolVersion'), side('PASS')),
      change('worse', of('cherry', 'RequireSecureTransport'), side('WARN')),
      lost('unknown', 'damson'),
      change('better', of('banana', 'SslMinProtocolVersion'), side('FAIL')),
      change('fixed', apple, side('FAIL')),
      lost('gone', 'elder'),
    ]),
  };
}
