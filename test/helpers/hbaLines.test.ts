import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hbaLines } from '../../helpers/hbaLines';
import { shown } from '../../helpers/template';
import type { Json } from '../../types';

/** A row of the view, with an address in CIDR. */
const row = (line_number: number, text: string, file_name: string | null = null) => {
  const [type = '', database = '', user = '', address = '', method = address] = text.split(' ');
  const [ip = null, prefix] = type === 'local' ? [] : address.split('/');
  const netmask = { 0: '0.0.0.0', 8: '255.0.0.0', 32: '255.255.255.255' }[prefix ?? ''] ?? null;
  const lists = { database: database.split(','), user_name: user.split(',') };
  return { line_number, file_name, type, ...lists, address: ip, netmask, auth_method: method };
};

const local = row(1, 'local all all peer');
const loopback = row(2, 'host all all 127.0.0.1/32 trust');
const open = row(3, 'host all all 10.0.0.0/8 scram-sha-256');
const shut = row(4, 'hostssl all all 0.0.0.0/0 scram-sha-256');
const members = row(5, 'hostnossl all +staff 0.0.0.0/0 reject');
const perhaps = row(6, 'host all alice 0.0.0.0/0 md5');

const numbers = (fact: Json) => {
  const read = hbaLines.read(fact);
  return read && { open: read.open.map(({ rule }) => rule.line_number), undecided: read.undecided.length };
};

describe('the lines of pg_hba.conf', () => {
  for (const [name, fact, read, spelled] of [
    [
      'of which none is open are all of them',
      [local, loopback, shut],
      { open: [], undecided: 0 },
      [
        'line 1: local all all peer',
        'line 2: host all all 127.0.0.1/32 trust',
        'line 4: hostssl all all 0.0.0.0/0 scram-sha-256',
      ],
    ],
    [
      'of which one is open are that one',
      [local, loopback, open, shut],
      { open: [3], undecided: 0 },
      ['line 3: host all all 10.0.0.0/8 scram-sha-256'],
    ],
    [
      'are those that are open, in the order of the file',
      [shut, row(9, 'host all all all md5'), row(12, 'host replication rep 10.0.0.0/8 md5')],
      { open: [9, 12], undecided: 0 },
      ['line 9: host all all all md5', 'line 12: host replication rep 10.0.0.0/8 md5'],
    ],
    [
      'of which one may be open cannot be read, and are that one',
      [local, members, perhaps],
      undefined,
      ['line 6: host all alice 0.0.0.0/0 md5'],
    ],
    [
      'of which one is open need no word on another that may be',
      [open, members, perhaps],
      { open: [3], undecided: 1 },
      ['line 3: host all all 10.0.0.0/8 scram-sha-256'],
    ],
    [
      'name the file, if it is not the first one',
      [row(1, 'local all all peer', '/etc/pg_hba.conf'), row(1, 'host all all all md5', '/etc/more.conf')],
      { open: [1], undecided: 0 },
      ['/etc/more.conf line 1: host all all all md5'],
    ],
    ['may be none', [], { open: [], undecided: 0 }, []],
  ] as const) {
    it(name, () => {
      assert.deepEqual(numbers(fact), read);
      assert.deepEqual(hbaLines.spelled(fact), spelled);
    });
  }

  for (const [name, fact] of [
    ['null', null],
    ['a text', 'host all all all md5'],
    ['a row by itself', open],
    ['null among them', [open, null]],
    ['a row without a number', [{ ...open, line_number: null }]],
    ['a row without a method', [{ ...open, auth_method: null }]],
    ['a row whose users are a text', [{ ...open, user_name: 'all' }]],
    ['a row of which the server says that it is wrong', [open, { ...open, type: null, database: null, error: 'x' }]],
  ] as readonly (readonly [string, Json])[]) {
    it(`cannot be read, and stay what they are: ${name}`, () => {
      assert.equal(hbaLines.read(fact), undefined);
      assert.deepEqual(hbaLines.spelled(fact), fact);
    });
  }

  it('are cut in a sentence', () => {
    const many = Array.from({ length: 9 }, (_, i) => row(i + 1, `host db${i} all all md5`));
    assert.match(shown(hbaLines.spelled(many)), /^line 1: host db0 .*; line 5: host db4 all all md5; and 4 more$/);
  });
});
