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
    'Without enforcement a client that does not ask for TLS is let in, and its password and data cross the network in the clear. ' +
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
    enforced: pass('sslEnforcement is {sslEnforcement}: a connection without TLS is refused.'),
    plaintextAllowed: fail('sslEnforcement is {sslEnforcement}: anyone may connect without TLS.'),
  },
  fix: { set: 'sslEnforcement', to: 'Enabled', terraform: { attribute: 'ssl_enforcement_enabled', value: 'true' } },
  evaluate({ sslEnforcement }) {
    return sslEnforcement === 'Enabled' ? 'enforced' : 'plaintextAllowed';
  },
});
