import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Answer, EmulatedManagementGroup, Fault, Tenant } from '../../../emulator';
import type { ScanError, ScanErrorCode } from '../../../helpers/scanError';
import { fourPlugins } from '../../support/fourPlugins';
import { fruit, truth } from '../../support/orchard';
import { scanTenant, verdicts } from '../../support/scanTenant';

const [orchard, garden] = fruit.subscriptions.map(({ subscriptionId }) => subscriptionId) as [string, string];
const hidden = 'cccccccc-0000-4000-8000-000000000003';

/** root holds garden and west; west holds orchard and far; far holds a subscription that the identity does not see. */
const groups: readonly EmulatedManagementGroup[] = [
  { id: 'root', subscriptions: [garden], groups: ['west'] },
  { id: 'west', subscriptions: [orchard], groups: ['far'] },
  { id: 'far', subscriptions: [hidden] },
  { id: 'empty' },
];
const grove: Tenant = { ...fruit, managementGroups: groups };
const scanGroups = (managementGroups: readonly string[], ...faults: readonly Fault[]) =>
  scanTenant({ ...grove, pageSize: 1, faults }, { managementGroups });

const unseen = (name: string, kind: string) => fourPlugins.map((plugin) => `${name} ${plugin}: ${kind}`);

describe('a scan of a management group', () => {
  it('asks the subscriptions of the group and of those in it, and no other', async () => {
    const { report, requests } = await scanGroups(['west']);
    assert.deepEqual(verdicts(report), [...truth.slice(0, 8), ...unseen('Hidden cccc', 'forbidden')]);
    assert.ok(requests.every((request) => !request.includes(garden) && !request.includes(hidden)));
    assert.equal(report.complete, false);
  });

  it('tells a subscription that it does not see as forbidden, with what to do, and does not ask it', async () => {
    const { report, requests } = await scanGroups(['far']);
    const [scope, ...others] = report.scopes;
    assert.deepEqual([others, scope?.id, scope?.name], [[], `/subscriptions/${hidden}`, 'Hidden cccc']);
    assert.equal(report.results[0]?.reason?.kind, 'forbidden');
    assert.match(report.results[0]?.reason?.remedy ?? '', new RegExp(`Reader on the subscription ${hidden}`));
    assert.ok(requests.every((request) => !request.includes(`/subscriptions/${hidden}`)));
  });

  it('takes several groups together, each subscription once, in whatever spelling of the id', async () => {
    const { report } = await scanGroups(['far', '/providers/microsoft.management/managementgroups/ROOT', 'west']);
    assert.deepEqual(
      report.scopes.map(({ subscriptionId }) => subscriptionId),
      [orchard, garden, hidden],
    );
  });

  it('leaves out what is excluded: one of the group, one that nobody sees, one outside', async () => {
    const scan = (...excludeSubscriptions: readonly string[]) =>
      scanTenant(grove, { managementGroups: ['west'], excludeSubscriptions });
    const scopes = async (...excluded: readonly string[]) =>
      (await scan(...excluded)).report.scopes.map(({ subscriptionId }) => subscriptionId);
    assert.deepEqual(await scopes('Orchard'), [hidden]);
    assert.deepEqual(await scopes(hidden), [orchard]);
    assert.deepEqual(await scopes('Garden', 'Hidden cccc'), [orchard]);
    await assert.rejects(scopes('Gardne'), /No visible subscription is called "Gardne"/);
  });

  it('whose list breaks off says so, beside what was seen', async () => {
    const second: Fault = { on: /descendants.*skiptoken=1/, fault: { status: 503, body: '' } };
    const { report } = await scanGroups(['root'], second);
    assert.deepEqual(verdicts(report), unseen('root', 'incomplete-list'));
    assert.deepEqual(report.scopes[0], {
      id: '/providers/Microsoft.Management/managementGroups/root',
      type: 'Microsoft.Management/managementGroups',
      subscriptionId: null,
      name: 'root',
      state: null,
      kinds: report.scopes[0]?.kinds,
    });
    const third: Fault = { on: /descendants.*skiptoken=2/, fault: { status: 503, body: '' } };
    const more = await scanGroups(['west'], third);
    assert.deepEqual(verdicts(more.report), [
      ...unseen('west', 'incomplete-list'),
      ...unseen('Hidden cccc', 'forbidden'),
    ]);
  });

  for (const properties of [undefined, {}, { displayName: '' }, { displayName: 7 }]) {
    it(`calls a member by its id where Azure says ${JSON.stringify(properties)}`, async () => {
      const nameless = (normal: Answer): Answer => ({
        ...normal,
        body: { value: [{ id: `/subscriptions/${hidden}`, ...(properties && { properties }) }] },
      });
      const { report } = await scanGroups(['far'], { on: /descendants/, fault: nameless });
      assert.deepEqual(verdicts(report), unseen(hidden, 'forbidden'));
    });
  }

  it('does not call a subscription forbidden that a broken list of subscriptions may have left out', async () => {
    const second: Fault = { on: /^\/subscriptions\?.*skiptoken/, fault: { status: 503, body: '' } };
    const { report } = await scanGroups(['root'], second);
    assert.deepEqual(verdicts(report), [
      ...truth.slice(0, 8),
      ...unseen('Garden', 'incomplete-list'),
      ...unseen('Hidden cccc', 'incomplete-list'),
    ]);
  });

  for (const id of [
    '/subscriptions/../x',
    `/subscriptions/${'-'.repeat(36)}`,
    `/providers/Microsoft.Management/managementGroups/far/subscriptions/${garden}`,
    '/providers/Microsoft.Management/managementGroups/',
  ]) {
    it(`does not believe a list with ${id} in it`, async () => {
      const strange = (normal: Answer): Answer => ({ ...normal, body: { value: [{ id }] } });
      const { report } = await scanGroups(['far'], { on: /descendants/, fault: strange });
      assert.deepEqual(verdicts(report), unseen('far', 'incomplete-list'));
    });
  }

  const failing: readonly [name: string, group: string, code: ScanErrorCode, says: RegExp, fault?: Fault][] = [
    ['that is not there, or not shown', 'Group west', 'bad-option', /"Group west" is not the id.*portal/],
    ['that nobody may read', 'nowhere', 'management-group-unavailable', /"nowhere".*403.*not the display name.*Reader/],
    ['with nothing in it', 'empty', 'no-subscription', /holds no subscription/],
    ['with an id that leads elsewhere', '../x', 'bad-option', /"\.\.\/x"/],
    [
      'that Azure does not answer about',
      'west',
      'management-group-unavailable',
      /"west".*503/,
      { on: /descendants/, fault: { status: 503, body: '' } },
    ],
  ];
  for (const [name, group, code, says, fault] of failing) {
    it(`${name} is an error`, async () => {
      await assert.rejects(scanGroups([group], ...(fault ? [fault] : [])), (error: ScanError) => {
        assert.equal(error.code, code);
        assert.match(`${error.message} ${error.remedy}`, says);
        return true;
      });
    });
  }
});
