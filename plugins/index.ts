import type { Plugin } from '../types';
import flexibleServerRequireSecureTransport from './azure/postgresqlserver/flexibleServerRequireSecureTransport';
import flexibleServerSslMinProtocolVersion from './azure/postgresqlserver/flexibleServerSslMinProtocolVersion';
import singleServerMinimalTlsVersion from './azure/postgresqlserver/singleServerMinimalTlsVersion';
import singleServerSslEnforcement from './azure/postgresqlserver/singleServerSslEnforcement';
import databaseHostBasedAuthenticationRequiresSsl from './postgresql/databaseHostBasedAuthenticationRequiresSsl';
import databaseMinimumTlsVersion from './postgresql/databaseMinimumTlsVersion';
import databaseSessionsEncrypted from './postgresql/databaseSessionsEncrypted';
import databaseSslEnabled from './postgresql/databaseSslEnabled';
import endpointCertificate from './postgresql/endpointCertificate';
import endpointMinimumTlsVersion from './postgresql/endpointMinimumTlsVersion';
import endpointPlaintextRefused from './postgresql/endpointPlaintextRefused';

/** Every plugin, sorted by id. test/plugins/index.test.ts holds it against the folder. */
export const plugins: readonly Plugin[] = [
  databaseHostBasedAuthenticationRequiresSsl,
  databaseMinimumTlsVersion,
  databaseSessionsEncrypted,
  databaseSslEnabled,
  endpointCertificate,
  endpointMinimumTlsVersion,
  endpointPlaintextRefused,
  flexibleServerRequireSecureTransport,
  flexibleServerSslMinProtocolVersion,
  singleServerMinimalTlsVersion,
  singleServerSslEnforcement,
];
