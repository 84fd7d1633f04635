import { ScanError } from '../../helpers/scanError';

/** What a connection string says, by the names of libpq: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS. */
export type ConnectionWords = Readonly<Record<string, string>>;

/**
 * The words of a connection string: `host=… user=…`, `postgresql://user@host/db?…`, or the name of a database. Throws a
 * ScanError, `bad-option`, that does not repeat it: there may be a password in it.
 */
export function connectionWords(dsn: string): ConnectionWords {
  if (/^postgres(ql)?:\/\//.test(dsn)) return wordsOfUri(dsn);
  if (dsn.includes('=')) return wordsOfPairs(dsn);
  // As the name of a database, a server would repeat it.
  if (dsn.includes('://')) throw bad('is a URI of something else', example);
  return dsn === '' ? {} : { dbname: dsn };
}

const bad = (what: string, remedy: string) => new ScanError('bad-option', `The connection string ${what}.`, remedy);

const example =
  "Write it as 'host=db.example.com user=auditor dbname=postgres', or postgresql://auditor@db.example.com/postgres.";

const uri = /^postgres(?:ql)?:\/\/(?:([^:@/]*)(?::([^@/]*))?@)?([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/s;
const address = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(.*))?$/s;

/**
 * As libpq reads it: pg-connection-string reads files, and gives sslmode a meaning of its own; for Node's URL a password ends at a #
 * or ?, and a + is a space.
 */
function wordsOfUri(dsn: string): ConnectionWords {
  const [, user, password, place = '', dbname, query] = uri.exec(dsn) ?? [];
  if (`${place}${dbname}`.includes('@')) {
    throw bad('has an @ behind its host', 'Write what is no letter, digit or -._~ in a user or a password as %XX.');
  }
  // More hosts than one, which nobody takes apart.
  const [, bracketed, host = bracketed, port] = place.includes(',') ? ['', '', place] : (address.exec(place) ?? []);
  if (host === undefined) throw bad('has no host that can be read', example);
  const parts = Object.entries({ user, password, host, port, dbname });
  const words = parts.flatMap(([name, part]) => (part ? [[name, decoded(part)] as const] : []));
  return Object.fromEntries([...words, ...(query ? query.split('&').map(parameter) : [])]);
}

function parameter(text: string): readonly [name: string, value: string] {
  const [name, value, ...more] = text.split('=');
  if (!name || value === undefined || more.length > 0) throw bad('has a parameter that is no name=value', example);
  return [decoded(name), decoded(value)];
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw bad('has a % that begins no %XX', 'Write a % itself as %25.');
  }
}

/**
 * `name = value`, with spaces around; a value with spaces stands in single quotes, and a backslash takes the next character as it is.
 * Spaces are those of ASCII.
 */
const pair = /([a-z_]+)[ \t-\r]*=[ \t-\r]*(?:'((?:[^'\\]|\\.)*)'|(?!')((?:[^ \t-\r\\]|\\.)*))(?:[ \t-\r]+|$)/sy;

function wordsOfPairs(dsn: string): ConnectionWords {
  const words = new Map<string, string>();
  for (let at = dsn.search(/[^ \t-\r]/); at < dsn.length; at = pair.lastIndex) {
    pair.lastIndex = at;
    const [, name, quoted, value = quoted] = pair.exec(dsn) ?? [];
    if (name === undefined || value === undefined) throw bad(`cannot be read from character ${at + 1} on`, example);
    words.set(name, value.replaceAll(/\\(.)/gs, '$1'));
  }
  return Object.fromEntries(words);
}

/**
 * The words of one service of a file: https://www.postgresql.org/docs/current/libpq-pgservice.html. Undefined if it is not there.
 * A value is all that stands behind the first =: a reader of INI files would take quotes and a ; for more than that.
 */
export function serviceIn(text: string, service: string): ConnectionWords | undefined {
  let inside = false;
  let found = false;
  const words = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const [, heading] = /^\s*\[(.*)\]\s*$/.exec(line) ?? [];
    if (heading !== undefined) {
      // The first one of that name counts.
      inside = !found && heading === service;
      found ||= inside;
    } else if (inside && !/^\s*(#|$)/.test(line)) {
      const [, name = '', value = ''] = /^\s*([^=\s]+)\s*=(.*)$/.exec(line) ?? [];
      if (name !== '') words.set(name, value.trim());
    }
  }
  return found ? Object.fromEntries(words) : undefined;
}
