import { encryptionInTransit, own, published } from '../../../helpers/compliance';
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
    'With it off, a client that does not ask for TLS is let in, and its password and data cross the network in the clear. ' +
    'The parameter ssl says only that TLS is offered, not that it is required.',
  recommendedAction: 'Set the server parameter require_secure_transport to on.',
  link: 'https://learn.microsoft.com/azure/postgresql/flexible-server/how-to-connect-tls-ssl',
  compliance: [
    ...published('cis', 'Azure Foundations 3.0.0', '5.2.1'),
    ...published('cis', 'Azure Database Services 2.0.0', '6.10'),
    ...own('mcsb', 'v1', 'DP-3'),
    ...published('soc2', 'TSC 2017', 'CC6.6'),
    ...encryptionInTransit(published),
  ],
  kind: 'Microsoft.DBforPostgreSQL/flexibleServers',
  needs: { require_secure_transport: parameter(boolean) },
  settings: {},
  messages: {
    required: pass('require_secure_transport is {require_secure_transport}: a connection without TLS is refused.'),
    pendingRestart: warn(
      'require_secure_transport is {require_secure_transport}, but waits for a restart: restart the server.',
    ),
    plaintextAllowed: fail('require_secure_transport is {require_secure_transport}: anyone may connect without TLS.'),
  },
  fix: { set: 'require_secure_transport', to: 'on' },
  evaluate({ require_secure_transport: required }) {
    if (!required.value) return 'plaintextAllowed';
    return required.isConfigPendingRestart ? 'pendingRestart' : 'required';
  },
});
