import type { DatabaseFact, Fact, Gap, Json } from '../../types';
import { gapOf, isServers } from './gap';
import type { Ask } from './session';

type Facts = Readonly<Record<DatabaseFact, Fact>>;

const known = (value: Json | undefined): Fact => ({ known: true, value });
const unknown = (gap: Gap): Fact => ({ known: false, gap });

/** https://www.postgresql.org/docs/current/runtime-config-connection.html */
const settings = [
  'ssl',
  'ssl_min_protocol_version',
  'ssl_max_protocol_version',
  'ssl_ciphers',
  'password_encryption',
] as const satisfies readonly DatabaseFact[];

const names = [...settings, 'pg_hba_file_rules', 'hbaLoaded', 'pg_stat_ssl', 'tlsSeen', 'allSessions'] as const;

/** Everything of a database is unknown, for one reason. */
export const unknownDatabase = (gap: Gap): Facts =>
  Object.fromEntries(names.map((name) => [name, unknown(gap)])) as Record<DatabaseFact, Fact>;

/**
 * What a role may read of the server, in the transaction that `ask` asks in. What it may not read is a gap with the grant to ask for.
 *
 * @param user the role, for that.
 */
export async function databaseFacts(ask: Ask, user: string, where: string): Promise<Facts> {
  const role = quotedName(user);
  const rules = await attempt(ask, where, () => hbaRules(ask), grantOf(role, 'pg_hba_file_rules'));
  const loaded = await attempt(ask, where, () => loadedAfter(ask), grantOf(role, 'hbaLoaded'));
  const sessions = await attempt(ask, where, () => sessionsOf(ask), grantOf(role, 'pg_stat_ssl'));
  return {
    ...(await settingFacts(ask, where, role)),
    pg_hba_file_rules: 'value' in rules && 'value' in loaded && !loaded.value ? unknown(stale) : asFact(rules),
    hbaLoaded: asFact(loaded),
    pg_stat_ssl: 'value' in sessions ? known(sessions.value.seen) : unknown(sessions.gap),
    tlsSeen: 'value' in sessions ? known(sessions.value.tlsSeen) : unknown(sessions.gap),
    allSessions:
      'gap' in sessions
        ? unknown(sessions.gap)
        : sessions.value.hidden === 0
          ? known('visible')
          : unknown(hiddenSessions(sessions.value.hidden, role)),
  };
}

type Attempt<T> = { readonly value: T } | { readonly gap: Gap };

const asFact = (attempt: Attempt<Json>): Fact => ('value' in attempt ? known(attempt.value) : unknown(attempt.gap));

/** A refusal would end the transaction: it goes back to where it was. */
async function attempt<T>(ask: Ask, where: string, work: () => Promise<T>, grant?: string): Promise<Attempt<T>> {
  await ask('SAVEPOINT question');
  try {
    return { value: await work() };
  } catch (error) {
    if (error instanceof Unreadable) return { gap: error.gap };
    // The session is over, and with it the transaction.
    if (!isServers(error)) throw error;
    const gap = gapOf(error, where);
    await ask('ROLLBACK TO SAVEPOINT question');
    return { gap: gap.kind === 'forbidden' && grant !== undefined ? { ...gap, remedy: grant } : gap };
  }
}

async function settingFacts(ask: Ask, where: string, role: string): Promise<Record<(typeof settings)[number], Fact>> {
  const facts: [string, Fact][] = [];
  for (const name of settings) {
    // pg_settings leaves out what a role may not see; asked by name it is refused, and null is what this version does not have.
    const question = () => ask('SELECT current_setting($1, true) AS setting', [name]);
    const came = await attempt(ask, where, question, grantOf(role, 'ssl'));
    facts.push([
      name,
      'gap' in came ? unknown(came.gap) : known((came.value[0]?.setting ?? undefined) as Json | undefined),
    ]);
  }
  return Object.fromEntries(facts) as Record<(typeof settings)[number], Fact>;
}

/** https://www.postgresql.org/docs/current/view-pg-hba-file-rules.html: the file as it stands, in its order. */
async function hbaRules(ask: Ask): Promise<Json> {
  const rows = await ask('SELECT to_jsonb(rule) AS rule FROM pg_hba_file_rules rule');
  const rules = rows.map(({ rule }) => rule as Readonly<Record<string, Json>>);
  const broken = rules.find(({ error }) => error !== null && error !== undefined);
  if (broken) throw new Unreadable(brokenLine(broken));
  return rules.map(({ line_number, file_name = null, type, database, user_name, address, netmask, auth_method }) => ({
    line_number: line_number ?? null,
    file_name,
    type: type ?? null,
    database: database ?? null,
    user_name: user_name ?? null,
    address: address ?? null,
    netmask: netmask ?? null,
    auth_method: auth_method ?? null,
  }));
}

/** The server goes by an older file, which nobody can read any more. */
const brokenLine = ({ line_number = '?', error = '' }: Readonly<Record<string, Json>>): Gap => ({
  kind: 'unreadable',
  detail: `Line ${line_number} of pg_hba.conf is wrong (${error}), so the server goes by what it had loaded before.`,
  remedy: 'Mend the line, reload it (SELECT pg_reload_conf();), and audit again.',
});

/** An answer that came, and that says nothing. */
class Unreadable extends Error {
  constructor(readonly gap: Gap) {
    super(gap.detail);
  }
}

/** Whether the server has for sure loaded its files since they were last changed, or put there: PostgreSQL tells when by the second. */
async function loadedAfter(ask: Ask): Promise<boolean> {
  const [row] = await ask(
    `SELECT bool_and(greatest(file.modification, file.change) + interval '1 s' <= pg_conf_load_time()) AS loaded
     FROM (SELECT DISTINCT coalesce(to_jsonb(rule) ->> 'file_name', current_setting('hba_file')) AS path FROM pg_hba_file_rules rule) named,
          pg_stat_file(named.path) file`,
  );
  return row?.loaded === true;
}

/** https://www.postgresql.org/docs/current/monitoring-stats.html: clients and standbys, but for the session that asks. */
async function sessionsOf(ask: Ask): Promise<Sessions> {
  const rows = await ask(
    `SELECT a.usename, a.application_name, host(a.client_addr) AS client_addr, coalesce(s.ssl, false) AS ssl, s.version, s.cipher,
            coalesce(g.encrypted, false) AS gss_encrypted, count(*)::int AS count
     FROM pg_stat_activity a LEFT JOIN pg_stat_ssl s USING (pid) LEFT JOIN pg_stat_gssapi g USING (pid)
     WHERE a.backend_type IN ('client backend', 'walsender') AND a.pid <> pg_backend_pid()
     GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 8 DESC, 1, 2, 3, 4, 5, 6, 7`,
  );
  const [others] = await ask(
    'SELECT count(*)::int AS hidden FROM pg_stat_activity WHERE backend_type IS NULL AND usename IS NOT NULL',
  );
  const [any] = await ask('SELECT coalesce(bool_or(ssl), false) AS tls FROM pg_stat_ssl');
  return { seen: rows as Json, tlsSeen: any?.tls === true, hidden: Number(others?.hidden) };
}

interface Sessions {
  readonly seen: Json;
  /** One at least has TLS, that of the audit included. */
  readonly tlsSeen: boolean;
  readonly hidden: number;
}

const stale: Gap = {
  kind: 'unreadable',
  detail:
    'pg_hba.conf may have been changed since the server last loaded it: nobody can read which lines are in force.',
  remedy: 'Reload it (SELECT pg_reload_conf();), and audit again.',
};

const hiddenSessions = (count: number, role: string): Gap => ({
  kind: 'forbidden',
  detail: `Sessions of others are hidden from this role: ${count}.`,
  remedy: grantOf(role, 'pg_stat_ssl'),
});

/** What a superuser can say, so that the next audit sees it. */
function grantOf(role: string, name: 'ssl' | 'pg_hba_file_rules' | 'hbaLoaded' | 'pg_stat_ssl'): string {
  const rules = `GRANT SELECT ON pg_hba_file_rules TO ${role}; GRANT EXECUTE ON FUNCTION pg_hba_file_rules() TO ${role};`;
  const grants = {
    ssl: `GRANT pg_read_all_settings TO ${role};`,
    pg_stat_ssl: `GRANT pg_read_all_stats TO ${role};`,
    pg_hba_file_rules: `${rules} On Azure nobody can read it: pgposture probe asks the port instead.`,
    hbaLoaded: `GRANT pg_read_all_settings, pg_read_server_files TO ${role}; GRANT EXECUTE ON FUNCTION pg_stat_file(text) TO ${role};`,
  };
  return `Ask for: ${grants[name]}`;
}

const quotedName = (name: string): string =>
  /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
