import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { printable } from '../../helpers/printable';
import { reporters } from '../../reporters';
import type { Report, Result, Severity } from '../../types';
import { flexible, flexibleServer, hostileReport, mixedReport, reportOf, view } from '../support/report';
import { allReports, compared, halfSuppressed } from '../support/reports';
import { assertGitHubTakes, hashOf, idOf, runOf, uriOf } from '../support/sarif';

const isFinding = ({ status }: Result) => status === 'FAIL' || status === 'WARN';
const sorted = (texts: readonly string[]) => [...texts].sort();
/** One word for what a result and its alert have in common. */
const shown = (plugin: string, id: string) => `${printable(plugin)} ${printable(id).replaceAll('](', '] (')}`;

describe('sarif', () => {
  let reports: ReadonlyMap<string, Report>;
  before(async () => {
    reports = await allReports();
  });

  for (const how of [{}, { sarifSuppressed: true }, { plugins: [] }]) {
    const also = how.sarifSuppressed ?? false;

    it(`is what GitHub takes, with ${JSON.stringify(how)}`, () => {
      for (const report of reports.values()) assertGitHubTakes(report, how);
    });

    it(`has each FAIL and WARN as a result, each UNKNOWN as a notification, and no PASS, with ${JSON.stringify(how)}`, () => {
      for (const [name, report] of reports) {
        const { results, notifications } = runOf(report, how);
        const told = report.results.filter(({ suppression }) => also || !suppression);
        assert.deepEqual(
          sorted(results.map((each) => `${each.level} ${each.ruleId} ${idOf(each)}`)),
          sorted(
            told
              .filter(isFinding)
              .map(
                ({ status, plugin, resource }) =>
                  `${status === 'FAIL' ? 'error' : 'warning'} ${shown(plugin, resource.id)}`,
              ),
          ),
          name,
        );
        assert.deepEqual(
          sorted(
            notifications.slice(1).map((each) => `${each.descriptor?.id} ${each.associatedRule?.id} ${idOf(each)}`),
          ),
          sorted(
            told.flatMap(({ reason, plugin, resource }) =>
              reason ? [`${reason.kind} ${shown(plugin, resource.id)}`] : [],
            ),
          ),
          name,
        );
      }
    });
  }

  it('is harmless in a log, and has no link that Azure gave it', () => {
    for (const [name, report] of reports) {
      const output = reporters.sarif(report, view);
      for (const line of output.split('\n')) assert.equal(printable(line), line, name);
      assert.doesNotMatch(output, /\]\(/, name);
    }
  });

  it('is read by a person', async () => {
    const { results, notifications, rules, tool, automationDetails, invocations } = runOf(await mixedReport());
    const id = `/subscriptions/0/resourceGroups/fruit/providers/${flexible}/banana`;
    assert.deepEqual(results[0], {
      ruleId: 'flexibleServerRequireSecureTransport',
      ruleIndex: 0,
      level: 'error',
      message: {
        text:
          'require_secure_transport is off: anyone may connect without TLS. To do: az postgres flexible-server parameter set ' +
          '--subscription 0 --resource-group fruit --server-name banana --name require_secure_transport --value on',
      },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'azure/0/fruit/banana' },
            region: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 },
          },
          logicalLocations: [{ name: 'banana', fullyQualifiedName: id, kind: 'resource' }],
        },
      ],
      // With another hash every alert that is open would be closed, and opened again without its history.
      partialFingerprints: { primaryLocationLineHash: 'e0f12312bf868ddc:1' },
    });
    assert.deepEqual(notifications[0], {
      descriptor: { id: 'coverage' },
      level: 'note',
      message: {
        text: 'Saw 3 PostgreSQL servers: 1 of 2 subscriptions answered. Incomplete: what was not seen is UNKNOWN, with the reason.',
      },
    });
    assert.deepEqual(notifications.at(-1), {
      descriptor: { id: 'forbidden' },
      associatedRule: { id: 'singleServerMinimalTlsVersion', index: 2 },
      level: 'error',
      message: { text: 'Azure answered 403 AuthorizationFailed. To do: Grant Reader on the subscription.' },
      locations: [{ logicalLocations: [{ name: 'Fruit', fullyQualifiedName: '/subscriptions/1', kind: 'resource' }] }],
    });
    const { help, ...rule } = rules[1] ?? assert.fail();
    assert.deepEqual(rule, {
      id: 'flexibleServerSslMinProtocolVersion',
      shortDescription: { text: 'Expected: Flexible Server accepts modern TLS only' },
      defaultConfiguration: { level: 'error' },
      fullDescription: {
        text: 'The server parameter ssl_min_protocol_version is the oldest TLS version with which a client may connect: a floor.',
      },
      helpUri: 'https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-SSL-MIN-PROTOCOL-VERSION',
      properties: {
        'security-severity': '5.5',
        tags: ['security', 'azure', 'postgresql', 'cis', 'mcsb'],
        precision: 'very-high',
      },
    });
    const fix = 'Set the server parameter ssl_min_protocol_version to TLSv1.2 or above.';
    assert.ok(help?.text.includes(`\n\nHow to fix it: ${fix}\n\n`), help?.text);
    assert.ok(help?.markdown?.includes(`\n\n**How to fix it:** ${fix}\n\n`), help?.markdown);
    assert.deepEqual(
      { ...tool.driver, rules: [] },
      { name: 'pgposture', version: '0.0.0', semanticVersion: '0.0.0', rules: [] },
    );
    // GitHub's action sets its category only where there is none.
    assert.equal(automationDetails, undefined);
    const [{ toolExecutionNotifications: _, ...invocation }] = invocations as [(typeof invocations)[number]];
    const time = '2025-03-28T00:00:00.000Z';
    assert.deepEqual(invocation, { executionSuccessful: true, startTimeUtc: time, endTimeUtc: time });
  });

  it('knows a finding again, however Azure spells its id, and tells it from any other', async () => {
    const off = { require_secure_transport: 'off', ssl_min_protocol_version: 'TLSv1' };
    const hashes = async (name: string, where: object = {}) =>
      runOf(await reportOf(flexibleServer(name, off, where))).results.map(hashOf);
    const id = `/SUBSCRIPTIONS/0/resourcegroups/FRUIT/providers/${flexible}/Apple`;
    assert.deepEqual(await hashes('apple', { id, location: 'East US' }), await hashes('apple'));
    assert.equal(new Set([...(await hashes('apple')), ...(await hashes('pear'))]).size, 4);
  });

  for (const [resource, uri] of [
    [{ subscriptionId: 'AB-12', resourceGroup: 'RG Anna (old)', name: 'Apple' }, 'azure/ab-12/rg%20anna%20(old)/apple'],
    [{ subscriptionId: 'a', resourceGroup: 'b/c', name: 'd?e#f:g' }, 'azure/a/b%2Fc/d%3Fe%23f%3Ag'],
    [{ subscriptionId: 'a', resourceGroup: '..', name: '.' }, 'azure/a/_/_'],
    [{ subscriptionId: 'a', resourceGroup: null, name: 'A', id: '/subscriptions/A' }, 'azure/subscriptions/a'],
    [{ subscriptionId: null, resourceGroup: null, name: 'Orchard', id: '/tenants/0' }, 'azure/tenants/0'],
  ] as const) {
    it(`shows it at ${uri}`, async () => {
      const { results, ...report } = await mixedReport();
      const moved = results.map((result) => ({ ...result, resource: { ...result.resource, ...resource } }));
      assert.equal(uriOf(runOf({ ...report, results: moved }).results[0] ?? assert.fail()), uri);
    });
  }

  it('says of what is suppressed who accepts it, and of the rest that nobody does', async () => {
    const report = halfSuppressed(await mixedReport());
    assert.deepEqual(
      runOf(report).results.filter((result) => 'suppressions' in result),
      [],
    );
    const { results } = runOf(report, { sarifSuppressed: true });
    const justification =
      'Suppressed until 2027-03-31 by =Anna: It moves in May : :error: :x [[ATTACHMENT|/etc/passwd]]';
    const accepted = [{ kind: 'external', status: 'accepted', justification }];
    const expected = new Map(
      report.results.map(({ plugin, resource, suppression }) => [
        shown(plugin, resource.id),
        suppression ? accepted : [],
      ]),
    );
    assert.deepEqual(
      results.map(({ suppressions }) => suppressions),
      results.map((result) => expected.get(`${result.ruleId} ${idOf(result)}`)),
    );
    assert.equal(new Set(results.map(({ suppressions }) => suppressions?.length)).size, 2);
  });

  for (const [what, change, state] of [
    ['what is as it was', undefined, 'unchanged'],
    ['what was not there', { change: 'new', before: null }, 'new'],
    ['what was a PASS', { change: 'worse', before: { status: 'PASS', message: '' } }, 'new'],
    ['what nobody could see', { change: 'worse', before: { status: 'UNKNOWN', message: '' } }, 'new'],
    ['what was a WARN', { change: 'worse', before: { status: 'WARN', message: '' } }, 'updated'],
    ['what was a FAIL', { change: 'better', before: { status: 'FAIL', message: '' } }, 'updated'],
  ] as const) {
    it(`says of ${what} in the baseline that it is ${state}`, async () => {
      const { results } = runOf(compared(await mixedReport(), () => change));
      assert.deepEqual([...new Set(results.map(({ baselineState }) => baselineState))], [state]);
    });
  }

  it('says nothing of a baseline that there is not', async () =>
    assert.ok(runOf(await mixedReport()).results.every((result) => !('baselineState' in result))));

  for (const [severity, number] of [
    ['high', '8.0'],
    ['medium', '5.5'],
    ['low', '3.0'],
  ] as const) {
    it(`makes a rule of ${severity} severity of what a result says, if it has no more`, async () => {
      const { rules } = runOf(await onePlugin('theirs', severity), { plugins: [] });
      assert.deepEqual(rules, [
        {
          id: 'theirs',
          shortDescription: { text: 'Expected: It is *fine* & <safe>' },
          defaultConfiguration: { level: 'error' },
          fullDescription: { text: 'It is *fine* & <safe>' },
          help: {
            text: 'PASS proves: It is *fine* & <safe>',
            markdown: '**PASS proves:** It is &#42;fine&#42; &#38; &#60;safe&#62;',
          },
          properties: { 'security-severity': number, tags: ['security', 'azure', 'postgresql'] },
        },
      ]);
    });
  }

  async function onePlugin(plugin: string, severity: Severity): Promise<Report> {
    const { results, ...report } = await mixedReport();
    return {
      ...report,
      results: results.map((each) => ({ ...each, plugin, severity, title: 'It is *fine* & <safe>' })),
    };
  }

  describe('of more results than GitHub takes', () => {
    const most = 25_000;
    /** So many WARN, and a FAIL at the end. */
    async function large(warns: number): Promise<Report> {
      const { results, ...report } = await mixedReport();
      const [warn, fail] = (['WARN', 'FAIL'] as const).map((wanted) => results.find(({ status }) => status === wanted));
      if (!warn || !fail) throw new Error('There is none.');
      const many = Array.from({ length: warns }, (_, i) => ({
        ...warn,
        resource: { ...warn.resource, id: `${warn.resource.id}${i}` },
      }));
      return { ...report, results: [...many, fail] };
    }
    const leftOut = ({ notifications }: ReturnType<typeof runOf>) =>
      notifications
        .filter(({ descriptor }) => descriptor?.id === 'results-left-out')
        .map(({ message }) => message.text);

    it('keeps the worst, and says how many it has left out', async () => {
      const run = runOf(await large(most + 6));
      assert.equal(run.results.length, most);
      assert.equal(run.results[0]?.level, 'error');
      assert.match(leftOut(run).join(), /^7 results are left out: /);
    });

    it('leaves none out of as many as it takes', async () => {
      const run = runOf(await large(most - 1));
      assert.equal(run.results.length, most);
      assert.deepEqual(leftOut(run), []);
    });

    it('leaves out first what is suppressed, however bad', async () => {
      const { results, ...report } = await large(most);
      const suppression = { plugin: '*', resource: '*', reason: 'known', source: '--suppress' };
      const accepted = results.map((result) => (result.status === 'FAIL' ? { ...result, suppression } : result));
      const run = runOf({ ...report, results: accepted }, { sarifSuppressed: true });
      assert.ok(run.results.every(({ level }) => level === 'warning'));
      assert.match(leftOut(run).join(), /^1 result/);
    });
  });

  it('gives the same bytes for the same report', async () => {
    const [one, other] = [await hostileReport('apple'), await hostileReport('apple')];
    assert.equal(
      reporters.sarif(one, view),
      reporters.sarif(other, { ...view, width: 10, colour: true, ignoreOk: true }),
    );
  });
});
