/**
 * A row of the view pg_hba_file_rules: a line of pg_hba.conf, as PostgreSQL read it. The view drops quotes, so a database
 * that is called "all" is taken for the keyword.
 *
 * https://www.postgresql.org/docs/current/view-pg-hba-file-rules.html
 */
export interface HbaRule {
  readonly line_number: number;
  /** Null before PostgreSQL 16: there was but one file. */
  readonly file_name: string | null;
  readonly type: string;
  readonly database: readonly string[];
  readonly user_name: readonly string[];
  /** An IP address, `all`, `samehost`, `samenet`, a host name or `.suffix`; null for `local`. */
  readonly address: string | null;
  /** Of an IP address. */
  readonly netmask: string | null;
  readonly auth_method: string;
}

/** A line that lets somebody in, and the first of its databases and users that get through, as the line names them. */
export interface OpenLine {
  readonly rule: HbaRule;
  readonly database: string;
  readonly user: string;
}

export interface HbaVerdict {
  /** Lines that let somebody in without encryption: proven. In file order. */
  readonly open: readonly OpenLine[];
  /** Lines of which that cannot be said. */
  readonly undecided: readonly HbaRule[];
}

/**
 * Which lines let whom in over the network without encryption. The first line that fits a connection decides, if it
 * rejects, too; loopback is no network.
 *
 * Three things are taken for granted. Whom a line names is there: users, databases (one of each user's name, for
 * `sameuser`), hosts. Beside those that lines name, there are others, who belong to no role. And `samehost` is loopback:
 * the server's own addresses are reached by nobody else.
 *
 * https://www.postgresql.org/docs/current/auth-pg-hba-conf.html
 *
 * @param rules in file order, without those that have an error
 */
export function linesWithoutEncryption(rules: readonly HbaRule[]): HbaVerdict {
  const lines = rules.filter(({ type }) => !neverPlain.has(type)).map((rule) => ({ rule, from: origin(rule) }));
  const isAnyLeft = search(lines.map(({ from }) => from));
  const ofDatabase = coverage(
    databases,
    databaseKind,
    lines.map(({ rule }) => rule.database),
  );
  const ofUser = coverage(
    users,
    userKind,
    lines.map(({ rule }) => rule.user_name.flatMap(withRoleItself)),
  );

  const open: OpenLine[] = [];
  const undecided: HbaRule[] = [];
  for (const [at, { rule }] of lines.entries()) {
    if (rule.auth_method === 'reject') continue;
    let inDoubt = false;
    const found = pairs(rule).find(({ database, user }) => {
      const byDatabase = ofDatabase(database);
      const byUser = ofUser(user);
      const left = isAnyLeft(at, (line) => Math.min(byDatabase[line] ?? never, byUser[line] ?? never));
      inDoubt ||= left === 'perhaps';
      return left === 'yes';
    });
    if (found) open.push(found);
    else if (inDoubt) undecided.push(rule);
  }
  return { open, undecided };
}

/** All other types fit a connection without encryption, or are not known here. */
const neverPlain = new Set(['local', 'hostssl', 'hostgssenc']);
const plain = new Set(['host', 'hostnossl', 'hostnogssenc']);

function pairs(rule: HbaRule): OpenLine[] {
  const names = [...new Set(rule.user_name)];
  return [...new Set(rule.database)].flatMap((database) => names.map((user) => ({ rule, database, user })));
}

/** Whether a line covers a token of a later one: whoever fits the later token fits the line. */
type Cover = typeof never | typeof maybe | typeof sure;
const never = 0;
const maybe = 1;
const sure = 2;

/**
 * How a token (the row) covers a later one of other text (the column). `never` means that somebody is left whatever else
 * comes before: somebody whom no line names, for `all`. A regular expression may fit everybody, or nobody of those. What
 * `all` leaves out is physical replication, which nothing fits but its own keyword.
 */
const databases: Table<'all' | 'name' | 'sameuser' | 'samerole' | 'regex' | 'replication'> = {
  all: { all: sure, name: sure, sameuser: sure, samerole: sure, regex: sure, replication: never },
  name: { all: never, name: never, sameuser: maybe, samerole: maybe, regex: maybe, replication: never },
  sameuser: { all: never, name: maybe, sameuser: sure, samerole: maybe, regex: maybe, replication: never },
  // A role is a member of itself, so samerole holds for all that sameuser does. samegroup is its old name.
  samerole: { all: never, name: maybe, sameuser: sure, samerole: sure, regex: maybe, replication: never },
  regex: { all: maybe, name: maybe, sameuser: maybe, samerole: maybe, regex: maybe, replication: never },
  replication: { all: never, name: never, sameuser: never, samerole: never, regex: never, replication: sure },
};

const users: Table<'all' | 'name' | 'role' | 'regex'> = {
  all: { all: sure, name: sure, role: sure, regex: sure },
  name: { all: never, name: never, role: maybe, regex: maybe },
  role: { all: never, name: maybe, role: maybe, regex: maybe },
  regex: { all: maybe, name: maybe, role: maybe, regex: maybe },
};

type Table<Kind extends string> = Readonly<Record<Kind, Readonly<Record<Kind, Cover>>>>;

function databaseKind(token: string): keyof typeof databases {
  if (token === 'samegroup') return 'samerole';
  if (token === 'all' || token === 'sameuser' || token === 'samerole' || token === 'replication') return token;
  return token.startsWith('/') ? 'regex' : 'name';
}

function userKind(token: string): keyof typeof users {
  if (token === 'all') return 'all';
  if (token.startsWith('+')) return 'role';
  return token.startsWith('/') ? 'regex' : 'name';
}

/**
 * `+role` fits the user of that name for sure: is_member_of_role_nosuper in
 * https://github.com/postgres/postgres/blob/master/src/backend/utils/adt/acl.c.
 */
function withRoleItself(token: string): string[] {
  return userKind(token) === 'role' ? [token, token.slice(1)] : [token];
}

/** How each line covers a token. Lines that have the token itself are looked up, all others go by its kind. */
function coverage<Kind extends string>(
  table: Table<Kind>,
  kindOf: (token: string) => Kind,
  lists: readonly (readonly string[])[],
): (token: string) => Uint8Array {
  const kinds = lists.map((tokens) => [...new Set(tokens.map(kindOf))]);
  const byKind = once((kind: Kind) =>
    Uint8Array.from(kinds, (some) => some.reduce<number>((best, each) => Math.max(best, table[each][kind]), never)),
  );
  const linesOf = new Map<string, number[]>();
  for (const [line, tokens] of lists.entries()) {
    for (const token of tokens) {
      const lines = linesOf.get(token);
      if (lines) lines.push(line);
      else linesOf.set(token, [line]);
    }
  }
  return once((token) => {
    const covers = byKind(kindOf(token)).slice();
    for (const line of linesOf.get(token) ?? []) covers[line] = sure;
    return covers;
  });
}

function once<Key, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    const seen = known.get(key);
    if (seen !== undefined) return seen;
    const made = make(key);
    known.set(key, made);
    return made;
  };
}

/** Addresses from the first to the last. IPv6 follows IPv4 on one axis, so that `all` is one range. */
interface Range {
  readonly first: bigint;
  readonly last: bigint;
}

/** The addresses of a line. What a word stands for, the server knows. */
type Origin =
  | { readonly kind: 'range'; readonly range: Range }
  | { readonly kind: 'word'; readonly word: string }
  | { readonly kind: 'loopback' }
  | { readonly kind: 'unreadable' };

const ipv6Begins = 1n << 32n;
const everywhere: Range = { first: 0n, last: ipv6Begins + (1n << 128n) - 1n };
const loopback: readonly Range[] = [
  { first: 0x7f000000n, last: 0x7fffffffn },
  { first: ipv6Begins + 1n, last: ipv6Begins + 1n },
];

/** `localhost` is loopback by name: https://www.rfc-editor.org/rfc/rfc6761#section-6.3. */
const loopbackWords = new Set(['samehost', 'localhost']);
const hostName = /^[a-z0-9._-]+$/;

function origin({ type, address, netmask }: HbaRule): Origin {
  if (!plain.has(type) || address === null) return { kind: 'unreadable' };
  if (netmask !== null) {
    const range = rangeOf(address, netmask);
    if (!range) return { kind: 'unreadable' };
    return loopback.some(({ first, last }) => first <= range.first && range.last <= last)
      ? { kind: 'loopback' }
      : { kind: 'range', range };
  }
  const word = address.toLowerCase();
  if (word === 'all') return { kind: 'range', range: everywhere };
  if (loopbackWords.has(word)) return { kind: 'loopback' };
  return hostName.test(word) && !parseIp(word) ? { kind: 'word', word } : { kind: 'unreadable' };
}

/**
 * Whether addresses of a line are left by the lines before it. It walks along the ranges of all lines, in order: the first
 * gap ends the walk. Only the order of their ends matters, so numbers stand for them: thousands of lines take no time.
 */
function search(origins: readonly Origin[]) {
  const byLine = origins.flatMap((from, line) => (from.kind === 'range' ? [{ ...from.range, line }] : []));
  const known = [...loopback.map((range) => ({ ...range, line: -1 })), ...byLine];
  const ends = [everywhere, ...known].flatMap(({ first, last }) => [first, last + 1n]);
  const ranks = new Map([...new Set(ends)].sort((a, b) => (a < b ? -1 : 1)).map((end, rank) => [end, rank]));
  const rank = (end: bigint): number => ranks.get(end) ?? 0;
  const ranges = known
    .map(({ first, last, line }) => ({ first: rank(first), end: rank(last + 1n), line }))
    .sort((a, b) => a.first - b.first);
  /** Lines whose addresses nobody knows here: they cover no range for sure. */
  const opaque = [...origins.entries()].filter(([, { kind }]) => kind === 'word' || kind === 'unreadable');

  const hasGap = ({ first, last }: Range, isCovered: (line: number) => boolean): boolean => {
    const end = rank(last + 1n);
    let next = rank(first);
    for (const range of ranges) {
      if (range.first > next) return true;
      if (range.end > next && (range.line < 0 || isCovered(range.line))) next = range.end;
      if (next >= end) return false;
    }
    return true;
  };

  return (at: number, coverOf: (line: number) => number): 'yes' | 'perhaps' | 'no' => {
    const from = origins[at];
    if (!from || from.kind === 'loopback') return 'no';
    // A host may have any address, so all have to be covered; and each line before may be the one that covers it.
    const range = from.kind === 'range' ? from.range : everywhere;
    if (!hasGap(range, (line) => line < at && coverOf(line) === sure)) return 'no';
    if (from.kind === 'unreadable') return 'perhaps';
    const mayCover = (line: number) => line < at && coverOf(line) !== never;
    const before = opaque.filter(([line]) => mayCover(line));
    if (from.kind === 'range') return before.length === 0 && hasGap(range, mayCover) ? 'yes' : 'perhaps';
    const { word } = from;
    if (before.some(([line, each]) => coverOf(line) === sure && each.kind === 'word' && each.word === word))
      return 'no';
    return before.length === 0 && !byLine.some(({ line }) => mayCover(line)) ? 'yes' : 'perhaps';
  };
}

interface Ip {
  readonly bits: bigint;
  readonly width: 32n | 128n;
}

function rangeOf(address: string, netmask: string): Range | undefined {
  const ip = parseIp(address);
  const prefix = ip && prefixLength(netmask, ip.width);
  if (!ip || prefix === undefined) return undefined;
  const size = 1n << (ip.width - prefix);
  const first = (ip.bits / size) * size + (ip.width === 32n ? 0n : ipv6Begins);
  return { first, last: first + size - 1n };
}

/** Undefined for a mask with holes, too: PostgreSQL takes it, but no range says what it means. */
function prefixLength(netmask: string, width: Ip['width']): bigint | undefined {
  const mask = parseIp(netmask);
  if (mask?.width !== width) return undefined;
  const hosts = (1n << width) - 1n - mask.bits;
  if ((hosts & (hosts + 1n)) !== 0n) return undefined;
  return width - BigInt(hosts === 0n ? 0 : hosts.toString(2).length);
}

function parseIp(text: string): Ip | undefined {
  const bits = parseIpv4(text);
  if (bits !== undefined) return { bits, width: 32n };
  // The last 32 bits may be written as an IPv4 address: https://www.rfc-editor.org/rfc/rfc4291#section-2.2.
  const [, head = '', tail = ''] = /^(.*:)([\d.]+\.[\d.]+)$/.exec(text) ?? [];
  const last = parseIpv4(tail);
  const groups = last === undefined ? text : `${head}${(last >> 16n).toString(16)}:${(last & 0xffffn).toString(16)}`;
  const long = parseIpv6(groups);
  return long === undefined ? undefined : { bits: long, width: 128n };
}

const octet = /^(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)$/;

function parseIpv4(text: string): bigint | undefined {
  const octets = text.split('.');
  if (octets.length !== 4 || !octets.every((each) => octet.test(each))) return undefined;
  return octets.reduce((bits, each) => (bits << 8n) + BigInt(each), 0n);
}

const group = /^[\da-f]{1,4}$/i;

function parseIpv6(text: string): bigint | undefined {
  const [before = [], after, ...others] = text.split('::').map((part) => (part === '' ? [] : part.split(':')));
  const zeros = 8 - before.length - (after?.length ?? 0);
  if (others.length > 0 || (after ? zeros < 1 : zeros !== 0)) return undefined;
  const groups = [...before, ...Array<string>(zeros).fill('0'), ...(after ?? [])];
  if (!groups.every((each) => group.test(each))) return undefined;
  return groups.reduce((bits, each) => (bits << 16n) + BigInt(`0x${each}`), 0n);
}

/**
 * The line as it stands in the file, with its number: `line 4: host all all 0.0.0.0/0 scram-sha-256`.
 *
 * @param first a rule of the main file: a line of another file has its name in front
 */
export function lineInWords(rule: HbaRule, first: HbaRule = rule): string {
  const { line_number, file_name, type, database, user_name, address, netmask, auth_method } = rule;
  const lists = [database, user_name].map((tokens) => tokens.map(quoted).join(','));
  const line = [type, ...lists, addressInWords(address, netmask), auth_method].filter((word) => word !== '').join(' ');
  const file = file_name !== null && file_name !== first.file_name ? `${file_name} ` : '';
  return `${file}line ${line_number}: ${line}`;
}

function addressInWords(address: string | null, netmask: string | null): string {
  const ip = parseIp(address ?? '');
  const prefix = ip && prefixLength(netmask ?? '', ip.width);
  if (prefix !== undefined) return `${address}/${prefix}`;
  return [address, netmask].filter((each) => each !== null).join(' ');
}

/** A name with what would end it is quoted in the file. Of other quotes the view says nothing. */
function quoted(token: string): string {
  return token === '' || /[\s,"#]/.test(token) ? `"${token.replaceAll('"', '""')}"` : token;
}

/** Reads the JSON of the rows; undefined if it is not such rows. What may be null may be left out. */
export function hbaRules(value: unknown): readonly HbaRule[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const rules = value.map(hbaRule);
  return rules.every((rule) => rule !== undefined) ? rules : undefined;
}

function hbaRule(row: unknown): HbaRule | undefined {
  if (typeof row !== 'object' || row === null) return undefined;
  const { line_number, file_name, type, database, user_name, address, netmask, auth_method } = {
    file_name: null,
    address: null,
    netmask: null,
    ...row,
  } as { readonly [Name in keyof HbaRule]?: unknown };
  if (typeof line_number !== 'number' || !Number.isSafeInteger(line_number)) return undefined;
  if (typeof type !== 'string' || typeof auth_method !== 'string') return undefined;
  if (!isTexts(database) || !isTexts(user_name)) return undefined;
  if (!isTextOrNull(file_name) || !isTextOrNull(address) || !isTextOrNull(netmask)) return undefined;
  return { line_number, file_name, type, database, user_name, address, netmask, auth_method };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === 'string';
}
