import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Answer, EmulatedRequest, Fault } from '../../../emulator';
import type { Json, ReasonKind } from '../../../types';
import { arm } from '../../support/faults';
import { calls, changing, fruit, fruitWith, truth } from '../../support/orchard';
import { directory, scanTenant, verdicts } from '../../support/scanTenant';
import { accessToken } from '../../support/secrets';

const appleIs = (kind: ReasonKind) => truth.map((row) => row.replace(/^(apple .*): .*/, `$1: ${kind}`));
const hour = 3_600_000;

describe('a server that, between the list and the reading of it,', () => {
  for (const [what, fault, kind] of [
    ['was deleted', arm(404, 'ResourceNotFound'), 'not-found'],
    ['was stopped', arm(400, 'ServerStoppedError'), 'stopped'],
    ['went away with its resource group', arm(404, 'ResourceGroupNotFound'), 'not-found'],
  ] as const) {
    it(`${what} is UNKNOWN, ${kind}, asked once, and the rest is judged`, async () => {
      const { report, requests } = await scanTenant(fruitWith({ on: calls.parameters, fault }));
      assert.deepEqual(verdicts(report), appleIs(kind));
      assert.equal(requests.filter((request) => calls.parameters.test(request.slice(4))).length, 1);
      assert.equal(report.complete, true);
    });
  }

  it('was created, and moved another to the next page, is no reason to count that one twice', async () => {
    let apple: Json = null;
    const seen = changing(/aaaaaaaa.*\/flexibleServers\?(?!.*skiptoken)/, ({ value }) => {
      apple = value[0] ?? null;
    });
    const shifted = changing(/aaaaaaaa.*\/flexibleServers\?.*skiptoken/, ({ value }) => {
      value.unshift(apple);
    });
    const { report } = await scanTenant({ ...fruit, pageSize: 1, faults: [seen, shifted] });
    assert.deepEqual(verdicts(report), truth);
  });
});

/** A credential that gives another token each time, and counts. */
function tokens(lifetime = hour) {
  let given = 0;
  return {
    get given() {
      return given;
    },
    getToken: async () => ({
      token: `${accessToken}-${++given}`,
      expiresOnTimestamp: Date.parse('2026-11-21T12:00:00Z') + lifetime,
    }),
  };
}

/** Refuses whoever shows the first token, from its second request on. */
const revoked = (on: RegExp, after = 0): Fault => ({
  on,
  after,
  fault: (normal: Answer, { authorization }: EmulatedRequest) =>
    authorization === `Bearer ${accessToken}-1` ? arm(401, 'ExpiredAuthenticationToken') : normal,
});

describe('a token that, during the scan,', () => {
  const wait = (on: RegExp): Fault => ({ on, times: 1, fault: arm(429, 'X', { 'retry-after': '110' }) });
  const waits = [wait(calls.flexibleServers), wait(calls.parameters)];

  it('comes to its end is renewed two minutes before', async () => {
    let given = 0;
    const getToken = async () => ({
      token: `${accessToken}-${++given}`,
      expiresOnTimestamp: Date.parse('2026-11-21T12:00:00Z') + 200_000 + (given - 1) * 110_000,
    });
    const { report, asked } = await scanTenant(fruitWith(...waits), { credential: { getToken } });
    assert.deepEqual(verdicts(report), truth);
    assert.deepEqual(
      asked.filter(({ url }) => url.includes('/apple/')).map(({ authorization }) => authorization),
      [`Bearer ${accessToken}-2`, `Bearer ${accessToken}-3`],
    );
  });

  it("comes to its end by Azure's clock before it does by ours is fetched anew", async () => {
    const tenant = { ...fruitWith(...waits), directory: { ...directory, tokenLifetime: 200 } };
    const { report, requests } = await scanTenant(tenant, { signIn: true });
    assert.deepEqual(verdicts(report), truth);
    assert.equal(requests.filter((request) => request.startsWith('POST ')).length, 2);
  });

  it('is revoked is fetched anew, once for all calls that it failed', async () => {
    const credential = tokens();
    const { report } = await scanTenant(fruitWith(revoked(/./, 3)), { credential });
    assert.deepEqual(verdicts(report), truth);
    assert.equal(credential.given, 2);
  });

  it('is revoked, and cannot be fetched anew, leaves the rest UNKNOWN, and asks for no other with every call', async () => {
    let asked = 0;
    const getToken = async () => {
      if (++asked > 1) throw new Error('the assertion has expired');
      return { token: `${accessToken}-1`, expiresOnTimestamp: Date.parse('2026-11-21T13:00:00Z') };
    };
    const { report } = await scanTenant(fruitWith(revoked(/aaaaaaaa/)), { credential: { getToken } });
    const lost = verdicts(report).filter((row) => row.endsWith(': unauthenticated'));
    assert.deepEqual(lost.length, 4);
    assert.deepEqual(verdicts(report).slice(-2), truth.slice(-2));
    assert.equal(asked, 2);
  });

  it('one subscription refuses, for it is of another tenant, is fetched anew once and no more', async () => {
    const credential = tokens();
    const fault = arm(401, 'InvalidAuthenticationTokenTenant');
    const { report } = await scanTenant(fruitWith({ on: /aaaaaaaa/, fault }), { credential });
    assert.deepEqual(
      verdicts(report).map((row) => row.split(': ')[1]),
      [...Array<string>(4).fill('unauthenticated'), 'PASS', 'PASS'],
    );
    assert.equal(credential.given, 2);
  });
});

describe('a token that is refused', () => {
  it('by one server after the other is fetched anew once a minute and no more', async () => {
    const credential = tokens();
    const fault = arm(401, 'InvalidAuthenticationToken');
    const faulty = fruitWith({ on: /aaaaaaaa.*configurations/, fault });
    const { report } = await scanTenant(faulty, { credential, concurrency: 1 });
    assert.equal(verdicts(report).filter((row) => row.endsWith(': unauthenticated')).length, 4);
    assert.equal(credential.given, 2);
  });

  it('by one call again and again is fetched anew once for it, however long it waits', async () => {
    const credential = tokens();
    let asked = 0;
    const fault = () => (++asked % 2 ? arm(401, 'InvalidAuthenticationToken') : arm(429, 'X', { 'retry-after': '61' }));
    const { report } = await scanTenant(fruitWith({ on: calls.parameters, fault }), { credential });
    assert.deepEqual(verdicts(report), appleIs('unauthenticated'));
    assert.deepEqual([asked, credential.given], [3, 2]);
  });
});

describe('a subscription that has fallen silent', () => {
  const figs = Array.from({ length: 70 }, (_, i) => ({ name: `fig-${i}` }));
  const subscriptions = [
    { subscriptionId: 'cccccccc-0000-4000-8000-000000000003', displayName: 'Figs', flexibleServers: figs },
    ...fruit.subscriptions,
  ];
  const tenant = { ...fruit, subscriptions };

  it('is asked once about each other server, and not for long', async () => {
    const { report, requests, took } = await scanTenant(
      { ...tenant, faults: [{ on: /configurations/, fault: 'silence' }] },
      { concurrency: 10, subscriptions: ['Figs'] },
    );
    assert.ok(report.results.every(({ reason }) => reason?.kind === 'timeout'));
    assert.equal(report.results.length, 2 * figs.length);
    assert.equal(requests.filter((request) => request.includes('configurations')).length, 10 * 4 + 60);
    assert.equal(took, 120_000 + (60 / 10) * 10_000);
  });

  it('is asked with patience again as soon as it has answered', async () => {
    const deaf = /fig-\d\/configurations/;
    const late: Fault = { on: /fig-69\/configurations/, times: 1, fault: 'silence' };
    const { report } = await scanTenant(
      { ...tenant, faults: [{ on: deaf, fault: 'silence' }, late] },
      { concurrency: 10, subscriptions: ['Figs'] },
    );
    assert.equal(report.summary.PASS, 2 * 60);
    assert.equal(report.summary.UNKNOWN, 2 * 10);
  });

  it('takes no place of the others for longer than a call may take', async () => {
    const { report } = await scanTenant({ ...tenant, faults: [{ on: /cccccccc/, fault: 'silence' }] });
    assert.deepEqual(verdicts(report).slice(0, -4), truth);
    assert.ok(
      verdicts(report)
        .slice(-4)
        .every((row) => /^Figs .*: timeout$/.test(row)),
    );
  });
});
