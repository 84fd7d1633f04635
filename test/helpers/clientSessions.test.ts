import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { clientSessions } from '../../helpers/clientSessions';
import { shown } from '../../helpers/template';
import type { Json } from '../../types';

const row = {
  usename: 'ada',
  application_name: 'billing',
  client_addr: '10.0.0.1',
  ssl: true,
  version: 'TLSv1.3',
  cipher: 'TLS_AES_256_GCM_SHA384',
  gss_encrypted: false,
  count: 1,
};
const plaintext = { ...row, ssl: false, version: null, cipher: null };
const kerberos = { ...plaintext, gss_encrypted: true };
const tls = (version: string, more: Partial<typeof row> = {}) => ({ ...row, version, ...more });

const spelled = (...rows: readonly Json[]) => clientSessions.spelled(rows);
const read = (...rows: readonly Json[]) => clientSessions.read(rows);

describe('the sessions of clients', () => {
  it('are those that are worst off first, then by version', () => {
    const rows = [
      tls('TLSv1.3', { count: 3 }),
      tls('TLSv1.2', { usename: 'bob' }),
      { ...plaintext, count: 2 },
      tls('TLSv1', { cipher: 'AES128-SHA' }),
      { ...kerberos, usename: 'eve' },
      tls('TLSv1.2', { usename: 'alice' }),
      { ...plaintext, client_addr: null, count: 4 },
    ];
    assert.deepEqual(spelled(...rows), [
      '2 of 9 are not encrypted',
      '2 of ada from 10.0.0.1 (billing): no encryption',
      '1 of eve from 10.0.0.1 (billing): Kerberos',
      '1 of ada from 10.0.0.1 (billing): TLSv1, AES128-SHA',
      '1 of bob from 10.0.0.1 (billing): TLSv1.2, TLS_AES_256_GCM_SHA384',
      '1 of alice from 10.0.0.1 (billing): TLSv1.2, TLS_AES_256_GCM_SHA384',
      '3 of ada from 10.0.0.1 (billing): TLSv1.3, TLS_AES_256_GCM_SHA384',
      '4 local',
    ]);
    assert.deepEqual(read(...rows), { all: 9, plaintext: 2, oldest: { major: 1, minor: 0 } });
  });

  it('keep their order where they are alike, however many there are', () => {
    const rows = Array.from({ length: 100 }, (_, i) => tls('TLSv1.3', { usename: `user${i}` }));
    const names = (spelled(...rows) as readonly string[]).flatMap((line) => /user\d+/.exec(line) ?? []);
    assert.deepEqual(
      names,
      rows.map(({ usename }) => usename),
    );
  });

  it('of loopback and of sockets are local', () => {
    const local = ['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1', null];
    const remote = ['128.0.0.1', '12.7.0.1', '::2', '::1:1', '::ffff:10.0.0.1', '1127.0.0.1'];
    const rows = [...local, ...remote].map((client_addr) => ({ ...plaintext, client_addr }));
    assert.deepEqual(read(...rows), { all: remote.length, plaintext: remote.length, oldest: undefined });
    assert.deepEqual(clientSessions.spelled(rows.slice(0, local.length)), ['0 of 0 are not encrypted', '5 local']);
  });

  it('may be none', () => {
    assert.deepEqual(spelled(), ['0 of 0 are not encrypted']);
    assert.deepEqual(read(), { all: 0, plaintext: 0, oldest: undefined });
  });

  it('of a version that nobody knows are the oldest', () => {
    for (const version of ['DTLSv1.2', '', null]) {
      assert.deepEqual(read(row, { ...row, version }), { all: 2, plaintext: 0, oldest: { major: 0, minor: 0 } });
    }
  });

  it('have names in quotes, where they are no plain word, and no application, where they name none', () => {
    const rows = [
      { ...row, usename: 'a; "b"\n', application_name: '::error::x' },
      { ...row, usename: 'ada', application_name: '' },
      { ...row, usename: 'eve', application_name: 'x'.repeat(500) },
    ];
    const [, first, second, third = ''] = spelled(...rows) as readonly string[];
    assert.equal(first, '1 of "a; \\"b\\"\\n" from 10.0.0.1 (::error::x): TLSv1.3, TLS_AES_256_GCM_SHA384');
    assert.equal(second, '1 of ada from 10.0.0.1: TLSv1.3, TLS_AES_256_GCM_SHA384');
    assert.ok(third.length < 200, third);
  });

  it('are cut in a sentence, so that those that are worst off remain', () => {
    const rows = [...Array.from({ length: 9 }, () => row), { ...plaintext, usename: 'eve' }];
    assert.match(
      shown(spelled(...rows)),
      /^1 of 10 are not encrypted; 1 of eve from 10\.0\.0\.1 \(billing\): no encryption; .*; and 6 more$/,
    );
  });

  for (const [name, fact] of [
    ['null', null],
    ['a row by itself', row],
    ['null among them', [row, null]],
    ['a row without a count', [{ ...row, count: null }]],
    ['half a session', [{ ...row, count: 0.5 }]],
    ['no session', [{ ...row, count: 0 }]],
    ['fewer sessions than none', [row, { ...row, count: -1 }]],
    ['a row that does not say whether it is encrypted', [{ ...row, ssl: null }]],
    ['a word for it', [{ ...row, ssl: 'on' }]],
    ['a row that says nothing of Kerberos', [{ ...row, gss_encrypted: undefined }]],
    ['an address that is none', [{ ...row, client_addr: 1 }]],
    ['a row without an address', [{ ...row, client_addr: undefined }]],
  ] as readonly (readonly [string, Json])[]) {
    it(`cannot be read, and stay what they are: ${name}`, () => {
      assert.equal(clientSessions.read(fact), undefined);
      assert.deepEqual(clientSessions.spelled(fact), fact);
    });
  }
});
