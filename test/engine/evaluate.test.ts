import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { evaluate } from '../../engine/evaluate';
import { besides, ifKnown, oneOf, optional } from '../../helpers/need';
import { pass, warn } from '../../helpers/plugin';
import real from '../../plugins/azure/postgresqlserver/flexibleServerRequireSecureTransport';
import type { Fact, Need, Plugin, Resource } from '../../types';
import { flexibleServer, gap, known } from '../support/report';

const ripe = oneOf('green', 'red');
type Seen = Record<string, unknown>;

const pluginWith = (evaluate: (facts: Seen, settings: Seen) => unknown, needs: Plugin['needs'] = { ripe }): Plugin => ({
  ...real,
  id: 'taster',
  needs,
  settings: { floor: { description: 'How ripe.', default: '1', values: ['1', '2'] } },
  messages: { fine: pass('ripe is {ripe}, and the floor is {floor}.'), sour: warn('ripe is {ripe}.') },
  evaluate: evaluate as Plugin['evaluate'],
});
const server = (facts: Record<string, Fact>): Resource => ({ ...flexibleServer('apple'), facts });
const settings = { floor: '2', other: 'x' };
const unread: Fact = { known: false, gap };

describe('a plugin', () => {
  it('sees what it declared, read, and nothing else', () => {
    let seen: unknown;
    const taster = pluginWith((...all) => {
      seen = all;
      return 'fine';
    });
    evaluate(taster, server({ ripe: known(' RED '), seeds: known('7') }), settings);
    assert.deepEqual(seen, [{ ripe: 'red' }, { floor: '2' }]);
  });

  it('names the message, which is filled with what Azure spelled and the settings', () => {
    const taster = pluginWith(() => 'fine');
    assert.deepEqual(evaluate(taster, server({ ripe: known(' RED ') }), settings), {
      plugin: 'taster',
      title: real.title,
      severity: 'high',
      status: 'PASS',
      message: 'ripe is " RED ", and the floor is 2.',
      resource: {
        id: flexibleServer('apple').id,
        name: 'apple',
        type: 'Microsoft.DBforPostgreSQL/flexibleServers',
        location: 'eastus',
        resourceGroup: 'fruit',
        subscriptionId: '0',
      },
      evidence: { ripe: ' RED ' },
    });
  });

  it('judges by what it sees', () => {
    const taster = pluginWith((facts) => (facts.ripe === 'red' ? 'fine' : 'sour'));
    const statusOf = (colour: string) => evaluate(taster, server({ ripe: known(colour) }), settings).status;
    assert.deepEqual(['Red', 'Green'].map(statusOf), ['PASS', 'WARN']);
  });

  it('cannot change the facts or the settings', () => {
    const vandal = pluginWith((facts, settings) => {
      facts.ripe = 'rotten';
      settings.floor = '9';
      return 'fine';
    });
    const before = server({ ripe: known('Red') });
    const chosen = { ...settings };
    const { evidence } = evaluate(vandal, before, chosen);
    assert.deepEqual([before, chosen, evidence], [server({ ripe: known('Red') }), settings, { ripe: 'Red' }]);
  });

  it('cannot change a value of the resource that it is shown as it is', () => {
    const list: Need<unknown> = { expects: 'a list', optional: false, spelled: (fact) => fact, read: (fact) => fact };
    const vandal = pluginWith(
      ({ ripe }) => {
        (ripe as string[]).push('rotten');
        return 'fine';
      },
      { ripe: list },
    );
    const before = server({ ripe: known(['red']) });
    evaluate(vandal, before, settings);
    assert.deepEqual(before, server({ ripe: known(['red']) }));
  });
});

describe('UNKNOWN in place of the plugin, with evidence and reason', () => {
  const taster = pluginWith(() => assert.fail('it was asked'));
  const rows: readonly [name: string, facts: Record<string, Fact>, kind: string, evidence?: object][] = [
    ['a fact that could not be read', { ripe: unread }, 'forbidden'],
    ['a fact that nobody collected', {}, 'not-collected'],
    ['a fact that the whole answer lacks', { ripe: known(undefined) }, 'absent'],
    ['null', { ripe: known(null) }, 'absent', { ripe: null }],
    ['a word that no rule knows', { ripe: known('blue') }, 'unreadable', { ripe: 'blue' }],
    ['an empty word', { ripe: known('') }, 'unreadable', { ripe: '' }],
    ['no word at all', { ripe: known(['red']) }, 'unreadable', { ripe: ['red'] }],
  ];
  for (const [name, facts, kind, evidence = {}] of rows) {
    it(`for ${name}`, () => {
      const result = evaluate(taster, server(facts), settings);
      assert.deepEqual([result.status, result.reason?.kind, result.evidence], ['UNKNOWN', kind, evidence]);
      assert.equal(result.message, result.reason?.detail);
      assert.match(result.message, facts.ripe === unread ? /403/ : /\bripe\b/);
      assert.ok(result.reason?.remedy);
    });
  }

  it('asks no need about what is not there', () => {
    const asked = () => assert.fail('it was asked');
    const needs = { ripe: { ...ripe, spelled: asked, read: asked } };
    for (const fact of [unread, known(undefined)]) {
      const { reason } = evaluate({ ...taster, needs }, server({ ripe: fact }), settings);
      assert.equal(reason?.kind, fact.known ? 'absent' : 'forbidden');
    }
  });

  it('gives the gap as the collector told it', () => {
    assert.deepEqual(evaluate(taster, server({ ripe: unread }), settings).reason, gap);
  });

  it('gives the first gap in the order of the needs, and the evidence of every need', () => {
    const needs = { sweet: oneOf('yes'), ripe, soft: oneOf('yes') };
    const facts = { soft: known(null), ripe: unread, sweet: known('Yes') };
    const { reason, evidence } = evaluate({ ...taster, needs }, server(facts), settings);
    assert.deepEqual([reason, evidence], [gap, { sweet: 'Yes', soft: null }]);
  });
});

describe('an optional need', () => {
  const shades = pluginWith((facts) => ('ripe' in facts && facts.ripe === undefined ? 'sour' : 'fine'), {
    ripe: optional(ripe),
  });
  const rows: readonly [name: string, fact: Fact, status: string, evidence: object][] = [
    ['read', known('Red'), 'PASS', { ripe: 'Red' }],
    ['absent', known(undefined), 'WARN', {}],
    ['null', known(null), 'WARN', { ripe: null }],
    ['unreadable', known('blue'), 'WARN', { ripe: 'blue' }],
    ['not read', unread, 'UNKNOWN', {}],
  ];
  for (const [name, fact, status, evidence] of rows) {
    it(`that is ${name} ends in ${status}`, () => {
      const result = evaluate(shades, server({ ripe: fact }), settings);
      assert.deepEqual([result.status, result.evidence], [status, evidence]);
    });
  }
});

describe('a plugin that fails is UNKNOWN', () => {
  const thrower = (thrown: unknown) => () => {
    throw thrown;
  };
  const circle: Seen = {};
  circle.circle = circle;
  const broken = (part: Partial<Need<unknown>>) => pluginWith(() => 'fine', { ripe: { ...ripe, ...part } });
  const noMessage = /taster failed: it named a message that it does not have\./;
  const rows: readonly [name: string, plugin: Plugin, detail: RegExp][] = [
    ['it throws an error', pluginWith(thrower(new Error('too sour'))), /taster failed: too sour/],
    ['it throws a word', pluginWith(thrower('sour')), /taster failed: it threw a string/],
    ['it throws nothing', pluginWith(thrower(undefined)), /taster failed/],
    ['it throws what JSON cannot hold', pluginWith(thrower(circle)), /taster failed/],
    ['it names no message', pluginWith(() => undefined), noMessage],
    ['it names a message that it does not have', pluginWith(() => 'bitter'), noMessage],
    ['it names what every object has', pluginWith(() => 'constructor'), noMessage],
    ['it promises a message', pluginWith(async () => 'fine'), noMessage],
    ['its promise fails', pluginWith(async () => assert.fail('late')), noMessage],
    ['a need of it throws', broken({ read: thrower(new Error('a worm')) }), /taster failed: a worm/],
    ['the evidence of it throws', broken({ spelled: thrower(new Error('a worm')) }), /taster failed: a worm/],
  ];
  for (const [name, plugin, detail] of rows) {
    it(`if ${name}`, () => {
      const { status, reason } = evaluate(plugin, server({ ripe: known('red') }), settings);
      assert.deepEqual([status, reason?.kind], ['UNKNOWN', 'plugin-crashed']);
      assert.match(reason?.detail ?? '', detail);
    });
  }

  it('and keeps the evidence that was read before', () => {
    const { evidence } = evaluate(pluginWith(thrower(new Error())), server({ ripe: known('Red') }), settings);
    assert.deepEqual(evidence, { ripe: 'Red' });
  });
});

describe('a need that is shown if it is known', () => {
  const sweet = ifKnown(oneOf('yes', 'no'));
  const taster = pluginWith(
    ({ ripe: colour, sweet: taste }) => (colour === 'red' ? 'fine' : taste === undefined ? 'sweet' : 'sour'),
    { ripe, sweet },
  );

  it('is not missed where another is proof enough', () => {
    const { status, evidence } = evaluate(taster, server({ ripe: known('red'), sweet: unread }), settings);
    assert.deepEqual([status, evidence], ['PASS', { ripe: 'red' }]);
  });

  for (const [name, fact, kind] of [
    ['could not be read', unread, gap.kind],
    ['is absent', known(undefined), 'absent'],
    ['is unreadable', known('perhaps'), 'unreadable'],
  ] as const) {
    it(`is the reason of an UNKNOWN where the plugin names it, and it ${name}`, () => {
      const { status, reason } = evaluate(taster, server({ ripe: known('green'), sweet: fact }), settings);
      assert.deepEqual([status, reason?.kind], ['UNKNOWN', kind]);
    });
  }

  it('is a fault of the plugin where that names it, and it is known', () => {
    const wrong = pluginWith(() => 'sweet', { ripe, sweet });
    const { reason } = evaluate(wrong, server({ ripe: known('red'), sweet: known('yes') }), settings);
    assert.equal(reason?.kind, 'plugin-crashed');
  });

  it('does not hide that another could not be read', () => {
    const { reason } = evaluate(taster, server({ ripe: unread, sweet: unread }), settings);
    assert.equal(reason, gap);
  });

  it('may be one that proves nothing, and is then undefined, whatever keeps it from being known', () => {
    const shaded = pluginWith(({ sweet: taste }) => (taste === undefined ? 'fine' : 'sour'), {
      ripe,
      sweet: besides(oneOf('yes')),
    });
    for (const fact of [unread, known(undefined), known('perhaps')])
      assert.equal(evaluate(shaded, server({ ripe: known('red'), sweet: fact }), settings).status, 'PASS');
  });
});
