import { clientSessions } from '../../helpers/clientSessions';
import { ifKnown, oneOf } from '../../helpers/need';
import { definePlugin, fail, pass, warn } from '../../helpers/plugin';
import { isBelow, minimumTlsVersion } from '../../helpers/tls';

export default definePlugin({
  id: 'databaseSessionsEncrypted',
  title: 'Sessions from the network are encrypted by modern TLS',
  category: 'PostgreSQL Database',
  domain: 'Databases',
  severity: 'high',
  description:
    'Which sessions of clients and standbys are encrypted at the moment of the audit, and how: pg_stat_ssl, with pg_stat_activity.',
  moreInfo:
    'Settings say who could come without TLS, sessions say who does. It is what an auditor asks for: the share of connections that are encrypted, ' +
    'and the users, applications and addresses of those that are not. It is a moment: a client that is not there now is not seen. Behind a ' +
    'connection pooler the pooler is seen, not its clients. The session of the audit itself is left out.',
  recommendedAction:
    'Let these clients connect with sslmode=verify-full, then let pg_hba.conf take nobody else: hostssl in place of host.',
  link: 'https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-SSL-VIEW',
  compliance: [],
  kind: 'PostgreSQL/databases',
  needs: { pg_stat_ssl: clientSessions, allSessions: ifKnown(oneOf('visible')) },
  settings: { minimumTlsVersion },
  messages: {
    encrypted: pass('All sessions from the network are encrypted: {pg_stat_ssl}.', {
      pg_stat_ssl: 'their number, and how',
    }),
    none: warn('No session from the network is there now: {pg_stat_ssl}. Audit again when clients are connected.', {
      pg_stat_ssl: '0 of 0',
    }),
    plaintext: fail('Sessions from the network are not encrypted: {pg_stat_ssl}.', {
      pg_stat_ssl: 'how many, and whose',
    }),
    outdated: fail('Sessions from the network have TLS older than {minimumTlsVersion}: {pg_stat_ssl}.', {
      pg_stat_ssl: 'how many, and whose',
    }),
  },
  fix: {
    impact:
      'A client that cannot verify the certificate does not connect any more: give it the authority first (sslrootcert). It needs no restart of the server; ' +
      'a session stays as it is until its client connects anew.',
    steps: [
      'Set sslmode=verify-full, and sslrootcert, where the named clients have their connection string.',
      'Let them connect anew: pg_terminate_backend ends the sessions of those that do not.',
      'Keep the others out: hostssl in pg_hba.conf, or require_secure_transport on Azure.',
    ],
  },
  evaluate({ pg_stat_ssl: { all, plaintext, oldest }, allSessions }, { minimumTlsVersion: floor }) {
    if (plaintext > 0) return 'plaintext';
    if (oldest && isBelow(oldest, floor)) return 'outdated';
    if (!allSessions) return 'allSessions';
    return all > 0 ? 'encrypted' : 'none';
  },
});
