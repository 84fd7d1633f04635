import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { clouds } from '../../../collectors/azure/clouds';
import { checkTokenGoesTo, databasesOf } from '../../../collectors/database/entra';
import { withSession } from '../../../collectors/database/session';
import { targetOf } from '../../../collectors/database/target';
import { systemClock } from '../../../helpers/clock';
import { ScanError } from '../../../helpers/scanError';
import type { Report } from '../../../types';
import { issued, proxyCertificate } from '../../support/certificate';
import { spawnCli } from '../../support/cli';
import { startEmulator } from '../../support/emulator';
import { certificateFile, temporaryFolder } from '../../support/folder';
import { hostileServer, onFirst } from '../../support/hostileServer';
import { fruit } from '../../support/orchard';
import { noPostgres15, type Postgres, startPostgres } from '../../support/postgres';
import { startProxy } from '../../support/proxy';
import { assertNoSecret, secret } from '../../support/secrets';

const suffix = '.postgres.database.azure.com';
const host = `shop${suffix}`;

describe('what a token for databases is asked for', () => {
  for (const [name, cloud] of Object.entries(clouds)) {
    it(`is that of ${name}, however it is named`, () => {
      assert.deepEqual(databasesOf(cloud), cloud.postgres);
      assert.deepEqual(databasesOf({ armEndpoint: cloud.armEndpoint }), cloud.postgres);
    });
  }

  it('is what a cloud says itself', () => {
    const postgres = { audience: 'https://databases.example', suffix: '.example' };
    assert.deepEqual(databasesOf({ armEndpoint: 'https://arm.example', postgres }), postgres);
  });

  it('is nothing that anybody knows in another cloud', () =>
    assert.throws(
      () => databasesOf({ armEndpoint: 'https://arm.example' }),
      ({ code, message, remedy }: ScanError) =>
        code === 'bad-option' && /Nobody knows/.test(message) && /public, usgov, china/.test(remedy),
    ));
});

describe('a token for databases', () => {
  const goesTo = (dsn: string) => checkTokenGoesTo(targetOf(dsn, {}, undefined), suffix);
  for (const dsn of [
    `host=${host}`,
    `host=SHOP${suffix.toUpperCase()}`,
    `host=${host} hostaddr=10.0.0.1`,
    `host=${host} sslrootcert=system`,
  ]) {
    it(`goes to ${dsn}`, () => goesTo(dsn));
  }
  for (const [dsn, says] of [
    ['host=localhost', /not sent to "localhost"/],
    [`host=${host}.example.com`, /not sent to/],
    [`host=shop${suffix.replace('azure', 'usgovcloudapi')}`, /not sent to/],
    [`host=${suffix.slice(1)}`, /not sent to/],
    ['host=shoppostgres.database.azure.com', /not sent to/],
    [`host=/tmp/${suffix}`, /not sent to|sslmode/],
    ['hostaddr=10.0.0.1', /not sent to "10\.0\.0\.1"/],
    [`host=${host} sslmode=verify-ca`, /sslmode=verify-ca/],
    [`host=${host} sslmode=require`, /sslmode=require/],
    [`host=${host} sslmode=prefer`, /sslmode=require/],
    [`host=${host} sslmode=disable`, /sslmode=disable/],
  ] as const) {
    it(`does not go to ${dsn}`, () =>
      assert.throws(
        () => goesTo(dsn),
        (error) => error instanceof ScanError && error.code === 'bad-option' && says.test(error.message),
      ));
  }

  it('does not go out in plaintext, even if nobody has checked', async () => {
    const heard: Buffer[] = [];
    const { port } = await hostileServer((socket) => {
      socket.on('data', (bytes) => heard.push(bytes));
      onFirst(socket, () => socket.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3])));
    });
    const options = { clock: systemClock, signal: new AbortController().signal, token: async () => secret('token') };
    const target = targetOf(`host=127.0.0.1 port=${port} user=ada sslmode=disable`, {}, undefined);
    await assert.rejects(
      withSession(target, options, async () => undefined),
      /the connection is not encrypted: none is sent/,
    );
    assertNoSecret('what went out', Buffer.concat(heard));
  });
});

describe('audit --entra', { skip: noPostgres15 }, () => {
  const folder = temporaryFolder();
  const clientId = '10000000-0000-4000-8000-00000000000a';
  const roots = join(folder, 'databases.pem');
  let postgres: Postgres;
  before(async () => {
    postgres = await startPostgres(15);
    const { ca } = await issued([host]);
    // An emulator counts its tokens: the first of each is the same.
    const { signIn } = await startEmulator({ ...fruit, directory: {} });
    await postgres.sql(`create role ada login password '${signIn.issueToken('x')}'`);
    writeFileSync(roots, `${ca}\n${readFileSync(await certificateFile(folder), 'utf8')}`);
  });
  after(() => postgres?.stop());

  const hba = ['local all postgres trust', 'host all all all password'];
  const good = async () => ({ hba, certificate: await issued([host]) });

  /** With an Azure that is there, and listens to all that goes through the proxy. */
  async function signIn(right = 'right') {
    const azure = await startEmulator({
      ...fruit,
      directory: { applications: [{ clientId, secret: secret('right') }] },
    });
    const { url, tunnels } = await startProxy({ leadsTo: azure.endpoint });
    const env = {
      AZURE_TENANT_ID: fruit.tenantId,
      AZURE_CLIENT_ID: clientId,
      AZURE_CLIENT_SECRET: secret(right),
      HTTPS_PROXY: url,
      HOME: folder,
    };
    return { azure, env, tunnels };
  }

  const dsn = (more = '') =>
    `host=${host} hostaddr=127.0.0.1 port=${postgres.port} user=ada dbname=postgres ${more}`.trim();
  const argv = (...dsns: readonly string[]) => {
    const how = ['--entra', '--credential', 'environment', '--ca-file', roots];
    return ['audit', ...dsns, ...how, '--json', '-', '--quiet'];
  };
  const detailsOf = (stdout: string) =>
    new Set((JSON.parse(stdout) as Report).results.map(({ reason }) => reason?.detail));

  it('signs in to Azure, and to the database with the token', async () => {
    await postgres.configure(await good());
    const { azure, env, tunnels } = await signIn();
    const { code, stdout, stderr } = await spawnCli(argv(dsn()), { env });
    assert.equal(stderr, '');
    assert.equal(code, 3, 'of this role things are hidden');
    const { results } = JSON.parse(stdout) as Report;
    const ssl = results.find(({ plugin }) => plugin === 'databaseSslEnabled');
    assert.equal(ssl?.status, 'PASS', ssl?.message);
    assert.deepEqual(azure.signIn.audiences, ['https://ossrdbms-aad.database.windows.net']);
    assert.deepEqual([...new Set(tunnels)], ['login.microsoftonline.com:443']);
  });

  it('takes no password of the connection string, nor of the environment, in its place', async () => {
    const { env } = await signIn();
    const { stdout } = await spawnCli(argv(dsn(`password=${secret('own')}`)), {
      env: { ...env, PGPASSWORD: secret('environment') },
    });
    const { results } = JSON.parse(stdout) as Report;
    assert.equal(results.find(({ plugin }) => plugin === 'databaseSslEnabled')?.status, 'PASS');
  });

  it('does not show the token to a server whose certificate is not verified', async () => {
    const { env } = await signIn();
    for (const [certificate, says] of [
      [await issued(['shop.example']), /ERR_TLS_CERT_ALTNAME_INVALID/],
      [await issued([`other${suffix}`]), /ERR_TLS_CERT_ALTNAME_INVALID/],
      [await proxyCertificate(), /DEPTH_ZERO_SELF_SIGNED_CERT/],
    ] as const) {
      await postgres.configure({ hba, certificate, settings: { log_connections: 'on' } });
      const from = readFileSync(postgres.logFile).length;
      const { code, stdout } = await spawnCli(argv(dsn()), { env });
      assert.equal(code, 3);
      assert.match([...detailsOf(stdout)].join('\n'), says);
      const log = readFileSync(postgres.logFile).subarray(from).toString();
      assert.doesNotMatch(log, /connection auth|password/, 'nobody said who they are');
    }
    await postgres.configure({ hba });
    const { stdout } = await spawnCli(argv(dsn()), { env });
    assert.match([...detailsOf(stdout)].join('\n'), /does not support SSL/);
  });

  it('says that the database does not', async () => {
    await postgres.configure(await good());
    const { env } = await signIn();
    const { code, stdout } = await spawnCli(argv(dsn().replace('user=ada', 'user=nobody')), { env });
    assert.equal(code, 3);
    assert.match([...detailsOf(stdout)].join('\n'), /28P01.*password authentication failed for user "nobody"/);
  });

  describe('asks no database', { concurrency: true }, () => {
    for (const [name, more, says] of [
      ['another host', 'host=localhost', /not sent to "localhost"/],
      ['any certificate', 'sslmode=require', /sslmode=require/],
      ['plaintext', 'sslmode=disable', /sslmode=disable/],
    ] as const) {
      it(`nor Azure for a token, for ${name}`, async () => {
        const { azure, env, tunnels } = await signIn();
        const { code, stdout, stderr } = await spawnCli(argv(dsn(), dsn(more)), { env });
        assert.deepEqual([code, stdout], [2, '']);
        assert.match(stderr, says);
        assert.deepEqual([azure.signIn.audiences, tunnels], [[], []]);
      });
    }

    it('if Azure does not let it in', async () => {
      const { env } = await signIn('wrong');
      const { code, stdout, stderr } = await spawnCli(argv(dsn()), { env });
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, /AADSTS7000215/);
    });

    it('for a token of another cloud', async () => {
      const { env } = await signIn();
      const { code, stderr } = await spawnCli([...argv(dsn()), '--cloud', 'china'], { env });
      assert.equal(code, 2);
      assert.match(stderr, /not sent to/);
    });
  });
});
