import type { Change, Report, Result, Suppression } from '../../types';
import { assessedAs, assessedReport } from './assessed';
import { change, comparisonOf, suppressed } from './gated';
import { flexibleServer, hostileNames, hostileReport, mixedReport, reportOf, subscription } from './report';

/** Names that would mean something in a format of a report, or find its limits. */
const awkwardNames = [
  '',
  '..',
  'a  b',
  '[[ATTACHMENT|/etc/passwd]]',
  '[a](https://evil.example)',
  ']]><failure/>&amp;',
  'a\ufffe\uffff',
  "=cmd|'/c calc'!A1",
  '+1',
  '-1',
  '@SUM(A1)',
  '\t=1',
  'a;=1;b,"c"',
  '🍏'.repeat(600),
];

const accepted: Suppression = {
  plugin: '*',
  resource: '*',
  reason: 'It moves in May ::error::x [[ATTACHMENT|/etc/passwd]]',
  owner: '=Anna',
  expires: '2027-03-31',
  source: 'pgposture.suppressions.yaml:12',
};

/** The same report, with every second result that is no PASS accepted. */
export const halfSuppressed = (report: Report): Report =>
  suppressed(report, (result) => result.status !== 'PASS' && report.results.indexOf(result) % 2 === 1, accepted);

/** The same report after a baseline, of which these are the changes. */
export const compared = (
  report: Report,
  changeOf: (result: Result) => Pick<Change, 'change' | 'before'> | undefined,
): Report => ({
  ...report,
  comparison: comparisonOf(
    report,
    report.results.flatMap((result) => {
      const found = changeOf(result);
      return found ? [change(found.change, result, found.before)] : [];
    }),
  ),
});

/** What another tool's plugin may do: speak twice of one server, with no words, or too many. */
async function foreignReport(title: string): Promise<Report> {
  const { results, ...report } = await mixedReport();
  const foreign = results.map((result) => ({ ...result, plugin: 'their plugin', title, message: title }));
  return { ...report, results: [...results, ...foreign, ...foreign] };
}

/** By what is in them: what a reporter has to tell without a fault. */
export async function allReports(): Promise<ReadonlyMap<string, Report>> {
  const reports = new Map([
    ['every status', await mixedReport()],
    ['nothing', await reportOf()],
    ['an empty subscription', await reportOf(subscription('0'))],
    ['what is suppressed', halfSuppressed(await mixedReport())],
    ['a baseline', compared(await mixedReport(), () => ({ change: 'new', before: null }))],
    ['controls', await assessedReport()],
    ["another tool's plugin", await foreignReport('')],
    ["another tool's talkative plugin", await foreignReport(`x${'🍏'.repeat(1000)}`)],
    ['a long name', await reportOf(flexibleServer('x'.repeat(2000)), flexibleServer(`${'x'.repeat(2000)}y`))],
  ]);
  for (const name of [...hostileNames, ...awkwardNames]) {
    const report = await hostileReport(name);
    reports.set(`the name ${JSON.stringify(name).slice(0, 40)}`, report);
    reports.set(`the name ${JSON.stringify(name).slice(0, 40)}, suppressed`, halfSuppressed(report));
    reports.set(`the name ${JSON.stringify(name).slice(0, 40)}, of a control`, assessedAs(report, name));
  }
  return reports;
}
