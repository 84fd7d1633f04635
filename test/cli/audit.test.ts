import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Report } from '../../types';
import { audit, reasonOf } from '../support/audits';
import { issued } from '../support/certificate';
import { runMain } from '../support/cli';
import { temporaryFolder } from '../support/folder';
import { noPostgres15, type Postgres, startPostgres } from '../support/postgres';
import { secret } from '../support/secrets';

const folder = temporaryFolder();
const at = (name: string) => join(folder, name);
const roots = at('ca.pem');
const password = secret('database');

describe('pgposture audit', () => {
  it('helps', async () => {
    const { code, stdout, stderr } = await runMain(['audit', '--help']);
    assert.deepEqual([code, stderr], [0, '']);
    for (const word of ['[DSN]...', '--entra', '--ca-file', 'sslmode', '.pgpass', 'GRANT pg_read_all_stats']) {
      assert.ok(stdout.includes(word), word);
    }
  });

  for (const [name, argv, says] of [
    ...['credential', 'tenant', 'client-id', 'service-connection-id', 'cloud'].map(
      (option) =>
        [
          `--${option} without --entra`,
          [`--${option}`, 'x'],
          new RegExp(`--${option} means nothing without --entra\\.\\n.*--entra`),
        ] as const,
    ),
    ['an unknown credential', ['--entra', '--credential', 'x'], /credential/],
    ['a cloud that nobody knows', ['--entra', '--cloud', 'x'], /No cloud is called "x"/],
    ['a token for a server of somebody else', ['--entra'], /not sent to "localhost"/],
    ['an unknown option', ['--nope'], /nope\n/],
    ['an option of scan', ['--subscription', 'x'], /subscription/],
    [
      'a plugin of another kind',
      ['--plugin', 'flexibleServerRequireSecureTransport'],
      /judges something else: flexible servers\.\npgposture scan runs it\./,
    ],
    [
      'a plugin for ports',
      ['--plugin', 'endpointCertificate'],
      /judges something else: endpoints\.\npgposture probe runs it, and so does/,
    ],
    ['an unknown plugin', ['--plugin', 'databaseSslEnable'], /databaseSslEnable.*\n.*databaseSslEnabled/],
    ['quiet and verbose', ['--quiet', '--verbose'], /--quiet and --verbose/],
    ['an authority that is not there', ['--ca-file', at('gone')], /gone" cannot be read \(ENOENT\)/],
    ['a service that is not there', ['service=gone'], /There is no service "gone"/],
    ['a folder that is not there', ['--json', at('gone/report.json')], /gone/],
    ['a setting that no plugin has', ['--setting', 'nope=1'], /nope/],
    [
      'one server at two addresses',
      ['host=db hostaddr=10.0.0.1', 'host=db hostaddr=10.0.0.2'],
      /name db:5432, each at another hostaddr/,
    ],
    ['words behind --', ['--', 'host=db'], /--/],
  ] as const) {
    it(`exits 2 for ${name}`, async () => {
      const { code, stdout, stderr } = await runMain(['audit', 'user=ada', ...argv], { env: { HOME: folder } });
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, /^pgposture: .+\n.+\n$/);
      assert.match(stderr, says);
    });
  }

  it('exits 3 if a server cannot be asked, unless that is allowed', async () => {
    const dsn = 'host=127.0.0.1 port=1 user=ada';
    const audited = await audit([dsn]);
    assert.equal(audited.code, 3);
    assert.match(reasonOf(audited), /^UNKNOWN network: .*ECONNREFUSED/);
    assert.equal((await audit([dsn, '--allow-unknown=network'])).code, 0);
    assert.equal((await audit([dsn, '--allow-unknown=timeout'])).code, 3);
  });

  it('asks what the environment says, if no connection string is given', async () => {
    const { report } = await audit([], { env: { PGHOST: '127.0.0.1', PGPORT: '1' } });
    assert.deepEqual(
      report.scopes.map(({ id, name, subscriptionId }) => [id, name, subscriptionId]),
      [['/databases/127.0.0.1:1', '127.0.0.1:1', null]],
    );
  });

  it('asks each server once', async () => {
    const { report } = await audit([
      'host=127.0.0.1 port=1',
      'postgres://ada@127.0.0.1:1/shop',
      'host=127.0.0.1 port=2',
    ]);
    assert.deepEqual(report.scopes.map(({ name }) => name).sort(), ['127.0.0.1:1', '127.0.0.1:2']);
    assert.equal(report.summary.servers, 2);
  });
});

describe('the report of an audit', { skip: noPostgres15 }, () => {
  let postgres: Postgres;
  let dsn: string;
  let id: string;
  before(async () => {
    postgres = await startPostgres(15);
    const certificate = await issued(['127.0.0.1']);
    writeFileSync(roots, certificate.ca);
    // A FAIL, and a PASS.
    await postgres.configure({
      hba: ['host all all all scram-sha-256'],
      certificate,
      settings: { ssl_min_protocol_version: 'TLSv1' },
    });
    await postgres.sql(`create role auditor login superuser password '${password}'`);
    dsn = `host=127.0.0.1 port=${postgres.port} user=auditor dbname=postgres password=${password}`;
    id = `/databases/127.0.0.1:${postgres.port}`;
  });
  after(() => postgres?.stop());

  const ssl = ['--plugin', 'databaseSslEnabled', '--ca-file', roots];
  const tls = ['--plugin', 'databaseMinimumTlsVersion', '--ca-file', roots];

  it('decides on the exit code', async () => {
    assert.equal((await audit([dsn, ...ssl])).code, 0);
    assert.equal((await audit([dsn, ...tls])).code, 1);
    assert.equal((await audit([dsn, ...tls, '--fail-on', 'never'])).code, 0);
    assert.equal((await audit([dsn, ...tls, '--fail-severity', 'high'])).code, 0);
    assert.equal((await audit([dsn, ...ssl, '--plugin', 'databaseMinimumTlsVersion', '--severity', 'high'])).code, 0);
  });

  it('trusts what --ca-file says beside sslrootcert', async () => {
    const other = at('other.pem');
    writeFileSync(other, readFileSync(roots));
    assert.equal((await audit([`${dsn} sslrootcert=${other}`, ...ssl.slice(0, 2)])).code, 0);
    assert.equal((await audit([dsn, ...ssl.slice(0, 2)])).code, 3);
  });

  it('tells of several servers, of which one cannot be asked', async () => {
    const { code, report } = await audit([dsn, 'host=127.0.0.1 port=1 user=ada', ...ssl]);
    assert.equal(code, 3);
    assert.deepEqual(report.results.map(({ resource, status }) => [resource.id, status]).sort(), [
      ['/databases/127.0.0.1:1', 'UNKNOWN'],
      [id, 'PASS'],
    ]);
  });

  it('is written in each form, without a secret', async () => {
    const forms = ['json', 'html', 'sarif', 'junit', 'csv', 'markdown', 'ocsf'].map(
      (name) => [name, at(`report.${name}`)] as const,
    );
    const argv = forms.flatMap(([name, path]) => [`--${name}`, path]);
    const { code, stdout } = await runMain(['audit', dsn, ...tls, ...argv]);
    assert.equal(code, 1);
    assert.match(stdout, /TLSv1/);
    for (const [name, path] of forms) {
      assert.ok(existsSync(path), name);
      const text = readFileSync(path, 'utf8');
      assert.doesNotMatch(text, new RegExp(password));
      assert.ok(text.includes('databaseMinimumTlsVersion') && text.includes(`${postgres.port}`), name);
    }
    const { results, tool } = JSON.parse(readFileSync(at('report.json'), 'utf8')) as Report;
    assert.equal(tool.name, 'pgposture');
    assert.deepEqual(
      results.map(({ resource, status }) => [resource.id, status]),
      [[id, 'FAIL']],
    );
  });

  it('is told on the console', async () => {
    for (const console of ['table', 'text'] as const) {
      const { stdout } = await runMain(['audit', dsn, ...tls, '--console', console]);
      assert.match(stdout, /FAIL/);
      assert.match(stdout, /Asked 1 database server\./);
    }
  });

  it('fails nothing that is suppressed', async () => {
    const suppressions = at('suppressions.yaml');
    const suppression = {
      plugin: 'databaseMinimumTlsVersion',
      resource: id,
      reason: 'An old client.',
      expires: '2099-12-31',
    };
    writeFileSync(suppressions, JSON.stringify({ suppressions: [suppression] }));
    assert.equal((await audit([dsn, ...tls, '--suppressions', suppressions])).code, 0);
    assert.equal((await audit([dsn, ...tls, '--suppress', `databaseMinimumTlsVersion:*:${id}`])).code, 0);
    assert.equal((await audit([dsn, ...tls, '--suppress', `databaseMinimumTlsVersion:*:${id}1`])).code, 1);
  });

  it('fails nothing that is suppressed by a *', async () => {
    assert.equal((await audit([dsn, ...tls, '--suppress', 'databaseMinimumTlsVersion:*:/databases/*'])).code, 0);
  });

  it('fails nothing that its baseline has', async () => {
    const baseline = at('baseline.json');
    await runMain(['audit', dsn, ...tls, '--json', baseline]);
    const { code, report } = await audit([dsn, ...tls, '--baseline', baseline]);
    assert.equal(code, 0);
    assert.equal(report.comparison?.changes.length ?? 0, 0);
    const { code: worse } = await audit([dsn, 'host=127.0.0.1 port=1', ...tls, '--baseline', baseline]);
    assert.equal(worse, 3);
  });

  it('says on the way what goes on, if it is asked to', async () => {
    const { stderr } = await runMain(['audit', dsn, ...tls, '--verbose', '--console', 'none']);
    assert.match(stderr, new RegExp(`^127\\.0\\.0\\.1:${postgres.port} was asked\\.$`, 'm'));
  });
});
