import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { connectionWords, serviceIn } from '../../../collectors/database/conninfo';
import { targetOf } from '../../../collectors/database/target';
import { ScanError } from '../../../helpers/scanError';
import { noPostgres15, type Postgres, startPostgres } from '../../support/postgres';
import { secretWord } from '../../support/secrets';

type Words = Readonly<Record<string, string>>;

const readable: Readonly<Record<string, readonly (readonly [dsn: string, words: Words])[]>> = {
  pairs: [
    ['host=db user=ada', { host: 'db', user: 'ada' }],
    [' host = db\tuser\n=\r\nada ', { host: 'db', user: 'ada' }],
    ["password='a b' host=db", { password: 'a b', host: 'db' }],
    ["password='it\\'s \\\\' host=db", { password: "it's \\", host: 'db' }],
    ["password=it's", { password: "it's" }],
    ['password=a\\ b\\\\', { password: 'a b\\' }],
    ['password=a\\ ', { password: 'a ' }],
    ['password=a=b', { password: 'a=b' }],
    ['password=\u00a0', { password: '\u00a0' }],
    ['password=p\u00e4ss\u{1f600}', { password: 'p\u00e4ss\u{1f600}' }],
    ["password='line\nbreak'", { password: 'line\nbreak' }],
    ["host='' user=ada", { host: '', user: 'ada' }],
    ['user=ada host=', { user: 'ada', host: '' }],
    ['host= user=ada', { host: 'user=ada' }],
    ['host=a host=b', { host: 'b' }],
    ['host=/var/run/postgresql', { host: '/var/run/postgresql' }],
    ['password=postgres://x', { password: 'postgres://x' }],
  ],
  URIs: [
    ['postgres://', {}],
    ['postgresql://db', { host: 'db' }],
    ['postgresql://ada@db:5433/shop', { user: 'ada', host: 'db', port: '5433', dbname: 'shop' }],
    ['postgres://ada:secret@db/', { user: 'ada', password: 'secret', host: 'db' }],
    ['postgres://:secret@db', { password: 'secret', host: 'db' }],
    ['postgres://a%40b:p%3a%2F%25+w@db', { user: 'a@b', password: 'p:/%+w', host: 'db' }],
    ['postgres://ada:a#b?c=d:e@db', { user: 'ada', password: 'a#b?c=d:e', host: 'db' }],
    ['postgres://[::1]:5433/', { host: '::1', port: '5433' }],
    ['postgres://ada@[fe80::1]/shop', { user: 'ada', host: 'fe80::1', dbname: 'shop' }],
    ['postgres://%2Fvar%2Frun/shop', { host: '/var/run', dbname: 'shop' }],
    [
      'postgres:///shop?host=/tmp&port=5433&password=a+b%26c',
      { dbname: 'shop', host: '/tmp', port: '5433', password: 'a+b&c' },
    ],
    ['postgres://db/shop?dbname=other', { host: 'db', dbname: 'other' }],
    ['postgres://db?user=ada', { host: 'db', user: 'ada' }],
    ['postgres://db/?sslmode=', { host: 'db', sslmode: '' }],
    ['postgres://db/..', { host: 'db', dbname: '..' }],
    ['postgres://DB.Example', { host: 'DB.Example' }],
    ['postgres://a:1,b:2/shop', { host: 'a:1,b:2', dbname: 'shop' }],
  ],
  'names of databases': [
    ['shop', { dbname: 'shop' }],
    ['my shop', { dbname: 'my shop' }],
    ['', {}],
  ],
};

/** Whose password is all that is in it; none may be repeated. */
const nonsense = [
  `host=db ${secretWord}`,
  `password='${secretWord}`,
  `password='${secretWord}' x`,
  `${secretWord}=x y`,
  `host=db password=my ${secretWord} user=ada`,
  `=${secretWord}`,
  `password=${secretWord}\\`,
  `postgres://ada:%${secretWord}@db`,
  `postgres://ada:${secretWord}%zz@db`,
  `postgres://ada:a/${secretWord}@db`,
  `postgres://ada:x@${secretWord}@db`,
  `postgres://[${secretWord}/db`,
  `postgres://a[${secretWord}]/db`,
  `postgres://db/?${secretWord}`,
  `postgres://db/?password=a=${secretWord}`,
  `postgres://db/?a=b&&password=${secretWord}`,
  `Postgres://ada:${secretWord}@db`,
  ` postgres://ada:${secretWord}@db`,
  `mysql://ada:${secretWord}@db`,
  `jdbc:postgresql://db/?user=ada&password=${secretWord}`,
] as const;

const isSilent = (error: unknown, word: string): boolean => {
  assert.ok(error instanceof ScanError, String(error));
  assert.equal(error.code, 'bad-option');
  assert.ok(!`${error.message} ${error.remedy}`.includes(word), error.message);
  assert.match(error.message, /^(The|There) .*\.$/);
  return true;
};

describe('the words of a connection string', () => {
  for (const [name, cases] of Object.entries(readable)) {
    for (const [dsn, words] of cases) {
      it(`of ${name}: ${JSON.stringify(dsn)}`, () => assert.deepEqual(connectionWords(dsn), words));
    }
  }

  for (const dsn of nonsense) {
    it(`cannot be read, and nothing of it is repeated: ${dsn}`, () =>
      assert.throws(
        () => connectionWords(dsn),
        (error) => isSilent(error, secretWord),
      ));
  }

  it('say where they cannot be read from', () =>
    assert.throws(() => connectionWords("host=db  user='x"), /cannot be read from character 10 on/));

  const piece = fc.constantFrom(
    ...['zqx', 'zqx', 'host', 'password', '=', '=', "'", '\\', ' ', 'postgres://', '://', '@', ':', '/', '?', '&', '#'],
    ...['%', '%41', ',', '[', ']', '+', '1', '\n'],
  );
  it('or a ScanError that repeats none of them, whatever is given', () => {
    const strings = fc.tuple(fc.constantFrom('', 'postgres://', 'host=db '), fc.array(piece, { maxLength: 12 }));
    fc.assert(
      fc.property(strings, ([begin, pieces]) => {
        try {
          targetOf(begin + pieces.join(''), {}, undefined);
        } catch (error) {
          isSilent(error, 'zqx');
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a service', () => {
  const file = [
    '# [other]',
    'host=nobody',
    '[other]',
    'host=other',
    '  [production]  ',
    '',
    '# user=eve',
    '  host = db.example.com ',
    'password=it\'s; a #1 = "secret" ',
    'nonsense',
    '[production]',
    'host=second',
    '[end]',
  ];
  const words = { host: 'db.example.com', password: 'it\'s; a #1 = "secret"' };

  for (const [name, end] of [
    ['Unix', '\n'],
    ['Windows', '\r\n'],
  ] as const) {
    it(`has the words below its first heading: ${name}`, () =>
      assert.deepEqual(serviceIn(file.join(end), 'production'), words));
  }
  it('may be empty', () => assert.deepEqual(serviceIn(file.join('\n'), 'end'), {}));
  for (const name of ['Production', 'prod', 'production ', '']) {
    it(`is not there: "${name}"`, () => assert.equal(serviceIn(file.join('\n'), name), undefined));
  }
  it('is not there in an empty file', () => assert.equal(serviceIn('', 'production'), undefined));
});

const psql = join(process.env.PGPOSTURE_POSTGRES15 ?? '/usr/lib/postgresql/15/bin', 'psql');

/** Of the server, on whose socket libpq comes in unless told otherwise; `FOLDER` stands for its folder, `URIFOLDER` for that in a URI. */
const spellings = [
  'user=ada dbname=shop',
  ' user = ada  dbname\t=\tshop ',
  "user='ada' dbname='shop'",
  "user='a d''a' dbname=shop",
  "user='a d\\'a\\\\' dbname=shop",
  "user=a\\ d\\'a\\\\ dbname=shop",
  "user=a\\ d'a\\\\ dbname=shop",
  "user=ada dbname='my shop'",
  'user=ada dbname=my\\ shop',
  'user=ada dbname=',
  "user=ada dbname=''",
  'user=ada dbname= host=FOLDER',
  'user=nobody user=ada dbname=shop',
  'user=ada\u00a0dbname=shop',
  'user="ada" dbname=shop',
  'user=ada dbname=shop port',
  'user=ada, dbname=shop',
  "user=ada dbname='shop",
  'dbname=shop user=ada hostaddr=127.0.0.1 sslmode=disable',
  'postgresql://ada@/shop',
  'postgres://ada@/shop',
  'postgresql:///shop?user=ada',
  'postgresql://URIFOLDER/shop?user=ada',
  'postgresql://ada@URIFOLDER/my%20shop',
  'postgresql://ada@/my+shop',
  'postgresql:///?dbname=my+shop&user=ada',
  'postgresql:///my%20shop?user=ada',
  "postgresql://a%20d'a%5c@/shop",
  'postgresql://a%20d%27a%5C:x#y?z@/shop',
  'postgresql://ada@?dbname=shop',
  'postgresql://ada@/other?dbname=shop',
  'postgresql://ada@/shop?user=',
  'postgresql://ada@/shop?host',
  'postgresql://ada@/shop?application_name=a=b',
  'postgresql://ada@/sh%6fp',
  'postgresql://ada@/sh%6',
  'postgresql://ada@127.0.0.1/shop?sslmode=disable',
  'postgresql://ada@[127.0.0.1/shop',
  'postgresql://ada@/shop?nothing=x',
] as const;

describe('what libpq reads', { skip: noPostgres15 }, () => {
  let postgres: Postgres;
  let read: ReadonlyMap<string, string>;
  const filled = (spelling: string) =>
    spelling.replace('URIFOLDER', encodeURIComponent(postgres.socketFolder)).replace('FOLDER', postgres.socketFolder);

  before(async () => {
    postgres = await startPostgres(15);
    await postgres.configure({ hba: ['local all all trust', 'host all all 127.0.0.1/32 trust'] });
    for (const role of ['ada', '"a d\'a\\"']) await postgres.sql(`create role ${role} login`);
    for (const database of ['shop', '"my shop"', 'ada']) {
      await postgres.sql(`create database ${database} strategy file_copy`);
    }
    const env = { PATH: process.env.PATH, PGHOST: postgres.socketFolder, PGPORT: `${postgres.port}`, HOME: '/nowhere' };
    const answered = spellings.map(async (spelling) => {
      const argv = ['-X', '-w', '-d', filled(spelling), '-At', '-c', 'select current_user, current_database()'];
      const said = await promisify(execFile)(psql, argv, { env }).catch(() => ({ stdout: 'refused' }));
      return [spelling, said.stdout.trim()] as const;
    });
    read = new Map(await Promise.all(answered));
  });

  after(() => postgres?.stop());

  it('is most of it', () => {
    const refused = spellings.filter((spelling) => read.get(spelling) === 'refused');
    assert.ok(refused.length < spellings.length / 2, refused.join('\n'));
  });

  for (const spelling of spellings) {
    it(`is what we read: ${JSON.stringify(spelling)}`, async () => {
      const env = { PGHOST: postgres.socketFolder, PGPORT: `${postgres.port}` };
      let ours = 'refused';
      try {
        const { user, database, port, host, hostaddr } = targetOf(filled(spelling), env, undefined);
        assert.equal(port, postgres.port);
        if ((hostaddr ?? host) !== '127.0.0.1') assert.equal(host, postgres.socketFolder);
        const roles = await postgres.sql(
          `select 1 from pg_roles, pg_database where rolname = $$${user}$$ and datname = $$${database}$$`,
        );
        if (roles !== '') ours = `${user}|${database}`;
      } catch (error) {
        assert.ok(error instanceof ScanError, String(error));
      }
      assert.equal(ours, read.get(spelling));
    });
  }
});
