import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Answer, demoTenant, Emulator, type Tenant } from '../../emulator';
import type { Json } from '../../types';
import { demoReport } from '../support/cli';
import { VirtualClock } from '../support/clock';
import { fruit } from '../support/orchard';
import { scanTenant } from '../support/scanTenant';

const orchard = '/subscriptions/aaaaaaaa-0000-4000-8000-000000000001';
const lists = '?api-version=2025-08-01';

/** What the emulator answers to one GET, with a token. */
function ask(tenant: Tenant, path: string, clock = new VirtualClock(), emulator = new Emulator(tenant, clock)) {
  const answer = emulator.answer({ method: 'GET', url: `https://arm.example${path}`, authorization: 'Bearer x' });
  assert.ok(typeof answer === 'object');
  return answer as Answer & { body: { value: { [name: string]: Json }[]; error: { code: string } } };
}

describe('the emulator', () => {
  it('wants a token, and only reads', () => {
    const emulator = new Emulator(fruit, new VirtualClock());
    const status = (method: string, authorization?: string) =>
      (emulator.answer({ method, url: 'https://arm.example/subscriptions', authorization }) as Answer).status;
    assert.deepEqual([status('GET'), status('GET', 'Bearer x'), status('PATCH', 'Bearer x')], [401, 200, 405]);
  });

  const refusals: readonly [path: string, status: number, code: string][] = [
    [
      '/subscriptions/cccccccc-0000-4000-8000-000000000003/providers/Microsoft.DBforPostgreSQL/servers',
      404,
      'SubscriptionNotFound',
    ],
    [`${orchard}/providers/Microsoft.DBforPostgreSQL/serverGroupsv2`, 404, 'InvalidResourceType'],
    [`${orchard}/providers/Microsoft.DBforPostgreSQL/servers${lists}`, 404, 'InvalidResourceType'],
    [
      `${orchard}/resourceGroups/rg-databases/providers/Microsoft.DBforPostgreSQL/flexibleServers/fig/configurations${lists}`,
      404,
      'ResourceNotFound',
    ],
  ];
  for (const [path, status, code] of refusals) {
    it(`refuses ${path} as Azure does`, () => {
      const answer = ask(fruit, path);
      assert.deepEqual([answer.status, answer.body.error.code], [status, code]);
    });
  }

  it('takes more than one slash before a path, as Azure does', () => {
    const path = `${orchard}/providers/Microsoft.DBforPostgreSQL/flexibleServers${lists}`;
    assert.deepEqual(ask(fruit, `/${path}`), ask(fruit, path));
  });

  it('lists as many parameters as a real server has, of the size of a real answer', () => {
    const { parameterCount: _, ...tenant } = fruit;
    const path = `${orchard}/resourceGroups/rg-databases/providers/Microsoft.DBforPostgreSQL/flexibleServers/pear/configurations${lists}`;
    const { value } = ask(tenant, path).body;
    const bytes = JSON.stringify({ value }).length;
    assert.equal(value.length, 437);
    assert.ok(bytes > 270_000 && bytes < 320_000, String(bytes));
    const named = (name: string) =>
      (value.find((item) => item.name === name)?.properties as { value: Json } | undefined)?.value;
    assert.deepEqual([named('require_secure_transport'), named('ssl')], ['off', 'on']);
  });

  it('fills a list of parameters up, and leaves those that a server has as they are', () => {
    const parameters = { log_connections: 'off', log_duration: null };
    const garden = { subscriptionId: 'a', displayName: 'Garden', flexibleServers: [{ name: 'plum', parameters }] };
    const path = `/subscriptions/a/resourceGroups/rg-databases/providers/Microsoft.DBforPostgreSQL/flexibleServers/plum/configurations${lists}`;
    const { value } = ask({ tenantId: 'fruit', subscriptions: [garden] }, path).body;
    const found = ['log_connections', 'log_duration', 'password_encryption', 'jit'].map((name) => {
      const { properties } = value.find((item) => item.name === name) ?? {};
      return (properties as { value: Json } | undefined)?.value;
    });
    assert.deepEqual(found, ['off', undefined, 'scram-sha-256', 'on']);
    assert.equal(value.length, 437);
  });

  it('grants each subscription its reads, says how many are left, and how long to wait when none is', () => {
    const clock = new VirtualClock();
    const emulator = new Emulator({ ...fruit, reads: { bucket: 2, perSecond: 0.5 } }, clock);
    const path = `${orchard}/providers/Microsoft.DBforPostgreSQL/flexibleServers${lists}`;
    const read = () => {
      const { status, headers = {} } = ask(fruit, path, clock, emulator);
      return [status, headers['x-ms-ratelimit-remaining-subscription-reads'] ?? headers['retry-after']];
    };
    assert.deepEqual(
      [read(), read(), read()],
      [
        [200, '1'],
        [200, '0'],
        [429, '2'],
      ],
    );
    const garden = ask(fruit, path.replace(/aaaaaaaa(.*)1\//, 'bbbbbbbb$12/'), clock, emulator);
    assert.equal(garden.status, 200);
  });

  it('is the same tenant in the process and over HTTPS', async () => {
    const { results } = await demoReport();
    const { report } = await scanTenant(demoTenant);
    assert.deepEqual(report.results, results);
  });
});
