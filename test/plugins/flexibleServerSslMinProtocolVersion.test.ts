import plugin from '../../plugins/azure/postgresqlserver/flexibleServerSslMinProtocolVersion';
import { testPlugin } from '../../testing';

const parameter = (value: string | null, isConfigPendingRestart: boolean | string | null = false) => ({
  value,
  isConfigPendingRestart,
});
const floor = (value: string | null) => ({
  ssl_min_protocol_version: parameter(value),
  require_secure_transport: parameter('on'),
});
const modern = { minimumTlsVersion: '1.3' };

testPlugin(plugin, {
  pass: [
    ['TLS 1.2', floor('TLSv1.2'), 'modern'],
    ['TLS 1.3', floor('TLSv1.3'), 'modern'],
    ['TLS 1.3, with a floor of 1.3', floor('TLSv1.3'), 'modern', modern],
    ['as Azure Policy spells it', floor('TLSV1.2'), 'modern'],
    ['other spellings', floor(' tls1_2 '), 'modern'],
    ['compared as numbers, not as text', floor('TLS1_10'), 'modern'],
    ['a list without require_secure_transport', { ...floor('TLSv1.2'), require_secure_transport: undefined }, 'modern'],
    [
      'a require_secure_transport that nobody knows',
      { ...floor('TLSv1.2'), require_secure_transport: parameter('perhaps') },
      'modern',
    ],
    [
      'an old answer without isConfigPendingRestart',
      { ...floor('TLSv1.2'), ssl_min_protocol_version: parameter('TLSv1.2', null) },
      'modern',
    ],
  ],
  warn: [
    ['plaintext is allowed', { ...floor('TLSv1.2'), require_secure_transport: parameter('OFF') }, 'plaintextAllowed'],
    [
      'waits for a restart',
      { ...floor('TLSv1.2'), ssl_min_protocol_version: parameter('TLSv1.2', true) },
      'pendingRestart',
    ],
    [
      'waits for a restart, said as Single Server says it',
      { ...floor('x'), ssl_min_protocol_version: parameter('TLSv1.3', 'True') },
      'pendingRestart',
    ],
    [
      'may wait for a restart: nobody can read it',
      { ...floor('y'), ssl_min_protocol_version: parameter('TLSv1.2', 'soon') },
      'pendingRestart',
    ],
  ],
  fail: [
    ['TLS 1.1', floor('TLSv1.1'), 'outdated'],
    ['TLS 1.0, as PostgreSQL spells it', floor('TLSv1'), 'outdated'],
    ['SSL 3', floor('SSLv3'), 'outdated'],
    ['TLS 1.2, with a floor of 1.3', floor('TLSv1.2'), 'outdated', modern],
    [
      'TLS 1.1, and plaintext is allowed',
      { ...floor('TLSv1.1'), require_secure_transport: parameter('off') },
      'outdated',
    ],
    [
      'TLS 1.1, after a restart',
      { ...floor('TLSv1.1'), ssl_min_protocol_version: parameter('TLSv1.1', true) },
      'outdated',
    ],
  ],
  unknown: [
    ['no such parameter, as on PostgreSQL 11', { ...floor('x'), ssl_min_protocol_version: undefined }, 'absent'],
    ['a parameter without a value', floor(null), 'absent'],
    ['an empty value', floor(''), 'unreadable'],
    ['a TLS that does not exist yet', floor('TLSv2'), 'unreadable'],
    ['no version at all', floor('on'), 'unreadable'],
  ],
});
