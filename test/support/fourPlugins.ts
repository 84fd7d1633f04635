/** The plugins whose verdicts stand in the tests of other layers: a fifth one changes none of them. */
export const fourPlugins = [
  'flexibleServerRequireSecureTransport',
  'flexibleServerSslMinProtocolVersion',
  'singleServerMinimalTlsVersion',
  'singleServerSslEnforcement',
];
