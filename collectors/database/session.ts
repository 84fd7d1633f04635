import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ConnectionOptions, checkServerIdentity } from 'node:tls';
import type * as Pg from 'pg';
import type { Clock } from '../../types';
import { Frames } from './frames';
import { AuditError, cutGap, noPassword, silence } from './gap';
import { isSocket, type Target, targetName } from './target';

// A scan of Azure needs neither.
const loadPg = () => require('pg') as typeof Pg;
/** It has no types of its own: by host, port, database and user the password of a line of .pgpass. */
type Pgpass = (
  target: { readonly host: string; readonly port: number; readonly database: string; readonly user: string },
  found: (password: string | undefined) => void,
) => void;
const loadPgpass = () => require('pgpass') as Pgpass;

/** Milliseconds for all of it: to sign in and to ask. */
const patience = 30_000;

export interface SessionOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** What to sign in with, instead of a password. */
  readonly token?: (() => Promise<string>) | undefined;
}

/** Asks, and gives the rows. */
export type Ask = (sql: string, values?: readonly unknown[]) => Promise<readonly Readonly<Record<string, unknown>>[]>;

/**
 * Signs in, does the work in one transaction that can only read, and hangs up. Rejects with an AuditError, or with what node-postgres
 * throws: what does not end in time is ended.
 */
export async function withSession<T>(
  target: Target,
  options: SessionOptions,
  work: (ask: Ask) => Promise<T>,
): Promise<T> {
  if (options.signal.aborted) throw new AuditError(cutGap(options.signal.reason));
  const { Client } = loadPg();
  const where = targetName(target);
  const client = new Client({
    host: target.hostaddr ?? target.host,
    port: target.port,
    user: target.user,
    database: target.database,
    password: () => passwordFor(target, options.token),
    ssl: tlsOf(target),
    application_name: 'pgposture',
  });
  const { connection } = client as unknown as { readonly connection: Connection };
  const attach = connection.attachListeners.bind(connection);
  connection.attachListeners = (stream) => attach(framed(stream as Duplex));
  // An end that comes while nobody asks, as that of a server which is stopped.
  client.on('error', () => undefined);
  let stop = () => {};
  const cut = new Promise<never>((_, reject) => {
    const abort = () => reject(new AuditError(cutGap(options.signal.reason)));
    options.signal.addEventListener('abort', abort, { once: true });
    const stopTimer = options.clock.after(patience, () => reject(new AuditError(silence(where, patience / 1000))));
    stop = () => {
      stopTimer();
      options.signal.removeEventListener('abort', abort);
    };
  });
  cut.catch(() => undefined);
  const asked = async () => {
    await client.connect();
    await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    // Nobody's own functions and views in place of PostgreSQL's.
    await client.query(
      "SET LOCAL search_path = pg_catalog; SET LOCAL statement_timeout = '10s'; SET LOCAL lock_timeout = '5s'",
    );
    const done = await work(async (sql, values = []) => (await client.query(sql, [...values])).rows);
    await client.query('ROLLBACK');
    await client.end();
    return done;
  };
  const session = asked();
  session.catch(() => undefined);
  try {
    return await Promise.race([session, cut]);
  } finally {
    stop();
    // Its own end waits for an answer.
    connection.stream.destroy();
  }
}

/** Of node-postgres, which has no types for it. */
interface Connection {
  /** With TLS another one than without. */
  readonly stream: Duplex;
  /** It listens to what comes through the stream, and no more. */
  attachListeners(stream: Listened): void;
}

type Listened = Pick<Duplex, 'on'>;

/** What node-postgres cannot read would end the process, or never end. */
const framed = (stream: Duplex): Listened =>
  ({
    on(event: string, listener: (bytes: Buffer) => void) {
      const frames = new Frames();
      const heard = (bytes: Buffer) => {
        try {
          listener(frames.push(bytes));
        } catch (error) {
          stream.destroy(error as Error);
        }
      };
      return stream.on(event, event === 'data' ? heard : listener);
    },
  }) as Listened;

/** Asked for by node-postgres once the server wants one: by then it is known whether the connection is encrypted. */
async function passwordFor(target: Target, token: SessionOptions['token']): Promise<string> {
  const { host, port, database, user, sslmode } = target;
  const isPlaintext = sslmode === 'disable' || isSocket(host);
  if (isPlaintext && (token || !isSocket(host))) throw new AuditError(noPassword(targetName(target), true));
  if (token) return token();
  const found =
    target.password ??
    (await ofPasswordFile({ host, port, database, user })) ??
    // So a line says it of the standard folder.
    (isSocket(host) ? await ofPasswordFile({ host: 'localhost', port, database, user }) : undefined);
  if (found === undefined) throw new AuditError(noPassword(targetName(target), false));
  return found;
}

const ofPasswordFile = (target: Parameters<Pgpass>[0]) =>
  new Promise<string | undefined>((resolve) => loadPgpass()(target, resolve));

/** node-postgres never goes on without TLS once it was told to use it. */
function tlsOf({ host, sslmode, ca, cert, key }: Target): ConnectionOptions | false {
  if (sslmode === 'disable' || isSocket(host)) return false;
  return {
    ...(ca !== undefined && { ca: [...ca] }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    rejectUnauthorized: sslmode !== 'require',
    // An address is no name.
    ...(isIP(host) === 0 && { servername: host }),
    // Of an IP address Node would compare the name "localhost".
    checkServerIdentity: (_, certificate) =>
      sslmode === 'verify-full' ? checkServerIdentity(host, certificate) : undefined,
  };
}
