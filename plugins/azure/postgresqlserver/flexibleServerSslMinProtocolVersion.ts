import { cis, encryptionInTransit, own, published } from '../../../helpers/compliance';
import { boolean, optional, parameter, tlsVersion } from '../../../helpers/need';
import { definePlugin, fail, pass, warn } from '../../../helpers/plugin';
import { isBelow, minimumTlsVersion, whyModernTls } from '../../../helpers/tls';

export default definePlugin({
  id: 'flexibleServerSslMinProtocolVersion',
  title: 'Flexible Server accepts modern TLS only',
  category: 'PostgreSQL Server',
  domain: 'Databases',
  severity: 'medium',
  description:
    'The server parameter ssl_min_protocol_version is the oldest TLS version with which a client may connect: a floor.',
  moreInfo:
    `${whyModernTls} The floor binds only clients that choose TLS, so it protects as much as require_secure_transport ` +
    'makes it. Azure takes no value below TLSv1.2 any more, and advises TLSv1.3. PostgreSQL 11 has no such parameter: there the ' +
    'verdict is UNKNOWN.',
  recommendedAction: 'Set the server parameter ssl_min_protocol_version to TLSv{minimumTlsVersion} or above.',
  link: 'https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-SSL-MIN-PROTOCOL-VERSION',
  compliance: [
    ...cis(1, 'Azure Database Services 2.0.0', '6.11'),
    ...published('mcsb', 'v2 preview', 'DP-3'),
    ...encryptionInTransit(own),
  ],
  kind: 'Microsoft.DBforPostgreSQL/flexibleServers',
  needs: { ssl_min_protocol_version: parameter(tlsVersion), require_secure_transport: optional(parameter(boolean)) },
  settings: { minimumTlsVersion },
  messages: {
    modern: pass(
      'ssl_min_protocol_version is {ssl_min_protocol_version}: nothing older than TLS {minimumTlsVersion} is accepted.',
      { ssl_min_protocol_version: 'TLSv{minimumTlsVersion} or newer' },
    ),
    plaintextAllowed: warn(
      'ssl_min_protocol_version is {ssl_min_protocol_version}, but require_secure_transport is {require_secure_transport}: ' +
        'the floor binds only clients that choose TLS.',
      { ssl_min_protocol_version: 'TLSv{minimumTlsVersion} or newer', require_secure_transport: 'off' },
    ),
    pendingRestart: warn(
      'ssl_min_protocol_version is {ssl_min_protocol_version}, but waits for a restart: restart the server.',
      { ssl_min_protocol_version: 'TLSv{minimumTlsVersion} or newer' },
    ),
    outdated: fail(
      'ssl_min_protocol_version is {ssl_min_protocol_version}: TLS older than {minimumTlsVersion} is accepted.',
      { ssl_min_protocol_version: 'older than TLSv{minimumTlsVersion}' },
    ),
  },
  fix: {
    set: 'ssl_min_protocol_version',
    to: 'TLSv{minimumTlsVersion}',
    values: ['TLSv1.2', 'TLSv1.3'],
    default: 'TLSv1.2',
    impact:
      'A client whose TLS library knows no TLS {minimumTlsVersion} is refused, which OpenSSL calls ' +
      '"tlsv1 alert protocol version". It needs no restart: the WARN is for a server of which Azure says otherwise.',
    refuses: "version < 'TLSv{minimumTlsVersion}'",
  },
  evaluate({ ssl_min_protocol_version: oldest, require_secure_transport: required }, { minimumTlsVersion }) {
    if (isBelow(oldest.value, minimumTlsVersion)) return 'outdated';
    if (required?.value === false) return 'plaintextAllowed';
    return oldest.isConfigPendingRestart ? 'pendingRestart' : 'modern';
  },
});
