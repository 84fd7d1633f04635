/** Variables that hold what nobody else may know. */
const secretVariables = [
  'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
  'AZURE_CLIENT_CERTIFICATE_PASSWORD',
  'AZURE_CLIENT_SECRET',
  'AZURE_PASSWORD',
  'IDENTITY_HEADER',
  'MSI_SECRET',
  'SYSTEM_ACCESSTOKEN',
];

/** A word that is shorter stands in too much that is no secret. */
const shortest = 6;

/** As Azure and GitHub make them: three parts, of which the first begins with `{"`. */
const token = /\beyJ[\w-]{8,}\.[\w.-]+/g;

/**
 * Takes tokens, and the secrets of the environment, out of a text. We write none; but the SDK logs the headers of answers as
 * they are (AZURE_LOG_LEVEL), Entra says in its own words what it does not like, and a plugin module may print anything.
 */
export function masker(env: Readonly<Record<string, string | undefined>>): (text: string) => string {
  const secrets = secretVariables.flatMap((name) => env[name] ?? []).filter(({ length }) => length >= shortest);
  const known = secrets.flatMap((secret) => [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]);
  // The longest first: one may be a part of another.
  known.sort((a, b) => b.length - a.length);
  return (text) => known.reduce((masked, secret) => masked.replaceAll(secret, '***'), text.replace(token, '***'));
}
