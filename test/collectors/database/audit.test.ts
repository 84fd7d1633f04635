import assert from 'node:assert/strict';
import { appendFileSync, chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Client } from 'pg';
import { databaseCollector } from '../../../collectors/database/databases';
import { withSession } from '../../../collectors/database/session';
import { targetOf } from '../../../collectors/database/target';
import { systemClock } from '../../../helpers/clock';
import type { Clock, Resource } from '../../../types';
import { audit, connected, loadedForSure, networkAddress, reasonOf } from '../../support/audits';
import { issued, proxyCertificate } from '../../support/certificate';
import { runMain, spawnCli } from '../../support/cli';
import { VirtualClock } from '../../support/clock';
import { temporaryFolder } from '../../support/folder';
import { type Behaviour, errorResponse, hostile, hostileServer, onFirst } from '../../support/hostileServer';
import { noPostgres15, noPostgres18, type Postgres, startPostgres } from '../../support/postgres';
import { secret } from '../../support/secrets';

const folder = temporaryFolder();
const roots = join(folder, 'ca.pem');
const password = secret('database');
const remote = networkAddress ?? '127.0.0.1';
const certificate = issued(['localhost', '127.0.0.1', remote]);
before(async () => writeFileSync(roots, (await certificate).ca));

/** From here, with a password, inside TLS that is verified. */
const dsnOf = ({ port }: Pick<Postgres, 'port'>, user: string, more = '') =>
  `host=127.0.0.1 port=${port} user='${user.replaceAll(/['\\]/g, '\\$&')}' password=${password} dbname=postgres sslrootcert=${roots} ${more}`;

const rulesGrants =
  'grant select on pg_hba_file_rules to auditor; grant execute on function pg_hba_file_rules() to auditor;';
const fileGrants = 'grant pg_read_server_files to auditor; grant execute on function pg_stat_file(text) to auditor;';

async function start(version: 15 | 18): Promise<Postgres> {
  // Standbys may come as well.
  const settings = { listen_addresses: '*', wal_level: 'replica', max_wal_senders: '2' };
  const postgres = await startPostgres(version, settings);
  for (const role of ['ada', 'auditor']) await postgres.sql(`create role ${role} login password '${password}'`);
  await postgres.sql('alter role ada replication');
  await postgres.sql(`grant pg_monitor to auditor; ${rulesGrants} ${fileGrants}`);
  return postgres;
}

const known = (facts: Resource['facts'], name: string) => {
  const fact = facts[name as keyof Resource['facts']];
  return fact?.known ? fact.value : fact?.gap;
};

/** What a collector tells of one target. */
async function factsOf(dsn: string, options: { clock?: Clock; signal?: AbortSignal } = {}): Promise<Resource['facts']> {
  const { clock = systemClock, signal = new AbortController().signal } = options;
  const told: Resource[] = [];
  const collector = databaseCollector([targetOf(dsn, {}, undefined)], { clock, log() {} });
  const sink = { resource: (each: Resource) => void told.push(each), scope() {}, progress() {}, incomplete() {} };
  await collector.collect(new Map(), sink, signal);
  return told[0]?.facts ?? assert.fail('nothing was told');
}

/** Why it is not known, of a target of which nothing is. */
async function gapOf(...args: Parameters<typeof factsOf>) {
  const facts = Object.values(await factsOf(...args));
  const [first] = facts;
  assert.ok(first && !first.known);
  for (const fact of facts) assert.deepEqual(fact, first);
  return first.gap;
}

/** What a client says to a server that behaves so, all of it. */
async function recorded(behave: Behaviour): Promise<{ readonly port: number; readonly heard: Buffer[] }> {
  const heard: Buffer[] = [];
  const { port } = await hostileServer((socket, connection) => {
    socket.on('data', (bytes) => heard.push(bytes));
    behave(socket, connection);
  });
  return { port, heard };
}

const asksForPassword = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]);

// Much of it waits for servers.
describe('pgposture audit', { concurrency: true }, () => {
  for (const [version, skip] of [
    [15, noPostgres15],
    [18, noPostgres18],
  ] as const) {
    describe(`an audit of PostgreSQL ${version}`, { skip, concurrency: 1 }, () => {
      let postgres: Postgres;
      const clients: Client[] = [];
      before(async () => {
        postgres = await start(version);
      });
      after(async () => {
        await Promise.all(clients.map((client) => client.end()));
        await postgres?.stop();
      });

      const client = async (name: string, isEncrypted: boolean, more = {}) => {
        const { ca } = await certificate;
        const where = { host: remote, port: postgres.port, user: 'ada', password, database: 'postgres' };
        const ssl = isEncrypted ? { ca } : false;
        clients.push(await connected({ ...where, application_name: name, ssl, ...more }));
      };
      const lines = (type: string) => [
        '# who may come in',
        'host all all 127.0.0.1/32 scram-sha-256',
        '',
        `${type} all all ${remote}/32 scram-sha-256`,
        `${type} replication ada ${remote}/32 scram-sha-256`,
      ];

      const away = networkAddress ? false : 'this machine has no address but loopback';
      it('tells who comes without TLS, and why they can', { skip: away }, async () => {
        await postgres.configure({ hba: lines('host'), certificate: await certificate });
        await client('billing', false);
        await client('billing', false);
        await client('shop', true);
        await client('standby', false, { replication: 'database' });
        await client('on the server itself', false, { host: '127.0.0.1' });
        await loadedForSure(postgres);
        const { code, results, report } = await audit([dsnOf(postgres, 'auditor')]);
        assert.equal(code, 1);
        assert.ok(report.complete);
        const said = Object.fromEntries(
          Object.entries(results).map(([name, each]) => [name, `${each?.status}: ${each?.message}`]),
        );
        const cipher = 'TLSv1.3, TLS_AES_256_GCM_SHA384';
        assert.deepEqual(said, {
          SslEnabled: 'PASS: ssl is on, and a session has TLS: the server offers it.',
          MinimumTlsVersion: 'PASS: ssl_min_protocol_version is TLSv1.2: nothing older than TLS 1.2 is accepted.',
          HostBasedAuthenticationRequiresSsl: `FAIL: pg_hba.conf lets clients in from the network without TLS: line 4: host all all ${remote}/32 scram-sha-256; line 5: host replication ada ${remote}/32 scram-sha-256.`,
          SessionsEncrypted: `FAIL: Sessions from the network are not encrypted: 3 of 4 are not encrypted; 2 of ada from ${remote} (billing): no encryption; 1 of ada from ${remote} (standby): no encryption; 1 of ada from ${remote} (shop): ${cipher}; 1 local.`,
        });
      });

      it('passes all of it, once that is done which the report says', { skip: away }, async () => {
        await postgres.configure({ hba: lines('hostssl'), certificate: await certificate });
        await Promise.all(clients.splice(0).map((each) => each.end()));
        await assert.rejects(client('billing', false), /no pg_hba\.conf entry .* no encryption/);
        clients.splice(0);
        await client('billing', true);
        await client('standby', true, { replication: 'database' });
        await loadedForSure(postgres);
        const { code, verdicts, results } = await audit([dsnOf(postgres, 'auditor')]);
        assert.deepEqual(verdicts, {
          SslEnabled: 'PASS',
          MinimumTlsVersion: 'PASS',
          HostBasedAuthenticationRequiresSsl: 'PASS',
          SessionsEncrypted: 'PASS',
        });
        assert.equal(code, 0);
        assert.match(results.SessionsEncrypted?.message ?? '', /: 0 of 2 are not encrypted; /);
      });

      for (const [settings, minimum] of [
        [{ ssl_min_protocol_version: 'TLSv1' }, 'FAIL'],
        [{ ssl_min_protocol_version: 'TLSv1.2', ssl_max_protocol_version: 'TLSv1.2' }, 'PASS'],
        [{ ssl_min_protocol_version: 'TLSv1.3' }, 'PASS'],
      ] as const) {
        it(`reads ${JSON.stringify(settings)}`, async () => {
          await postgres.configure({ hba: lines('hostssl'), certificate: await certificate, settings });
          const { verdicts } = await audit([dsnOf(postgres, 'auditor')]);
          assert.equal(verdicts.MinimumTlsVersion, minimum);
        });
      }

      it('reads that there is no TLS, over the socket', async () => {
        await postgres.configure({ hba: ['local all auditor scram-sha-256'] });
        const dsn = `host=${postgres.socketFolder} port=${postgres.port} user=auditor dbname=postgres password=${password}`;
        const { verdicts, report } = await audit([dsn]);
        assert.equal(verdicts.SslEnabled, 'FAIL');
        assert.equal(verdicts.MinimumTlsVersion, 'FAIL');
        assert.deepEqual(report.scopes[0]?.id, `/databases/${postgres.socketFolder}:${postgres.port}`);
      });

      it('says which line the server cannot read', async () => {
        await postgres.configure({ hba: lines('hostssl'), certificate: await certificate });
        const hba = await postgres.sql('show hba_file');
        appendFileSync(hba, 'host all all 10.0.0.0/8 nonsense\n');
        const { results } = await audit([dsnOf(postgres, 'auditor')]);
        const { status, reason } = results.HostBasedAuthenticationRequiresSsl ?? {};
        assert.deepEqual([status, reason?.kind], ['UNKNOWN', 'unreadable']);
        assert.match(
          reason?.detail ?? '',
          /^Line 7 of pg_hba\.conf is wrong \(invalid authentication method "nonsense"\), so the server/,
        );
      });

      it('says so of lines that are not loaded', async () => {
        await postgres.configure({ hba: lines('host'), certificate: await certificate });
        await loadedForSure(postgres);
        const hba = await postgres.sql('show hba_file');
        writeFileSync(hba, readFileSync(hba, 'utf8').replaceAll('\nhost ', '\nhostssl '));
        const { results } = await audit([dsnOf(postgres, 'auditor')]);
        assert.match(results.HostBasedAuthenticationRequiresSsl?.message ?? '', /may have been changed since/);
      });

      it('names the very grants that a role needs, and with them nothing is unknown', async () => {
        const role = 'Odd "Role\'s';
        const quoted = `"${role.replaceAll('"', '""')}"`;
        await postgres.sql(`create role ${quoted} login password '${password}'`);
        await postgres.configure({ hba: ['local all all trust', ...lines('hostssl')], certificate: await certificate });
        await loadedForSure(postgres);
        const other = await connected({
          host: postgres.socketFolder,
          port: postgres.port,
          user: 'ada',
          database: 'postgres',
        });
        const dsn = dsnOf(postgres, role);
        const first = await audit([dsn]);
        assert.deepEqual(first.verdicts, {
          SslEnabled: 'PASS',
          MinimumTlsVersion: 'UNKNOWN forbidden',
          HostBasedAuthenticationRequiresSsl: 'UNKNOWN forbidden',
          SessionsEncrypted: 'UNKNOWN forbidden',
        });
        const grantsIn = (remedies: readonly string[]) =>
          new Set(remedies.flatMap((remedy) => remedy.match(/GRANT [^;]*;/g) ?? []));
        const grants = grantsIn(first.report.results.map(({ reason }) => reason?.remedy ?? ''));
        assert.equal(grants.size, 4);
        for (const grant of grants) await postgres.sql(grant);
        const second = await audit([dsn]);
        assert.deepEqual(second.verdicts, {
          SslEnabled: 'PASS',
          MinimumTlsVersion: 'PASS',
          HostBasedAuthenticationRequiresSsl: 'WARN',
          SessionsEncrypted: networkAddress ? 'PASS' : 'WARN',
        });

        const gap = known(await factsOf(dsn), 'hbaLoaded') as { readonly remedy: string };
        for (const grant of grantsIn([gap.remedy])) await postgres.sql(grant);
        const third = await audit([dsn]);
        assert.equal(third.verdicts.HostBasedAuthenticationRequiresSsl, 'PASS');
        await other.end();
      });
    });
  }

  describe('an audit', { skip: noPostgres15, concurrency: 1 }, () => {
    let postgres: Postgres;
    before(async () => {
      postgres = await start(15);
      await postgres.configure({ hba, certificate: await certificate });
    });
    after(() => postgres?.stop());
    const hba = [
      'local all all trust',
      'hostssl all trusted 127.0.0.1/32 trust',
      'host all trusted 127.0.0.1/32 trust',
      'host all outcast 127.0.0.1/32 reject',
      'host all all 127.0.0.1/32 scram-sha-256',
    ];

    describe('signs in', () => {
      const passfile = join(folder, 'pgpass');
      const without = () => dsnOf(postgres, 'auditor').replace(`password=${password}`, '');
      const uri = () =>
        `postgresql://auditor:${encodeURIComponent(password)}@127.0.0.1:${postgres.port}/postgres?sslrootcert=${roots}`;

      it('with a password in a connection string, or in a URI', async () => {
        for (const dsn of [dsnOf(postgres, 'auditor'), uri()]) {
          assert.equal((await audit([dsn])).verdicts.SslEnabled, 'PASS');
        }
      });

      it('with PGPASSWORD', async () => {
        const { verdicts } = await audit([without()], { env: { PGPASSWORD: password } });
        assert.equal(verdicts.SslEnabled, 'PASS');
      });

      it('with a line of .pgpass, as long as nobody else may read it', async () => {
        writeFileSync(passfile, `other:*:*:*:x\n127.0.0.1:${postgres.port}:postgres:auditor:${password}\n`);
        for (const [mode, says] of [
          [0o600, /PASS .*databaseSslEnabled/],
          [0o644, /asks for a password, and there is none/],
        ] as const) {
          chmodSync(passfile, mode);
          const argv = ['audit', without(), '--console', 'text'];
          const { stdout } = await spawnCli(argv, { env: { PGPASSFILE: passfile } });
          assert.match(stdout, says);
        }
      });

      it('with a line of .pgpass for the folder of a socket', async () => {
        await postgres.configure({ hba: ['local all auditor scram-sha-256'], certificate: await certificate });
        writeFileSync(passfile, `${postgres.socketFolder}:${postgres.port}:*:auditor:${password}\n`);
        chmodSync(passfile, 0o600);
        const argv = ['audit', `host=${postgres.socketFolder} port=${postgres.port} user=auditor dbname=postgres`];
        const { stdout } = await spawnCli([...argv, '--console', 'text'], { env: { PGPASSFILE: passfile } });
        await postgres.configure({ hba, certificate: await certificate });
        // Nobody has TLS then: that it is on is no proof that it is offered.
        assert.match(stdout, /WARN .*databaseSslEnabled/);
      });

      for (const [name, dsn, kind, detail] of [
        [
          'a wrong password',
          () => dsnOf(postgres, 'ada').replace(password, secret('wrong')),
          'unauthenticated',
          /28P01.*password authentication failed/,
        ],
        ['no password', () => without(), 'unauthenticated', /asks for a password, and there is none\.$/],
        ['a role that is not there', () => dsnOf(postgres, 'nobody'), 'unauthenticated', /28P01/],
        ['a database that is not there', () => `${dsnOf(postgres, 'ada')} dbname=gone`, 'not-found', /3D000.*gone/],
        [
          'a role that is not let in',
          () => dsnOf(postgres, 'outcast'),
          'unauthenticated',
          /28000.*pg_hba\.conf rejects connection/,
        ],
        [
          'plaintext',
          () => `${dsnOf(postgres, 'auditor')} sslmode=disable`,
          'unauthenticated',
          /the connection is not encrypted: none is sent\.$/,
        ],
      ] as const) {
        it(`but not with ${name}`, async () => {
          const audited = await audit([dsn()]);
          assert.equal(audited.code, 3);
          const [first] = audited.report.results;
          assert.equal(first?.reason?.kind, kind);
          assert.match(first?.reason?.detail ?? '', detail);
          assert.doesNotMatch(reasonOf(audited), /\n/);
        });
      }

      it('in plaintext where no password is asked for, if it is told to', async () => {
        await postgres.sql('create role trusted login');
        const { verdicts } = await audit([`${dsnOf(postgres, 'trusted')} sslmode=disable`]);
        assert.equal(verdicts.SslEnabled, 'WARN');
      });
    });

    describe('verifies the certificate', () => {
      const good = () => certificate;
      const other = () => issued(['other.example']);
      const expired = () => issued(['127.0.0.1'], { notAfter: new Date('2020-01-01') });
      const self = () => proxyCertificate();
      const byName = () => issued(['localhost']);
      for (const [name, made, more, code] of [
        ['of an authority of its own', good, '', undefined],
        ['of an authority that nobody named', good, 'sslrootcert=', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
        ['of another host', other, '', 'ERR_TLS_CERT_ALTNAME_INVALID'],
        ['of another host, if only the authority matters', other, 'sslmode=verify-ca', undefined],
        ['of another host, if its authority is named', other, 'sslmode=require', undefined],
        ['of a name, by its address', byName, '', 'ERR_TLS_CERT_ALTNAME_INVALID'],
        ['of a name, by its name and address', byName, 'host=localhost hostaddr=127.0.0.1', undefined],
        [
          'of no such name, by its address',
          byName,
          'host=db.example hostaddr=127.0.0.1',
          'ERR_TLS_CERT_ALTNAME_INVALID',
        ],
        ['that has expired', expired, '', 'CERT_HAS_EXPIRED'],
        ['that has expired, if only the authority matters', expired, 'sslmode=verify-ca', 'CERT_HAS_EXPIRED'],
        ['that has expired, if none matters', expired, 'sslmode=require sslrootcert=', undefined],
        ['that it signed itself', self, '', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
        ['that it signed itself, if its authority is named', self, 'sslmode=require', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
        ['that it signed itself, if none matters', self, 'sslmode=require sslrootcert=', undefined],
        ['that it signed itself, if TLS is preferred', self, 'sslmode=prefer sslrootcert=', undefined],
      ] as const) {
        it(`${name}: ${code ?? 'it signs in'}`, async () => {
          await postgres.configure({ hba, certificate: await made() });
          const audited = await audit([dsnOf(postgres, 'auditor', more)]);
          const [first] = audited.report.results;
          if (code === undefined) return assert.equal(audited.verdicts.SslEnabled, 'PASS', reasonOf(audited));
          assert.deepEqual([audited.code, first?.reason?.kind, first?.reason?.code], [3, 'network', code]);
          assert.match(reasonOf(audited), /^UNKNOWN network: The certificate of \S+ cannot be verified \(\w+\)\.$/);
        });
      }

      it('and says nothing else of addresses on stderr', async () => {
        await postgres.configure({ hba, certificate: await certificate });
        const { stderr } = await spawnCli(['audit', dsnOf(postgres, 'auditor'), '--quiet']);
        assert.equal(stderr, '');
      });
    });

    describe('only reads', () => {
      it('in one transaction', async () => {
        await postgres.configure({ hba, certificate: await certificate, settings: { log_statement: 'all' } });
        const from = readFileSync(postgres.logFile).length;
        await audit([dsnOf(postgres, 'auditor')]);
        const log = readFileSync(postgres.logFile).subarray(from).toString();
        const statements = [...log.matchAll(/LOG: {2}(?:statement|execute <unnamed>): (.*)/g)].map(
          ([, text = '']) => text,
        );
        const verbs = statements.map((text) => /^(BEGIN .*|SET LOCAL|[A-Z]+)/.exec(text)?.[1]);
        assert.deepEqual(
          [...new Set(verbs)],
          [
            'BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY',
            'SET LOCAL',
            'SAVEPOINT',
            'SELECT',
            'ROLLBACK',
          ],
        );
        assert.equal(statements.filter((text) => text.startsWith('BEGIN')).length, 1);
        assert.equal(statements.at(-1), 'ROLLBACK');
        // Nor does one question hold several statements, but for the first.
        assert.deepEqual(
          statements.filter((text) => text.includes(';')).map((text) => text.replaceAll(/= '?\w+'?/g, '=')),
          ['SET LOCAL search_path =; SET LOCAL statement_timeout =; SET LOCAL lock_timeout ='],
        );
      });

      it('whatever it asks, and whoever it is', async () => {
        const target = targetOf(dsnOf(postgres, 'root'), {}, undefined);
        await postgres.sql(`create role root superuser login password '${password}'`);
        const options = { clock: systemClock, signal: new AbortController().signal };
        for (const [sql, code] of [
          ['create table t ()', '25006'],
          ["select set_config('transaction_read_only', 'off', false)", '25001'],
          ['select pg_sleep(60)', '57014'],
        ] as const) {
          const asked = withSession(target, options, (ask) =>
            sql.includes('pg_sleep')
              ? ask("set local statement_timeout = '10ms'").then(() => ask(sql))
              : ask(sql).then(() => ask('select 1')),
          );
          await assert.rejects(asked, { code });
        }
        assert.equal(await postgres.sql("select count(*) from pg_class where relname = 't'"), '0');
      });
    });

    describe('prints', () => {
      const hostileName = 'a\n::error::x\u001b[31m"\'\\\r\u202e##[error]';
      it('no control character of a name, whoever chose it', async () => {
        const literal = `"${hostileName.replaceAll('"', '""')}"`;
        await postgres.configure({
          hba: ['local all all trust', 'host all all all trust'],
          certificate: await certificate,
        });
        await postgres.sql(`create role ${literal} login`);
        const client = await connected({
          host: remote,
          port: postgres.port,
          user: hostileName,
          database: 'postgres',
          application_name: `x\u001b]0;${'y'.repeat(300)}`,
        });
        const dsn = `host=127.0.0.1 port=${postgres.port} user=auditor dbname=postgres sslrootcert=${roots}`;
        const gone = `${dsn} dbname='${hostileName.replaceAll(/['\\]/g, '\\$&')}'`;
        for (const [argv, says] of [
          [[dsn, '--plugin', 'databaseSessionsEncrypted'], networkAddress ? /not encrypted/ : /0 of 0/],
          [[gone, '--plugin', 'databaseSessionsEncrypted'], /3D000/],
        ] as const) {
          for (const console of ['text', 'table'] as const) {
            const { stdout, stderr } = await runMain(['audit', ...argv, '--console', console, '--verbose']);
            const text = stdout + stderr;
            assert.match(text.replaceAll(/\s+/g, ' '), says);
            assert.doesNotMatch(text, /(?!\n)[\p{Cc}\u202e]|::error|##\[/u);
          }
          const { report } = await audit([...argv]);
          assert.equal(report.results.length, 1);
        }
        await client.end();
        await postgres.configure({ hba, certificate: await certificate });
      });

      it('no password, wherever it stands in a wrong command line', async () => {
        const lines: readonly (readonly string[])[] = [
          ['audit', '--nope', `postgres://ada:${password}@h/db`],
          ['audit', `postgres://ada:${password}@h/db`, '--nope'],
          ['scan', `postgres://ada:${password}@h/db`],
          ['scan', `host=h password=${password}`],
          ['probe', `postgres://ada:${password}@h/db`],
          ['probe', `host=h password='${password} x'`],
          [`postgres://ada:${password}@h/db`],
          ['audit', 'host=127.0.0.1', '--plugin', `postgres://ada:${password}@h/db`],
          ['audit', 'host=127.0.0.1', '--timeout', `postgres://ada:a@b/${password}@h/db`],
          ['audit', 'host=127.0.0.1', '--json', `/gone/password=${password}`],
          ['audit', 'host=127.0.0.1', '--setting', `password = '${password}'`],
          ['audit', `host=h password=${password} and more`],
          ['audit', `host=h password=${password} passwort=x`],
          ['audit', `postgres://ada:${password}@h:x/db`],
          ['audit', `postgres://ada:x@${password}@h/db`],
          ['audit', `Postgres://ada:${password}@h/db`],
          ['audit', `host=h service=password=${password}`],
          ['audit', `host=h sslrootcert=/gone/password=${password}`],
          ['audit', `host=h sslmode=requirepassword=${password}`],
        ];
        const said = lines.map(async (argv) => {
          // Fails if a secret stands in what it writes.
          const { code, stdout, stderr } = await spawnCli(argv);
          assert.deepEqual([code, stdout], [2, ''], argv.join(' '));
          assert.match(stderr, /^pgposture: .*\n.+\n$/s);
        });
        await Promise.all(said);
      });
    });
  });

  describe('an audit of a server that is none', { concurrency: 1 }, () => {
    const dsn = (port: number, more = '') =>
      `host=127.0.0.1 port=${port} user=ada dbname=db password=${password} ${more}`;

    it('sends no password in plaintext', async () => {
      const { port, heard } = await recorded((socket) => onFirst(socket, () => socket.write(asksForPassword)));
      const gap = await gapOf(dsn(port, 'sslmode=disable'));
      assert.equal(gap.kind, 'unauthenticated');
      assert.match(gap.detail, /none is sent\.$/);
      assert.equal(heard.length, 1, 'the startup message, and nothing behind it');
      assert.doesNotMatch(Buffer.concat(heard).toString('latin1'), new RegExp(password));
    });

    for (const sslmode of ['verify-full', 'verify-ca', 'require', 'prefer', 'allow']) {
      it(`sends nothing more to one that refuses TLS, with sslmode=${sslmode}`, async () => {
        const { port, heard } = await recorded((socket) =>
          onFirst(socket, () => {
            socket.write('N');
            setTimeout(() => socket.write(asksForPassword), 20);
          }),
        );
        const gap = await gapOf(dsn(port, `sslmode=${sslmode}`));
        assert.equal(gap.kind, 'network');
        assert.match(gap.detail, /does not support SSL/);
        assert.equal(Buffer.concat(heard).toString('hex'), '0000000804d2162f');
      });
    }

    it('takes no password for asked for that comes before TLS', async () => {
      const { port, heard } = await recorded((socket) =>
        onFirst(socket, () => socket.write(Buffer.concat([Buffer.from('S'), asksForPassword]))),
      );
      assert.equal((await gapOf(dsn(port))).kind, 'network');
      assert.doesNotMatch(Buffer.concat(heard).toString('latin1'), new RegExp(password));
    });

    it('does not wait for one that says nothing', async () => {
      const { port } = await hostileServer(hostile['never answers']);
      const gap = await gapOf(dsn(port), { clock: new VirtualClock() });
      assert.deepEqual([gap.kind, gap.detail], ['timeout', `127.0.0.1:${port} said nothing within 30 s.`]);
    });

    it('ends when its own time is up, and says of all that it is unknown', async () => {
      const { port } = await hostileServer(hostile['never answers']);
      const { code, verdicts, report } = await audit([dsn(port), '--timeout', '300ms']);
      assert.equal(code, 3);
      assert.equal(report.complete, false);
      assert.deepEqual([...new Set(Object.values(verdicts))], ['UNKNOWN timeout']);
    });

    it('ends with a report, and exit code 2, when it is interrupted; who was not asked yet is asked nothing', async () => {
      const { port } = await hostileServer(hostile['never answers']);
      const never = await recorded(() => assert.fail('nobody should come'));
      const argv = [dsn(1), dsn(port), dsn(never.port), '--verbose'];
      const { code, report, stderr } = await audit(argv, { interruptWhen: /127\.0\.0\.1:1 was asked/ });
      assert.equal(code, 2);
      assert.match(stderr, /Stopping/);
      assert.equal(report.complete, false);
      const kinds = report.results.map(({ resource, reason }) => `${resource.name.split(':').at(-1)} ${reason?.kind}`);
      assert.deepEqual(
        [...new Set(kinds)].sort(),
        [`1 network`, `${port} not-collected`, `${never.port} not-collected`].sort(),
      );
    });

    it('says that nothing listens, or that a name is none', async () => {
      const closed = await gapOf(dsn(1));
      assert.deepEqual([closed.kind, closed.code], ['network', 'ECONNREFUSED']);
      const nameless = await gapOf('host=nobody.invalid user=ada');
      assert.equal(nameless.kind, 'network');
      assert.match(nameless.code ?? '', /^(ENOTFOUND|EAI_AGAIN)$/);
      const folder = await gapOf('host=/nowhere user=ada');
      assert.deepEqual([folder.kind, folder.code], ['network', 'ENOENT']);
    });

    it('shows the errors of one without what it should not print', async () => {
      const text = `\u001b[31m::error::${'x'.repeat(5000)}\n`;
      const { port } = await hostileServer((socket) => onFirst(socket, () => socket.end(errorResponse(text, '53300'))));
      const { stdout } = await runMain(['audit', dsn(port, 'sslmode=disable'), '--console', 'text']);
      assert.match(stdout, /53300/);
      assert.doesNotMatch(stdout, /(?!\n)\p{Cc}|::error|x{1000}/u);
    });

    for (const sslmode of ['require', 'disable'] as const) {
      it(`survives each that is hostile, with sslmode=${sslmode}`, async () => {
        const told = Object.entries(hostile).map(async ([name, behave]) => {
          const { port, heard } = await recorded(behave);
          const gap = await gapOf(dsn(port, `sslmode=${sslmode}`), { signal: AbortSignal.timeout(400) });
          assert.ok(!Buffer.concat(heard).includes(password), name);
          return [name, gap.kind] as const;
        });
        for (const [name, kind] of await Promise.all(told)) {
          assert.match(kind, /^(network|not-collected|server-error|unauthenticated)$/, name);
        }
      });
    }

    it('does not ask once it is cut short', async () => {
      let asked = 0;
      const { port } = await hostileServer(() => asked++);
      const gap = await gapOf(dsn(port), { signal: AbortSignal.abort() });
      assert.deepEqual([gap.kind, asked], ['not-collected', 0]);
    });
  });
});
