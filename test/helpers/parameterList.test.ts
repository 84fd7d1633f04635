import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ParameterList } from '../../helpers/parameterList';
import type { ListItem } from '../../helpers/serverList';
import type { Fact, Json } from '../../types';
import { flexibleServer, gap } from '../support/report';

const server = flexibleServer('apple');
const listOf = () => new ParameterList(server);
const set = (name: string, value?: Json, isConfigPendingRestart?: Json): ListItem => ({
  name,
  properties: {
    ...(value !== undefined && { value }),
    ...(isConfigPendingRestart !== undefined && { isConfigPendingRestart }),
  },
});
const known = (value: Json, isConfigPendingRestart: Json = null): Fact => ({
  known: true,
  value: { value, isConfigPendingRestart },
});
const absent: Fact = { known: true, value: undefined };

describe('a list of parameters', () => {
  const rows: readonly [name: string, items: readonly ListItem[], ssl: Fact][] = [
    ['has what it names', [set('jit', 'off'), set('ssl', 'on', false)], known('on', false)],
    ['has it in any case', [set('SSL', 'on')], known('on')],
    ['has nulls for what is left out', [{ name: 'ssl' }], known(null)],
    ['may name one twice, if both say the same', [set('ssl', 'on'), set('Ssl', 'on')], known('on')],
    ['proves that the rest is not there', [set('jit', 'off')], absent],
    ['proves it if it is empty, too', [], absent],
  ];
  for (const [name, items, ssl] of rows) {
    it(`${name}, on one page or on many`, () => {
      for (const pages of [[items], items.map((each) => [each])]) {
        const list = listOf();
        for (const page of pages) list.add(page);
        assert.deepEqual([list.facts(['ssl'], undefined), list.gap], [{ ssl }, undefined]);
      }
    });
  }

  it('that is not whole has what it names, and proves nothing of the rest', () => {
    const list = listOf();
    list.add([set('ssl', 'on')]);
    assert.deepEqual(list.facts(['ssl', 'JIT'], gap), { ssl: known('on'), JIT: { known: false, gap } });
  });

  it('finds a parameter by its name in any case', () => {
    const list = listOf();
    list.add([set('datestyle', 'iso')]);
    assert.deepEqual(list.facts(['DateStyle'], undefined), { DateStyle: known('iso') });
  });

  for (const other of [set('ssl', 'off'), set('ssl', 'on', true)]) {
    it(`that says on, and then ${JSON.stringify(other.properties)}, says nothing`, () => {
      const list = listOf();
      list.add([set('ssl', 'on'), set('ssl', 'on'), other]);
      const { ssl } = list.facts(['ssl'], undefined);
      assert.ok(ssl && !ssl.known);
      assert.equal(ssl.gap.kind, 'bad-response');
      assert.match(ssl.gap.detail, /^Azure listed the parameter twice, /);
    });
  }

  const { id: apple } = server;
  const ids: readonly [id: unknown, own: boolean][] = [
    [undefined, true],
    [apple, true],
    [`${apple}/configurations/ssl`, true],
    [`${apple}/configurations/ssl`.toUpperCase(), true],
    [`${apple.replace('flexibleServers', 'serversv2')}/configurations/ssl`, true],
    [`${apple}/configurations`, false],
    [apple.replace('/resourceGroups', '/configurations/ssl/resourceGroups'), false],
    [`${apple}/configurations/ssl/x`, false],
    [`${apple.replace('apple', 'pear')}/configurations/ssl`, false],
    [`${apple.replace('fruit', 'nuts')}/configurations/ssl`, false],
    [`${apple.replace('/0/', '/1/')}/configurations/ssl`, false],
    ['', false],
    [null, false],
    [7, false],
  ];
  for (const [id, own] of ids) {
    it(`takes ${own ? 'a' : 'no'} parameter with the id ${JSON.stringify(id)}`, () => {
      const list = listOf();
      list.add([{ ...set('ssl', 'on'), id }]);
      assert.deepEqual(list.facts(['ssl'], undefined), { ssl: own ? known('on') : absent });
      assert.equal(list.gap?.kind, own ? undefined : 'incomplete-list');
    });
  }

  it('of a server whose place is not known owns nothing that says where it is', () => {
    for (const unknown of [{ resourceGroup: null }, { subscriptionId: null }]) {
      const list = new ParameterList({ ...server, ...unknown });
      list.add([{ ...set('ssl', 'on'), id: apple }]);
      assert.equal(list.gap?.kind, 'incomplete-list');
    }
  });

  it('counts what is no parameter of it', () => {
    const list = listOf();
    list.add([{}, { name: 7 }]);
    list.add([{ name: 'ssl', id: 'x' }, set('jit', 'off')]);
    assert.match(list.gap?.detail ?? '', /: 3 of its items are no parameters of this server\.$/);
  });
});
