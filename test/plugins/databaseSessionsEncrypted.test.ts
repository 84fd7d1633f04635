import plugin from '../../plugins/postgresql/databaseSessionsEncrypted';
import { testPlugin } from '../../testing';
import { gap } from '../support/report';

const tls = { ssl: true, version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', gss_encrypted: false };
const plaintext = { ssl: false, version: null, cipher: null, gss_encrypted: false };
const of = (address: string | null, how: typeof tls | typeof plaintext, count = 1) => ({
  usename: 'alice',
  application_name: 'billing',
  client_addr: address,
  ...how,
  count,
});
type Row = ReturnType<typeof of>;
const all = (...rows: readonly Row[]) => ({ pg_stat_ssl: rows, allSessions: 'visible' });
const visible = (...rows: readonly Row[]) => ({ pg_stat_ssl: rows, allSessions: { gap } });

testPlugin(plugin, {
  pass: [
    ['by TLS', all(of('10.0.0.1', tls)), 'encrypted'],
    ['by Kerberos', all(of('10.0.0.1', { ...plaintext, gss_encrypted: true })), 'encrypted'],
    [
      'local ones need none',
      all(of('10.0.0.1', tls), of(null, plaintext), of('127.0.0.1', plaintext), of('::1', plaintext)),
      'encrypted',
    ],
    ['by TLS 1.3, with that floor', all(of('10.0.0.1', tls)), 'encrypted', { minimumTlsVersion: '1.3' }],
  ],
  warn: [
    ['nobody there', all(), 'none'],
    ['only local ones', all(of(null, plaintext), of('127.8.8.8', plaintext)), 'none'],
  ],
  fail: [
    ['one is not', all(of('10.0.0.1', tls, 9), of('10.0.0.2', plaintext)), 'plaintext'],
    ['one of those that can be seen is not', visible(of('10.0.0.2', plaintext)), 'plaintext'],
    ['of old TLS', all(of('10.0.0.1', { ...tls, version: 'TLSv1.1' })), 'outdated'],
    ['of a version that nobody knows', all(of('10.0.0.1', { ...tls, version: 'DTLS' })), 'outdated'],
    [
      'of TLS 1.2, with a higher floor',
      all(of('10.0.0.1', { ...tls, version: 'TLSv1.2' })),
      'outdated',
      { minimumTlsVersion: '1.3' },
    ],
  ],
  unknown: [
    ['others are hidden', visible(of('10.0.0.1', tls)), 'forbidden'],
    ['all others are hidden', visible(), 'forbidden'],
    ['not there', { pg_stat_ssl: undefined, allSessions: 'visible' }, 'absent'],
    ['something else', { pg_stat_ssl: [{ usename: 'alice' }], allSessions: 'visible' }, 'unreadable'],
  ],
});
