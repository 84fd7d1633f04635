import { encryptionInTransit, own } from '../../../helpers/compliance';
import { either, oneOf, optional, tlsVersion } from '../../../helpers/need';
import { definePlugin, fail, pass, warn } from '../../../helpers/plugin';
import { isBelow, minimumTlsVersion } from '../../../helpers/tls';

export default definePlugin({
  id: 'singleServerMinimalTlsVersion',
  title: 'Single Server accepts modern TLS only',
  category: 'PostgreSQL Server',
  domain: 'Databases',
  severity: 'medium',
  description: 'minimalTlsVersion is the oldest TLS version with which a client may connect to a Single Server.',
  moreInfo:
    'TLS 1.0 and 1.1 are deprecated (RFC 8996). TLSEnforcementDisabled, the default, sets no floor: TLS 1.0 is accepted, ' +
    'even where sslEnforcement is Enabled. Single Server was retired on 28 March 2025 and never learned TLS 1.3.',
  recommendedAction: 'Migrate to Flexible Server; until then set minimalTlsVersion to TLS1_2, the highest that it has.',
  link: 'https://learn.microsoft.com/azure/postgresql/single-server/how-to-tls-configurations',
  compliance: [...own('mcsb', 'v1', 'DP-3'), ...encryptionInTransit(own)],
  kind: 'Microsoft.DBforPostgreSQL/servers',
  needs: {
    minimalTlsVersion: either(oneOf('TLSEnforcementDisabled'), tlsVersion),
    sslEnforcement: optional(oneOf('Enabled', 'Disabled')),
  },
  settings: { minimumTlsVersion },
  messages: {
    modern: pass('minimalTlsVersion is {minimalTlsVersion}: nothing older than TLS {minimumTlsVersion} is accepted.'),
    plaintextAllowed: warn(
      'minimalTlsVersion is {minimalTlsVersion}, but sslEnforcement is {sslEnforcement}: the floor binds only clients that choose TLS.',
    ),
    outdated: fail('minimalTlsVersion is {minimalTlsVersion}: TLS older than {minimumTlsVersion} is accepted.'),
    noFloor: fail('minimalTlsVersion is {minimalTlsVersion}: every TLS version is accepted, 1.0 included.'),
  },
  fix: {
    set: 'minimalTlsVersion',
    to: 'TLS1_2',
    terraform: { attribute: 'ssl_minimal_tls_version_enforced', value: '"TLS1_2"' },
  },
  evaluate({ minimalTlsVersion, sslEnforcement }, { minimumTlsVersion }) {
    if (minimalTlsVersion === 'TLSEnforcementDisabled') return 'noFloor';
    if (isBelow(minimalTlsVersion, minimumTlsVersion)) return 'outdated';
    return sslEnforcement === 'Disabled' ? 'plaintextAllowed' : 'modern';
  },
});
