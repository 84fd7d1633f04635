import type { Plugin } from '../types';
import flexibleServerRequireSecureTransport from './azure/postgresqlserver/flexibleServerRequireSecureTransport';
import flexibleServerSslMinProtocolVersion from './azure/postgresqlserver/flexibleServerSslMinProtocolVersion';
import singleServerMinimalTlsVersion from './azure/postgresqlserver/singleServerMinimalTlsVersion';
import singleServerSslEnforcement from './azure/postgresqlserver/singleServerSslEnforcement';

/** Every plugin, sorted by id. test/plugins/index.test.ts holds it against the folder. */
export const plugins: readonly Plugin[] = [
  flexibleServerRequireSecureTransport,
  flexibleServerSslMinProtocolVersion,
  singleServerMinimalTlsVersion,
  singleServerSslEnforcement,
];
