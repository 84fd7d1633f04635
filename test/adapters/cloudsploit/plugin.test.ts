import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Row } from '../../../adapters/cloudsploit/plugin';
import { isServerPlugin } from '../../../helpers/kind';
import { plugins as all } from '../../../plugins';
import type { Json } from '../../../types';
import { hostileNames } from '../../support/report';

import plugins = require('../../../adapters/cloudsploit');

const ours = all.filter(isServerPlugin);

const flexible = 'Microsoft.DBforPostgreSQL/flexibleServers';
const single = 'Microsoft.DBforPostgreSQL/servers';
const idOf = (name: string, type = flexible) => `/subscriptions/0/resourceGroups/fruit/providers/${type}/${name}`;

/** What CloudSploit collects of one location: Flexible Servers by name, with the values of their parameters. */
function cacheOf(
  servers: Readonly<Record<string, Readonly<Record<string, Json>> | { err: string }>>,
  location = 'eastus',
) {
  const entries = Object.entries(servers).map(([name, given]) => {
    if ('err' in given) return [idOf(name), given];
    const data = Object.entries(given).map(([parameter, value]) => ({ name: parameter, value }));
    return [idOf(name), { data }];
  });
  return {
    servers: {
      listPostgresFlexibleServer: {
        [location]: { data: Object.keys(servers).map((name) => ({ id: idOf(name), location: 'East US' })) },
      },
    },
    flexibleServersConfigurations: { listByPostgresServer: { [location]: Object.fromEntries(entries) } },
  };
}

const singleCache = (properties: Readonly<Record<string, Json>>) => ({
  servers: { listPostgres: { eastus: { data: [{ id: idOf('apple', single), ...properties }] } } },
});

interface Told {
  readonly rows: readonly Row[];
  readonly source: object;
}

/** As CloudSploit's engine does: without a `this`, and it has to be called back once, at once or later, without an error. */
function run(id: string, cache: unknown, settings: unknown = {}): Told {
  const told: unknown[][] = [];
  const { run: bare } = plugins[id] ?? assert.fail(id);
  bare.call(undefined as never, cache, settings, (...args) => told.push(args));
  assert.equal(told.length, 1);
  const [error, rows, source] = told[0] as [unknown, Row[], object];
  assert.equal(error, null);
  assert.ok(rows.length > 0);
  for (const row of rows) assert.deepEqual(Object.keys(row), ['status', 'message', 'region', 'resource', 'custom']);
  return { rows, source };
}

/** Status, region and the name of the server of each row. */
const rowsOf = (...args: Parameters<typeof run>) =>
  run(...args).rows.map(({ status, region, resource }) => `${status} ${region} ${resource?.split('/').at(-1) ?? '-'}`);

const transport = 'flexibleServerRequireSecureTransport';
const floor = 'flexibleServerSslMinProtocolVersion';
const enforcement = 'singleServerSslEnforcement';
const singleFloor = 'singleServerMinimalTlsVersion';

describe('pgposture/cloudsploit', () => {
  it('is every plugin by its id, and nothing else', () => {
    assert.deepEqual(
      Object.keys(plugins),
      ours.map(({ id }) => id),
    );
    assert.deepEqual(
      Object.getOwnPropertyNames(plugins).filter((name) => name === '__esModule' || name === 'default'),
      [],
    );
  });

  const texts = ['title', 'category', 'domain', 'severity', 'description', 'more_info', 'link', 'recommended_action'];
  for (const [id, plugin] of Object.entries(plugins)) {
    it(`says all of ${id} that CloudSploit asks`, () => {
      for (const field of texts) {
        const text = plugin[field as 'title'];
        assert.ok(typeof text === 'string' && text !== '' && !/\{\w+\}/.test(text), field);
      }
      assert.match(plugin.severity, /^(Low|Medium|High)$/);
      assert.match(plugin.run.toString(), /^\w+\(cache, settings, callback\) \{/);
      assert.ok(!/\bthis\b/.test(plugin.run.toString()));
      assert.ok(plugin.realtime_triggers.every((trigger) => /^microsoftdbforpostgresql:[a-z:]+$/.test(trigger)));
      for (const [program, text] of Object.entries(plugin.compliance)) {
        assert.match(program, /^(hipaa|pci|cis1|cis2)$/);
        assert.match(text, /^(HIPAA|PCI|CIS) /);
      }
      assert.deepEqual(Object.keys(plugin.compliance).slice(0, 2), ['hipaa', 'pci']);
      for (const [name, { regex, default: standard, ...more }] of Object.entries(plugin.settings)) {
        assert.match(name, /^[a-z_]+$/);
        assert.match(standard, new RegExp(regex));
        assert.deepEqual(Object.keys(more), ['name', 'description']);
      }
    });
  }

  it('asks for the calls that tell of its kind', () => {
    const parameters = ['servers:listPostgresFlexibleServer', 'flexibleServersConfigurations:listByPostgresServer'];
    assert.deepEqual(
      [transport, floor, enforcement, singleFloor].map((id) => plugins[id]?.apis),
      [parameters, parameters, ['servers:listPostgres'], ['servers:listPostgres']],
    );
  });

  it('names the controls of a CIS profile under that profile', () => {
    assert.equal(
      plugins[transport]?.compliance.cis1,
      'CIS Azure Foundations 3.0.0: 5.2.1; CIS Azure Database Services 2.0.0: 6.10',
    );
    assert.equal(plugins[enforcement]?.compliance.cis1, undefined);
  });
});

describe('a row for each server', () => {
  const on = { require_secure_transport: 'on', ssl_min_protocol_version: 'TLSv1.2' };
  const rows: readonly (readonly [what: string, id: string, cache: unknown, expected: string])[] = [
    ['on', transport, cacheOf({ apple: on }), '0 eastus apple'],
    ['off', transport, cacheOf({ apple: { ...on, require_secure_transport: 'OFF' } }), '2 eastus apple'],
    ['no value', transport, cacheOf({ apple: { require_secure_transport: null } }), '3 eastus apple'],
    ['no parameter', transport, cacheOf({ apple: {} }), '3 eastus apple'],
    ['an error', transport, cacheOf({ apple: { err: 'Forbidden' } }), '3 eastus apple'],
    ['a floor', floor, cacheOf({ apple: on }), '0 eastus apple'],
    ['a floor, off', floor, cacheOf({ apple: { ...on, require_secure_transport: 'off' } }), '1 eastus apple'],
    ['a low floor', floor, cacheOf({ apple: { ...on, ssl_min_protocol_version: 'TLSv1.1' } }), '2 eastus apple'],
    ['no floor', floor, cacheOf({ apple: { require_secure_transport: 'on' } }), '3 eastus apple'],
    ['enforced', enforcement, singleCache({ sslEnforcement: 'Enabled' }), '0 eastus apple'],
    ['not enforced', enforcement, singleCache({ sslEnforcement: 'Disabled' }), '2 eastus apple'],
    ['half a server', enforcement, singleCache({}), '3 eastus apple'],
    ['TLS1_2', singleFloor, singleCache({ minimalTlsVersion: 'TLS1_2' }), '0 eastus apple'],
    ['none', singleFloor, singleCache({ minimalTlsVersion: 'TLSEnforcementDisabled' }), '2 eastus apple'],
  ];
  for (const [what, id, cache, expected] of rows) {
    it(`says ${expected} for ${what}`, () => assert.deepEqual(rowsOf(id, cache), [expected]));
  }

  it('waits for a restart with WARN', () => {
    const cache = cacheOf({ apple: on });
    const [entry] = Object.values(cache.flexibleServersConfigurations.listByPostgresServer.eastus ?? {});
    for (const parameter of (entry as { data: object[] }).data)
      Object.assign(parameter, { isConfigPendingRestart: true });
    assert.deepEqual(rowsOf(transport, cache), ['1 eastus apple']);
  });

  it('judges servers of several locations, in any region', () => {
    const [east, moon] = [cacheOf({ apple: on }), cacheOf({ pear: { require_secure_transport: 'off' } }, 'moonnorth')];
    const cache = {
      servers: {
        listPostgresFlexibleServer: {
          ...east.servers.listPostgresFlexibleServer,
          ...moon.servers.listPostgresFlexibleServer,
        },
      },
      flexibleServersConfigurations: {
        listByPostgresServer: {
          ...east.flexibleServersConfigurations.listByPostgresServer,
          ...moon.flexibleServersConfigurations.listByPostgresServer,
        },
      },
    };
    assert.deepEqual(rowsOf(transport, cache), ['0 eastus apple', '2 moonnorth pear']);
  });

  it('names a server once, however often it is listed', () => {
    const cache = cacheOf({ apple: on });
    const { eastus } = cache.servers.listPostgresFlexibleServer;
    eastus?.data.push({ id: idOf('APPLE'), location: 'eastus' });
    assert.deepEqual(rowsOf(transport, cache), ['0 eastus apple']);
  });

  it('says why it is UNKNOWN, with the words of CloudSploit, and what to do', () => {
    const [row] = run(transport, cacheOf({ apple: { err: 'The client has no right' } })).rows;
    assert.match(row?.message ?? '', /^Its parameters could not be read: The client has no right\. \S.*\.$/);
  });

  for (const name of hostileNames) {
    it(`says what ${JSON.stringify(name)} is on one line`, () => {
      const cache = cacheOf({ apple: { require_secure_transport: name, ssl_min_protocol_version: name } });
      for (const id of [transport, floor]) {
        const [row] = run(id, cache).rows;
        assert.equal(row?.status, 3);
        assert.doesNotMatch(row?.message ?? '', /[\p{Cc}\u2028\u202e]|::|##\[/u);
      }
    });
  }
});

describe('a row for each location that shows no server', () => {
  const locations: readonly (readonly [what: string, entry: unknown, expected: string])[] = [
    ['an empty list', { data: [] }, '0 eastus -'],
    ['an empty list and no error', { err: null, data: [] }, '0 eastus -'],
    ['an error', { err: 'Forbidden' }, '3 eastus -'],
    ['an error that is an object', { err: { message: 'Forbidden' } }, '3 eastus -'],
    ['an error that says nothing', { err: {} }, '3 eastus -'],
    ['an error and a list', { err: 'Forbidden', data: [] }, '3 eastus -'],
    ['an object', { data: {} }, '3 eastus -'],
    ['null for a list', { data: null }, '3 eastus -'],
    ['neither list nor error', {}, '3 eastus -'],
    ['null', null, '3 eastus -'],
    ['a text', 'x', '3 eastus -'],
    ['a list', [], '3 eastus -'],
    ['something that is no server', { data: [{ id: '/subscriptions/0' }] }, '3 eastus -'],
    ['a server of the other kind', { data: [{ id: idOf('apple', single) }] }, '3 eastus -'],
    ['null for a server', { data: [null] }, '3 eastus -'],
  ];
  for (const [what, entry, expected] of locations) {
    it(`says ${expected} for ${what}`, () => {
      const cache = { servers: { listPostgresFlexibleServer: { eastus: entry } } };
      assert.deepEqual(rowsOf(transport, cache), [expected]);
    });
  }

  it('has one for the cache itself if that holds no location', () => {
    const empty = [undefined, null, {}, [], 'x', { servers: null }, { servers: { listPostgresFlexibleServer: [] } }];
    for (const cache of [...empty, { servers: { listPostgresFlexibleServer: {} } }]) {
      assert.deepEqual(rowsOf(transport, cache), ['3 global -']);
    }
  });

  it('takes names of JavaScript for locations like any other', () => {
    const cache = JSON.parse(
      '{"servers":{"listPostgresFlexibleServer":{"__proto__":{"data":[]},"constructor":{"err":"x"}}}}',
    );
    assert.deepEqual(rowsOf(transport, cache), ['0 __proto__ -', '3 constructor -']);
    assert.deepEqual(
      rowsOf(transport, { servers: Object.create({ listPostgresFlexibleServer: { x: { data: [] } } }) }),
      ['3 global -'],
    );
  });

  it('survives a cache that throws', () => {
    const cache = {
      get servers() {
        throw new Error('boom');
      },
    };
    assert.deepEqual(rowsOf(transport, cache), ['3 global -']);
  });
});

describe('what CloudSploit hands over and gets back', () => {
  const cache = {
    ...cacheOf({ apple: { ssl_min_protocol_version: 'TLSv1.2', require_secure_transport: 'on' } }),
  };

  const settings: readonly (readonly [settings: unknown, expected: string])[] = [
    [{}, '0 eastus apple'],
    [undefined, '0 eastus apple'],
    [null, '0 eastus apple'],
    [{ minimum_tls_version: '1.2' }, '0 eastus apple'],
    [{ minimum_tls_version: 1.2 }, '0 eastus apple'],
    [{ minimum_tls_version: undefined }, '0 eastus apple'],
    [{ minimum_tls_version: '1.3' }, '2 eastus apple'],
    [{ minimum_tls_version: '1.4' }, '3 eastus apple'],
    [{ minimum_tls_version: '' }, '3 eastus apple'],
    [{ minimum_tls_version: {} }, '3 eastus apple'],
    [{ minimumTlsVersion: '1.3' }, '0 eastus apple'],
  ];
  for (const [given, expected] of settings) {
    it(`says ${expected} under ${JSON.stringify(given)}`, () =>
      assert.deepEqual(rowsOf(floor, cache, given), [expected]));
  }

  it('makes every row UNKNOWN under a setting that nobody knows, and says so', () => {
    const both = structuredClone(cache);
    Object.assign(both.servers.listPostgresFlexibleServer, { westus: { data: [] }, northeurope: { err: 'x' } });
    const { rows } = run(floor, both, { minimum_tls_version: 'old' });
    assert.deepEqual(
      rows.map(({ status, region }) => `${status} ${region}`),
      ['3 eastus', '3 westus', '3 northeurope'],
    );
    for (const { message } of rows)
      assert.equal(message, 'The setting minimum_tls_version cannot be old. It can be 1.2 or 1.3.');
  });

  it('gives back what was looked at', () => {
    const { westus, ...more } = { westus: { data: [] }, ...cache.servers.listPostgresFlexibleServer };
    const lists = { ...more, westus };
    const { source } = run(transport, {
      ...cache,
      servers: { listPostgresFlexibleServer: lists, other: {} },
      other: {},
    });
    assert.deepEqual(source, { ...cache, servers: { listPostgresFlexibleServer: lists } });
    const { flexibleServersConfigurations: _, ...without } = cache;
    assert.deepEqual(run(transport, without).source, {
      ...without,
      flexibleServersConfigurations: { listByPostgresServer: { eastus: { [idOf('apple')]: null } } },
    });
  });

  it('leaves the cache as it was', () => {
    const before = structuredClone(cache);
    for (const id of Object.keys(plugins)) run(id, cache);
    assert.deepEqual(cache, before);
  });

  it('lets a callback throw, and calls it once all the same', () => {
    let calls = 0;
    assert.throws(
      () =>
        plugins[transport]?.run(cache, {}, () => {
          calls++;
          throw new Error('the host');
        }),
      /the host/,
    );
    assert.equal(calls, 1);
  });
});
