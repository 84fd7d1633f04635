import assert from 'node:assert/strict';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { after, before, describe, it } from 'node:test';
import type { Answer, EmulatedRequest, Fault, Tenant } from '../../../emulator';
import type { Json } from '../../../types';
import { type Body, calls, changed, changing, fruit, fruitWith, truth } from '../../support/orchard';
import { scanTenant, verdicts } from '../../support/scanTenant';

/** The scope's rows for one kind, when its list is not whole. */
const incomplete = (kind: 'single' | 'flexible') =>
  kind === 'single'
    ? ['Orchard singleServerMinimalTlsVersion: incomplete-list', 'Orchard singleServerSslEnforcement: incomplete-list']
    : [
        'Orchard flexibleServerRequireSecureTransport: incomplete-list',
        'Orchard flexibleServerSslMinProtocolVersion: incomplete-list',
      ];

const lists = [
  ['single', calls.singleServers, '/servers'],
  ['flexible', calls.flexibleServers, '/flexibleServers'],
] as const;

describe('a list in pages', () => {
  it('is read to its end, of whatever kind', async () => {
    const { report, requests } = await scanTenant({ ...fruit, pageSize: 1 });
    assert.deepEqual(verdicts(report), truth);
    assert.equal(requests.filter((request) => /skiptoken/.test(decodeURIComponent(request))).length, 3);
  });

  for (const [kind, on, path] of lists) {
    it(`may have an empty page in it (${kind})`, async () => {
      const emptied = changed(() => ({
        value: [],
        nextLink: `/subscriptions/${fruit.subscriptions[0]?.subscriptionId}/providers/Microsoft.DBforPostgreSQL${path}?again&api-version=${kind === 'single' ? '2017-12-01' : '2025-08-01'}`,
      }));
      const { report } = await scanTenant(fruitWith({ on, times: 1, fault: emptied }));
      assert.deepEqual(verdicts(report), truth);
    });

    it(`that breaks off on its second page is UNKNOWN beside what was seen (${kind})`, async () => {
      const broken: Fault = {
        on: new RegExp(`${path}\\?.*skiptoken`),
        fault: { status: 502, body: { error: { code: 'ProviderError' } } },
      };
      const { report } = await scanTenant({ ...fruit, pageSize: 1, faults: [broken] });
      const lost = kind === 'single' ? /^medlar/ : /^pear/;
      assert.deepEqual(verdicts(report), [...incomplete(kind), ...truth.filter((row) => !lost.test(row))]);
      const scope = report.scopes.find(({ name }) => name === 'Orchard');
      const coverage = scope?.kinds[`Microsoft.DBforPostgreSQL${path}` as 'Microsoft.DBforPostgreSQL/servers'];
      assert.ok(coverage && !coverage.answered);
      assert.deepEqual([coverage.servers, coverage.reason.code], [1, 'ProviderError']);
    });

    it(`recovers on its second page (${kind})`, async () => {
      const broken: Fault = { on: new RegExp(`${path}\\?.*skiptoken`), times: 2, fault: { status: 502, body: '' } };
      const { report } = await scanTenant({ ...fruit, pageSize: 1, faults: [broken] });
      assert.deepEqual(verdicts(report), truth);
    });
  }

  for (const [name, rewrite] of [
    ['without an origin', (link: string) => link.replace('https://localhost', '')],
    ['with the port that it has anyway', (link: string) => link.replace('localhost/', 'localhost:443/')],
    ['in capitals', (link: string) => link.replace('https://localhost', 'HTTPS://LOCALHOST')],
  ] as const) {
    it(`may have links ${name}`, async () => {
      const rewritten = changing(/./, (body) => {
        if (typeof body.nextLink === 'string') body.nextLink = rewrite(body.nextLink);
      });
      const { report, requests } = await scanTenant(
        { ...fruit, pageSize: 1, faults: [rewritten] },
        { inProcess: true },
      );
      assert.deepEqual(verdicts(report), truth);
      assert.equal(requests.filter((request) => /skiptoken/.test(request)).length, 3);
    });
  }
});

/** A list that a scan reads, and what remains of the truth if it is not whole though all was in it. */
interface List {
  readonly name: string;
  readonly of: 'subscriptions' | 'servers' | 'parameters' | 'types';
  readonly on: RegExp;
  readonly tenant: Tenant;
  readonly whole: readonly string[];
  readonly incomplete: readonly string[];
}

const paged: Tenant = { ...fruit, pageSize: 1 };
const allPlugins = [
  'flexibleServerRequireSecureTransport',
  'flexibleServerSslMinProtocolVersion',
  'singleServerMinimalTlsVersion',
  'singleServerSslEnforcement',
];
const tenantRows = allPlugins.map((plugin) => `${fruit.tenantId} ${plugin}: incomplete-list`);
const ofSubscriptions = { of: 'subscriptions', whole: truth, incomplete: [...truth, ...tenantRows] } as const;
const ofSingle = { of: 'servers', whole: truth, incomplete: [...incomplete('single'), ...truth] } as const;
const ofFlexible = { of: 'servers', whole: truth, incomplete: [...incomplete('flexible'), ...truth] } as const;
const withoutSingle = truth.filter((row) => !row.includes('singleServer'));
const retired = (name: string) =>
  incomplete('single').map((row) => row.replace(/^Orchard (.*): .*/, `${name} $1: api-version`));

const everyList: readonly List[] = [
  { name: 'subscriptions', on: calls.subscriptions, tenant: fruit, ...ofSubscriptions },
  { name: 'subscriptions, page 2', on: /^\/subscriptions\?.*skiptoken/, tenant: paged, ...ofSubscriptions },
  { name: 'Single Servers', on: calls.singleServers, tenant: fruit, ...ofSingle },
  { name: 'Single Servers, page 2', on: /aaaaaaaa.*\/servers\?.*skiptoken/, tenant: paged, ...ofSingle },
  { name: 'Flexible Servers', on: calls.flexibleServers, tenant: fruit, ...ofFlexible },
  { name: 'Flexible Servers, page 2', on: /aaaaaaaa.*\/flexibleServers\?.*skiptoken/, tenant: paged, ...ofFlexible },
  // What was found is known, whatever else there is.
  { name: 'parameters', of: 'parameters', on: calls.parameters, tenant: fruit, whole: truth, incomplete: truth },
  {
    name: 'types of the provider',
    of: 'types',
    on: /Microsoft\.DBforPostgreSQL\?/,
    tenant: { ...fruit, subscriptions: fruit.subscriptions.map((each) => ({ ...each, retiredTypes: ['servers'] })) },
    whole: withoutSingle,
    incomplete: [...retired('Orchard'), ...withoutSingle.slice(0, 4), ...retired('Garden'), ...withoutSingle.slice(4)],
  },
];

/** A stranger, who is never to be asked anything. */
let stranger: Server;
let callers = 0;
before(async () => {
  stranger = createServer((socket) => {
    callers++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => stranger.listen(0, 'localhost', resolve));
});
after(() => void stranger.close());

describe('a link to the next page', () => {
  const port = () => (stranger.address() as AddressInfo).port;
  const links: readonly [name: string, link: (own: URL) => Json, verdict: 'whole' | 'incomplete'][] = [
    ['null', () => null, 'whole'],
    ['empty', () => '', 'whole'],
    ['no text', () => 7, 'incomplete'],
    ['an object', () => ({}), 'incomplete'],
    ['no URL', () => 'https://', 'incomplete'],
    ['of another host', () => 'https://example.com/next', 'incomplete'],
    ['of another port', ({ pathname, search }) => `https://localhost:${port()}${pathname}${search}`, 'incomplete'],
    ['of another host, without a scheme', ({ pathname }) => `//localhost:${port()}${pathname}`, 'incomplete'],
    [
      'of a host that looks alike',
      ({ href }) => href.replace('://localhost', '://localhost.example.com'),
      'incomplete',
    ],
    [
      'of a host that is the user',
      ({ href }) => href.replace(/(localhost:\d+)/, `$1@localhost:${port()}`),
      'incomplete',
    ],
    ['with a user before the host', ({ href }) => href.replace('://', '://user:word@'), 'incomplete'],
    ['over http', ({ href }) => href.replace('https:', 'http:'), 'incomplete'],
    ['of a file', () => 'file:///etc/passwd', 'incomplete'],
    ['of nothing', () => 'about:blank', 'incomplete'],
    ['that leads back to itself', ({ href }) => href, 'incomplete'],
    ['that leads back without an origin', ({ pathname, search }) => pathname + search, 'incomplete'],
  ];
  for (const { name: list, of, on, tenant, whole, incomplete } of everyList) {
    for (const [name, link, verdict] of links) {
      const expected = verdict === 'whole' || of === 'types' ? whole : incomplete;
      it(`that is ${name}: ${verdict} (${list})`, async () => {
        const fault = (normal: Answer, { url }: EmulatedRequest) =>
          changed((body) => {
            body.nextLink = link(new URL(url));
          })(normal);
        const { report, requests } = await scanTenant({ ...tenant, faults: [{ on, fault }] });
        assert.deepEqual(verdicts(report), expected);
        assert.equal(callers, 0);
        assert.ok(requests.length < 20, `${requests.length} requests`);
      });
    }

    it(`that leads on for more than a thousand pages: incomplete (${list})`, async () => {
      let page = 0;
      const fault = (normal: Answer, { url }: EmulatedRequest) =>
        changed((body) => {
          if (++page < 1_100) body.nextLink = `${url.replace(/&page=\d+/, '')}&page=${page}`;
        })(normal);
      const { report } = await scanTenant({ ...tenant, faults: [{ on, fault }] }, { inProcess: true });
      assert.deepEqual(verdicts(report), of === 'types' ? whole : incomplete);
    });
  }
});

describe('an item of a list', () => {
  const strange: readonly [name: string, change: (item: Record<string, Json>) => Json, where: readonly List['of'][]][] =
    [
      ['is null', () => null, ['subscriptions', 'servers', 'types']],
      ['is a word', () => 'pear', ['subscriptions', 'servers', 'types']],
      ['is a list', () => [], ['subscriptions', 'servers', 'types']],
      ['is empty', () => ({}), ['subscriptions', 'servers', 'types']],
      [
        'has no id',
        ({ id: _, subscriptionId: __, resourceType: ___, ...item }) => item,
        ['subscriptions', 'servers', 'types'],
      ],
      [
        'has an id that is no text',
        (item) => ({ ...item, id: 7, subscriptionId: 7, resourceType: 7 }),
        ['subscriptions', 'servers', 'types'],
      ],
      ['has no name', ({ name: _, ...item }) => item, []],
      [
        'has an id of another subscription',
        (item) => ({ ...item, id: String(item.id).replace(/aaaaaaaa/, 'cccccccc') }),
        ['servers'],
      ],
      [
        'has an id of another type',
        (item) => ({ ...item, id: String(item.id).replace(/PostgreSQL/, 'MySQL') }),
        ['servers'],
      ],
      ['has an id that goes on', (item) => ({ ...item, id: `${item.id}/databases/x` }), ['servers']],
      ['has an id that climbs', (item) => ({ ...item, id: `${item.id}/../../x` }), ['servers']],
      ['has the id of another server', (item) => ({ ...item, id: String(item.id).replace(/apple/, 'pear') }), []],
      ['stands there twice', (item) => item, []],
    ];
  for (const { name: list, of, on, tenant, whole, incomplete } of everyList) {
    for (const [name, change, where] of strange) {
      const verdict = where.includes(of) ? 'incomplete' : 'whole';
      it(`that ${name}: ${verdict}, and never followed (${list})`, async () => {
        const { report, requests } = await scanTenant({
          ...tenant,
          faults: [
            changing(on, (body) => {
              const items = (body as unknown as { resourceTypes?: Json[] }).resourceTypes ?? body.value;
              items.push(change(items[0] as Record<string, Json>));
            }),
          ],
        });
        assert.deepEqual(verdicts(report), verdict === 'whole' ? whole : incomplete);
        assert.ok(!requests.some((request) => /cccccccc|\.\.|MySQL/.test(request)));
      });
    }
  }

  for (const [kind, on] of lists) {
    it(`that stands there twice is one server (${kind})`, async () => {
      const { report } = await scanTenant(
        fruitWith(
          changing(on, ({ value }) => {
            value.push(
              ...value.map((item) => ({ ...(item as object), id: String((item as { id: Json }).id).toUpperCase() })),
            );
          }),
        ),
      );
      assert.deepEqual(
        verdicts(report).map((row) => row.toLowerCase()),
        truth.map((row) => row.toLowerCase()),
      );
    });
  }

  for (const [name, others] of [
    ['twice with other properties', ['Disabled']],
    ['three times, and the last is as the first,', ['Disabled', 'Enabled']],
  ] as const) {
    it(`that stands there ${name} proves nothing`, async () => {
      const { report } = await scanTenant(
        fruitWith(
          changing(calls.singleServers, ({ value }) => {
            const { properties, ...quince } = value[0] as { properties: Record<string, Json> };
            for (const sslEnforcement of others)
              value.push({ ...quince, properties: { ...properties, sslEnforcement } });
          }),
        ),
      );
      assert.deepEqual(
        verdicts(report),
        truth.map((row) => row.replace(/^(quince .*): .*/, '$1: bad-response')),
      );
    });
  }

  for (const [name, properties] of [
    ['no properties', undefined],
    ['properties of null', null],
    ['properties that are a word', 'none'],
  ] as const) {
    it(`with ${name} is a server of which nothing is known`, async () => {
      const { report } = await scanTenant(
        fruitWith(
          changing(calls.singleServers, ({ value }) => {
            (value[0] as Record<string, unknown>).properties = properties;
          }),
        ),
      );
      assert.deepEqual(
        verdicts(report),
        truth.map((row) => row.replace(/^(quince .*): .*/, '$1: absent')),
      );
    });
  }

  for (const [what, on, judged] of [
    ['Flexible Servers are judged like any other', calls.flexibleServers, 'as ever'],
    ['parameters are not there to be read', calls.parameters, 'absent'],
  ] as const) {
    it(`without properties: ${what}`, async () => {
      const bare = changing(on, (body) => {
        body.value = body.value.map((item) => {
          const { properties: _, ...rest } = item as { [name: string]: Json };
          return rest;
        });
      });
      const { report } = await scanTenant(fruitWith(bare));
      const expected =
        judged === 'as ever' ? truth : truth.map((row) => row.replace(/^(apple .*): .*/, `$1: ${judged}`));
      assert.deepEqual(verdicts(report), expected);
    });
  }

  it('is the same in a location that nobody has heard of, or in none', async () => {
    for (const location of ['newzealandnorth', 'Mexico Central', 'mars', null]) {
      const moved = (on: RegExp) =>
        changing(on, ({ value }) => {
          for (const item of value) (item as Record<string, Json>).location = location;
        });
      const { report } = await scanTenant(fruitWith(moved(calls.singleServers), moved(calls.flexibleServers)));
      assert.deepEqual(verdicts(report), truth);
      assert.ok(
        report.results
          .filter(({ resource }) => resource.subscriptionId?.startsWith('aaaa'))
          .every(({ resource }) => resource.location === location),
      );
    }
  });
});

describe('a list of parameters', () => {
  const parametersOfApple = (change: (body: Body) => unknown) => fruitWith(changing(calls.parameters, change));
  const named = (value: Json[], name: string) =>
    value.find((item) => (item as { name: Json }).name === name) as { properties: Record<string, Json> };
  const apple = (requireSecureTransport: string, sslMinProtocolVersion: string) => [
    `apple flexibleServerRequireSecureTransport: ${requireSecureTransport}`,
    `apple flexibleServerSslMinProtocolVersion: ${sslMinProtocolVersion}`,
    ...truth.slice(2),
  ];
  const without = (body: Body, name: string) => {
    body.value = body.value.filter((item) => (item as { name: Json }).name !== name);
  };

  it('that was read whole and lacks one says so', async () => {
    const transport = await scanTenant(parametersOfApple((body) => without(body, 'require_secure_transport')));
    assert.deepEqual(verdicts(transport.report), apple('absent', 'PASS'));
    const floor = await scanTenant(parametersOfApple((body) => without(body, 'ssl_min_protocol_version')));
    assert.deepEqual(verdicts(floor.report), apple('PASS', 'absent'));
  });

  it('in which an item has no name proves no absence', async () => {
    for (const nameless of [null, { properties: { value: 'TLSv1.2' } }]) {
      const { report } = await scanTenant(
        parametersOfApple((body) => {
          without(body, 'ssl_min_protocol_version');
          body.value.push(nameless);
        }),
      );
      assert.deepEqual(verdicts(report), apple('PASS', 'incomplete-list'));
    }
  });

  it('that breaks off on its second page is judged as far as it goes', async () => {
    const firstPage = changed((body) => {
      without(body, 'ssl_min_protocol_version');
      body.nextLink = '/subscriptions/aaaaaaaa-0000-4000-8000-000000000001/page2/configurations';
    });
    const { report } = await scanTenant(fruitWith({ on: calls.parameters, fault: firstPage }));
    assert.deepEqual(verdicts(report), apple('PASS', 'incomplete-list'));
  });

  for (const [whose, own, other] of [
    ['subscription', 'aaaaaaaa', 'cccccccc'],
    ['resource group', 'rg-databases', 'rg-other'],
    ['server', '/apple/', '/pear/'],
  ] as const) {
    it(`in which an item names another ${whose} is not believed`, async () => {
      const { report } = await scanTenant(
        parametersOfApple(({ value }) => {
          const strange = named(value, 'ssl_min_protocol_version') as unknown as { id: string };
          strange.id = strange.id.replace(own, other);
        }),
      );
      assert.deepEqual(verdicts(report), apple('PASS', 'incomplete-list'));
    });
  }

  it('in which the ids differ in case, or are missing, or are of the old type, is believed', async () => {
    const spellings = [
      (id: string) => id.toUpperCase(),
      (id: string) => id.replace('flexibleServers', 'serversv2'),
      () => undefined,
    ];
    for (const spell of spellings) {
      const { report } = await scanTenant(
        parametersOfApple((body) => {
          body.value = body.value.map((item) => ({
            ...(item as object),
            id: spell((item as { id: string }).id) as string,
          }));
        }),
      );
      assert.deepEqual(verdicts(report), truth);
    }
  });

  it('in which one stands twice, with other values, proves nothing', async () => {
    const { report } = await scanTenant(
      parametersOfApple(({ value }) => {
        const off = structuredClone(named(value, 'require_secure_transport'));
        off.properties.value = 'off';
        value.push(off as unknown as Json);
      }),
    );
    assert.deepEqual(verdicts(report), apple('bad-response', 'bad-response'));
  });

  it('names them in whatever case', async () => {
    const { report } = await scanTenant(
      parametersOfApple(({ value }) => {
        for (const item of value as { name: string }[]) item.name = item.name.toUpperCase();
      }),
    );
    assert.deepEqual(verdicts(report), truth);
  });

  it('takes no default for a value', async () => {
    const { report } = await scanTenant(
      parametersOfApple(({ value }) => {
        delete named(value, 'require_secure_transport').properties.value;
        named(value, 'ssl_min_protocol_version').properties.value = null;
      }),
    );
    assert.deepEqual(verdicts(report), apple('absent', 'absent'));
  });

  it('is not asked for if no selected plugin needs it', async () => {
    const { requests } = await scanTenant(fruit, { plugins: ['singleServerSslEnforcement'] });
    assert.deepEqual(
      requests.filter((request) => /flexibleServers|configurations/.test(request)),
      [],
    );
  });

  it('costs one request a server, and each subscription two lists', async () => {
    const { requests } = await scanTenant(fruit);
    assert.equal(requests.length, 1 + 2 * 2 + 3);
  });
});
