import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Answer, Fault } from '../emulator';
import type { Json } from '../types';
import { scanTenant, verdicts } from './support/scanTenant';

/** A folder of recorded bodies of the real API, for those who have it; our own fixtures have the same shapes. */
const folder = process.env.PGPOSTURE_RECORDED_ANSWERS;

/** The subscription to whose id the recorders changed all others. */
const zeros = '00000000-0000-0000-0000-000000000000';
const tenant = { tenantId: 'recorded', subscriptions: [{ subscriptionId: zeros, displayName: 'Recorded' }] };

const read = (file: string) => readFileSync(join(folder ?? '', file), 'utf8');
const body = (file: string, status = 200): Answer => ({
  status,
  headers: { 'content-type': file.endsWith('.json') ? 'application/json' : 'text/plain' },
  body: read(file),
});
const single = (fault: Fault['fault'], more: Partial<Fault> = {}): Fault => ({ on: /\/servers\?/, fault, ...more });
const flexible = (fault: Fault['fault'], more: Partial<Fault> = {}): Fault => ({
  on: /\/flexibleServers\?/,
  fault,
  ...more,
});
/** The recorded list of one server, for whichever is asked. */
const parameters = (answer: Answer): Fault => ({
  on: /\/configurations\?/,
  fault: (_, { url }) => ({
    ...answer,
    body:
      typeof answer.body === 'string'
        ? answer.body.replaceAll(/"\/subscriptions\/[^"]*\/configurations\//g, `"${new URL(url).pathname}/`)
        : answer.body,
  }),
});

const count = (rows: readonly string[], pattern: RegExp) => rows.filter((row) => pattern.test(row)).length;

describe('recorded answers', { skip: folder ? false : 'PGPOSTURE_RECORDED_ANSWERS names no folder' }, () => {
  const list = 'single-list-sub-2017-12-01-104servers.json';
  const server = () => flexible(body('flex-list-rg-2024-08-01-1servers.json'));
  const ids = (file: string) => (JSON.parse(read(file)).value as { id: string }[]).map(({ id }) => id);

  it('104 Single Servers: 93 require TLS, 11 do not, and none says which TLS', async () => {
    const { report } = await scanTenant({ ...tenant, faults: [single(body(list))] });
    const rows = verdicts(report);
    assert.deepEqual(
      [
        count(rows, /SslEnforcement: PASS/),
        count(rows, /SslEnforcement: FAIL/),
        count(rows, /MinimalTlsVersion: absent/),
      ],
      [93, 11, 104],
    );
  });

  for (const location of ['newzealandnorth', 'Mexico Central']) {
    it(`the same in ${location}`, async () => {
      const moved = body(list);
      const { report } = await scanTenant({
        ...tenant,
        faults: [
          single({
            ...moved,
            body: String(moved.body).replaceAll(/"location":\s*"[^"]*"/g, `"location":"${location}"`),
          }),
        ],
      });
      assert.deepEqual([report.summary.PASS, report.summary.FAIL, report.summary.UNKNOWN], [93, 11, 104]);
      assert.ok(report.results.every(({ resource }) => resource.location === location));
    });
  }

  it('107 Flexible Servers in mixed states: a row for each, from each plugin', async () => {
    const file = 'flex-list-sub-2020-02-14-privatepreview-107servers-mixed-states.json';
    const refusal: Answer = { status: 400, body: { error: { code: 'ServerStoppedError', message: '' } } };
    for (const answer of [body('flex-config-list-2024-11-01-preview-20250224.json'), refusal]) {
      const { report } = await scanTenant({ ...tenant, faults: [flexible(body(file)), parameters(answer)] });
      for (const plugin of ['flexibleServerRequireSecureTransport', 'flexibleServerSslMinProtocolVersion']) {
        const judged = report.results.filter((result) => result.plugin === plugin).map(({ resource }) => resource.id);
        assert.deepEqual(judged.sort(), ids(file).sort());
      }
      assert.equal(answer === refusal ? report.summary.UNKNOWN : report.summary.PASS, 214);
    }
  });

  it('437 parameters: PASS, PASS', async () => {
    const { report } = await scanTenant({
      ...tenant,
      faults: [server(), parameters(body('flex-config-list-2024-11-01-preview-20250224.json'))],
    });
    assert.deepEqual(
      report.results.map(({ status }) => status),
      ['PASS', 'PASS'],
    );
  });

  it('the list of February 2021, before require_secure_transport: UNKNOWN, PASS', async () => {
    const { report } = await scanTenant({
      ...tenant,
      faults: [server(), parameters(body('flex-config-list-2020-02-14-preview-20210224.json'))],
    });
    assert.deepEqual(
      report.results.map(({ status, reason }) => reason?.kind ?? status),
      ['absent', 'PASS'],
    );
  });

  it('every other list of parameters is judged, and none is a FAIL', async () => {
    for (const file of JSON.parse(read('index.json')).map((entry: { file: string }) => entry.file) as string[]) {
      if (!/^flex-config-list/.test(file)) continue;
      const { report } = await scanTenant({ ...tenant, faults: [server(), parameters(body(file))] });
      assert.deepEqual([report.results.length, report.summary.FAIL], [2, 0], file);
      assert.equal(report.results[1]?.status, 'PASS', file);
    }
  });

  const refusals: readonly [file: string, status: number, kind: string, attempts: number][] = [
    ['quoted-error-429-plaintext.txt', 429, 'throttled', 5],
    ['error-429-htmlheadtitleTooM-get.txt', 429, 'throttled', 5],
    ['error-429-SubscriptionRequestsThrottled-get.json', 429, 'throttled', 5],
    ['error-503-empty.txt', 503, 'server-error', 5],
    ['error-503-DOCTYPEHTML-postgresql-get.txt', 503, 'server-error', 5],
    ['error-502-plaintext-forbidden.txt', 502, 'server-error', 5],
    ['error-504-with-normal-body.json', 504, 'server-error', 5],
    ['error-500-MessageAn-postgresql-get.json', 500, 'server-error', 5],
    ['error-401-html.txt', 401, 'unauthenticated', 2],
    ['error-401-ExpiredAuthenticationToken.json', 401, 'unauthenticated', 2],
    ['error-401-html.txt', 200, 'bad-response', 5],
    ['async-200-body-InvalidAuthenticationTokenTenant.json', 200, 'bad-response', 5],
    ['error-403-AuthorizationFailed-get.json', 403, 'forbidden', 1],
    ['quoted-error-403-ReadOnlyDisabledSubscription.json', 403, 'subscription-disabled', 1],
    ['error-404-SubscriptionNotFound-get.json', 404, 'not-found', 1],
    ['error-400-InvalidApiVersionParameter-postgresql-post.json', 400, 'api-version', 1],
    ['quoted-error-404-InvalidResourceType.json', 404, 'api-version', 1],
  ];
  for (const [file, status, kind, attempts] of refusals) {
    it(`${status} with ${file}: UNKNOWN, ${kind}, and never a PASS`, async () => {
      for (const fault of [single(body(file, status)), parameters(body(file, status))]) {
        const { report, requests } = await scanTenant(
          { ...tenant, faults: [server(), fault] },
          {
            plugins: fault.on.source.includes('config')
              ? ['flexibleServerRequireSecureTransport']
              : ['singleServerSslEnforcement'],
          },
        );
        assert.deepEqual(
          report.results.map(({ reason }) => reason?.kind),
          [kind],
        );
        assert.equal(requests.filter((request) => fault.on.test(request)).length, attempts);
      }
    });
  }

  it('a region that is late by two 502s is read in the end; one that stays late is UNKNOWN', async () => {
    const toPostgres = (text: string) => text.replaceAll(/DBforMySQL/gi, 'DBforPostgreSQL');
    const page = (file: string): Answer => ({ ...body(file), body: toPostgres(read(file)) });
    const link = JSON.parse(toPostgres(read('mysql-flex-list-paging-1-page1.json'))).nextLink as string;
    const local = (answer: Answer, base: string): Answer => {
      const parsed = JSON.parse(String(answer.body)) as { value: Json; nextLink?: string };
      return {
        ...answer,
        body: {
          ...parsed,
          nextLink: `/subscriptions/${new URL(parsed.nextLink ?? base).href.split('/subscriptions/')[1]}`,
        },
      };
    };
    const late = (times: number): Fault => ({
      on: /skiptoken/i,
      times,
      fault: { status: 502, body: read('mysql-flex-list-paging-2-page2-502.json') },
    });
    const faults = [
      { on: /flexibleServers\?(?!.*skiptoken)/i, fault: local(page('mysql-flex-list-paging-1-page1.json'), link) },
      parameters(body('flex-config-list-2024-11-01-preview-20250224.json')),
    ];
    const rest: Fault = { on: /skiptoken/i, fault: page('mysql-flex-list-paging-4-page2-ok.json') };
    const whole = await scanTenant({ ...tenant, faults: [...faults, late(2), rest] });
    assert.deepEqual([whole.report.summary.servers, whole.report.complete], [20, true]);
    const broken = await scanTenant({ ...tenant, faults: [...faults, late(9)] });
    assert.deepEqual(
      [broken.report.summary.servers, broken.report.complete, broken.report.summary.UNKNOWN],
      [15, false, 2],
    );
  });
});
