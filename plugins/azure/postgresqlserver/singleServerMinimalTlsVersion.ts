import { encryptionInTransit, own } from '../../../helpers/compliance';
import { either, oneOf, optional, tlsVersion } from '../../../helpers/need';
import { definePlugin, fail, pass, warn } from '../../../helpers/plugin';
import { isBelow, minimumTlsVersion, whyModernTls } from '../../../helpers/tls';

export default definePlugin({
  id: 'singleServerMinimalTlsVersion',
  title: 'Single Server accepts modern TLS only',
  category: 'PostgreSQL Server',
  domain: 'Databases',
  severity: 'medium',
  description:
    'minimalTlsVersion is the oldest TLS version with which a client may connect to a Single Server: a floor.',
  moreInfo:
    `${whyModernTls} TLSEnforcementDisabled, the default, sets no floor: TLS 1.0 is accepted, even where ` +
    'sslEnforcement is Enabled. Single Server was retired on 28 March 2025 and never learned TLS 1.3: where that is asked for, none passes.',
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
    modern: pass('minimalTlsVersion is {minimalTlsVersion}: nothing older than TLS {minimumTlsVersion} is accepted.', {
      minimalTlsVersion: 'TLS {minimumTlsVersion} or newer',
    }),
    plaintextAllowed: warn(
      'minimalTlsVersion is {minimalTlsVersion}, but sslEnforcement is {sslEnforcement}: the floor binds only clients that choose TLS.',
      { minimalTlsVersion: 'TLS {minimumTlsVersion} or newer', sslEnforcement: 'Disabled' },
    ),
    outdated: fail('minimalTlsVersion is {minimalTlsVersion}: TLS older than {minimumTlsVersion} is accepted.', {
      minimalTlsVersion: 'older than TLS {minimumTlsVersion}',
    }),
    noFloor: fail('minimalTlsVersion is {minimalTlsVersion}: every TLS version is accepted, 1.0 included.', {
      minimalTlsVersion: 'TLSEnforcementDisabled',
    }),
  },
  fix: {
    set: 'minimalTlsVersion',
    to: 'TLS1_2',
    values: ['TLSEnforcementDisabled', 'TLS1_0', 'TLS1_1', 'TLS1_2'],
    default: 'TLSEnforcementDisabled',
    noWayBackTo: ['TLSEnforcementDisabled'],
    impact:
      'A client whose TLS library knows no TLS 1.2 is refused. A gateway in front of the server checks TLS, so what the ' +
      'server itself shows need not be the version of the client: try each kind of client first. A floor, once set, ' +
      'cannot be removed. Terraform takes one only with ssl_enforcement_enabled = true. The pages of Azure name no restart.',
    portal: { label: 'Minimum TLS version', value: '1.2' },
    terraform: { attribute: 'ssl_minimal_tls_version_enforced', value: '"TLS1_2"' },
  },
  evaluate({ minimalTlsVersion, sslEnforcement }, { minimumTlsVersion }) {
    if (minimalTlsVersion === 'TLSEnforcementDisabled') return 'noFloor';
    if (isBelow(minimalTlsVersion, minimumTlsVersion)) return 'outdated';
    return sslEnforcement === 'Disabled' ? 'plaintextAllowed' : 'modern';
  },
});
