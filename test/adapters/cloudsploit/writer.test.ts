import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { CollectionWriter, chunksOf, type Piece } from '../../../adapters/cloudsploit/writer';
import { demoTenant, type EmulatedSubscription, type Fault, type Tenant } from '../../../emulator';
import type { Json, Recorder } from '../../../types';
import { recording } from '../../support/collection';
import { calls, changing, fruit, fruitWith } from '../../support/orchard';
import { clock, settings, tool } from '../../support/report';
import { type ScanTenantOptions, scanTenant } from '../../support/scanTenant';

type Item = { readonly [name: string]: Json };
type Locations = Record<string, { readonly err?: string; readonly data?: readonly Item[] }>;

interface Written {
  readonly pgposture: Record<string, Json> & { readonly gaps: Record<string, { readonly kind: string }> };
  readonly servers: { readonly listPostgres?: Locations; readonly listPostgresFlexibleServer?: Locations };
  readonly flexibleServersConfigurations: { readonly listByPostgresServer: Record<string, Locations> };
}

const orchard = fruit.subscriptions[0] as EmulatedSubscription;
const orchardId = orchard.subscriptionId;
const apple = `/subscriptions/${orchardId}/resourceGroups/rg-databases/providers/Microsoft.DBforPostgreSQL/flexibleServers/apple`;

/** Two servers in one region, one in another, two in none that CloudSploit knows. */
const mixed: Tenant = {
  ...fruit,
  subscriptions: [
    {
      ...orchard,
      flexibleServers: [
        { name: 'pear', location: 'East US' },
        { name: 'apple', location: 'eastus' },
        { name: 'fig', location: 'West US 2', tags: { owner: 'orchard' } },
        { name: 'plum', location: 'New Zealand North' },
        { name: 'medlar', location: '' },
      ],
    },
  ],
};

async function write(tenant: Tenant, options: ScanTenantOptions = {}): Promise<Map<string, string>> {
  const { recorder, texts } = recording();
  await scanTenant(tenant, { inProcess: true, ...options, recorder });
  return texts;
}
const written = async (tenant: Tenant, options?: ScanTenantOptions): Promise<Written> =>
  JSON.parse((await write(tenant, options)).get(orchardId) ?? '');

/** As CloudSploit does it, in words of our own: https://github.com/aquasecurity/cloudsploit/blob/master/helpers/azure/auth.js */
const lifted = ({ properties, ...top }: Item): Item => ({ ...top, ...(properties as Item) });
const place = ({ location }: Item) =>
  String(location || 'global')
    .toLowerCase()
    .replace(/ /g, '');

/** What Azure answered, by the path of the request. */
async function answersOf(tenant: Tenant): Promise<Map<string, readonly Item[]>> {
  const answers = new Map<string, readonly Item[]>();
  let path = '';
  const listen: Fault = {
    on: /./,
    fault(normal) {
      answers.set(path, (normal.body as { value: Item[] }).value);
      return normal;
    },
  };
  const onRequest = ({ url }: { url: string }) => {
    path = new URL(url).pathname;
  };
  await scanTenant({ ...tenant, faults: [listen] }, { inProcess: true, onRequest });
  return answers;
}

type Tell = (recorder: Recorder) => unknown;

/** What a recorder is told of a tenant: the answers in queues, for a page comes after those before it. */
async function toldOf(tenant: Tenant) {
  const begin: Tell[] = [];
  const pages = new Map<string, Tell[]>();
  const parameters: Tell[][] = [];
  const scopes: Tell[] = [];
  const turned = <T extends object>(value: T) => Object.fromEntries(Object.entries(value).reverse()) as T;
  const recorder: Recorder = {
    begin: (...told) => void begin.push((other) => other.begin(...told)),
    async servers(...told) {
      const list = `${told[0]} ${told[1]}`;
      pages.set(list, [...(pages.get(list) ?? []), (other) => other.servers(...told)]);
    },
    parameters: async (...told) => void parameters.push([(other) => other.parameters(...told)]),
    async scope({ kinds, ...scope }, cutShort) {
      scopes.unshift((other) => other.scope({ ...scope, kinds: turned(kinds) }, cutShort));
    },
  };
  await scanTenant(tenant, { inProcess: true, recorder });
  return { begin, answers: [...pages.values(), ...parameters], scopes };
}

describe('a collection', () => {
  it('has all that Azure answered, where CloudSploit has it, lifted as CloudSploit lifts', async () => {
    const answers = await answersOf(mixed);
    const { servers, flexibleServersConfigurations } = await written(mixed);
    const provider = `/subscriptions/${orchardId}/providers/Microsoft.DBforPostgreSQL`;
    for (const [call, list] of [
      ['listPostgres', 'servers'],
      ['listPostgresFlexibleServer', 'flexibleServers'],
    ] as const) {
      const items = answers.get(`${provider}/${list}`) ?? [];
      const expected: Record<string, { data: Item[] }> = {};
      for (const item of items.toSorted((a, b) => (String(a.name) < String(b.name) ? -1 : 1))) {
        expected[place(item)] = { data: [...(expected[place(item)]?.data ?? []), lifted(item)] };
      }
      assert.deepEqual(servers[call], expected);
    }
    const flexible = answers.get(`${provider}/flexibleServers`) ?? [];
    assert.equal(flexible.length, 5);
    for (const item of flexible) {
      const { data, err } = flexibleServersConfigurations.listByPostgresServer[place(item)]?.[String(item.id)] ?? {};
      assert.deepEqual([data, err], [answers.get(`${item.id}/configurations`)?.map(lifted), undefined]);
    }
  });

  it('has every parameter, whichever plugins run', async () => {
    const options = { plugins: ['flexibleServerRequireSecureTransport'] };
    const { flexibleServersConfigurations, servers } = await written({ ...fruit, parameterCount: 437 }, options);
    for (const { data } of Object.values(flexibleServersConfigurations.listByPostgresServer.eastus ?? {})) {
      assert.equal(data?.length, 437);
    }
    assert.deepEqual(
      Object.keys(servers),
      ['listPostgresFlexibleServer'],
      'a list that was not asked for is not there',
    );
  });

  it('has a list that is empty, and one that was retired or not registered, as one without servers', async () => {
    for (const more of [{ singleServers: [] }, { retiredTypes: ['servers'] }, { unregistered: true }] as const) {
      const { servers } = await written({ ...fruit, subscriptions: [{ ...orchard, ...more }] });
      assert.deepEqual(servers.listPostgres, { global: { data: [] } });
    }
  });

  it('has an error where a list broke off, beside what came of it', async () => {
    const broken: Fault = { on: /flexibleServers\?.*skiptoken/, fault: { status: 502, body: '' } };
    const { servers } = await written({ ...fruitWith(broken), pageSize: 1 });
    const { global, eastus, ...more } = servers.listPostgresFlexibleServer ?? {};
    assert.deepEqual(more, {});
    assert.match(global?.err ?? '', /^The list is not whole: /);
    assert.equal(global?.data, undefined);
    assert.deepEqual(
      eastus?.data?.map(({ name }) => name),
      ['apple'],
    );
  });

  it('has an error where a list did not come', async () => {
    const { servers, pgposture } = await written({ ...fruit, subscriptions: [{ ...orchard, forbidden: true }] });
    const err = 'Azure answered 403 AuthorizationFailed.';
    assert.deepEqual(servers, { listPostgres: { global: { err } }, listPostgresFlexibleServer: { global: { err } } });
    assert.equal(pgposture.complete, false);
  });

  it('has an error where parameters did not come, or not all, and the reason under pgposture', async () => {
    const body = { error: { code: 'AuthorizationFailed', message: 'The client has no authorization.' } };
    const cases: readonly (readonly [fault: Fault, kind: string, err: RegExp, data: number | undefined])[] = [
      [
        { on: calls.parameters, fault: { status: 403, body } },
        'forbidden',
        /^The client has no authorization\.$/,
        undefined,
      ],
      [{ on: calls.parameters, fault: 'silence' }, 'timeout', /^Azure did not answer/, undefined],
      [
        changing(calls.parameters, ({ value }) => void value.push(null)),
        'incomplete-list',
        /^The list is not whole/,
        13,
      ],
    ];
    for (const [fault, kind, err, count] of cases) {
      const { flexibleServersConfigurations, pgposture } = await written(fruitWith(fault));
      const entry = flexibleServersConfigurations.listByPostgresServer.eastus?.[apple];
      assert.match(entry?.err ?? '', err);
      assert.equal(entry?.data?.length, count);
      assert.deepEqual(
        Object.entries(pgposture.gaps).map(([id, gap]) => [id, gap.kind]),
        [[apple, kind]],
      );
      assert.equal(pgposture.complete, true, 'as a report is: the server is there');
    }
  });

  it('leaves out what is no server of the subscription', async () => {
    const foreign = changing(/aaaaaaaa.*ervers\?/, ({ value }) => {
      const [first] = value as [Item];
      value.push(null, 'x', { ...first, id: 'x' }, { ...first, id: String(first.id).replace('aaaa', 'cccc') });
    });
    assert.deepEqual((await written(fruitWith(foreign))).servers.listPostgres?.eastus?.data?.length, 2);
  });

  it('says under pgposture what its shape has no place for', async () => {
    const { pgposture } = await written({ ...fruit, pageSize: 1 });
    const at = new Date(clock.now()).toISOString();
    assert.deepEqual(pgposture, {
      schemaVersion: 1,
      tool,
      startedAt: at,
      finishedAt: at,
      complete: true,
      settings,
      scope: {
        id: `/subscriptions/${orchardId}`,
        type: 'Microsoft.Resources/subscriptions',
        subscriptionId: orchardId,
        name: 'Orchard',
        state: 'Enabled',
        kinds: {
          'Microsoft.DBforPostgreSQL/flexibleServers': { answered: true, servers: 2 },
          'Microsoft.DBforPostgreSQL/servers': { answered: true, servers: 2 },
        },
      },
      unlisted: [],
      gaps: {},
    });
  });

  it('is there for each subscription, and names what a list of subscriptions hid', async () => {
    const broken: Fault = { on: /^\/subscriptions\?.*skiptoken/, fault: { status: 502, body: '' } };
    const texts = await write({ ...fruitWith(broken), pageSize: 1 });
    assert.deepEqual([...texts.keys()], [orchardId]);
    const { unlisted, complete } = (JSON.parse(texts.get(orchardId) ?? '') as Written).pgposture;
    assert.deepEqual([(unlisted as Item[]).map(({ id }) => id), complete], [[`/tenants/${fruit.tenantId}`], false]);
    assert.deepEqual(
      [...(await write(fruit)).keys()].sort(),
      fruit.subscriptions.map((each) => each.subscriptionId),
    );
  });

  it('has no token in it', async () => {
    const token = 'eyJhbGciOiJub25lIn0';
    const credential = { getToken: async () => ({ token, expiresOnTimestamp: Number.MAX_SAFE_INTEGER }) };
    const texts = await write(demoTenant, { credential });
    assert.equal(texts.size, 5);
    assert.doesNotMatch([...texts.values()].join(), new RegExp(`${token}|Bearer`));
  });

  it('has no token in it, even if a refusal repeats it', async () => {
    const token = 'eyJhbGciOiJub25lIn0';
    const credential = { getToken: async () => ({ token, expiresOnTimestamp: Number.MAX_SAFE_INTEGER }) };
    const body = { error: { code: 'AuthorizationFailed', message: `Not with Bearer ${token}.` } };
    const texts = await write(fruitWith({ on: calls.parameters, fault: { status: 403, body } }), { credential });
    const text = [...texts.values()].join();
    assert.match(text, /"err": "Azure answered 403 AuthorizationFailed\."/);
    assert.doesNotMatch(text, new RegExp(`${token}|Bearer`));
  });

  it('is the same, byte for byte, in whatever order the answers came', async () => {
    for (const tenant of [mixed, { ...fruit, pageSize: 1 }, { ...demoTenant, parameterCount: 12 }]) {
      const expected = await write(tenant);
      assert.deepEqual(new Map([...(await write(tenant, { concurrency: 1 }))].sort()), new Map([...expected].sort()));
      const { begin, answers, scopes } = await toldOf(tenant);
      const turns = answers.flatMap((queue) => queue.map(() => queue));
      const order = fc.shuffledSubarray(turns, { minLength: turns.length });
      await fc.assert(
        fc.asyncProperty(order, async (queues) => {
          const { recorder, texts } = recording();
          const left = new Map(answers.map((queue) => [queue, [...queue]]));
          for (const tell of begin) tell(recorder);
          await Promise.all(queues.map((queue) => left.get(queue)?.shift()?.(recorder)));
          for (const tell of scopes) await tell(recorder);
          assert.deepEqual(new Map([...texts].sort()), new Map([...expected].sort()));
        }),
        { numRuns: 30 },
      );
    }
  });
});

describe('a writer', () => {
  const piece: Piece = { offset: 0, length: 1 };
  const failing = async () => Promise.reject(new Error('full'));
  const drafts = {
    begin: () => undefined,
    open: () => ({ keep: async () => piece, finish: async () => undefined }),
  };
  const faults = [
    ['is told of the subscriptions', { ...drafts, begin: () => assert.fail('full') }],
    ['opens', { ...drafts, open: () => assert.fail('full') }],
    ['keeps', { ...drafts, open: () => ({ ...drafts.open(), keep: failing }) }],
    ['finishes', { ...drafts, open: () => ({ ...drafts.open(), finish: failing }) }],
  ] as const;
  for (const [name, broken] of faults) {
    it(`ends the scan if whoever keeps a collection fails as it ${name}`, async () => {
      const recorder = new CollectionWriter({ drafts: broken, clock, tool, settings });
      await assert.rejects(scanTenant(fruit, { inProcess: true, recorder }), /full/);
    });
  }

  it('gives chunks that are worth a write, and no more than that', async () => {
    const pieces = [1, 70_000, 3, 40_000, 40_000].map((length) => ({ offset: 0, length }));
    const parts = pieces.flatMap((each) => ['ü,\n', each]);
    const sizes: number[] = [];
    let text = '';
    for await (const chunk of chunksOf(parts, async ({ length }) => Buffer.alloc(length, 'x'))) {
      sizes.push(chunk.length);
      text += Buffer.from(chunk).toString();
    }
    assert.equal(text, pieces.map(({ length }) => `ü,\n${'x'.repeat(length)}`).join(''));
    assert.ok(sizes.slice(0, -1).every((size) => size >= 65_536) && sizes.length === 3, `${sizes}`);
  });
});
