import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { parse } from 'csv-parse/sync';
import { printable } from '../../helpers/printable';
import { reporters } from '../../reporters';
import type { Report, Result } from '../../types';
import { flexibleServer, hostileReport, mixedReport, reportOf, subscription, view } from '../support/report';
import { allReports, compared, halfSuppressed } from '../support/reports';

const csvOf = (report: Report) => reporters.csv(report, view);
const rowsOf = (report: Report): Record<string, string>[] => parse(csvOf(report), { columns: true });

/** What stands in a cell: one harmless line, and no formula where Excel would split, be it at commas or at semicolons. */
const shown = (text: string | null | undefined) =>
  printable(text ?? '')
    .split(';')
    .map((part) => (/^[=+\-@]/.test(part) ? `'${part}` : part))
    .join(';');

function expectedRow(result: Result, report: Report) {
  const { plugin, title, severity, status, message, reason, resource, suppression } = result;
  const { id, name, type, location, resourceGroup, subscriptionId } = resource;
  const cells = {
    ...{ plugin, title, severity, status, message, reason: reason?.kind, code: reason?.code, remedy: reason?.remedy },
    ...{ resource: id, name, type, location, resourceGroup, subscriptionId },
    subscription: report.scopes.find((scope) => scope.subscriptionId === subscriptionId)?.name,
    ...{ suppression: suppression?.reason, owner: suppression?.owner, expires: suppression?.expires },
    change: report.comparison?.changes.find((change) => change.plugin === plugin && change.resource.id === id)?.change,
  };
  return Object.fromEntries(Object.entries(cells).map(([column, text]) => [column, shown(text)]));
}

describe('csv', () => {
  let reports: ReadonlyMap<string, Report>;
  before(async () => {
    reports = await allReports();
  });

  it('has every cell of every result, in the order of the report', () => {
    for (const [name, report] of reports) {
      const rows = rowsOf(report);
      assert.deepEqual(
        rows.map(({ evidence: _, ...row }) => row),
        report.results.map((result) => expectedRow(result, report)),
        name,
      );
      assert.deepEqual(
        rows.map(({ evidence = '' }) => JSON.parse(evidence)),
        report.results.map(({ evidence }) => evidence),
        name,
      );
    }
  });

  it('is one line for a result, and its log is harmless', () => {
    for (const [name, report] of reports) {
      const lines = csvOf(report).split('\n');
      assert.equal(lines.length, report.results.length + 2, name);
      for (const line of lines) assert.equal(printable(line), line, name);
    }
  });

  it('has no cell that is a formula', () => {
    for (const [name, report] of reports) {
      for (const cell of parse(csvOf(report)).flat()) {
        for (const part of cell.split(';')) assert.doesNotMatch(part, /^\s*[=+\-@\t\r＝＋－＠]/, name);
      }
    }
  });

  for (const formula of ["=cmd|'/c calc'!A1", '+1', '-1', '@SUM(A1)', '＝1']) {
    it(`puts a quote before ${formula}`, async () => {
      const cells = rowsOf(await hostileReport(formula)).map(({ name }) => name);
      assert.ok(cells.includes(`'${formula}`), cells.join());
    });
  }

  it('has a header only, where there is nothing', async () => {
    assert.equal(
      csvOf(await reportOf()),
      'plugin,title,severity,status,message,reason,code,remedy,resource,name,type,location,resourceGroup,' +
        'subscriptionId,subscription,evidence,suppression,owner,expires,change\n',
    );
  });

  it('is read by a person', async () => {
    const apple = flexibleServer('apple, the "first"', { require_secure_transport: 'off' });
    const [, first] = csvOf(await reportOf(apple, subscription('0'))).split('\n');
    assert.equal(
      first,
      'flexibleServerRequireSecureTransport,Flexible Server refuses connections without TLS,high,FAIL,' +
        'require_secure_transport is off: anyone may connect without TLS.,,,,' +
        '"/subscriptions/0/resourceGroups/fruit/providers/Microsoft.DBforPostgreSQL/flexibleServers/apple, the ""first""",' +
        '"apple, the ""first""",Microsoft.DBforPostgreSQL/flexibleServers,eastus,fruit,0,Fruit,' +
        '"{""require_secure_transport"":""off""}",,,,',
    );
  });

  it('says who accepts a result, and what has changed', async () => {
    const report = compared(halfSuppressed(await mixedReport()), ({ status }) =>
      status === 'FAIL' ? { change: 'worse', before: null } : undefined,
    );
    const rows = rowsOf(report);
    assert.deepEqual(
      rows.map(({ change }) => change),
      report.results.map(({ status }) => (status === 'FAIL' ? 'worse' : '')),
    );
    assert.deepEqual(
      rows.map(({ suppression, owner, expires }) => [suppression, owner, expires].join(' ').trim()),
      report.results.map(({ suppression }) =>
        suppression ? "It moves in May : :error: :x [[ATTACHMENT|/etc/passwd]] '=Anna 2027-03-31" : '',
      ),
    );
  });

  it('has the worst change of what another plugin says twice, and none of what it no longer says', async () => {
    const report = compared(await mixedReport(), () => ({ change: 'worse', before: null }));
    const { comparison = assert.fail() } = report;
    const [worse] = comparison.changes;
    const gone = comparison.changes.map((change) => ({ ...change, change: 'gone', after: null }) as const);
    const better = comparison.changes.map((change) => ({ ...change, change: 'better' }) as const);
    const changes = [worse ?? assert.fail(), ...better, ...gone];
    assert.deepEqual(
      rowsOf({ ...report, comparison: { ...comparison, changes } }).map(({ change }) => change),
      report.results.map((_, i) => (i === 0 ? 'worse' : 'better')),
    );
    assert.deepEqual(
      rowsOf({ ...report, comparison: { ...comparison, changes: gone } }).map(({ change }) => change),
      report.results.map(() => ''),
    );
  });
});
