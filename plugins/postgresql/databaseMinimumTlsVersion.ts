import { besides, boolean, optional, text, tlsVersion, unlimited } from '../../helpers/need';
import { definePlugin, fail, pass } from '../../helpers/plugin';
import { isBelow, minimumTlsVersion, whyModernTls } from '../../helpers/tls';

export default definePlugin({
  id: 'databaseMinimumTlsVersion',
  title: 'Database server accepts modern TLS only',
  category: 'PostgreSQL Database',
  domain: 'Databases',
  severity: 'medium',
  description:
    'The settings ssl_min_protocol_version and ssl_max_protocol_version: the oldest and the newest TLS version that is accepted.',
  moreInfo:
    `${whyModernTls} Before PostgreSQL 13 the floor is TLSv1 where nobody chose. It binds only clients that choose TLS: that they must, ` +
    'pg_hba.conf says. A reload that could not load the certificate leaves the old versions in force, and says so in the log only: ' +
    'pgposture probe asks the port itself.',
  recommendedAction: 'Set ssl_min_protocol_version to TLSv{minimumTlsVersion} or above, and reload.',
  link: 'https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-SSL-MIN-PROTOCOL-VERSION',
  compliance: [],
  kind: 'PostgreSQL/databases',
  needs: {
    ssl: boolean,
    ssl_min_protocol_version: unlimited(tlsVersion),
    ssl_max_protocol_version: optional(unlimited(tlsVersion)),
    ssl_ciphers: besides(text),
  },
  settings: { minimumTlsVersion },
  messages: {
    modern: pass(
      'ssl_min_protocol_version is {ssl_min_protocol_version}: nothing older than TLS {minimumTlsVersion} is accepted.',
      { ssl_min_protocol_version: 'TLSv{minimumTlsVersion} or newer' },
    ),
    outdated: fail(
      'ssl_min_protocol_version is {ssl_min_protocol_version}: TLS older than {minimumTlsVersion} is accepted.',
      { ssl_min_protocol_version: 'older than TLSv{minimumTlsVersion}, or empty' },
    ),
    capped: fail(
      'ssl_max_protocol_version is {ssl_max_protocol_version}: nothing as new as TLS {minimumTlsVersion} is accepted.',
      {
        ssl_max_protocol_version: 'older than TLSv{minimumTlsVersion}',
      },
    ),
    noTls: fail('ssl is {ssl}: no TLS is accepted, of any version.', { ssl: 'off' }),
  },
  fix: {
    impact:
      'A client whose TLS library knows no TLS {minimumTlsVersion} is refused, which OpenSSL calls "tlsv1 alert protocol version". ' +
      'It needs a reload, no restart.',
    steps: [
      "ALTER SYSTEM SET ssl_min_protocol_version = 'TLSv{minimumTlsVersion}'; ALTER SYSTEM RESET ssl_max_protocol_version; SELECT pg_reload_conf();",
    ],
  },
  evaluate({ ssl, ssl_min_protocol_version: oldest, ssl_max_protocol_version: newest }, { minimumTlsVersion: floor }) {
    if (!ssl) return 'noTls';
    if (newest && newest !== 'unlimited' && isBelow(newest, floor)) return 'capped';
    return oldest === 'unlimited' || isBelow(oldest, floor) ? 'outdated' : 'modern';
  },
});
