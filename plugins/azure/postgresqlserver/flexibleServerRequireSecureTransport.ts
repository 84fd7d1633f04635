import { cis, encryptionInTransit, own, published } from '../../../helpers/compliance';
import { boolean, parameter } from '../../../helpers/need';
import { definePlugin, fail, pass, warn } from '../../../helpers/plugin';

export default definePlugin({
  id: 'flexibleServerRequireSecureTransport',
  title: 'Flexible Server refuses connections without TLS',
  category: 'PostgreSQL Server',
  domain: 'Databases',
  severity: 'high',
  description: 'The server parameter require_secure_transport decides whether clients that do not encrypt are refused.',
  moreInfo:
    'With it off, a client that does not ask for TLS is let in. Its queries and its data cross the network in the clear, ' +
    'and so does the Microsoft Entra token if it signs in with one: whoever is on the path can read and change them. ' +
    'The parameter ssl says only that TLS is offered, not that it is required.',
  recommendedAction: 'Set the server parameter require_secure_transport to on.',
  link: 'https://learn.microsoft.com/azure/postgresql/flexible-server/how-to-connect-tls-ssl',
  compliance: [
    ...cis(1, 'Azure Foundations 3.0.0', '5.2.1'),
    ...cis(1, 'Azure Database Services 2.0.0', '6.10'),
    ...own('mcsb', 'v1', 'DP-3'),
    ...published('soc2', 'TSC 2017', 'CC6.6'),
    ...encryptionInTransit(published),
  ],
  kind: 'Microsoft.DBforPostgreSQL/flexibleServers',
  needs: { require_secure_transport: parameter(boolean) },
  settings: {},
  messages: {
    required: pass('require_secure_transport is {require_secure_transport}: a connection without TLS is refused.', {
      require_secure_transport: 'on',
    }),
    pendingRestart: warn(
      'require_secure_transport is {require_secure_transport}, but waits for a restart: restart the server.',
      { require_secure_transport: 'on' },
    ),
    plaintextAllowed: fail('require_secure_transport is {require_secure_transport}: anyone may connect without TLS.', {
      require_secure_transport: 'off',
    }),
  },
  fix: {
    set: 'require_secure_transport',
    to: 'on',
    values: ['on', 'off'],
    default: 'on',
    impact:
      'A client that connects without TLS (sslmode=disable) is refused: "no pg_hba.conf entry … no encryption" ' +
      '("… SSL off" before PostgreSQL 14). Clients built on libpq try TLS first, unless they are told otherwise; other ' +
      'drivers may not: node-postgres uses TLS only if it is told to. The built-in PgBouncer follows the parameter. ' +
      'It needs no restart: the WARN is for a server of which Azure says otherwise.',
    refuses: 'NOT ssl',
    lockedOut: 'sslmode=disable',
  },
  evaluate({ require_secure_transport: required }) {
    if (!required.value) return 'plaintextAllowed';
    return required.isConfigPendingRestart ? 'pendingRestart' : 'required';
  },
});
