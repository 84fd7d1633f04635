import { encryptionInTransit, published } from '../../../helpers/compliance';
import { oneOf } from '../../../helpers/need';
import { definePlugin, fail, pass } from '../../../helpers/plugin';

export default definePlugin({
  id: 'singleServerSslEnforcement',
  title: 'Single Server refuses connections without TLS',
  category: 'PostgreSQL Server',
  domain: 'Databases',
  severity: 'high',
  description: 'sslEnforcement decides whether a Single Server refuses clients that do not encrypt.',
  moreInfo:
    'Without enforcement a client that does not ask for TLS is let in. Its queries and its data cross the network in the ' +
    'clear: whoever is on the path can read and change them. ' +
    'Single Server was retired on 28 March 2025.',
  recommendedAction: 'Migrate to Flexible Server; until then set sslEnforcement to Enabled.',
  link: 'https://learn.microsoft.com/azure/postgresql/single-server/concepts-ssl-connection-security',
  compliance: [
    ...published('cis', 'Azure Foundations 1.3.0 to 2.1.0', '4.3.1'),
    ...published('mcsb', 'v1', 'DP-3'),
    ...published('soc2', 'TSC 2017', 'CC6.1', 'CC6.6'),
    ...encryptionInTransit(published),
  ],
  kind: 'Microsoft.DBforPostgreSQL/servers',
  needs: { sslEnforcement: oneOf('Enabled', 'Disabled') },
  settings: {},
  messages: {
    enforced: pass('sslEnforcement is {sslEnforcement}: a connection without TLS is refused.', {
      sslEnforcement: 'Enabled',
    }),
    plaintextAllowed: fail('sslEnforcement is {sslEnforcement}: anyone may connect without TLS.', {
      sslEnforcement: 'Disabled',
    }),
  },
  fix: {
    set: 'sslEnforcement',
    to: 'Enabled',
    values: ['Enabled', 'Disabled'],
    default: 'Enabled',
    impact:
      'A client that connects without TLS (sslmode=disable) is refused: "SSL connection is required". ' +
      'Clients built on libpq try TLS first, unless they are told otherwise; other drivers may not: node-postgres uses ' +
      'TLS only if it is told to. A gateway in front of the server checks TLS, so what the server itself shows need not be ' +
      'what the client does: try each kind of client first. The pages of Azure name no restart.',
    lockedOut: 'sslmode=disable',
    portal: { label: 'Enforce SSL connection', value: 'ENABLED' },
    terraform: { attribute: 'ssl_enforcement_enabled', value: 'true' },
  },
  evaluate({ sslEnforcement }) {
    return sslEnforcement === 'Enabled' ? 'enforced' : 'plaintextAllowed';
  },
});
