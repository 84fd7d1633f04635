import plugin from '../../plugins/azure/postgresqlserver/singleServerMinimalTlsVersion';
import { testPlugin } from '../../testing';

const floor = (minimalTlsVersion: string | null, sslEnforcement: string | null | undefined = 'Enabled') => ({
  minimalTlsVersion,
  sslEnforcement,
});

testPlugin(plugin, {
  pass: [
    ['TLS 1.2', floor('TLS1_2'), 'modern'],
    ['TLS 1.3, which Single Server never had', floor('TLS1_3'), 'modern'],
    ['in other case', floor('tls1_2'), 'modern'],
    ['compared as numbers, not as text', floor('TLS1_10'), 'modern'],
    ['no sslEnforcement', { minimalTlsVersion: 'TLS1_2', sslEnforcement: undefined }, 'modern'],
    ['sslEnforcement null', floor('TLS1_2', null), 'modern'],
  ],
  warn: [['plaintext is allowed', floor('TLS1_2', 'disabled'), 'plaintextAllowed']],
  fail: [
    ['TLS 1.1', floor('TLS1_1'), 'outdated'],
    ['TLS 1.0', floor('TLS1_0'), 'outdated'],
    ['TLS 1.2, with a floor of 1.3', floor('TLS1_2'), 'outdated', { minimumTlsVersion: '1.3' }],
    ['TLS 1.0, and plaintext is allowed', floor('TLS1_0', 'Disabled'), 'outdated'],
    ['no floor, the default', floor('TLSEnforcementDisabled'), 'noFloor'],
    ['no floor, in other case', floor('tlsenforcementdisabled'), 'noFloor'],
    ['no floor, and plaintext is allowed', floor('TLSEnforcementDisabled', 'Disabled'), 'noFloor'],
  ],
  unknown: [
    ['absent, as before 2020', { minimalTlsVersion: undefined as never, sslEnforcement: 'Enabled' }, 'absent'],
    ['null', floor(null), 'absent'],
    ['empty', floor(''), 'unreadable'],
    ['a major that does not exist', floor('TLS2_0'), 'unreadable'],
    ['a number', { minimalTlsVersion: 1.2, sslEnforcement: 'Enabled' }, 'unreadable'],
  ],
});
