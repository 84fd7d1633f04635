import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { reporters } from '../../reporters';
import { subscriptionNames } from '../../reporters/place';
import { flexibleServer, reportOf, subscription, tenant, view } from '../support/report';
import { compared } from '../support/reports';

describe('the name of a subscription', () => {
  const report = () =>
    reportOf(
      flexibleServer('apple', { require_secure_transport: 'off' }, { subscriptionId: 'AB' }),
      subscription('aB'),
    );

  it('is known by each spelling of its id', async () => {
    assert.deepEqual(
      [...subscriptionNames(await report())],
      [
        ['aB', 'Fruit'],
        ['AB', 'Fruit'],
      ],
    );
  });

  it('is known of what is gone', async () => {
    const before = compared(await report(), () => ({ change: 'gone', before: null }));
    assert.equal(subscriptionNames({ ...before, results: [] }).get('AB'), 'Fruit');
  });

  it('is not that of another, nor of what has no subscription', async () => {
    const names = subscriptionNames(
      await reportOf(flexibleServer('apple', {}, { subscriptionId: 'null' }), flexibleServer('fig'), tenant),
    );
    assert.deepEqual([...names], [[null, 'Orchard']]);
  });

  for (const format of ['table', 'csv', 'markdown', 'html'] as const) {
    it(`stands beside its server, however Azure spells the id: ${format}`, async () => {
      const text = reporters[format](await report(), { ...view, width: 200 });
      const strange = { ...(await report()), scopes: [subscription('other')] };
      const plain = reporters[format](strange, { ...view, width: 200 });
      assert.ok(text.split('Fruit').length > plain.split('Fruit').length, text);
    });
  }
});
