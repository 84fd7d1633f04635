import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import type { Fault, Tenant } from '../emulator';
import { isServerPlugin } from '../helpers/kind';
import { plugins as all } from '../plugins';
import type { Json, Report } from '../types';
import { spawnCli } from './support/cli';
import { CloudSploit, type Collection, type KnownPlugin, type ReportedRow } from './support/cloudsploit';
import { fourPlugins } from './support/fourPlugins';
import type { Row } from './support/insideCloudsploit/modules';
import { signedInWithoutProxy } from './support/signedIn';

/** A clone of https://github.com/aquasecurity/cloudsploit in which `npm install` has been run; it is only read. */
const checkout = process.env.PGPOSTURE_CLOUDSPLOIT;

const subscriptionId = 'aaaaaaaa-0000-4000-8000-000000000001';
const type = `/subscriptions/${subscriptionId}/resourceGroups/rg-databases/providers/Microsoft.DBforPostgreSQL`;

const plugins = all.filter(isServerPlugin);

/** What each server says to CloudSploit's own plugins is as mixed as what it says to ours. */
const tenant: Tenant = {
  tenantId: 'ffffffff-0000-4000-8000-00000000000f',
  pageSize: 3,
  subscriptions: [
    {
      subscriptionId,
      displayName: 'Orchard',
      flexibleServers: [
        {
          name: 'apple',
          location: 'East US',
          properties: { network: { delegatedSubnetResourceId: '/subnet', privateDnsZoneArmResourceId: '/zone' } },
          parameters: { 'connection_throttle.enable': 'on', log_disconnections: 'ON', log_duration: 'on' },
        },
        {
          name: 'pear',
          location: 'West Europe',
          properties: { version: '13' },
          parameters: {
            require_secure_transport: 'off',
            'connection_throttle.enable': 'off',
            log_disconnections: 'off',
            log_duration: 'off',
            password_encryption: 'md5',
          },
        },
        {
          name: 'plum',
          location: 'west europe',
          parameters: {
            require_secure_transport: { value: 'ON', isConfigPendingRestart: true },
            ssl_min_protocol_version: 'TLSv1.3',
            'connection_throttle.enable': null,
          },
        },
        {
          name: 'cherry',
          location: 'Germany West Central',
          parameters: { ssl_min_protocol_version: 'TLSv1.1', log_duration: '' },
        },
        { name: 'sloe', location: 'eastus', parameters: { require_secure_transport: null } },
        {
          name: 'damson',
          location: 'East US',
          parameters: { require_secure_transport: { value: null }, ssl_min_protocol_version: { value: 'TLSv2' } },
        },
        { name: 'medlar', location: 'UK South', properties: { state: 'Stopped' } },
        { name: 'rowan', location: 'UK South' },
        { name: 'fig', location: 'North Europe' },
        { name: 'quince', location: 'Spain Central', parameters: { require_secure_transport: 'off' } },
      ],
      singleServers: [
        {
          name: 'almond',
          location: 'eastus',
          tags: { owner: 'orchard' },
          properties: {
            minimalTlsVersion: 'TLS1_2',
            storageProfile: { geoRedundantBackup: 'Enabled', storageAutogrow: 'Disabled' },
            byokEnforcement: 'Enabled',
            infrastructureEncryption: 'Enabled',
            privateEndpointConnections: [{ id: '/endpoint' }],
          },
        },
        {
          name: 'walnut',
          location: 'westeurope',
          properties: { sslEnforcement: 'Disabled', minimalTlsVersion: 'TLS1_2', privateEndpointConnections: [] },
        },
        { name: 'hazel', location: 'West Europe' },
        {
          name: 'pecan',
          location: 'northeurope',
          properties: { sslEnforcement: 'Sometimes', minimalTlsVersion: 'TLS1_0' },
        },
        { name: 'cashew', location: 'uksouth', properties: { minimalTlsVersion: null } },
        { name: 'pistachio', location: 'spaincentral', properties: { sslEnforcement: 'Disabled' } },
      ],
    },
  ],
  faults: [
    {
      on: /\/rowan\/configurations/,
      fault: { status: 403, body: { error: { code: 'AuthorizationFailed', message: 'The client may not do that.' } } },
    },
  ],
};

/** CloudSploit writes an answer without a list as it is; its own plugins crash on it. */
const noList: Fault = { on: /\/fig\/configurations/, fault: { status: 200, body: { value: null } } };

/** What there is of a list that failed. Its own helpers see a PASS in these words of Azure; a reset connection makes it forget all pages. */
const notListed: Readonly<Record<string, Fault['fault']>> = {
  'an error in prose': { status: 400, body: { error: { message: 'No registered resource provider found.' } } },
  'neither data nor an error': 'reset',
};

/** By server and region what CloudSploit has to say, by plugin. It drops the two servers in Spain before a plugin sees them. */
const expected: Readonly<Record<string, Readonly<Record<string, ReportedRow['status']>>>> = {
  flexibleServerRequireSecureTransport: {
    'flexibleServers/apple eastus': 'OK',
    'flexibleServers/pear westeurope': 'FAIL',
    'flexibleServers/plum westeurope': 'WARN',
    'flexibleServers/cherry germanywestcentral': 'OK',
    'flexibleServers/sloe eastus': 'UNKNOWN',
    'flexibleServers/damson eastus': 'UNKNOWN',
    'flexibleServers/medlar uksouth': 'UNKNOWN',
    'flexibleServers/rowan uksouth': 'UNKNOWN',
    'flexibleServers/fig northeurope': 'UNKNOWN',
  },
  flexibleServerSslMinProtocolVersion: {
    'flexibleServers/apple eastus': 'OK',
    'flexibleServers/pear westeurope': 'WARN',
    'flexibleServers/plum westeurope': 'OK',
    'flexibleServers/cherry germanywestcentral': 'FAIL',
    'flexibleServers/sloe eastus': 'OK',
    'flexibleServers/damson eastus': 'UNKNOWN',
    'flexibleServers/medlar uksouth': 'UNKNOWN',
    'flexibleServers/rowan uksouth': 'UNKNOWN',
    'flexibleServers/fig northeurope': 'UNKNOWN',
  },
  singleServerMinimalTlsVersion: {
    'servers/almond eastus': 'OK',
    'servers/walnut westeurope': 'WARN',
    'servers/hazel westeurope': 'FAIL',
    'servers/pecan northeurope': 'FAIL',
    'servers/cashew uksouth': 'UNKNOWN',
  },
  singleServerSslEnforcement: {
    'servers/almond eastus': 'OK',
    'servers/walnut westeurope': 'FAIL',
    'servers/hazel westeurope': 'OK',
    'servers/pecan northeurope': 'UNKNOWN',
    'servers/cashew uksouth': 'OK',
  },
};

/** Rows that name a server: by server and region, the status. */
const verdicts = (rows: readonly ReportedRow[]) =>
  rows
    .filter(({ resource }) => resource !== 'N/A')
    .map(({ resource, region, status }) => [`${resource.replace(`${type}/`, '')} ${region}`, status])
    .sort();

const calls = {
  single: ['servers', 'listPostgres'],
  flexible: ['servers', 'listPostgresFlexibleServer'],
  parameters: ['flexibleServersConfigurations', 'listByPostgresServer'],
} as const;

/** By location what a collection holds of a call. */
const held = (collection: Collection, call: keyof typeof calls): Collection[string][string] => {
  const [service, name] = calls[call];
  return collection[service]?.[name] ?? assert.fail(`the collection has no ${service}:${name}`);
};

const skip = checkout ? false : 'PGPOSTURE_CLOUDSPLOIT names no checkout of CloudSploit';

describe('the real CloudSploit', { skip }, () => {
  const work = mkdtempSync(join(tmpdir(), 'pgposture-cloudsploit-'));
  let cloudSploit: CloudSploit;

  before(async () => {
    cloudSploit = await CloudSploit.copy(checkout ?? '', work);
    cloudSploit.addLine();
  });
  after(() => rmSync(work, { recursive: true }));

  const scan = async (id: string, seen: Tenant) =>
    cloudSploit.scan(subscriptionId, id, await signedInWithoutProxy(work, seen));

  describe('with our plugins', () => {
    it('has them for Azure, and all of its own', async () => {
      const ids = ({ cloud, id }: KnownPlugin) => `${cloud} ${id}`;
      const all = await cloudSploit.plugins();
      const ours = plugins.map(({ id }) => `azure ${id}`);
      assert.deepEqual(all.map(ids).sort(), [...cloudSploit.own.map(ids), ...ours].sort());
    });

    it('had no plugin of the same id, for any cloud', () => {
      const clashes = cloudSploit.own.filter(({ id }) => plugins.some((ours) => ours.id === id));
      assert.deepEqual(clashes, []);
    });

    it('passes its own test of them', async () => {
      const { passes, failures } = await cloudSploit.spec('exports.spec.js');
      assert.deepEqual({ passes: passes.length, failures }, { passes: 1, failures: [] });
    });

    for (const id of fourPlugins) {
      const call = id.startsWith('single') ? 'single' : 'flexible';

      it(`says of each server what ${id} says`, async () => {
        const { rows, collection } = await scan(id, { ...tenant, faults: [...(tenant.faults ?? []), noList] });
        assert.deepEqual(verdicts(rows), Object.entries(expected[id] ?? {}).sort());

        const lists = held(collection, call);
        const empty = Object.keys(lists).filter((location) => isDeepStrictEqual(lists[location], { data: [] }));
        const about = rows.filter(({ resource }) => resource === 'N/A').map(({ region, status }) => [region, status]);
        assert.deepEqual(about.sort(), empty.map((location) => [location, 'OK']).sort());
        for (const row of rows) assert.ok(row.plugin === id && row.message.length > 10, JSON.stringify(row));
      });

      for (const [why, fault] of Object.entries(notListed)) {
        it(`says UNKNOWN of each location for ${id}, if of all lists CloudSploit has ${why}`, async () => {
          const { rows, collection } = await scan(id, { ...tenant, faults: [{ on: /ervers\?/, times: 1, fault }] });
          const locations = Object.keys(held(collection, call));
          assert.ok(locations.length > 50);
          assert.deepEqual(
            rows.map(({ resource, region, status }) => [resource, region, status]).sort(),
            locations.map((location) => ['N/A', location, 'UNKNOWN']).sort(),
          );
        });
      }
    }
  });

  describe('with our plugins in place of its own about TLS', () => {
    const replaced = {
      enforcePostgresSSLConnection: 'singleServerSslEnforcement',
      postgresqlTlsVersion: 'singleServerMinimalTlsVersion',
    };

    it('has no others', () => {
      const aboutTls = cloudSploit.own.filter(
        ({ category, title }) => category === 'PostgreSQL Server' && /SSL|TLS/.test(title),
      );
      assert.deepEqual(aboutTls.map(({ id }) => id).sort(), Object.keys(replaced));
    });

    /** `data: {}` is no list. Its plugin finds no servers in it; ours says UNKNOWN. */
    const differences: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
      postgresqlTlsVersion: [['should give passing result if no servers', 'expected 3 to equal 0']],
    };

    for (const [its, plugin] of Object.entries(replaced)) {
      it(`finds in ${plugin} the statuses and regions that the spec file of ${its} asks for`, async () => {
        const file = `plugins/azure/postgresqlserver/${its}.spec.js`;
        const { passes: all, failures: none } = await cloudSploit.spec(file);
        assert.ok(all.length > 2 && none.length === 0);
        const failures = differences[its] ?? [];
        const passes = all.filter((title) => failures.every(([different]) => different !== title));
        assert.deepEqual(await cloudSploit.spec(file, plugin), { passes, failures });
      });
    }
  });

  describe('with a collection that we write, beside its own', () => {
    /** Its plugins for PostgreSQL that need nothing else than what we collect. */
    let readers: readonly string[];
    let files: Readonly<Record<'its' | 'ours', string>>;
    let collections: Readonly<Record<'its' | 'ours', Collection>>;

    before(() => {
      const known = Object.values(calls).map((call) => call.join(':'));
      readers = cloudSploit.own
        .filter(({ cloud, category }) => cloud === 'azure' && category === 'PostgreSQL Server')
        .filter(({ apis }) => apis.every((api) => known.includes(api)))
        .map(({ id }) => id);
    });

    it('has 15 plugins that it is enough for', () => {
      assert.equal(readers.length, 15, String(readers));
    });

    it('is written by both', async () => {
      const env = await signedInWithoutProxy(work, tenant);
      const ours = join(work, 'ours.json');
      const { code, stderr } = await spawnCli(['scan', '--collection', ours, '--console', 'none'], { env });
      assert.deepEqual({ code, stderr }, { code: 1, stderr: '' });
      const its = await cloudSploit.scan(subscriptionId, readers, env);
      files = { its: its.file, ours };
      collections = { its: its.collection, ours: JSON.parse(readFileSync(ours, 'utf8')) };
    });

    it('holds each list of servers as its own does, whatever the order', () => {
      const sorted = (list: Json = []) => [...(list as { id: string }[])].sort((a, b) => a.id.localeCompare(b.id));
      for (const call of ['single', 'flexible'] as const) {
        const { its, ours } = { its: held(collections.its, call), ours: held(collections.ours, call) };
        for (const [location, { data }] of Object.entries(its)) {
          assert.deepEqual(sorted(ours[location]?.data), sorted(data), `${call} ${location}`);
        }
      }
    });

    it('holds every parameter of each server as its own does', () => {
      const { its, ours } = { its: held(collections.its, 'parameters'), ours: held(collections.ours, 'parameters') };
      const answers = (byLocation: typeof its) =>
        Object.values(byLocation).flatMap((byServer) => Object.entries(byServer) as [string, { data?: Json }][]);
      const answered = answers(its).filter(([, { data }]) => data);
      assert.equal(answered.length, 7);
      const found = Object.fromEntries(answers(ours));
      for (const [server, { data }] of answered) assert.deepEqual(found[server]?.data, data, server);
    });

    it('makes each of the 15 say the same of each server', async (t) => {
      const named = (rows: readonly Row[] = []) =>
        rows.filter(({ resource }) => resource).sort((a, b) => String(a.resource).localeCompare(String(b.resource)));
      const its = await cloudSploit.rowsOf(files.its, readers);
      const ours = await cloudSploit.rowsOf(files.ours, readers);
      for (const id of readers) {
        await t.test(id, () => {
          const statuses = new Set(named(its[id]).map(({ status }) => status));
          assert.ok(statuses.has(0) && statuses.has(2), 'this tenant would not show a difference');
          assert.deepEqual(named(ours[id]), named(its[id]));
        });
      }
    });

    it('makes ours say the same of each server that is in both', async () => {
      const judge = async (file: string) => {
        const { code, stdout, stderr } = await spawnCli(['scan', '--from-collection', file, '--json', '-']);
        assert.equal(code, 1, stderr);
        const { results } = JSON.parse(stdout) as Report;
        const ofServers = results.filter(({ resource }) => resource.type.startsWith('Microsoft.DBforPostgreSQL/'));
        return ofServers.map(({ plugin, resource, status, message }) => {
          const id = resource.id.toLowerCase();
          // Of an error CloudSploit keeps nothing but prose, so only the status can be the same.
          return [plugin, id, status, /\/(medlar|rowan)$/.test(id) ? '' : message] as const;
        });
      };
      const [its, ours] = [await judge(files.its), await judge(files.ours)];
      const inSpain = ([, id]: readonly [string, string, ...string[]]) => /\/(quince|pistachio)$/.test(id);
      assert.deepEqual(
        ours.filter((verdict) => !inSpain(verdict)),
        its,
      );
      assert.deepEqual(
        ours.filter(inSpain).map(([plugin, id, status]) => [plugin, id.slice(type.length), status]),
        [
          ['flexibleServerRequireSecureTransport', '/flexibleservers/quince', 'FAIL'],
          ['flexibleServerSslMinProtocolVersion', '/flexibleservers/quince', 'WARN'],
          ['singleServerMinimalTlsVersion', '/servers/pistachio', 'FAIL'],
          ['singleServerSslEnforcement', '/servers/pistachio', 'FAIL'],
        ],
      );
    });
  });
});
