import { besides, ifKnown, oneOf, optional, text, wholeNumber } from '../../helpers/need';
import { definePlugin, fail, pass, warn } from '../../helpers/plugin';

/** Those that end the chains of Azure's servers: https://learn.microsoft.com/azure/postgresql/security/security-tls. */
const azureRoots: readonly string[] = [
  'DigiCert Global Root G2',
  'Microsoft RSA Root Certificate Authority 2017',
  'DigiCert Global Root CA',
];

export default definePlugin({
  id: 'endpointCertificate',
  title: 'Endpoint shows a certificate that clients can verify',
  category: 'PostgreSQL Endpoint',
  domain: 'Databases',
  severity: 'medium',
  description:
    'Whether the chain of the certificate ends in a root that is trusted here, is made out to the host that was asked, and lasts.',
  moreInfo:
    'Encryption without a certificate that can be verified keeps out those who listen, but not those who stand in between: with ' +
    'sslmode=require a client takes any certificate, with verify-full it connects only if all of this holds. A client may trust others than ' +
    'the Node that probes: --ca-file adds an authority of your own.',
  recommendedAction:
    'Give the server a certificate for the name that clients use, from an authority that they trust, and renew it in time.',
  link: 'https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-CERTIFICATES',
  compliance: [],
  kind: 'PostgreSQL/endpoints',
  needs: {
    address: besides(text),
    certificateVerification: text,
    certificateHostName: ifKnown(text),
    certificateDaysLeft: ifKnown(wholeNumber),
    certificateRoot: optional(text),
    operator: optional(oneOf('Azure', 'other')),
  },
  settings: {
    minimumCertificateDays: {
      description: 'How many more days a certificate has to be valid; with fewer it is a WARN.',
      default: '14',
      values: ['7', '14', '30', '60'],
    },
  },
  messages: {
    verified: pass(
      'The certificate is for this host, can be verified, and is valid for {certificateDaysLeft} more days.',
      {
        certificateDaysLeft: 'enough',
      },
    ),
    expiresSoon: warn('The certificate can be verified, but is valid for {certificateDaysLeft} more days only.', {
      certificateDaysLeft: 'fewer than {minimumCertificateDays}',
    }),
    otherRoot: warn(
      'The certificate can be verified, but its chain does not end in a root that Azure uses: something in between may show its own.',
    ),
    expired: fail('The certificate has expired: it has {certificateDaysLeft} days left.', {
      certificateDaysLeft: 'less than 0',
    }),
    unverified: fail('The certificate cannot be verified: {certificateVerification}.', {
      certificateVerification: 'what OpenSSL calls the reason',
    }),
    otherHost: fail('The certificate is for another host: {certificateHostName}.', {
      certificateHostName: 'its names',
    }),
    none: fail('The port speaks no TLS, and so shows no certificate: {certificateVerification}.', {
      certificateVerification: 'none',
    }),
  },
  fix: {
    impact:
      'Clients that verify see the new certificate from their next connection on, and have to trust its authority before. PostgreSQL ' +
      'needs no restart for it, only a reload.',
    steps: [
      'On Azure the service renews its certificates: ask for the server by its own name, <server>.postgres.database.azure.com, and trust the roots that Azure names.',
      'Elsewhere have one issued for the name that clients use, put it where ssl_cert_file and ssl_key_file say, and reload: SELECT pg_reload_conf();',
      'If it comes from an authority of your own, give that to clients (sslrootcert), and to pgposture (--ca-file).',
    ],
  },
  evaluate(
    { certificateVerification: verification, certificateHostName: host, certificateDaysLeft: days, ...seen },
    { minimumCertificateDays: enough },
  ) {
    if (verification === 'none') return 'none';
    if (days === undefined) return 'certificateDaysLeft';
    if (days < 0) return 'expired';
    if (verification !== 'verified') return 'unverified';
    if (host === undefined) return 'certificateHostName';
    if (host !== 'matches') return 'otherHost';
    if (seen.operator === 'Azure' && !azureRoots.includes(seen.certificateRoot ?? '')) return 'otherRoot';
    return days < Number(enough) ? 'expiresSoon' : 'verified';
  },
});
