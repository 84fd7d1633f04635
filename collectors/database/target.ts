import { readFileSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { ScanError } from '../../helpers/scanError';
import { addressText } from '../endpoint/address';
import { type ConnectionWords, connectionWords, serviceIn } from './conninfo';

export type Environment = Readonly<Record<string, string | undefined>>;

/** `verify-full`, unless somebody says otherwise; `prefer` and `allow` would fall back to plaintext, so they mean `require`. */
export type SslMode = 'disable' | 'require' | 'verify-ca' | 'verify-full';

/** Where to sign in, and how. */
export interface Target {
  readonly host: string;
  /** The IP address, if it was given: then the host is only for the certificate, and for .pgpass. */
  readonly hostaddr: string | undefined;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  /** If it was given; else .pgpass may have one. */
  readonly password: string | undefined;
  readonly sslmode: SslMode;
  /** PEM, Node's own among them if no file was named. */
  readonly ca: readonly string[];
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

/** What libpq takes from the environment, by its words: https://www.postgresql.org/docs/current/libpq-envars.html. */
const variables: Readonly<Record<string, string>> = {
  service: 'PGSERVICE',
  host: 'PGHOST',
  hostaddr: 'PGHOSTADDR',
  port: 'PGPORT',
  dbname: 'PGDATABASE',
  user: 'PGUSER',
  password: 'PGPASSWORD',
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
};

/** Those of libpq that do not change to whom we talk, and how. */
const ignored = [
  'application_name',
  'connect_timeout',
  'fallback_application_name',
  'client_encoding',
  'options',
  'channel_binding',
  'gssencmode',
  'target_session_attrs',
  'keepalives',
  'sslsni',
];

const bad = (what: string, remedy: string) => new ScanError('bad-option', what, remedy);

/**
 * The target of a connection string; what it leaves open says its service, the environment, or a default. Throws a ScanError that
 * repeats no password.
 *
 * @param ca PEM of authorities to trust beside Node's.
 */
export function targetOf(dsn: string, env: Environment, ca: string | undefined): Target {
  const given = connectionWords(dsn);
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(variables, name) && !ignored.includes(name));
  if (unknown !== undefined) {
    const remedy = `It can have ${Object.keys(variables).join(', ')}.`;
    throw bad(`The connection string has ${quoted(unknown)}, which pgposture does not know.`, remedy);
  }
  const fromEnv = Object.fromEntries(
    Object.entries(variables).flatMap(([name, variable]) => (env[variable] ? [[name, env[variable]]] : [])),
  );
  const service = given.service ?? fromEnv.service;
  const words: ConnectionWords = { ...fromEnv, ...(service !== undefined && wordsOf(service, env)), ...given };
  const { host = words.hostaddr ?? 'localhost', port = '5432', sslrootcert, sslcert, sslkey } = words;
  if (host.includes(',') || port.includes(',')) {
    throw bad(
      'The connection string names more than one host.',
      'Audit them one by one: give a connection string for each.',
    );
  }
  const number = /^\d+$/.test(port) ? Number(port) : 0;
  if (!(number >= 1 && number <= 65_535)) throw bad(`There is no port ${quoted(port)}.`, 'Give one from 1 to 65535.');
  const user = words.user ?? userInfo().username;
  const read = (path: string | undefined) => (path === undefined ? undefined : fileAt(path));
  const roots = sslrootcert === undefined || sslrootcert === 'system' ? rootCertificates : [fileAt(sslrootcert)];
  return {
    host,
    hostaddr: words.hostaddr,
    port: number,
    user,
    database: words.dbname ?? user,
    password: words.password,
    sslmode: sslModeOf(words.sslmode),
    ca: ca === undefined ? roots : [...roots, ca],
    cert: read(sslcert),
    key: read(sslkey),
  };
}

const quoted = (word: string) => JSON.stringify(word);

/** What it is called in a report. */
export const targetName = ({ host, port }: Target): string =>
  isSocket(host) ? `${host}:${port}` : addressText({ host, port });

/** A folder, in which the server has a Unix socket: what goes through it crosses no network. */
export const isSocket = (host: string): boolean => isAbsolute(host) || host.startsWith('@');

function sslModeOf(word: string | undefined): SslMode {
  switch (word) {
    case undefined:
      return 'verify-full';
    case 'allow':
    case 'prefer':
      return 'require';
    case 'disable':
    case 'require':
    case 'verify-ca':
    case 'verify-full':
      return word;
    default:
      throw bad(`The sslmode cannot be ${quoted(word)}.`, 'It can be verify-full, verify-ca, require or disable.');
  }
}

/** From the user's file, else the system's. */
function wordsOf(service: string, env: Environment): ConnectionWords {
  const paths = [
    env.PGSERVICEFILE ?? join(env.HOME ?? homedir(), '.pg_service.conf'),
    ...(env.PGSYSCONFDIR ? [join(env.PGSYSCONFDIR, 'pg_service.conf')] : []),
  ];
  for (const path of paths) {
    const text = textAt(path);
    const words = typeof text === 'string' ? serviceIn(text, service) : undefined;
    if (words) return words;
  }
  const where = paths.map(quoted).join(' and ');
  throw bad(`There is no service ${quoted(service)} in ${where}.`, 'Name one that is there, or set PGSERVICEFILE.');
}

function fileAt(path: string): string {
  const text = textAt(path);
  if (typeof text === 'string') return text;
  throw new ScanError(
    'unreadable-input',
    `${quoted(path)} cannot be read (${text.code}).`,
    'Check the path, and who may read it.',
  );
}

function textAt(path: string): string | { readonly code: string } {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    return { code: (error as NodeJS.ErrnoException).code ?? 'unknown' };
  }
}
