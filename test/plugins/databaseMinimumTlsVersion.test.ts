import plugin from '../../plugins/postgresql/databaseMinimumTlsVersion';
import { testPlugin } from '../../testing';

const set = (minimum: string | undefined, more: Readonly<Record<string, string | undefined>> = {}) => ({
  ssl: 'on',
  ssl_min_protocol_version: minimum,
  ssl_max_protocol_version: '',
  ssl_ciphers: 'HIGH:MEDIUM:+3DES:!aNULL',
  ...more,
});

testPlugin(plugin, {
  pass: [
    ['1.2', set('TLSv1.2'), 'modern'],
    ['1.3, with that floor', set('TLSv1.3'), 'modern', { minimumTlsVersion: '1.3' }],
    ['1.2 only', set('TLSv1.2', { ssl_max_protocol_version: 'TLSv1.2' }), 'modern'],
    ['a version that knows no highest', set('TLSv1.2', { ssl_max_protocol_version: undefined }), 'modern'],
    ['ciphers that nobody can read', set('TLSv1.2', { ssl_ciphers: undefined }), 'modern'],
  ],
  fail: [
    ['1.0, as it was before PostgreSQL 13', set('TLSv1'), 'outdated'],
    ['1.1', set('TLSv1.1'), 'outdated'],
    ['1.2, with a higher floor', set('TLSv1.2'), 'outdated', { minimumTlsVersion: '1.3' }],
    ['no floor at all', set(''), 'outdated'],
    ['nothing newer than 1.1', set('TLSv1', { ssl_max_protocol_version: 'TLSv1.1' }), 'capped'],
    [
      'nothing newer than 1.2, with a higher floor',
      set('TLSv1.2', { ssl_max_protocol_version: 'TLSv1.2' }),
      'capped',
      { minimumTlsVersion: '1.3' },
    ],
    ['no TLS', set('TLSv1.2', { ssl: 'off' }), 'noTls'],
  ],
  unknown: [
    ['not there, as before PostgreSQL 12', set(undefined), 'absent'],
    ['another word', set('TLS'), 'unreadable'],
    ['whether TLS at all', set('TLSv1.2', { ssl: undefined }), 'absent'],
  ],
});
