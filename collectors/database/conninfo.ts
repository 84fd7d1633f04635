import { ScanError } from '../../helpers/scanError';

/** What a connection string says, by the names of libpq: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS. */
export type ConnectionWords = Readonly<Record<string, string>>;

/**
 * The words of a connection string: `host=… user=…`, `postgresql://user@host/db?…`, or the name of a database. Throws a
 * ScanError, `bad-option`, that does not repeat it: there may be a password in it.
 */
export function connectionWords(dsn: string): ConnectionWords {
  if (/^postgres(ql)?:\/\//.test(dsn)) return wordsOfUri(dsn);
  return dsn.includes('=') ? wordsOfPairs(dsn) : { dbname: dsn };
}

const bad = (what: string, remedy: string) => new ScanError('bad-option', `The connection string ${what}.`, remedy);

const example =
  "Write it as 'host=db.example.com user=auditor dbname=postgres', or postgresql://auditor@db.example.com/postgres.";

/** pg-connection-string reads files and warns while it parses, and gives sslmode a meaning of its own: so Node's URL it is. */
function wordsOfUri(dsn: string): ConnectionWords {
  const url = URL.canParse(dsn) ? new URL(dsn) : undefined;
  if (!url) throw bad('is no URI', `${example} What is no letter, digit or -._~ in a part of it is written as %XX.`);
  const parts = {
    user: url.username,
    password: url.password,
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port,
    dbname: url.pathname.slice(1),
  };
  const words = Object.entries(parts).flatMap(([name, part]) => (part === '' ? [] : [[name, decoded(part)]]));
  return Object.fromEntries([...words, ...url.searchParams]);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw bad('has a % that begins no %XX', 'Write a % itself as %25.');
  }
}

/** `name = value`, with spaces around; a value with spaces stands in single quotes, and a backslash takes the next character as it is. */
function wordsOfPairs(dsn: string): ConnectionWords {
  const words = new Map<string, string>();
  const pair = /\s*([a-z_]+)\s*=\s*('(?:[^'\\]|\\.)*'|(?:[^\s'\\]|\\.)*)(?=\s|$)/gsy;
  const text = dsn.trim();
  while (pair.lastIndex < text.length) {
    const at = pair.lastIndex;
    const [, name, value = ''] = pair.exec(text) ?? [];
    if (name === undefined) throw bad(`cannot be read from character ${at + 1} on`, example);
    words.set(name, value.replace(/^'(.*)'$/s, '$1').replaceAll(/\\(.)/gs, '$1'));
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
