/** Variables that hold what nobody else may know. */
const secretVariables = [
  'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
  'AZURE_CLIENT_CERTIFICATE_PASSWORD',
  'AZURE_CLIENT_SECRET',
  'AZURE_PASSWORD',
  'IDENTITY_HEADER',
  'MSI_SECRET',
  'PGPASSWORD',
  'SYSTEM_ACCESSTOKEN',
];

/** A word that is shorter stands in too much that is no secret. */
const shortest = 6;

/** As Azure and GitHub make them: three parts, of which the first begins with `{"`. */
const token = /\beyJ[\w-]{8,}\.[\w.-]+/g;

/** Between the user and the last @ of a URI. */
const inUri = /(?<=\w:\/\/[^\s:@/]*:)\S*(?=@)/g;
const inPairs = /(?<=\b(?:ssl)?password\s*=\s*)(?:'(?:[^'\\]|\\.)*'?|(?:[^\s&"\\]|\\.)+)/gi;

/**
 * Takes tokens, passwords of connection strings, and the secrets of the environment, out of a text. We write none; but the SDK logs
 * the headers of answers as they are (AZURE_LOG_LEVEL), Entra says in its own words what it does not like, yargs names a word that
 * it does not know, and a plugin module may print anything.
 *
 * @param argv the command line, in which there may be passwords, too.
 */
export function masker(
  env: Readonly<Record<string, string | undefined>>,
  argv: readonly string[] = [],
): (text: string) => string {
  const given = argv.flatMap((word) => [
    ...(/^\w+:\/\/[^:@/]*:(.*)@/s.exec(word)?.slice(1) ?? []),
    ...(word.match(inPairs) ?? []).map((value) => value.replace(/^'(.*?)'?$/s, '$1')),
  ]);
  const secrets = [...secretVariables.flatMap((name) => env[name] ?? []), ...given];
  const known = secrets
    .filter(({ length }) => length >= shortest)
    .flatMap((secret) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]);
  // The longest first: one may be a part of another.
  known.sort((a, b) => b.length - a.length);
  return (text) =>
    known
      .reduce((masked, secret) => masked.replaceAll(secret, '***'), text.replace(token, '***'))
      .replace(inUri, '***')
      .replace(inPairs, '***');
}
