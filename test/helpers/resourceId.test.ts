import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { byCodeUnit, parseResourceId, sameName } from '../../helpers/resourceId';

describe('parseResourceId', () => {
  it('gives back the parts as they are spelled, whatever the case of the words between them', () => {
    const part = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => !text.includes('/'));
    const word = (text: string) => fc.mixedCase(fc.constant(text));
    fc.assert(
      fc.property(
        fc.tuple(part, part, part, part, part),
        fc.tuple(word('subscriptions'), word('resourceGroups'), word('providers')),
        ([subscriptionId, resourceGroup, namespace, type, name], [subscriptions, groups, providers]) =>
          assert.deepEqual(
            parseResourceId(
              `/${subscriptions}/${subscriptionId}/${groups}/${resourceGroup}/${providers}/${namespace}/${type}/${name}`,
            ),
            { subscriptionId, resourceGroup, type: `${namespace}/${type}`, name },
          ),
      ),
    );
  });

  const server = '/subscriptions/0/resourceGroups/fruit/providers/Microsoft.DBforPostgreSQL/servers/apple';
  const others: readonly [string, unknown][] = [
    ['nothing', undefined],
    ['null', null],
    ['an empty text', ''],
    ['a list that holds an id', [server]],
    ['a subscription', '/subscriptions/0'],
    ['a resource group', '/subscriptions/0/resourceGroups/fruit'],
    ['a list', '/subscriptions/0/resourceGroups/fruit/providers/Microsoft.DBforPostgreSQL/servers'],
    ['a resource within a resource', `${server}/configurations/ssl`],
    ['a resource without a group', '/subscriptions/0/providers/Microsoft.DBforPostgreSQL/servers/apple'],
    ['a slash too many', `${server}/`],
    ['an empty part', server.replace('fruit', '')],
    ['a URL', `https://management.azure.com${server}`],
  ];
  for (const [name, id] of others) it(`refuses ${name}`, () => assert.equal(parseResourceId(id), undefined));
});

it('names are the same if they differ only in case', () => {
  assert.ok(sameName('/Subscriptions/A', '/subscriptions/a'));
  assert.ok(!sameName('apple', 'apples'));
});

it('byCodeUnit orders as a sort without a locale does', () => {
  assert.deepEqual(['z', 'ä', 'Z', 'a', '～', '🍏'].sort(byCodeUnit), ['Z', 'a', 'z', 'ä', '🍏', '～']);
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' })), (texts) =>
      assert.deepEqual([...texts].sort(byCodeUnit), [...texts].sort()),
    ),
  );
});
