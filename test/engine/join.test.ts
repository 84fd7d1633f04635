import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compare } from '../../engine/compare';
import { merge } from '../../engine/merge';
import { suppress } from '../../engine/suppress';
import { ScanError } from '../../helpers/scanError';
import { reporters } from '../../reporters';
import type { Report, Suppression } from '../../types';
import { fruit } from '../support/orchard';
import { flexibleServer, reportOf, subscription, view } from '../support/report';
import { read, shardReports } from '../support/shards';
import { viewReport } from '../support/views';

const endpoints = 'PostgreSQL/endpoints';
const databases = 'PostgreSQL/databases';
const scanned = () =>
  reportOf(
    flexibleServer('apple'),
    subscription('0', { 'Microsoft.DBforPostgreSQL/flexibleServers': { answered: true, servers: 1 } }),
  );

const ids = ({ results }: Report) => [...new Set(results.map(({ resource }) => resource.id))];

describe('reports of several views', () => {
  it('make one, in whatever order, and count no server twice', async () => {
    const parts = [await scanned(), await viewReport(endpoints), await viewReport(databases)];
    const joined = merge(parts);
    assert.deepEqual(merge(parts.toReversed()), joined);
    assert.ok(joined.complete);
    assert.deepEqual(ids(joined), [
      '/databases/db.example.com:5432',
      '/endpoints/db.example.com:5432',
      flexibleServer('apple').id,
    ]);
    assert.equal(
      joined.results.length,
      parts.reduce((sum, { results }) => sum + results.length, 0),
    );
    assert.equal(joined.plugins?.length, 11);
    assert.deepEqual(joined.summary, { PASS: 6, WARN: 2, FAIL: 1, UNKNOWN: 0, servers: 3, subscriptions: 1 });
    assert.deepEqual(joined.settings, { minimumTlsVersion: '1.2', minimumCertificateDays: '14' });
    const [azure, views] = reporters.text(joined, view).split('\n');
    assert.equal(azure, 'Saw 1 PostgreSQL server: 1 of 1 subscription answered.');
    assert.equal(views, 'Asked 1 database server and 1 endpoint.');
  });

  it('join the shards of a scan', async () => {
    const shards = (await shardReports(2, fruit)).map(read);
    const whole = merge(shards);
    const joined = merge([...shards, await viewReport(endpoints).then((report) => ({ ...report, tool: whole.tool }))]);
    assert.equal(joined.results.length, whole.results.length + 3);
    assert.deepEqual(joined.choice, whole.choice);
  });

  it('are told apart by where they are', async () => {
    const report = merge([await scanned(), await viewReport(endpoints)]);
    const table = reporters.table(report, view);
    assert.match(table, /db\.example\.com:5432 .*\n.*\bendpoint\b/);
    assert.doesNotMatch(table, /\btenant\b/);
    const { runs } = JSON.parse(reporters.sarif(report, view));
    const uris = runs[0].results.map(
      (each: { locations: { physicalLocation: { artifactLocation: { uri: string } } }[] }) =>
        each.locations[0]?.physicalLocation.artifactLocation.uri,
    );
    assert.deepEqual([...new Set(uris)], ['postgresql/endpoints/db.example.com%3A5432']);
    for (const { cloud, resources } of JSON.parse(reporters.ocsf(report, view)))
      assert.equal(cloud === undefined, resources[0].type === endpoints);
  });

  for (const [name, parts, what] of [
    [
      'two of one port',
      [viewReport(endpoints), viewReport(endpoints)],
      /are both of \/endpoints\/db\.example\.com:5432/,
    ],
    [
      'two with other settings',
      [viewReport(endpoints), viewReport(databases, undefined, { minimumTlsVersion: '1.3' })],
      /had minimumTlsVersion=1\.2, and Report 2 minimumTlsVersion=1\.3/,
    ],
    [
      'two that other versions have made',
      [
        viewReport(endpoints),
        viewReport(databases).then((report) => ({ ...report, tool: { ...report.tool, version: '9' } })),
      ],
      /was made by pgposture 0\.0\.0, and Report 2 by pgposture 9/,
    ],
    ['two whole scans', [viewReport(endpoints), scanned(), scanned()], /is of a scan that was not split/],
    [
      'one that was held against suppressions',
      [viewReport(endpoints).then((report) => suppress(report, [])), viewReport(databases)],
      /was held against suppressions/,
    ],
  ] as const) {
    it(`are refused: ${name}`, async () => {
      const reports: Report[] = await Promise.all(parts);
      assert.throws(
        () => merge(reports),
        (error) => error instanceof ScanError && error.code === 'bad-report' && what.test(error.message),
      );
    });
  }
});

describe('a report of ports', () => {
  const accepted = (resource: string): Suppression => ({
    plugin: '*',
    resource,
    reason: 'It is old.',
    source: 'test',
  });

  it('is accepted by the id of a port, and tells of one that was not asked', async () => {
    const report = suppress(await viewReport(endpoints), [
      accepted('/endpoints/DB.example.com:5432'),
      accepted('/endpoints/other.example.com:5432'),
    ]);
    assert.deepEqual(
      report.suppressions?.map(({ state, results }) => [state, results]),
      [
        ['used', 2],
        ['untried', 0],
      ],
    );
  });

  it('calls a suppression useless if its port was asked, and nothing is wrong', async () => {
    const [tried] =
      suppress(await viewReport(databases), [
        { ...accepted('/databases/db.example.com:5432'), plugin: 'databaseSslEnabled' },
      ]).suppressions ?? [];
    assert.equal(tried?.state, 'unused');
  });

  it('is compared with one before, in which a port that is not asked any more does not count', async () => {
    const before = await viewReport(endpoints, ['a:1', 'b:1']);
    const now = await viewReport(endpoints, ['b:1', 'c:1']);
    const { changes, summary } = compare(before, now).comparison;
    assert.deepEqual(
      changes.map(({ change, plugin, resource }) => [change, plugin, resource.name]),
      [
        ['new', 'endpointMinimumTlsVersion', 'c:1'],
        ['new', 'endpointPlaintextRefused', 'c:1'],
      ],
    );
    assert.equal(summary.same, 3);
  });
});
