/** The plugins whose verdicts stand in the tests of other layers: a fifth one changes none of them. */
export const fourPlugins = [
  'flexibleServerRequireSecureTransport',
  'flexibleServerSslMinProtocolVersion',
  'singleServerMinimalTlsVersion',
  'singleServerSslEnforcement',
];

/** The same, for a command line. */
export const fourPluginOptions = fourPlugins.flatMap((id) => ['--plugin', id]);
