import type { Json } from '../types';
import type { Reader } from './need';
import { shown } from './template';
import { parseTlsVersion, type TlsVersion } from './tls';

/** Sessions that differ in nothing but their number: rows of pg_stat_ssl, joined with pg_stat_activity and pg_stat_gssapi. */
interface SessionRow {
  readonly usename: string | null;
  readonly application_name: string | null;
  /** Null over a Unix socket. */
  readonly client_addr: string | null;
  readonly ssl: boolean;
  readonly version: string | null;
  readonly cipher: string | null;
  /** By Kerberos, which is no TLS, and no plaintext. */
  readonly gss_encrypted: boolean;
  readonly count: number;
}

/** The sessions of clients that came over the network. */
export interface ClientSessions {
  readonly all: number;
  /** Neither by TLS nor by Kerberos. */
  readonly plaintext: number;
  /** The oldest version of TLS among them. */
  readonly oldest: TlsVersion | undefined;
}

/** What pg_stat_ssl says of clients. What it is known by is how many are not encrypted, and who they are; those first that are worst off. */
export const clientSessions: Reader<ClientSessions> = {
  expects: 'rows of sessions',
  optional: false,
  spelled: (fact) => inWords(fact),
  read(fact) {
    const rows = rowsOf(fact)?.filter(isRemote);
    if (!rows) return undefined;
    const versions = rows.flatMap(({ ssl, version }) => (ssl ? (parseTlsVersion(version) ?? unknownVersion) : []));
    return {
      all: total(rows),
      plaintext: total(rows.filter(isPlaintext)),
      oldest: versions.toSorted((a, b) => a.major - b.major || a.minor - b.minor)[0],
    };
  },
};

/** Below each that is known: what nobody can read is no proof. */
const unknownVersion: TlsVersion = { major: 0, minor: 0 };

const isPlaintext = ({ ssl, gss_encrypted }: SessionRow) => !ssl && !gss_encrypted;

/** Loopback and a Unix socket are no network. */
const isRemote = ({ client_addr: address }: SessionRow) =>
  address !== null && !/^(127\.|::1$|::ffff:127\.)/.test(address);

const total = (rows: readonly SessionRow[]) => rows.reduce((sum, { count }) => sum + count, 0);

function inWords(fact: Json): Json {
  const rows = rowsOf(fact);
  if (!rows) return fact;
  const remote = rows.filter(isRemote);
  const local = total(rows) - total(remote);
  const plaintext = remote.filter(isPlaintext);
  const others = remote.filter((row) => !isPlaintext(row)).toSorted(byVersion);
  return [
    `${total(plaintext)} of ${total(remote)} are not encrypted`,
    ...[...plaintext, ...others].map(rowInWords),
    ...(local > 0 ? [`${local} local`] : []),
  ];
}

function byVersion({ version: a }: SessionRow, { version: b }: SessionRow): number {
  const [before = '', after = ''] = [a ?? '', b ?? ''];
  return before === after ? 0 : before < after ? -1 : 1;
}

function rowInWords({
  usename,
  application_name,
  client_addr,
  ssl,
  version,
  cipher,
  gss_encrypted,
  count,
}: SessionRow) {
  const who = [shown(usename), `from ${client_addr}`, ...(application_name ? [`(${shown(application_name)})`] : [])];
  const how = ssl ? `${version}, ${cipher}` : gss_encrypted ? 'Kerberos' : 'no encryption';
  return `${count} of ${who.join(' ')}: ${how}`;
}

function rowsOf(fact: Json): readonly SessionRow[] | undefined {
  return Array.isArray(fact) && fact.every(isRow) ? (fact as unknown as readonly SessionRow[]) : undefined;
}

function isRow(value: unknown): value is SessionRow {
  if (typeof value !== 'object' || value === null) return false;
  const row = value as { readonly [F in keyof SessionRow]?: unknown };
  const texts = [row.usename, row.application_name, row.client_addr, row.version, row.cipher];
  return (
    texts.every((text) => text === null || typeof text === 'string') &&
    typeof row.ssl === 'boolean' &&
    typeof row.gss_encrypted === 'boolean' &&
    Number.isInteger(row.count) &&
    Number(row.count) > 0
  );
}
