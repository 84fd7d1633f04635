import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { foreignItems, type ListItem, propertyFacts, ServerList } from '../../helpers/serverList';
import type { Json } from '../../types';

const kind = 'Microsoft.DBforPostgreSQL/servers';
const idOf = (name: string, subscription = 'A', type: string = kind) =>
  `/subscriptions/${subscription}/resourceGroups/fruit/providers/${type}/${name}`;
const item = (name: string, properties: Record<string, Json> = {}): ListItem => ({ id: idOf(name), properties });
const listOf = (...needed: readonly string[]) => new ServerList(kind, needed, 'A');

describe('a list of servers', () => {
  it('gives each server once, however often and in whatever case it is listed', () => {
    const list = listOf();
    const names = (items: readonly ListItem[]) => list.add(items).map(({ reference }) => reference.name);
    assert.deepEqual(names([item('apple'), item('pear'), item('APPLE')]), ['apple', 'pear']);
    assert.deepEqual(names([item('Pear'), item('fig')]), ['fig']);
    assert.deepEqual([list.size, list.foreign, list.gap], [3, 0, undefined]);
  });

  it('counts what is no server of it, and is then not whole', () => {
    const list = listOf();
    const strange = [{}, { id: 1 }, { id: idOf('apple', 'B') }, { id: idOf('apple', 'A', 'Microsoft.X/servers') }];
    assert.deepEqual(list.add([...strange, item('pear')]).length, 1);
    assert.deepEqual([list.size, list.foreign, list.gap], [1, 4, foreignItems(4, kind)]);
    assert.match(list.gap?.detail ?? '', /: 4 of its items are no Microsoft\.DBforPostgreSQL\/servers of this subscr/);
  });

  const places: readonly [name: string, item: ListItem, subscription: string | undefined, expected: object][] = [
    [
      'under the subscription that was asked, as that was spelled',
      { id: idOf('apple', 'a', kind.toUpperCase()), location: 'East US' },
      'A',
      { subscriptionId: 'A', location: 'East US' },
    ],
    ['under any, if none was', { id: idOf('apple', 'b') }, undefined, { subscriptionId: 'b', location: null }],
    ['without a location that is no text', { id: idOf('apple'), location: 7 }, 'A', { location: null }],
  ];
  for (const [name, given, subscription, expected] of places) {
    it(`places a server ${name}`, () => {
      const { reference, properties } = new ServerList(kind, [], subscription).serverOf(given) ?? assert.fail();
      const same = { id: given.id, name: 'apple', type: kind, resourceGroup: 'fruit', subscriptionId: 'A' };
      assert.deepEqual([reference, properties], [{ ...same, ...expected }, {}]);
    });
  }
});

describe('the facts of a server whose settings are properties', () => {
  const needed = ['ripe', 'sweet'];
  const factsOf = (...items: readonly ListItem[]) => {
    const list = listOf(...needed);
    const [server] = items.flatMap((each) => list.add([each]));
    return propertyFacts(server ?? assert.fail(), needed);
  };
  const red = { ripe: { known: true, value: 'red' }, sweet: { known: true, value: undefined } };

  const agreeing: readonly [name: string, items: readonly ListItem[]][] = [
    ['is what was listed', [item('apple', { ripe: 'red', size: 1 })]],
    ['lacks what only every object has', [item('apple', { ripe: 'red', constructor: 1 })]],
    ['may be listed twice, with what nobody needs changed', [1, 2].map((size) => item('apple', { ripe: 'red', size }))],
  ];
  for (const [name, items] of agreeing) it(name, () => assert.deepEqual(factsOf(...items), red));

  it('are all gaps once two items contradict each other, whatever a third says', () => {
    const [ripe, unripe] = ['red', 'green'].map((colour) => item('apple', { ripe: colour }));
    for (const items of [
      [ripe, unripe],
      [ripe, unripe, ripe],
      [ripe, item('apple')],
    ]) {
      const facts = Object.values(factsOf(...(items as ListItem[])));
      assert.deepEqual(
        facts.map((fact) => !fact.known && `${fact.gap.kind}: ${fact.gap.detail}`),
        needed.map(() => 'bad-response: Azure listed the server twice, with different properties.'),
      );
    }
  });

  it('take the name of what every object has for no fact', () => {
    const [server] = listOf().add([item('apple')]);
    const facts = propertyFacts(server ?? assert.fail(), ['constructor']);
    assert.deepEqual(facts, { constructor: { known: true, value: undefined } });
  });
});
