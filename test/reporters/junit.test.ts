import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { printable } from '../../helpers/printable';
import { reporters, type View } from '../../reporters';
import type { ChangeKind, Report, Result } from '../../types';
import {
  answered,
  flexible,
  flexibleServer,
  hostileReport,
  mixedReport,
  reportOf,
  subscription,
  view,
} from '../support/report';
import { allReports, compared, halfSuppressed } from '../support/reports';
import { parseXml, type XmlElement } from '../support/xml';

const suitesOf = (report: Report, how: Partial<View> = {}) =>
  parseXml(reporters.junit(report, { ...view, ...how })).children;
const casesOf = (report: Report, how?: Partial<View>) => suitesOf(report, how).flatMap(named('testcase'));
const named = (tag: string) => (suite: XmlElement) => suite.children.filter(({ name }) => name === tag);
const tagsOf = ({ children }: XmlElement) => children.map(({ name }) => name);

/** What https://github.com/windyroad/JUnit-Schema asks for. */
function assertSchema(root: XmlElement): void {
  assert.deepEqual([root.name, root.attributes], ['testsuites', {}]);
  root.children.forEach((suite, id) => {
    assert.equal(suite.name, 'testsuite');
    const { timestamp = '', name = '', ...others } = suite.attributes;
    assert.match(timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
    assertToken(name);
    const cases = named('testcase')(suite);
    const count = (tag: string) => `${cases.filter((each) => tagsOf(each).includes(tag)).length}`;
    assert.deepEqual(others, {
      ...{ id: `${id}`, package: 'pgposture', hostname: 'localhost', time: '0' },
      ...{ tests: `${cases.length}`, failures: count('failure'), errors: count('error'), skipped: count('skipped') },
    });
    assert.deepEqual(tagsOf(suite), ['properties', ...cases.map(() => 'testcase'), 'system-out', 'system-err']);
    for (const property of suite.children[0]?.children ?? []) {
      assert.equal(property.name, 'property');
      assert.deepEqual(Object.keys(property.attributes), ['name', 'value']);
      assertToken(property.attributes.name ?? '');
    }
    for (const each of cases) assertCase(each, name);
  });
}

function assertCase({ attributes, children }: XmlElement, suite: string): void {
  assert.deepEqual(Object.keys(attributes), ['name', 'classname', 'time']);
  assert.equal(attributes.classname, suite);
  assert.equal(attributes.time, '0');
  assertToken(attributes.name ?? '');
  assert.ok(children.length <= 1);
  for (const { name, attributes, children: none } of children) {
    assert.deepEqual(none, []);
    assert.deepEqual(Object.keys(attributes), name === 'skipped' ? ['message'] : ['message', 'type']);
    assert.match(name, /^(skipped|error|failure)$/);
  }
}

/** A parser that knows the schema would read any other as another name. */
const assertToken = (text: string) => assert.match(text, /^\S+( \S+)*$/);

const fullName = ({ attributes }: XmlElement) => `${attributes.classname}.${attributes.name}`;

describe('junit', () => {
  let reports: ReadonlyMap<string, Report>;
  before(async () => {
    reports = await allReports();
  });

  for (const how of [{}, { failOn: 'warn' }, { plugins: [] }] as const) {
    it(`is what the schema asks for, with ${JSON.stringify(how)}`, () => {
      for (const report of reports.values()) assertSchema(parseXml(reporters.junit(report, { ...view, ...how })));
    });
  }

  it('has a case for each result, each with a name of its own that no platform cuts', () => {
    for (const [name, report] of reports) {
      const names = casesOf(report).map(fullName);
      assert.equal(names.length, report.results.length, name);
      assert.equal(new Set(names).size, names.length, name);
      assert.ok(Math.max(0, ...names.map(({ length }) => length)) <= 512, name);
    }
  });

  it('is harmless in a log, and names no file to be published', () => {
    for (const [name, report] of reports) {
      for (const line of reporters.junit(report, view).split('\n')) assert.equal(printable(line), line, name);
      assert.doesNotMatch(reporters.junit(report, view), /\[\[/, name);
    }
  });

  it('begins a cut name with the name of the server', async () => {
    const names = casesOf(await reportOf(flexibleServer(`apple${'🍏'.repeat(300)}`))).map(fullName);
    for (const name of names) assert.match(name, /^\w+\.apple(🍏)+…[0-9a-f]{8}$/u);
    assert.equal(names.length, 2);
  });

  it('has a suite for each plugin, and one for a plugin that has found nothing', async () => {
    const empty = suitesOf(await reportOf());
    assert.deepEqual(
      empty.map(({ attributes }) => [attributes.name, attributes.tests]),
      view.plugins.map(({ id }) => [id, '0']),
    );
    assert.match(empty[0]?.children.find(({ name }) => name === 'system-out')?.text ?? '', /^Saw no PostgreSQL server/);
  });

  it('is read by a person', async () => {
    const report = await reportOf(
      flexibleServer('banana', { require_secure_transport: 'off' }),
      subscription('0', { [flexible]: answered(1) }),
    );
    const id = `/subscriptions/0/resourceGroups/fruit/providers/${flexible}/banana`;
    const plugins = view.plugins.filter((plugin) => plugin.id.startsWith('flexible'));
    assert.equal(
      reporters.junit(report, { ...view, plugins }),
      `<?xml version="1.0" encoding="UTF-8"?>
<testsuites>
<testsuite name="flexibleServerRequireSecureTransport" timestamp="2025-03-28T00:00:00" hostname="localhost" tests="1" failures="1" errors="0" skipped="0" time="0" package="pgposture" id="0">
<properties>
<property name="tool" value="pgposture 0.0.0"/>
<property name="title" value="Flexible Server refuses connections without TLS"/>
<property name="severity" value="high"/>
<property name="link" value="https://learn.microsoft.com/azure/postgresql/flexible-server/how-to-connect-tls-ssl"/>
</properties>
<testcase name="banana ${id}" classname="flexibleServerRequireSecureTransport" time="0">
<failure message="require_secure_transport is off: anyone may connect without TLS." type="FAIL">require_secure_transport is off: anyone may connect without TLS.
Severity: high
Resource: ${id}
Evidence: require_secure_transport = &quot;off&quot;
To do: az postgres flexible-server parameter set --subscription 0 --resource-group fruit --server-name banana --name require_secure_transport --value on</failure>
</testcase>
<system-out>Saw 1 PostgreSQL server: 1 of 1 subscription answered.</system-out>
<system-err/>
</testsuite>
<testsuite name="flexibleServerSslMinProtocolVersion" timestamp="2025-03-28T00:00:00" hostname="localhost" tests="1" failures="0" errors="0" skipped="0" time="0" package="pgposture" id="1">
<properties>
<property name="tool" value="pgposture 0.0.0"/>
<property name="title" value="Flexible Server accepts modern TLS only"/>
<property name="severity" value="medium"/>
<property name="link" value="https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-SSL-MIN-PROTOCOL-VERSION"/>
<property name="setting.minimumTlsVersion" value="1.2"/>
</properties>
<testcase name="banana ${id}" classname="flexibleServerSslMinProtocolVersion" time="0"/>
<system-out>Saw 1 PostgreSQL server: 1 of 1 subscription answered.
WARN medium ${id}: ssl_min_protocol_version is TLSv1.2, but require_secure_transport is off: the floor binds only clients that choose TLS.</system-out>
<system-err/>
</testsuite>
</testsuites>
`,
    );
  });

  /** What a case has become, by the status of its result. */
  function fates(report: Report, how?: Partial<View>): Record<string, string[]> {
    const cases = casesOf(report, how);
    const fates: Record<string, string[]> = {};
    // Suites are ordered by plugin, and cases in them as results.
    const results = [...report.results].sort((a, b) => (a.plugin < b.plugin ? -1 : a.plugin > b.plugin ? 1 : 0));
    results.forEach(({ status }, i) => {
      const [outcome] = cases[i]?.children ?? [];
      const fate = outcome ? [outcome.name, outcome.attributes.type].filter(Boolean).join(' ') : 'passed';
      fates[status] = [...new Set([...(fates[status] ?? []), fate])].sort();
    });
    return fates;
  }

  const usual = {
    FAIL: ['failure FAIL'],
    PASS: ['passed'],
    UNKNOWN: ['error forbidden', 'error unreadable'],
    WARN: ['passed'],
  };

  for (const [failOn, warn] of [
    ['fail', 'passed'],
    ['warn', 'failure WARN'],
    ['never', 'passed'],
  ] as const) {
    it(`takes a FAIL for a failure, an UNKNOWN for an error, and under --fail-on ${failOn} a WARN for ${warn}`, async () => {
      assert.deepEqual(fates(await mixedReport(), { failOn }), { ...usual, WARN: [warn] });
    });
  }

  for (const [failOn, warns] of [
    ['fail', 1],
    ['warn', 0],
  ] as const) {
    it(`has ${warns} WARN beside its cases, under --fail-on ${failOn}, and nothing else`, async () => {
      const texts = suitesOf(await mixedReport(), { failOn }).flatMap(named('system-out'));
      const lines = texts.flatMap(({ text }) => text.split('\n').slice(2));
      assert.deepEqual(
        lines.map((line) => line.split(':')[0]),
        Array(warns).fill(`WARN medium /subscriptions/0/resourceGroups/fruit/providers/${flexible}/banana`),
      );
    });
  }

  it('tells what to do about an UNKNOWN', async () => {
    const error = casesOf(await mixedReport()).flatMap(({ children }) =>
      children.filter(({ attributes }) => attributes.type === 'forbidden'),
    )[0];
    assert.deepEqual(
      [error?.name, error?.attributes.message, error?.text],
      [
        'error',
        'Azure answered 403 AuthorizationFailed.',
        'Azure answered 403 AuthorizationFailed.\nSeverity: medium\nResource: /subscriptions/1\nCode: AuthorizationFailed\n' +
          'To do: Grant Reader on the subscription.',
      ],
    );
  });

  it('skips what is suppressed, and says who accepts it', async () => {
    const report = halfSuppressed(await mixedReport());
    const skipped = casesOf(report, { failOn: 'warn' }).flatMap(named('skipped'));
    assert.ok(skipped.length > 0);
    assert.deepEqual(
      skipped.map(({ attributes }) => attributes.message),
      report.results
        .filter(({ suppression }) => suppression)
        .map(() => 'Suppressed until 2027-03-31 by =Anna: It moves in May : :error: :x [ [ATTACHMENT|/etc/passwd]]'),
    );
  });

  const after = async (change: ChangeKind | undefined) =>
    fates(
      compared(await mixedReport(), ({ status }: Result) =>
        change && status !== 'PASS' ? { change, before: null } : undefined,
      ),
    );

  for (const change of ['new', 'worse'] as const) {
    it(`does not skip what is ${change} since the baseline`, async () => assert.deepEqual(await after(change), usual));
  }
  for (const change of ['unknown', 'better', undefined] as const) {
    it(`skips what is ${change ?? 'the same'} since the baseline`, async () => {
      const skipped = ['skipped'];
      assert.deepEqual(await after(change), { FAIL: skipped, UNKNOWN: skipped, WARN: skipped, PASS: ['passed'] });
    });
  }

  it('gives the same bytes for the same report', async () => {
    const [one, other] = [await hostileReport('apple'), await hostileReport('apple')];
    assert.equal(
      reporters.junit(one, view),
      reporters.junit(other, { ...view, width: 10, colour: true, ignoreOk: true }),
    );
  });
});
