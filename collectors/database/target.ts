import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { ScanError } from '../../helpers/scanError';
import { addressText } from '../endpoint/address';
import { nodesAuthorities } from '../trust';
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
  /** PEM of the authorities to trust; Node's own, if left out. */
  readonly ca: readonly string[] | undefined;
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

/** The others of libpq: named where one is given. Any other word may be a part of a password. */
const unsupported = [
  'authtype',
  'gssdelegation',
  'gsslib',
  'keepalives_count',
  'keepalives_idle',
  'keepalives_interval',
  'krbsrvname',
  'load_balance_hosts',
  'passfile',
  'replication',
  'require_auth',
  'requirepeer',
  'requiressl',
  'ssl',
  'ssl_max_protocol_version',
  'ssl_min_protocol_version',
  'sslcertmode',
  'sslcompression',
  'sslcrl',
  'sslcrldir',
  'sslnegotiation',
  'sslpassword',
  'tcp_user_timeout',
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
  const fromEnv = Object.fromEntries(
    Object.entries(variables).flatMap(([name, variable]) => (env[variable] ? [[name, env[variable]]] : [])),
  );
  checkKnown(given, 'The connection string');
  const service = given.service ?? fromEnv.service;
  const ofService = service ? wordsOf(service, env) : {};
  checkKnown(ofService, 'The service');
  const all: ConnectionWords = { ...fromEnv, ...ofService, ...given };
  // An empty word means the default, whatever the environment says.
  const words: ConnectionWords = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
  const { hostaddr, host: named = hostaddr ?? 'localhost', port = '5432', sslrootcert, sslcert, sslkey } = words;
  // An address leads over the network, past any folder of a Unix socket.
  const host = isSocket(named) ? (hostaddr ?? named) : named;
  if (host.includes(',') || port.includes(',') || hostaddr?.includes(',')) {
    throw bad(
      'The connection string names more than one host.',
      'Audit them one by one: give a connection string for each.',
    );
  }
  checkHost(host, hostaddr);
  const number = /^\d+$/.test(port) ? Number(port) : 0;
  if (!(number >= 1 && number <= 65_535)) {
    throw bad(`There is no port ${/^\d+$/.test(port) ? port : 'that is no number'}.`, 'Give one from 1 to 65535.');
  }
  const user = words.user ?? userOfSystem();
  const read = (path: string | undefined) => (path === undefined ? undefined : fileAt(path));
  const own = sslrootcert === undefined || sslrootcert === 'system';
  const roots = own ? nodesAuthorities() : [fileAt(sslrootcert)];
  const sslmode = sslModeOf(words.sslmode);
  return {
    host,
    hostaddr,
    port: number,
    user,
    database: words.dbname ?? user,
    password: words.password,
    // As libpq has it: who names an authority wants it to have signed.
    sslmode: sslmode === 'require' && sslrootcert !== undefined ? 'verify-ca' : sslmode,
    ca: ca === undefined ? (own ? undefined : roots) : [...roots, ca],
    cert: read(sslcert),
    key: read(sslkey),
  };
}

function checkKnown(words: ConnectionWords, where: string): void {
  const unknown = Object.keys(words).find((name) => !Object.hasOwn(variables, name) && !ignored.includes(name));
  if (unknown === undefined) return;
  const what = unsupported.includes(unknown) ? `${quoted(unknown)}, which` : 'a word that';
  throw bad(
    `${where} has ${what} pgposture does not know.`,
    `It can have ${Object.keys(variables).join(', ')}; a value with a space stands in single quotes.`,
  );
}

/** What is no host would be looked up all the same, and named in the report; it may be half a password. */
function checkHost(host: string, hostaddr: string | undefined): void {
  if (hostaddr !== undefined && isIP(hostaddr) === 0) {
    throw bad('The hostaddr is no IP address.', 'Name a host by host.');
  }
  if (isSocket(host) || isIP(host) !== 0 || /^[\p{L}\p{N}._-]+$/u.test(host)) return;
  throw bad('The host is neither a name, nor an IP address, nor a folder.', 'Give one such as db.example.com.');
}

/** In a container there may be none. */
function userOfSystem(): string {
  try {
    return userInfo().username;
  } catch {
    throw bad('Nobody says as whom to sign in.', 'Name the role by user, or by PGUSER.');
  }
}

const quoted = (word: string) => JSON.stringify(word);

/** What it is called in a report. */
export const targetName = ({ host, port }: Target): string =>
  isSocket(host) ? `${host}:${port}` : addressText({ host, port });

/** A folder, in which the server has a Unix socket: what goes through it crosses no network. */
export const isSocket = (host: string): boolean => host.startsWith('/');

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
      throw bad(
        `The sslmode cannot be ${/^[a-z-]+$/.test(word) ? quoted(word) : 'that'}.`,
        'It can be verify-full, verify-ca, require or disable.',
      );
  }
}

/** From the user's file, else the system's. */
function wordsOf(service: string, env: Environment): ConnectionWords {
  const paths = [
    env.PGSERVICEFILE || join(env.HOME ?? homedir(), '.pg_service.conf'),
    ...(env.PGSYSCONFDIR ? [join(env.PGSYSCONFDIR, 'pg_service.conf')] : []),
  ];
  for (const path of paths) {
    const text = textAt(path);
    const words = typeof text === 'string' ? serviceIn(text, service) : undefined;
    if (words) return words;
  }
  const where = paths.map(quoted).join(' and ');
  throw bad(
    `There is no service ${/^[\w.-]+$/.test(service) ? quoted(service) : 'of that name'} in ${where}.`,
    'Name one that is there, or set PGSERVICEFILE.',
  );
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
