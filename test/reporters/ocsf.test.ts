import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { printable } from '../../helpers/printable';
import { reporters } from '../../reporters';
import type { Report, Status } from '../../types';
import { demoReport } from '../support/cli';
import { eventsOf, type OcsfEvent, problemsOf } from '../support/ocsf';
import { flexible, flexibleServer, mixedReport, reportOf, subscription, tenant, view } from '../support/report';
import { allReports, compared, halfSuppressed } from '../support/reports';

/** What stands at a path of an event. */
const at = (event: OcsfEvent | undefined, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>((value, name) => Object(value)[name], event);

const column = (events: readonly OcsfEvent[], ...path: readonly (string | number)[]) =>
  events.map((event) => at(event, ...path));

/** Every text in it, names of attributes included. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) => [name, ...textsOf(each)]);
}

describe('ocsf', () => {
  let reports: ReadonlyMap<string, Report>;
  before(async () => {
    const { code: _, ...demo } = await demoReport();
    reports = new Map([...(await allReports()), ['the demo', demo], ['a tenant', await reportOf(tenant)]]);
  });

  for (const how of [{}, { plugins: [] }]) {
    it(`has all that the schema requires, and nothing that it does not know, with ${JSON.stringify(how)}`, () => {
      for (const [name, report] of reports)
        for (const event of eventsOf(report, how)) assert.deepEqual(problemsOf(event), [], name);
    });

    it(`has an event for each result, in the order of the report, with ${JSON.stringify(how)}`, () => {
      for (const [name, report] of reports)
        assert.deepEqual(
          eventsOf(report, { ...how, ignoreOk: true }).map((event) => [
            at(event, 'metadata', 'event_code'),
            at(event, 'resources', 0, 'uid'),
            at(event, 'status_code'),
          ]),
          report.results.map(({ plugin, resource, status }) => [printable(plugin), printable(resource.id), status]),
          name,
        );
    });
  }

  it('is an array with an event in each line', () => {
    for (const [name, report] of reports) {
      const lines = reporters.ocsf(report, view).trimEnd().split('\n');
      if (report.results.length === 0) assert.deepEqual(lines, ['[]'], name);
      else assert.deepEqual([lines.at(0), lines.length, lines.at(-1)], ['[', report.results.length + 2, ']'], name);
    }
  });

  it('holds no text that is not harmless, be it the name of an attribute', async () => {
    const name = '::a##[b]\u202e\n';
    const [first, ...others] = (await mixedReport()).results;
    const evidence = { [name]: { [name]: [name, 'Köln', 1, true, null] } };
    const hostile: Report = { ...(await mixedReport()), results: first ? [{ ...first, evidence }, ...others] : [] };
    const safe = printable(name);
    assert.deepEqual(at(eventsOf(hostile)[0], 'evidences'), [
      { data: { [safe]: { [safe]: [safe, 'Köln', 1, true, null] } } },
    ]);
    for (const [of, report] of [...reports, ['a hostile piece of evidence', hostile] as const]) {
      for (const text of textsOf(eventsOf(report))) assert.equal(printable(text), text, of);
      for (const line of reporters.ocsf(report, view).split('\n')) assert.equal(printable(line), line, of);
    }
  });

  const words: Record<Status, { readonly compliance: readonly unknown[]; readonly severity: readonly unknown[] }> = {
    FAIL: { compliance: [3, 'Fail', undefined], severity: [4, 'High'] },
    WARN: { compliance: [99, 'WARN', undefined], severity: [3, 'Medium'] },
    UNKNOWN: { compliance: [2, 'Warning', 'unreadable'], severity: [4, 'High'] },
    PASS: { compliance: [1, 'Pass', undefined], severity: [1, 'Informational'] },
  };
  for (const status of Object.keys(words) as Status[]) {
    it(`says ${status} in its own words`, async () => {
      const result = flexibleServer('quince', { require_secure_transport: status === 'UNKNOWN' ? 'perhaps' : 'off' });
      const report = await reportOf(status === 'PASS' ? flexibleServer('quince') : result);
      const event = eventsOf(report).find((each) => each.status_code === status) ?? assert.fail();
      const { status_id, status: word, status_code } = Object(event.compliance);
      assert.deepEqual([status_id, word, status_code], words[status].compliance);
      assert.deepEqual([event.severity_id, event.severity], words[status].severity);
      assert.deepEqual(at(event, 'compliance', 'status_details'), [event.message]);
      assert.deepEqual([event.status_id, event.status, event.comment], [1, 'New', undefined]);
    });
  }

  it('is read by a person', async () => {
    const event = eventsOf(await mixedReport()).find(({ status_code }) => status_code === 'FAIL');
    const message = 'require_secure_transport is off: anyone may connect without TLS.';
    const time = Date.UTC(2025, 2, 28);
    const { compliance, ...others } = event ?? assert.fail();
    assert.deepEqual(others, {
      activity_id: 1,
      activity_name: 'Create',
      category_uid: 2,
      category_name: 'Findings',
      class_uid: 2003,
      class_name: 'Compliance Finding',
      type_uid: 200301,
      type_name: 'Compliance Finding: Create',
      time,
      timezone_offset: 0,
      severity_id: 4,
      severity: 'High',
      status_id: 1,
      status: 'New',
      status_code: 'FAIL',
      status_detail: message,
      message,
      metadata: {
        version: '1.6.0',
        product: { uid: 'pgposture', name: 'pgposture', vendor_name: 'pgposture', version: '0.0.0' },
        profiles: ['cloud'],
        event_code: 'flexibleServerRequireSecureTransport',
      },
      finding_info: {
        uid: 'e0f12312bf868ddc:1',
        title: 'Expected: Flexible Server refuses connections without TLS',
        desc: view.plugins[0]?.description,
        analytic: {
          uid: 'flexibleServerRequireSecureTransport',
          name: 'Flexible Server refuses connections without TLS',
          type_id: 1,
          type: 'Rule',
          category: 'PostgreSQL Server',
        },
        last_seen_time: time,
      },
      resources: [
        {
          uid: `/subscriptions/0/resourceGroups/fruit/providers/${flexible}/banana`,
          name: 'banana',
          type: flexible,
          role_id: 1,
          role: 'Target',
          region: 'eastus',
          group: { name: 'fruit' },
        },
      ],
      cloud: {
        provider: 'Azure',
        region: 'eastus',
        account: { uid: '0', name: 'Fruit', type_id: 13, type: 'Azure Subscription' },
      },
      evidences: [{ data: { require_secure_transport: 'off' } }],
      remediation: {
        desc:
          'az postgres flexible-server parameter set --subscription 0 --resource-group fruit --server-name banana ' +
          '--name require_secure_transport --value on',
        references: [new URL(view.plugins[0]?.link ?? '').href],
      },
      unmapped: { own_mappings: ['Microsoft cloud security benchmark v1 DP-3'] },
    });
    const { standards, requirements, ...control } = Object(compliance);
    assert.ok(standards.includes('PCI DSS 4.0.1'), standards);
    assert.ok(requirements.includes('PCI DSS 4.0.1 4.2.1'), requirements);
    assert.equal(new Set(standards).size, standards.length);
    for (const each of requirements)
      assert.ok(
        standards.some((name: string) => each.startsWith(`${name} `)),
        each,
      );
    assert.deepEqual(control, {
      control: 'flexibleServerRequireSecureTransport',
      desc: 'Flexible Server refuses connections without TLS',
      status_id: 3,
      status: 'Fail',
      status_details: [message],
    });
  });

  it('calls no mapping of ours a standard or a requirement', async () => {
    const event = eventsOf(await mixedReport()).find(
      (each) => at(each, 'metadata', 'event_code') === 'flexibleServerSslMinProtocolVersion',
    );
    assert.deepEqual(at(event, 'compliance', 'requirements'), [
      'CIS Azure Database Services 2.0.0 6.11',
      'Microsoft cloud security benchmark v2 preview DP-3',
    ]);
    assert.deepEqual(at(event, 'compliance', 'control_parameters'), [{ name: 'minimumTlsVersion', value: '1.2' }]);
    const ours = at(event, 'unmapped', 'own_mappings');
    assert.ok(Array.isArray(ours) && ours.includes('PCI DSS 4.0.1 4.2.1'), String(ours));
    assert.doesNotMatch(JSON.stringify(event?.compliance), /PCI/);
  });

  it('checks no standard, where a plugin has no controls or nobody knows it', () => {
    const report = reports.get("another tool's plugin") ?? assert.fail();
    const theirs = eventsOf(report).filter((event) => at(event, 'metadata', 'event_code') === 'their plugin');
    assert.ok(theirs.length > 0);
    for (const event of theirs) {
      assert.deepEqual(at(event, 'compliance', 'standards'), []);
      assert.equal(at(event, 'compliance', 'requirements'), undefined);
      assert.equal(at(event, 'finding_info', 'title'), 'Expected: their plugin');
    }
  });

  it('says of an UNKNOWN why, and what to do', async () => {
    const event = eventsOf(await mixedReport()).at(-1);
    assert.deepEqual(at(event, 'compliance', 'status_code'), 'forbidden');
    assert.deepEqual(at(event, 'remediation'), { desc: 'Grant Reader on the subscription.' });
    assert.deepEqual(at(event, 'unmapped', 'error_code'), 'AuthorizationFailed');
    assert.deepEqual(at(event, 'resources', 0, 'type'), 'Microsoft.Resources/subscriptions');
  });

  it('shows what is suppressed as suppressed, and by whom', async () => {
    const report = halfSuppressed(await mixedReport());
    const events = eventsOf(report);
    assert.deepEqual(
      column(events, 'status_id'),
      report.results.map(({ suppression }) => (suppression ? 3 : 1)),
    );
    const event = events.find(({ status_id }) => status_id === 3);
    assert.match(String(event?.comment), /^Suppressed until 2027-03-31 by =Anna: It moves in May/);
    assert.equal(event?.remediation, undefined);
  });

  it('has what has become of a result since the baseline', async () => {
    const report = compared(await mixedReport(), ({ status }) =>
      status === 'FAIL' ? { change: 'new', before: null } : undefined,
    );
    assert.deepEqual(
      column(eventsOf(report), 'unmapped', 'change'),
      report.results.map(({ status }) => (status === 'FAIL' ? 'new' : undefined)),
    );
  });

  it('knows a finding again, however Azure spells its id, and tells it from any other', async () => {
    const uids = async (name: string, where: object = {}) =>
      column(eventsOf(await reportOf(flexibleServer(name, {}, where))), 'finding_info', 'uid');
    const id = `/SUBSCRIPTIONS/0/resourcegroups/FRUIT/providers/${flexible}/Apple`;
    assert.deepEqual(await uids('apple', { id, location: 'East US' }), await uids('apple'));
    for (const [name, report] of reports) {
      const all = column(eventsOf(report), 'finding_info', 'uid');
      assert.equal(new Set(all).size, all.length, name);
    }
  });

  for (const [collectedAt, seen] of [
    [undefined, Date.UTC(2025, 2, 28)],
    ['2024-02-29T12:00:00.500Z', Date.UTC(2024, 1, 29, 12, 0, 0, 500)],
    [null, undefined],
  ] as const) {
    it(`was last seen at ${seen}, if it was collected at ${collectedAt}`, async () => {
      const scope = { ...subscription('0'), ...(collectedAt === undefined ? {} : { collectedAt }) };
      const events = eventsOf(await reportOf(flexibleServer('apple'), scope));
      assert.deepEqual(column(events, 'finding_info', 'last_seen_time'), [seen, seen]);
      assert.deepEqual(column(events, 'time'), [Date.UTC(2025, 2, 28), Date.UTC(2025, 2, 28)]);
    });
  }

  it('knows a subscription, however Azure spells its id, and calls it by one name', async () => {
    const scope = { ...subscription('aB'), collectedAt: '2024-02-29T12:00:00.500Z' };
    const report = await reportOf(flexibleServer('apple', {}, { subscriptionId: 'AB' }), scope);
    for (const event of eventsOf(report)) {
      assert.deepEqual(at(event, 'cloud', 'account'), {
        uid: 'aB',
        name: 'Fruit',
        type_id: 13,
        type: 'Azure Subscription',
      });
      assert.equal(at(event, 'finding_info', 'last_seen_time'), Date.UTC(2024, 1, 29, 12, 0, 0, 500));
    }
  });

  it('was seen at no time that a scope does not tell', async () => {
    const events = eventsOf(await reportOf(flexibleServer('apple'), subscription('1')));
    assert.deepEqual(column(events, 'finding_info', 'last_seen_time'), [undefined, undefined]);
    assert.deepEqual(at(events[0], 'cloud', 'account', 'uid'), '0');
  });

  it('has a tenant as the organisation, and no account', async () => {
    const [event] = eventsOf(await reportOf(tenant));
    assert.deepEqual(event?.cloud, { provider: 'Azure', org: { uid: '0', name: 'Orchard' } });
  });
});

describe('the schema of these tests', () => {
  const wrong: readonly [what: string, spoil: (event: OcsfEvent) => OcsfEvent][] = [
    ['without a time', ({ time: _, ...event }) => event],
    ['with a time in seconds', (event) => ({ ...event, time: Number(event.time) / 1000 })],
    ['without a cloud', ({ cloud: _, ...event }) => event],
    ['with an attribute of its own', (event) => ({ ...event, verdict: 'FAIL' })],
    [
      'with an attribute of its own within',
      (event) => ({ ...event, compliance: { ...Object(event.compliance), own: 1 } }),
    ],
    ['with another caption', (event) => ({ ...event, severity: 'Terrible' })],
    ['with a number for a text', (event) => ({ ...event, message: 1 })],
    ['with a resource that has no name', (event) => ({ ...event, resources: [{ type: 'x' }] })],
    ['with a resource that is no list', (event) => ({ ...event, resources: {} })],
  ];
  for (const [what, spoil] of wrong) {
    it(`refuses an event ${what}`, async () => {
      const event = eventsOf(await mixedReport())[0] ?? assert.fail();
      assert.deepEqual(problemsOf(event), []);
      assert.equal(problemsOf(spoil(event)).length, 1);
    });
  }
});
