import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { rootCertificates } from 'node:tls';
import { type Environment, isSocket, type Target, targetName, targetOf } from '../../../collectors/database/target';
import { ScanError } from '../../../helpers/scanError';
import { spawnCli } from '../../support/cli';
import { temporaryFolder } from '../../support/folder';
import { secret, secretWord } from '../../support/secrets';

const folder = temporaryFolder();
const at = (...names: readonly string[]) => join(folder, ...names);
function file(text: string, ...names: readonly string[]): string {
  mkdirSync(at(...names.slice(0, -1)), { recursive: true });
  writeFileSync(at(...names), text);
  return at(...names);
}

const services = file(
  '[production]\nhost=service.example\nport=5433\nuser=service\ndbname=ofService\npassword=of the service\n[empty]\n',
  'services.conf',
);
const home = at('home');
file('[mine]\nhost=home.example\n[both]\nhost=home.example\n', 'home', '.pg_service.conf');
file('[ours]\nhost=system.example\n[both]\nhost=system.example\n', 'etc', 'pg_service.conf');
const ca = file('the authority', 'ca.pem');

const all: Environment = {
  PGHOST: 'env.example',
  PGPORT: '5434',
  PGUSER: 'env',
  PGDATABASE: 'ofEnv',
  PGPASSWORD: 'of the environment',
  PGSSLMODE: 'verify-ca',
  PGSERVICEFILE: services,
};

interface Case {
  readonly dsn?: string;
  readonly env?: Environment;
  readonly is: Partial<Target>;
}

const self = userInfo().username;

const cases: Readonly<Record<string, Case>> = {
  'a default for all': {
    is: {
      host: 'localhost',
      hostaddr: undefined,
      port: 5432,
      user: self,
      database: self,
      password: undefined,
      sslmode: 'verify-full',
      ca: undefined,
      cert: undefined,
      key: undefined,
    },
  },
  'the database of the name of the user': { dsn: 'user=ada', is: { user: 'ada', database: 'ada' } },
  'the environment before the defaults': {
    env: all,
    is: {
      host: 'env.example',
      port: 5434,
      user: 'env',
      database: 'ofEnv',
      password: 'of the environment',
      sslmode: 'verify-ca',
    },
  },
  'the service before the environment': {
    env: { ...all, PGSERVICE: 'production' },
    is: {
      host: 'service.example',
      port: 5433,
      user: 'service',
      database: 'ofService',
      password: 'of the service',
      sslmode: 'verify-ca',
    },
  },
  'the service that the connection string names': {
    dsn: 'service=empty',
    env: { ...all, PGSERVICE: 'production' },
    is: { host: 'env.example' },
  },
  'the connection string before all': {
    dsn: "service=production host=db user=ada dbname=shop port=5435 password='of the string' sslmode=require",
    env: all,
    is: { host: 'db', port: 5435, user: 'ada', database: 'shop', password: 'of the string', sslmode: 'require' },
  },
  'a URI as well': {
    dsn: 'postgres://ada@db:5435/shop?service=production',
    env: all,
    is: { host: 'db', port: 5435, user: 'ada', database: 'shop', password: 'of the service' },
  },
  'the default for what is empty, whatever else says': {
    dsn: "host='' port='' user='' dbname='' password='' sslmode=''",
    env: all,
    is: {
      host: 'localhost',
      port: 5432,
      user: self,
      database: self,
      password: undefined,
      sslmode: 'verify-full',
    },
  },
  'nothing of an empty environment': {
    env: { PGHOST: '', PGPORT: '', PGSERVICE: '', PGSSLMODE: '', PGUSER: '' },
    is: { host: 'localhost', port: 5432, user: self },
  },
  'a service of the home': { dsn: 'service=mine', env: { HOME: home }, is: { host: 'home.example' } },
  'a service of the system': {
    dsn: 'service=ours',
    env: { HOME: home, PGSYSCONFDIR: at('etc') },
    is: { host: 'system.example' },
  },
  'a service of the home before that of the system': {
    dsn: 'service=both',
    env: { HOME: home, PGSYSCONFDIR: at('etc') },
    is: { host: 'home.example' },
  },
  'a service of the system, where the other file is not there': {
    dsn: 'service=both',
    env: { PGSERVICEFILE: at('gone'), PGSYSCONFDIR: at('etc') },
    is: { host: 'system.example' },
  },
  'an address beside the host': {
    dsn: 'host=db.example hostaddr=10.0.0.1',
    is: { host: 'db.example', hostaddr: '10.0.0.1' },
  },
  'an address in place of a host': { env: { PGHOSTADDR: 'fd00::1' }, is: { host: 'fd00::1', hostaddr: 'fd00::1' } },
  'no socket where there is an address': {
    dsn: 'host=/tmp hostaddr=10.0.0.1',
    is: { host: '10.0.0.1', hostaddr: '10.0.0.1' },
  },
  'a socket': { dsn: 'host=/var/run/postgresql', is: { host: '/var/run/postgresql', sslmode: 'verify-full' } },
  'an address with its interface': { dsn: 'host=fe80::1%eth0', is: { host: 'fe80::1%eth0' } },
  'a host in other letters': { dsn: 'postgres://b%C3%BCcher.example', is: { host: 'b\u00fccher.example' } },
  'a file of authorities, and a certificate of its own': {
    dsn: `sslrootcert=${ca} sslcert=${ca} sslkey=${ca}`,
    is: { ca: ['the authority'], cert: 'the authority', key: 'the authority' },
  },
  'the same by the environment': {
    env: { PGSSLROOTCERT: ca, PGSSLCERT: ca, PGSSLKEY: ca },
    is: { ca: ['the authority'], cert: 'the authority', key: 'the authority' },
  },
  "Node's authorities as those of the system": { dsn: 'sslrootcert=system', is: { ca: undefined } },
  'verification, where require comes with an authority': {
    dsn: `sslmode=require sslrootcert=${ca}`,
    is: { sslmode: 'verify-ca' },
  },
  'no TLS, though there is an authority': { dsn: `sslmode=disable sslrootcert=${ca}`, is: { sslmode: 'disable' } },
  'what libpq knows, and does not matter': {
    dsn: 'application_name=x connect_timeout=1 options=-cx=y channel_binding=require gssencmode=disable client_encoding=x',
    is: { host: 'localhost' },
  },
};

const errorOf = (dsn: string, env: Environment = {}): ScanError => {
  try {
    targetOf(dsn, env, undefined);
  } catch (error) {
    assert.ok(error instanceof ScanError, String(error));
    return error;
  }
  return assert.fail('it is a target');
};

describe('a target', () => {
  for (const [name, { dsn = '', env = {}, is }] of Object.entries(cases)) {
    it(`has ${name}`, () => {
      const target = targetOf(dsn, env, undefined);
      assert.deepEqual(Object.fromEntries(Object.keys(is).map((key) => [key, target[key as keyof Target]])), is);
    });
  }

  for (const [word, means] of [
    ['disable', 'disable'],
    ['allow', 'require'],
    ['prefer', 'require'],
    ['require', 'require'],
    ['verify-ca', 'verify-ca'],
    ['verify-full', 'verify-full'],
  ] as const) {
    it(`takes sslmode=${word} for ${means}`, () =>
      assert.equal(targetOf(`sslmode=${word}`, {}, undefined).sslmode, means));
  }

  it("trusts the certificates of --ca-file beside Node's, or beside those of the file", () => {
    assert.deepEqual(targetOf('', {}, 'more').ca, [...rootCertificates, 'more']);
    assert.deepEqual(targetOf(`sslrootcert=${ca}`, {}, 'more').ca, ['the authority', 'more']);
  });

  for (const [host, name, socket] of [
    ['db.example.com', 'db.example.com:5432', false],
    ['::1', '[::1]:5432', false],
    ['/var/run/postgresql', '/var/run/postgresql:5432', true],
  ] as const) {
    it(`is called ${name} in a report`, () => {
      assert.equal(targetName(targetOf(`host=${host}`, {}, undefined)), name);
      assert.equal(isSocket(host), socket);
    });
  }

  const passwords = `password=${secret('own')}`;
  for (const [name, dsn, says, env] of [
    ['two hosts', 'host=a,b', /more than one host/],
    ['two hosts of a URI', 'postgres://a:1,b:2/', /more than one host/],
    ['two ports', 'host=a port=1,2', /more than one host/],
    ['two addresses', 'hostaddr=10.0.0.1,10.0.0.2', /more than one host/],
    ['two hosts of the environment', '', /more than one host/, { PGHOST: 'a,b' }],
    ['port 0', 'port=0', /There is no port 0\./],
    ['port 65536', 'port=65536', /There is no port 65536\..*1 to 65535/],
    ['a port that is no number', `port=5432${passwords}`, /There is no port that is no number\./],
    ['a port of a URI', `postgres://ada:${secret('own')}/db`, /no port that is no number/],
    ['another sslmode', 'sslmode=verify', /sslmode cannot be "verify"\..*verify-full/],
    ['an sslmode with more behind it', `sslmode=require${passwords}`, /sslmode cannot be that\./],
    ['a host that is none', `host=ada:${secret('own')}@db`, /The host is neither/],
    ['a host with a space', "host='a b'", /The host is neither/],
    ['a name as hostaddr', 'hostaddr=db.example', /hostaddr is no IP address/],
    ['a folder as hostaddr', 'host=db.example hostaddr=/tmp', /hostaddr is no IP address/],
    ['a word that we do not know', `sslcrl=x ${passwords}`, /has "sslcrl", which pgposture does not know\..*sslmode/],
    ['a typo', `usr=x ${passwords}`, /has a word that pgposture does not know\..*user/],
    [
      'half a password',
      `password=${secretWord} ${secretWord.toLowerCase().replaceAll(/[^a-z_]/g, '_')}=x`,
      /has a word that/,
    ],
    ['a parameter', `postgres://db/?${secretWord}=x`, /has a word that/],
    [
      'a word of the service',
      'service=odd',
      /The service has "sslcrl"/,
      { PGSERVICEFILE: file('[odd]\nsslcrl=x', 'odd') },
    ],
    ['a service within', 'service=odd', /The service has a word/, { PGSERVICEFILE: file('[odd]\nx=y', 'within') }],
    ['a service that is not there', 'service=prod', /There is no service "prod" in ".*services\.conf"\./, all],
    [
      'a service, and no file',
      'service=prod',
      /There is no service "prod" in ".*gone.*" and ".*etc.*"\./,
      { HOME: at('gone'), PGSYSCONFDIR: at('etc') },
    ],
    ['a service with more behind it', `service=prod${passwords}`, /There is no service of that name/, all],
    ['an authority that is not there', `sslrootcert=${at('gone')}`, /gone" cannot be read \(ENOENT\)/],
    ['a certificate that is not there', `sslcert=${at('gone')}`, /gone" cannot be read \(ENOENT\)/],
    ['a key that is a folder', `sslkey=${folder}`, /" cannot be read \(EISDIR\)/],
  ] as const) {
    it(`is none: ${name}`, () => {
      const { message, remedy } = errorOf(dsn, env);
      assert.match(`${message} ${remedy}`, says);
      assert.doesNotMatch(`${message} ${remedy}`, new RegExp(secretWord, 'i'));
      assert.notEqual(remedy, '');
    });
  }

  const asNobody = process.getuid?.() === 0 ? false : 'only root can run it as a user who has no name';
  it('is none where nobody says who signs in', { skip: asNobody }, async () => {
    const argv = ['audit', 'host=127.0.0.1 port=1'];
    const { code, stderr } = await spawnCli(argv, { uid: 54_321, cwd: '/' });
    assert.equal(code, 2);
    assert.equal(stderr, 'pgposture: Nobody says as whom to sign in.\nName the role by user, or by PGUSER.\n');
  });
});
