import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type HbaRule, hbaRules, lineInWords, linesWithoutEncryption } from '../../helpers/hostBasedAuthentication';

const bits = (prefix: number, width: number): string[] =>
  Array.from({ length: 8 }, (_, at) => '1'.repeat(Math.max(0, Math.min(prefix - at * (width / 8), width / 8)))).map(
    (each) => each.padEnd(width / 8, '0'),
  );
/** The netmask as the view has it. */
function maskOf(address: string, prefix: number): string {
  if (address.includes(':')) {
    return bits(prefix, 128)
      .map((each) => Number.parseInt(each, 2).toString(16))
      .join(':');
  }
  const octets = bits(prefix, 32).join('').match(/.{8}/g) ?? [];
  return octets.map((each) => Number.parseInt(each, 2)).join('.');
}

/** A line of pg_hba.conf, as the view shows it. */
function line(text: string, at = 0): HbaRule {
  const words = text.split(' ');
  const [type = '', databases = '', users = ''] = words;
  const [address = null, prefix] = type === 'local' ? [] : (words[3] ?? '').split('/');
  return {
    line_number: at + 1,
    file_name: null,
    type,
    database: databases.split(','),
    user_name: users.split(','),
    address,
    netmask: address === null || prefix === undefined ? null : maskOf(address, Number(prefix)),
    auth_method: words.at(-1) ?? '',
  };
}

const judged = (...texts: string[]) => {
  const { open, undecided } = linesWithoutEncryption(texts.map(line));
  return { open: open.map(({ rule }) => rule.line_number), undecided: undecided.map((rule) => rule.line_number) };
};

const rejectAll = 'hostnossl all all all reject';

/** A line is its rule; `open` before it, or `?`, is what has to come. */
const groups: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'types of connections': [
    [],
    ['open host all all 0.0.0.0/0 scram-sha-256'],
    ['open hostnossl all all 0.0.0.0/0 trust', 'open hostnogssenc all all ::/0 md5'],
    ['open host all all all md5'],
    ['hostssl all all all scram-sha-256', 'hostgssenc all all all gss', 'local all all peer'],
    [
      'hostssl all all all reject',
      'hostgssenc all all all reject',
      'local all all reject',
      'open host all all all md5',
    ],
    ['hostssl all all all scram-sha-256', 'host all all all reject'],
    ['hostnogssenc all all all reject', 'host all all all md5'],
    ['open host all all all md5', 'hostnossl all all all md5'],
    ['? hostquic all all all md5'],
    ['hostquic all all all reject', '? host all all all md5'],
  ],
  'a line that rejects': [
    ['hostnossl all all 0.0.0.0/0 reject', 'hostnossl all all ::/0 reject', 'host all all all md5'],
    ['hostnossl all all 0.0.0.0/0 reject', 'open host all all all md5'],
    ['hostnossl all all 0.0.0.0/0 reject', 'host all all 0.0.0.0/0 md5', 'open host all all ::/0 md5'],
    ['open host all all all md5', 'host all all all reject'],
    [rejectAll, 'host all all ::/0 md5', 'host all all 10.0.0.1/32 md5'],
  ],
  loopback: [
    ['host all all 127.0.0.1/32 trust', 'host all all ::1/128 trust', 'host all all samehost trust'],
    ['host all all localhost trust', 'host all all 127.0.0.0/8 trust', 'host all all 127.128.0.0/9 trust'],
    ['open host all all 126.0.0.0/7 trust', 'open host all all ::/127 trust'],
    ['hostnossl all all 126.0.0.0/8 reject', 'host all all 126.0.0.0/7 trust'],
    ['hostnossl all all ::/128 reject', 'host all all ::/127 trust'],
    ['host all all samehost reject', 'host all all 127.0.0.1/32 reject', 'open host all all app.example.com md5'],
    ['host all all samehost trust', 'open host all all 0.0.0.0/0 md5'],
  ],
  'ranges of addresses': [
    ['host all all 10.0.0.0/8 reject', 'host all all 10.1.0.0/16 md5'],
    ['host all all 10.1.0.0/16 reject', 'open host all all 10.0.0.0/8 md5'],
    ['host all all 0.0.0.0/1 reject', 'host all all 128.0.0.0/1 reject', 'host all all 0.0.0.0/0 md5'],
    ['host all all 128.0.0.0/1 reject', 'host all all 0.0.0.0/1 reject', 'open host all all all md5'],
    ['host all all ::/1 reject', 'host all all 8000::/1 reject', 'host all all ::/0 md5'],
    ['host all all 10.0.0.0/25 reject', 'host all all 10.0.0.129/25 reject', 'host all all 10.0.0.77/24 md5'],
    ['host all all 10.0.0.0/25 reject', 'host all all 10.0.0.129/32 reject', 'open host all all 10.0.0.0/24 md5'],
    ['host all all 10.0.0.0/24 reject', 'open host all all 10.0.1.0/32 md5', 'open host all all 9.255.255.255/32 md5'],
    [
      'host all all ::ffff:10.0.0.0/104 reject',
      'host all all ::ffff:a00:1/128 md5',
      'open host all all ::b00:1/128 md5',
    ],
    ['host all all ::/0 reject', 'open host all all 255.255.255.255/32 md5'],
    ['host all all 0.0.0.0/0 reject', 'open host all all ::/128 md5'],
  ],
  replication: [
    ['open host replication rep 10.0.0.0/8 md5'],
    [rejectAll, 'open host replication all all md5'],
    ['hostnossl all,replication all all reject', 'host replication rep all md5'],
    ['host replication all all reject', 'open host all all all md5', 'host app all 10.0.0.0/8 md5'],
    ['host replication all all reject', 'open host /re all all md5', 'host replication rep all md5'],
    ['host replication rep all reject', 'open host replication all all md5'],
    ['host /re,sameuser,samerole,app all all reject', 'open host replication all all md5'],
  ],
  'users and databases': [
    ['host app all all reject', 'open host all all all md5', 'host app alice all md5', 'host shop alice all md5'],
    ['host all alice all reject', 'open host all all all md5'],
    ['host app all all reject', 'host all alice all reject', 'host app bob all md5', 'host shop alice all md5'],
    ['host app all all reject', 'host all alice all reject', 'open host app,shop alice,bob all md5'],
    ['host app,shop alice,bob all reject', 'host shop,app bob all md5', 'open host shop,app bob,eve all md5'],
    ['host app alice 10.0.0.0/9 reject', 'host app all 10.128.0.0/9 reject', 'host app alice 10.0.0.0/8 md5'],
    ['host app alice 10.0.0.0/9 reject', 'host shop alice 10.128.0.0/9 reject', 'open host app alice 10.0.0.0/8 md5'],
    ['host app alice all reject', 'open host app Alice all md5'],
    ['host sameuser all all reject', 'open host all all all md5', 'host sameuser alice all md5'],
    [
      'host sameuser all all reject',
      '? host app all all md5',
      '? host samerole all all md5',
      'open host all bob all md5',
    ],
    [
      'host samerole all all reject',
      'host sameuser all all md5',
      'host samegroup all all md5',
      '? host app bob all md5',
    ],
    ['host app all all reject', '? host sameuser all all md5', '? host samegroup all all md5'],
  ],
  'roles and regular expressions': [
    ['open host all +team all md5', 'host all +team all md5', 'host all team all md5', '? host all alice all md5'],
    ['host all +team all reject', 'open host all all all md5'],
    [
      'host all +team all reject',
      '? host all +crew all md5',
      '? host all /^a all md5',
      '? host all alice,team all md5',
    ],
    ['host all alice all reject', 'open host all bob all md5', '? host all +team all md5', '? host all /^a all md5'],
    ['host all all all reject', 'host all +team,/^a,alice all md5'],
    ['host all /. all reject', 'host all /. all md5', '? host all /.+ all md5', '? host all all all md5'],
    ['host /. all all reject', 'host /. all all md5', '? host sameuser all all md5', '? host all all all md5'],
    ['host all +team 10.0.0.0/8 reject', '? host all alice 10.1.0.0/16 md5', 'open host all bob 10.0.0.0/7 md5'],
    ['host all alice,+team all reject', '? host all alice,bob all md5', 'open host all alice,all all md5'],
  ],
  'words for addresses': [
    ['open host all all samenet md5', '? host app all 10.0.0.0/8 md5'],
    ['open host all all app.example.com md5', 'host all all APP.example.com md5', '? host all all .example.com md5'],
    [rejectAll, 'host all all samenet md5', 'host all all .example.com md5', 'host all all app.example.com md5'],
    [
      'host all all 0.0.0.0/0 reject',
      '? host all all samenet md5',
      'host all all ::/0 reject',
      'host all all .example.com md5',
    ],
    ['host all alice all reject', 'open host all bob samenet md5', 'open host all all .example.com md5'],
    ['host all all samenet reject', 'host all all samenet md5', '? host all all 0.0.0.0/0 md5', '? host all all x md5'],
    ['host all +team samenet reject', '? host all alice samenet md5', '? host all alice 10.0.0.1/32 md5'],
    ['host app all samenet reject', 'open host shop all samenet md5'],
    ['host all all 10.0.0.1/32 reject', '? host all all app.example.com md5'],
  ],
};

for (const [group, cases] of Object.entries(groups)) {
  describe(group, () => {
    for (const lines of cases) {
      it(lines.join(' | ') || 'no line', () => {
        const marked = (mark: string) => lines.flatMap((each, at) => (each.startsWith(`${mark} `) ? [at + 1] : []));
        assert.deepEqual(judged(...lines.map((each) => each.replace(/^(open|\?) /, ''))), {
          open: marked('open'),
          undecided: marked('?'),
        });
      });
    }
  });
}

describe('an address that cannot be read', () => {
  const rows: readonly [address: string | null, netmask: string | null][] = [
    [null, null],
    [null, '255.0.0.0'],
    ['???', null],
    ['', null],
    ['10.0.0.1', null],
    ['::1', null],
    ['10.0.0.0/8', null],
    ['10.0.0.0', '255.0.255.0'],
    ['10.0.0.0', '0.0.0.1'],
    ['10.0.0.0', 'ffff::'],
    ['10.0.0.0', ''],
    ['10.0.0.256', '255.255.255.255'],
    ['10.0.0.01', '255.255.255.255'],
    ['10.0.0', '255.255.255.255'],
    ['fe80::', '255.0.0.0'],
    ['fe80::', 'ffff::ff'],
    ['fe80::g', 'ffff::'],
    ['1::2::3', 'ffff::'],
    ['1:2:3:4:5:6:7', 'ffff::'],
    ['1:2:3:4:5:6:7:8:9', 'ffff::'],
    ['1:2:3:4::5:6:7:8', 'ffff::'],
    ['1:2:3:4:5:6:7:1.2.3.4', 'ffff::'],
    ['::1.2.3', 'ffff::'],
    ['all', '255.0.0.0'],
    ['app.example.com', '255.0.0.0'],
  ];
  for (const [address, netmask] of rows) {
    it(`is ${JSON.stringify(address)}, with the mask ${JSON.stringify(netmask)}`, () => {
      const rule = { ...line('host all all x md5'), address, netmask };
      const rejecting = { ...rule, auth_method: 'reject' };
      const all = line('host all all all md5', 1);
      const verdict = (...rules: HbaRule[]) => linesWithoutEncryption(rules);
      assert.deepEqual(verdict(rule), { open: [], undecided: [rule] });
      assert.deepEqual(verdict(rejecting, all), { open: [], undecided: [all] });
      assert.deepEqual(verdict(rejecting, rule), { open: [], undecided: [rule] });
      assert.deepEqual(verdict({ ...all, auth_method: 'reject' }, rule), { open: [], undecided: [] });
    });
  }
});

describe('an address', () => {
  const same: readonly (readonly [address: string, netmask: string])[] = [
    ['::ffff:10.0.0.1', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
    ['::FFFF:A00:1', 'ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255'],
    ['0:0:0:0:0:ffff:0a00:0001', 'FFFF:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ];
  it('may be spelled in many ways', () => {
    for (const [address, netmask] of same) {
      for (const other of same) {
        const first = { ...line('host all all x reject'), address, netmask };
        const second = { ...line('host all all x md5'), address: other[0], netmask: other[1] };
        assert.deepEqual(linesWithoutEncryption([first, second]), { open: [], undecided: [] });
      }
    }
  });
});

describe('an open line', () => {
  it('comes with the first database and user that get through', () => {
    const { open } = linesWithoutEncryption(
      ['host app all all reject', 'host all alice all reject', 'host app,shop alice,bob,eve all md5'].map(line),
    );
    assert.deepEqual(open, [{ rule: line('host app,shop alice,bob,eve all md5', 2), database: 'shop', user: 'bob' }]);
  });

  it('needs a database and a user', () => {
    const rule = line('host all all all md5');
    for (const nobody of [{ database: [] }, { user_name: [] }]) {
      assert.deepEqual(linesWithoutEncryption([{ ...rule, ...nobody }]), { open: [], undecided: [] });
      assert.equal(linesWithoutEncryption([{ ...rule, ...nobody, auth_method: 'reject' }, rule]).open.length, 1);
    }
  });
});

describe('lineInWords', () => {
  for (const text of [
    'host all all 0.0.0.0/0 scram-sha-256',
    'hostssl app,shop alice,+team 10.1.2.3/31 md5',
    'host all all 10.1.2.3/32 md5',
    'host replication /^r ::/0 md5',
    'hostnossl all all fe80::/10 reject',
    'host all all 2001:db8::1/128 md5',
    'host all all .example.com md5',
    'host all all samenet md5',
    'local all all peer',
  ]) {
    it(text, () => assert.equal(lineInWords(line(text, 3)), `line 4: ${text}`));
  }

  const rule = line('host all all 10.0.0.0/8 md5', 3);
  it('has a mask as it stands, if no prefix says it', () => {
    assert.equal(lineInWords({ ...rule, netmask: '255.0.255.0' }), 'line 4: host all all 10.0.0.0 255.0.255.0 md5');
  });
  it('quotes names as the file has to', () => {
    const odd = { ...rule, database: ['my app', 'a"b', 'x-y'], user_name: ['a,b', '#', ''] };
    assert.equal(lineInWords(odd), 'line 4: host "my app","a""b",x-y "a,b","#","" 10.0.0.0/8 md5');
  });
  it('names the file, if it is not the first', () => {
    const main = { ...rule, file_name: '/etc/pg_hba.conf' };
    const other = { ...rule, file_name: '/etc/more.conf', line_number: 1 };
    assert.equal(lineInWords(other, main), '/etc/more.conf line 1: host all all 10.0.0.0/8 md5');
    for (const first of [main, undefined]) assert.match(lineInWords(main, first), /^line 4: /);
    assert.match(lineInWords(rule, main), /^line 4: /);
  });
});

describe('hbaRules', () => {
  const row = { ...line('host all all 10.0.0.0/8 md5'), file_name: '/etc/pg_hba.conf' };
  it('reads rows, and leaves out what else they have', () => {
    const { address, netmask, file_name, ...short } = row;
    const nulls = { address: null, netmask: null, file_name: null };
    const rows: unknown = JSON.parse(JSON.stringify([{ ...row, rule_number: 1, options: null, error: null }, short]));
    assert.deepEqual(hbaRules(rows), [row, { ...short, ...nulls }]);
    assert.deepEqual(hbaRules([]), []);
  });

  const odd: readonly unknown[] = [
    ...[undefined, null, {}, 'x', 7, [null], ['x'], [[]], [{}], [row, 7]],
    ...[null, '1', 1.5, Number.NaN].map((line_number) => [{ ...row, line_number }]),
    ...[null, 7, ['host']].flatMap((text) => [[{ ...row, type: text }], [{ ...row, auth_method: text }]]),
    ...[null, 'all', [7], {}].flatMap((list) => [[{ ...row, database: list }], [{ ...row, user_name: list }]]),
    ...['address', 'netmask', 'file_name'].map((name) => [{ ...row, [name]: 7 }]),
  ];
  for (const value of odd) {
    it(`does not read ${JSON.stringify(value)}`, () => assert.equal(hbaRules(value), undefined));
  }
});

describe('a small world', () => {
  const members = ['alice', 'bob'];
  const users = [...members, 'team', 'app', 'stranger'];
  const databases = ['shop', 'other', ...users];

  /** What each address of a rule fits, by hand. */
  const network = ['10.0.0.0', '10.0.0.1', '10.0.0.2', '10.0.0.3', '8.8.8.8', '200.0.0.1', 'fd00::1'];
  const clients = [...network, '127.0.0.1', '127.9.9.9', '::1'];
  const ranges: Readonly<Record<string, readonly string[]>> = {
    all: clients,
    '0.0.0.0/0': clients.filter((each) => !each.includes(':')),
    '0.0.0.0/1': clients.filter((each) => /^(10|8|127)\./.test(each)),
    '128.0.0.0/1': ['200.0.0.1'],
    '::/0': ['fd00::1', '::1'],
    '10.0.0.0/30': network.slice(0, 4),
    '10.0.0.0/31': network.slice(0, 2),
    '10.0.0.2/31': network.slice(2, 4),
    '10.0.0.1/32': ['10.0.0.1'],
    '10.0.0.3/32': ['10.0.0.3'],
    '127.0.0.0/8': ['127.0.0.1', '127.9.9.9'],
    '127.0.0.1/32': ['127.0.0.1'],
    '::1/128': ['::1'],
    samehost: ['127.0.0.1', '::1'],
  };
  const words = ['samenet', 'app.example.com'];
  const plainDatabases = ['all', 'app', 'shop', 'replication'];
  const plainUsers = ['all', 'alice', 'bob'];

  /** What only the server knows: who belongs to which role, what an expression fits, where a host is. */
  interface World {
    readonly roles: Readonly<Record<string, readonly string[]>>;
    readonly fits: Readonly<Record<string, readonly string[]>>;
    readonly hosts: Readonly<Record<string, readonly string[]>>;
  }

  const some = <T>(all: readonly T[]) => fc.subarray([...all], { minLength: 1 });
  const knowledge = fc.record({
    fits: fc.record({ '/d': some(databases), '/u': some(users), '/v': some(users) }),
    hosts: fc.record({ samenet: some(network), 'app.example.com': some(clients).filter(isSomewhere) }),
  });
  function isSomewhere(each: readonly string[]) {
    return each.some((client) => network.includes(client));
  }
  const subsets = [[], ['alice'], ['bob'], ['alice', 'bob']];
  const memberships = subsets.flatMap((team) => subsets.map((app) => ({ team, app })));

  const rule = (databases: readonly string[], users: readonly string[], addresses: readonly string[]) => {
    const list = (tokens: readonly string[]) =>
      fc.uniqueArray(fc.constantFrom(...tokens), { minLength: 1, maxLength: 2 });
    const types = ['host', 'host', 'host', 'hostnossl', 'hostnogssenc', 'hostssl', 'hostgssenc', 'local'];
    return fc
      .tuple(
        fc.constantFrom(...types),
        fc.oneof(fc.constant(['all']), list(databases)),
        fc.oneof(fc.constant(['all']), list(users)),
        fc.constantFrom(...addresses),
        fc.constantFrom('reject', 'md5'),
      )
      .map((parts) =>
        parts.flatMap((part) => (part === parts[3] && parts[0] === 'local' ? [] : [String(part)])).join(' '),
      );
  };

  /** The lines whose turn it is for somebody who comes over the network without encryption. */
  function witnessed(rules: readonly HbaRule[], { roles, fits, hosts }: World): Set<number> {
    const isMember = (user: string, role: string) => user === role || roles[role]?.includes(user) === true;
    const fitsUser = (token: string, user: string) =>
      token === 'all' ||
      token === user ||
      (token.startsWith('+') && isMember(user, token.slice(1))) ||
      fits[token]?.includes(user) === true;
    const fitsDatabase = (token: string, database: string | undefined, user: string) => {
      if (database === undefined || token === 'replication') return database === undefined && token === 'replication';
      if (token === 'sameuser') return database === user;
      if (token === 'samerole' || token === 'samegroup') return isMember(user, database);
      return token === 'all' || token === database || fits[token]?.includes(database) === true;
    };
    const places = rules.map(({ address, netmask }) => {
      const prefix = Object.keys(ranges).find(
        (each) => line(`host all all ${each} md5`).netmask === netmask && each.split('/')[0] === address,
      );
      return ranges[prefix ?? ''] ?? hosts[address ?? ''] ?? [];
    });
    const plain = rules.map(({ type }) => ['host', 'hostnossl', 'hostnogssenc'].includes(type));
    const found = new Set<number>();
    for (const database of [...databases, undefined]) {
      for (const user of users) {
        const turn = rules.map(
          (each, at) =>
            plain[at] === true &&
            each.user_name.some((token) => fitsUser(token, user)) &&
            each.database.some((token) => fitsDatabase(token, database, user)),
        );
        for (const client of network) {
          const first = rules.findIndex((_, at) => turn[at] && places[at]?.includes(client));
          if (rules[first] && rules[first].auth_method !== 'reject') found.add(first);
        }
      }
    }
    return found;
  }

  it('has a witness of each open line, and none of a closed one, whoever belongs to which role', () => {
    const rules = fc.array(
      rule(
        [...plainDatabases, 'sameuser', 'samerole', 'samegroup', 'alice', 'team', '/d'],
        [...plainUsers, 'team', '+team', '+app', '/u', '/v'],
        [...Object.keys(ranges), ...words],
      ),
      { minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(rules, knowledge, (texts, known) => {
        const all = texts.map(line);
        const { open, undecided } = linesWithoutEncryption(all);
        for (const roles of memberships) {
          const found = witnessed(all, { ...known, roles });
          for (const [at, each] of all.entries()) {
            if (open.some(({ rule }) => rule === each)) assert.ok(found.has(at), `nobody comes through line ${at + 1}`);
            else if (!undecided.includes(each)) assert.ok(!found.has(at), `somebody comes through line ${at + 1}`);
          }
        }
      }),
      { numRuns: 400 },
    );
  });

  it('leaves nothing undecided, if lines have but names and ranges', () => {
    const rules = fc.array(rule(plainDatabases, plainUsers, Object.keys(ranges)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(rules, (texts) => {
        const all = texts.map(line);
        const { open, undecided } = linesWithoutEncryption(all);
        const found = witnessed(all, { roles: {}, fits: {}, hosts: {} });
        assert.deepEqual(undecided, []);
        assert.deepEqual(
          open.map(({ rule }) => all.indexOf(rule)),
          [...found].sort((a, b) => a - b),
        );
      }),
      { numRuns: 1_000 },
    );
  });
});

it('judges 2,000 lines within a second', () => {
  const files: Readonly<Record<string, (at: number) => string>> = {
    'hosts, one user each': (at) => `host app user${at} 10.0.${at >> 8}.${at & 255}/32 md5`,
    'ranges of one user that nothing is left of': (at) =>
      at < 1_024 ? `host all all ${at >> 2}.${(at & 3) << 6}.0.0/10 reject` : `host app user${at} 0.0.0.0/0 md5`,
    'host names of roles': (at) => `host db${at % 50} +role${at % 40} host${at}.example.com md5`,
  };
  for (const [name, text] of Object.entries(files)) {
    const rules = Array.from({ length: 2_000 }, (_, at) => line(text(at), at));
    const begun = performance.now();
    linesWithoutEncryption(rules);
    const took = performance.now() - begun;
    console.log(name, took);
    assert.ok(took < 1_000, `${name}: ${took} ms`);
  }
});
