import { assigned, besides, boolean, either, oneOf, text } from '../../helpers/need';
import { definePlugin, fail, pass } from '../../helpers/plugin';

export default definePlugin({
  id: 'endpointPlaintextRefused',
  title: 'Endpoint refuses connections without TLS',
  category: 'PostgreSQL Endpoint',
  domain: 'Databases',
  severity: 'high',
  description:
    'What the port says to a client that begins a session without TLS: whether it asks who that is, or sends it away.',
  moreInfo:
    'A setting says what should be, the port says what is: a proxy, a connection pooler or a line of pg_hba.conf may let ' +
    'in what the setting forbids. Who is asked for a password without TLS may send it in the clear, and all of its data after it. ' +
    'A refusal alone proves nothing, since an address that is not let in at all gets the same answer; so the very same startup has to be ' +
    'taken inside TLS. No password is sent, and nobody signs in.',
  recommendedAction:
    'Let the server take encrypted connections only: require_secure_transport on Azure, hostssl lines in pg_hba.conf elsewhere, ' +
    'client_tls_sslmode in PgBouncer.',
  link: 'https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-SSL',
  compliance: [],
  kind: 'PostgreSQL/endpoints',
  needs: {
    address: besides(text),
    plaintext: oneOf('accepted', 'refused'),
    encryptionSetting: besides(assigned(either(boolean, oneOf('Enabled', 'Disabled')))),
  },
  settings: {},
  messages: {
    refused: pass('A session without TLS is refused, and the same one inside TLS is not.'),
    refusedThough: pass('A session without TLS is refused, although Azure says {encryptionSetting}.', {
      encryptionSetting: 'that it need not be',
    }),
    accepted: fail('A session may begin without TLS: the port asks a client that does not encrypt to sign in.'),
    acceptedThough: fail(
      'A session may begin without TLS, although Azure says {encryptionSetting}: the port asks a client that does not encrypt to sign in.',
      { encryptionSetting: 'that TLS is required' },
    ),
  },
  fix: {
    impact:
      'Clients that connect without TLS (sslmode=disable) are refused from their next connection on. None of these changes needs a ' +
      'restart of PostgreSQL.',
    steps: [
      'On Azure set require_secure_transport to on (Flexible Server), or sslEnforcement to Enabled (Single Server).',
      'Elsewhere set ssl to on, change host to hostssl in every line of pg_hba.conf that clients from the network match, and reload.',
      'In PgBouncer set client_tls_sslmode to require, and reload.',
    ],
  },
  evaluate({ plaintext, encryptionSetting }) {
    const required = encryptionSetting === true || encryptionSetting === 'Enabled';
    if (plaintext === 'accepted') return required ? 'acceptedThough' : 'accepted';
    return encryptionSetting === undefined || required ? 'refused' : 'refusedThough';
  },
});
