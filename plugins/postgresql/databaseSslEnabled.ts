import { boolean, ifKnown } from '../../helpers/need';
import { definePlugin, fail, pass, warn } from '../../helpers/plugin';

export default definePlugin({
  id: 'databaseSslEnabled',
  title: 'Database server offers TLS',
  category: 'PostgreSQL Database',
  domain: 'Databases',
  severity: 'high',
  description:
    'The setting ssl decides whether the server offers TLS at all; a session that has it proves that it does.',
  moreInfo:
    'With it off no client can encrypt, whatever it asks for: each password, query and row crosses the network in the clear. With it on ' +
    'clients may encrypt; that they must is for pg_hba.conf to say.',
  recommendedAction: 'Give the server a certificate and a key, set ssl to on, and reload.',
  link: 'https://www.postgresql.org/docs/current/ssl-tcp.html',
  compliance: [],
  kind: 'PostgreSQL/databases',
  needs: { ssl: boolean, tlsSeen: ifKnown(boolean) },
  settings: {},
  messages: {
    on: pass('ssl is {ssl}, and a session has TLS: the server offers it.', { ssl: 'on' }),
    unseen: warn(
      'ssl is {ssl}, but no session has TLS, nor has that of the audit: whether the server could load its certificate stands in its log only.',
      { ssl: 'on' },
    ),
    off: fail('ssl is {ssl}: no client can encrypt.', { ssl: 'off' }),
  },
  fix: {
    impact:
      'Clients that try TLS first, as those built on libpq do, encrypt from their next connection on. It needs a reload, no restart.',
    steps: [
      'Put the certificate and the key where ssl_cert_file and ssl_key_file say; the key has to belong to the server, and be readable by nobody else.',
      'ALTER SYSTEM SET ssl = on; SELECT pg_reload_conf();',
    ],
  },
  evaluate({ ssl, tlsSeen }) {
    if (!ssl) return 'off';
    if (tlsSeen === undefined) return 'tlsSeen';
    return tlsSeen ? 'on' : 'unseen';
  },
});
