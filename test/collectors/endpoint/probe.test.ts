import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';

import dns = require('node:dns');

import type { Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { createServer as createTlsServer } from 'node:tls';
import { startupMessage } from '../../../collectors/endpoint/protocol';
import {
  certificateOfAnother,
  expiredCertificate,
  type IssuedCertificate,
  issued,
  loopbackCertificate,
} from '../../support/certificate';
import { hostileServer } from '../../support/hostileServer';
import {
  noPgBouncer,
  noPostgres15,
  noPostgres18,
  type Postgres,
  type PostgresConfig,
  startPgBouncer,
  startPostgres,
} from '../../support/postgres';
import { probed } from '../../support/probed';

const versions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;
const host = 'host all all all scram-sha-256';
const hostssl = 'hostssl all all all scram-sha-256';

/** What is accepted of TLS 1.0 to 1.3: `+`, refused: `-`, and what nobody can say: `?`. */
const signs = (facts: Readonly<Record<string, unknown>>) =>
  versions
    .map((version) => {
      const value = String(facts[version]);
      return value === 'refused' ? '-' : value.startsWith('UNKNOWN') ? '?' : '+';
    })
    .join('');

const noOpenssl = spawnSync('openssl', ['version']).status !== 0 && 'no openssl';

/** The same of Debian's client, which has its own eyes. */
async function opensslSays(port: number): Promise<string> {
  const flags = ['-tls1', '-tls1_1', '-tls1_2', '-tls1_3'];
  const said = await Promise.all(
    flags.map(async (flag, i) => {
      const old = i < 2 ? ['-cipher', 'DEFAULT@SECLEVEL=0'] : [];
      const argv = ['s_client', '-starttls', 'postgres', '-connect', `127.0.0.1:${port}`, flag, ...old];
      const client = spawn('openssl', argv, { stdio: ['pipe', 'pipe', 'pipe'] });
      client.stdin.end();
      let text = '';
      for (const stream of [client.stdout, client.stderr]) stream.on('data', (bytes) => (text += bytes));
      await new Promise((resolve) => client.once('close', resolve));
      if (/^(New, TLSv|Protocol *: TLS)/m.test(text) && /Cipher is (?!\(NONE\))/.test(text)) return '+';
      // One byte: N.
      return /alert protocol version|has read 1 bytes/.test(text) ? '-' : '?';
    }),
  );
  return said.join('');
}

interface Row extends Partial<PostgresConfig> {
  readonly tls: string;
  readonly plaintext: string;
  readonly versions: string;
}

/** On both servers, but for what only one of them can. */
const rows: Readonly<Record<string, Row>> = {
  'ssl off': { hba: [host], settings: { ssl: 'off' }, tls: '----', plaintext: 'FAIL', versions: 'FAIL' },
  'ssl on, with host': { hba: [host], tls: '--++', plaintext: 'FAIL', versions: 'WARN' },
  'hostssl only': { hba: [hostssl], tls: '--++', plaintext: 'PASS', versions: 'PASS' },
  'hostnossl … reject first': {
    hba: ['hostnossl all all all reject', host],
    tls: '--++',
    plaintext: 'PASS',
    versions: 'PASS',
  },
  'an address that is not allowed at all': {
    hba: ['hostssl all all 10.0.0.0/8 scram-sha-256'],
    tls: '--++',
    plaintext: 'UNKNOWN forbidden',
    versions: 'PASS',
  },
  'an address that is rejected': {
    hba: ['host all all all reject'],
    tls: '--++',
    plaintext: 'UNKNOWN forbidden',
    versions: 'PASS',
  },
  'anybody is let in without a password': {
    hba: ['host all all all trust'],
    tls: '--++',
    plaintext: 'FAIL',
    versions: 'WARN',
  },
  'a password in clear words': { hba: ['host all all all password'], tls: '--++', plaintext: 'FAIL', versions: 'WARN' },
  'minimum 1.2': {
    settings: { ssl_min_protocol_version: 'TLSv1.2' },
    tls: '--++',
    plaintext: 'PASS',
    versions: 'PASS',
  },
  'minimum 1.3': {
    settings: { ssl_min_protocol_version: 'TLSv1.3' },
    tls: '---+',
    plaintext: 'PASS',
    versions: 'PASS',
  },
  'maximum 1.2': {
    settings: { ssl_max_protocol_version: 'TLSv1.2' },
    tls: '--+-',
    plaintext: 'PASS',
    versions: 'PASS',
  },
};

for (const [version, skip] of [
  [15, noPostgres15],
  [18, noPostgres18],
] as const) {
  describe(`a probe of PostgreSQL ${version}`, { skip }, () => {
    let server: Postgres;
    let good: IssuedCertificate;
    before(async () => {
      good = await issued(['localhost', '127.0.0.1']);
      server = await startPostgres(version);
    });
    after(() => server?.stop());
    const configure = (config: Partial<PostgresConfig>) =>
      server.configure({ hba: [hostssl], certificate: good, ...config });
    const seen = (options = {}) => probed(server.port, { host: '127.0.0.1', ca: [good.ca], ...options });

    for (const [name, { tls, plaintext, versions: floor, ...config }] of Object.entries(rows)) {
      it(`knows ${name}`, async () => {
        await configure(config);
        const { facts, verdicts } = await seen();
        assert.deepEqual(
          { tls: signs(facts), ...verdicts },
          { tls, plaintext, versions: floor, certificate: name === 'ssl off' ? 'FAIL' : 'PASS' },
        );
        if (!noOpenssl) assert.equal(await opensslSays(server.port), tls);
      });
    }

    it('knows minimum 1.0, as far as the server speaks it', async () => {
      const settings = { ssl_min_protocol_version: 'TLSv1' };
      await configure({ settings });
      const { facts, verdicts } = await seen();
      // Debian's OpenSSL 3 lets 1.0 be chosen, and then has no signature for it: an alert that is no word on the version.
      assert.deepEqual(
        { tls: signs(facts), versions: verdicts.versions },
        version === 18 ? { tls: '++++', versions: 'FAIL' } : { tls: '??++', versions: 'UNKNOWN bad-response' },
      );
      if (!noOpenssl) assert.equal(await opensslSays(server.port), signs(facts));
      if (version === 18) return assert.match(String(facts.TLSv1), /^ECDHE-ECDSA-/);
      await configure({ settings: { ...settings, ssl_ciphers: 'DEFAULT@SECLEVEL=0' } });
      assert.equal(signs((await seen()).facts), '++++');
      if (!noOpenssl) assert.equal(await opensslSays(server.port), '++++');
    });

    it('knows TLS from the first byte on, which PostgreSQL 17 has brought', async () => {
      await configure({});
      assert.equal((await seen()).facts.directTls, version === 18 ? 'accepted' : 'refused');
    });

    it('knows the certificate', async () => {
      const verification = async (certificate: PostgresConfig['certificate'], options = {}) => {
        await configure({ ...(certificate && { certificate }) });
        const { facts, verdicts } = await seen(options);
        return [facts.certificateVerification, facts.certificateHostName, verdicts.certificate];
      };
      const self = await loopbackCertificate();
      assert.deepEqual(await verification(self), ['DEPTH_ZERO_SELF_SIGNED_CERT', 'matches', 'FAIL']);
      assert.deepEqual(await verification(self, { ca: [self.cert] }), ['verified', 'matches', 'PASS']);
      const another = await certificateOfAnother();
      assert.deepEqual(await verification(another, { ca: [another.cert] }), [
        'verified',
        'DNS:another.example',
        'FAIL',
      ]);
      const old = await expiredCertificate();
      assert.deepEqual((await verification(old, { ca: [old.cert], host: 'localhost' }))[2], 'FAIL');
      assert.deepEqual(await verification(good), ['verified', 'matches', 'PASS']);
      assert.deepEqual(await verification(good, { host: 'localhost' }), ['verified', 'matches', 'PASS']);
      assert.deepEqual(await verification(good, { ca: undefined }), [
        'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
        'matches',
        'FAIL',
      ]);
      const names = await issued(['localhost']);
      assert.deepEqual(await verification(names), ['verified', 'DNS:localhost', 'FAIL']);
    });

    it('knows how long the certificate lasts, and who vouches for it', async () => {
      const days = (count: number) => new Date(Date.now() + count * 86_400_000 + 3_600_000);
      for (const [count, verdict] of [
        [5, 'WARN'],
        [13, 'WARN'],
        [14, 'PASS'],
      ] as const) {
        await configure({ certificate: await issued(['127.0.0.1'], { notAfter: days(count) }) });
        const { facts, verdicts } = await seen();
        assert.deepEqual(
          [facts.certificateDaysLeft, facts.certificateRoot, verdicts.certificate],
          [count, 'pgposture test authority', verdict],
        );
      }
      await configure({ certificate: await issued(['127.0.0.1'], { notAfter: days(-3) }) });
      const { facts, verdicts } = await seen();
      assert.deepEqual(
        [facts.certificateVerification, facts.certificateDaysLeft, verdicts.certificate],
        ['CERT_HAS_EXPIRED', -3, 'FAIL'],
      );
    });

    it('leaves no connection open, however many probes there are', async () => {
      await configure({});
      await Promise.all(Array.from({ length: 8 }, () => seen()));
      // What was hung up on is gone a moment later.
      await setTimeout(50);
      const mine = process.getActiveResourcesInfo().filter((each) => /^(TCPSocketWrap|Timeout)$/.test(each));
      assert.deepEqual(mine, []);
    });
  });
}

describe('a probe of PgBouncer', { skip: noPostgres15 || noPgBouncer }, () => {
  let server: Postgres;
  let good: IssuedCertificate;
  before(async () => {
    good = await issued(['localhost', '127.0.0.1']);
    server = await startPostgres(15);
    await server.configure({ hba: [hostssl], certificate: good });
  });
  after(() => server?.stop());

  for (const [mode, tls, plaintext, floor] of [
    ['disable', '----', 'FAIL', 'FAIL'],
    ['allow', '--++', 'FAIL', 'WARN'],
    ['require', '--++', 'PASS', 'PASS'],
  ] as const) {
    it(`knows client_tls_sslmode=${mode}`, async () => {
      const bouncer = await startPgBouncer({
        to: server,
        settings: { client_tls_sslmode: mode },
        ...(mode !== 'disable' && { certificate: good }),
      });
      try {
        const { facts, verdicts } = await probed(bouncer.port, { host: '127.0.0.1', ca: [good.ca] });
        assert.deepEqual(
          { tls: signs(facts), plaintext: verdicts.plaintext, versions: verdicts.versions },
          { tls, plaintext, versions: floor },
        );
        if (!noOpenssl) assert.equal(await opensslSays(bouncer.port), tls);
      } finally {
        await bouncer.stop();
      }
    });
  }
});

/** AuthenticationCleartextPassword, and AuthenticationSASL with one mechanism. */
const cleartextPassword = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]);
const sasl = Buffer.from('R\0\0\0\x17\0\0\0\x0aSCRAM-SHA-256\0\0');

describe('a probe', () => {
  it('sends no password and no word of SASL, whatever it is asked for, without TLS and inside it', async () => {
    const { cert, key } = await loopbackCertificate();
    const heard: { readonly inside: boolean; readonly bytes: Buffer }[] = [];
    const asks = (socket: Socket, inside: boolean) => {
      socket.on('error', () => undefined);
      socket.on('data', (bytes) => {
        heard.push({ inside, bytes });
        socket.write(inside ? sasl : cleartextPassword);
      });
    };
    const inner = createTlsServer({ cert, key, ALPNProtocols: ['postgresql'] }, (socket) => asks(socket, true));
    inner.on('tlsClientError', () => undefined);
    const server = await hostileServer((socket) => {
      socket.once('data', (bytes) => {
        const isStartup = bytes.readUInt32BE(4) === 0x3_0000;
        socket.pause();
        if (isStartup || bytes[0] === 0x16) socket.unshift(bytes);
        if (isStartup) asks(socket, false);
        else if (bytes[0] === 0x16) inner.emit('connection', socket);
        else socket.write('S', () => inner.emit('connection', socket));
        if (isStartup) socket.resume();
      });
    });
    const { facts, verdicts } = await probed(server.port, { host: '127.0.0.1' });
    server.close();
    assert.deepEqual(
      [verdicts.plaintext, facts.directTls, facts['TLSv1.2']?.toString().slice(0, 5)],
      ['FAIL', 'accepted', 'ECDHE'],
    );
    const startup = 'user\0pgposture\0database\0postgres\0application_name\0pgposture\0\0';
    assert.deepEqual(
      heard.map(({ inside, bytes }) => [
        inside,
        bytes.readUInt32BE(0),
        bytes.readUInt32BE(4),
        bytes.subarray(8).toString(),
      ]),
      [false, true].map((inside) => [inside, startup.length + 8, 0x3_0000, startup]),
    );
  });

  it('sends the server of the gateway the name behind the @, and says the name without its last dot', async (t) => {
    assert.match(startupMessage('db.postgres.database.azure.com').toString(), /\0user\0pgposture@db\0/);
    assert.match(startupMessage('DB.example.com').toString(), /\0user\0pgposture\0/);
    const { cert, key } = await loopbackCertificate();
    const names = new Set<string>();
    const inner = createTlsServer({
      cert,
      key,
      SNICallback(name, done) {
        names.add(name);
        done(null);
      },
    });
    inner.on('secureConnection', (socket) => socket.on('error', () => undefined).end(cleartextPassword));
    inner.on('tlsClientError', () => undefined);
    const server = await hostileServer((socket) => {
      socket.once('data', (bytes) => {
        if (bytes.length !== 8) return void socket.end();
        socket.pause();
        socket.write('S', () => inner.emit('connection', socket));
      });
    });
    // Not every resolver knows localhost with a dot.
    t.mock.method(dns, 'lookup', (...argv: unknown[]) => {
      const done = argv.at(-1) as (error: null, found: readonly dns.LookupAddress[]) => void;
      setImmediate(done, null, [{ address: '127.0.0.1', family: 4 }]);
    });
    for (const host of ['localhost', 'localhost.', '127.0.0.1']) {
      const { facts } = await probed(server.port, { host, ca: [cert] });
      assert.equal(facts.certificateHostName, 'matches', host);
    }
    server.close();
    assert.deepEqual([...names], ['localhost']);
  });
});
