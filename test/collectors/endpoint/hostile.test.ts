import assert from 'node:assert/strict';
import { setMaxListeners } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import tls = require('node:tls');

import { probeEndpoint } from '../../../collectors/endpoint/probe';
import { CutShort } from '../../../helpers/cutShort';
import type { Clock } from '../../../types';
import { loopbackCertificate } from '../../support/certificate';
import {
  type Behaviour,
  errorResponse,
  type HostileServer,
  hostile,
  hostileServer,
  onClientHello,
  onFirst,
} from '../../support/hostileServer';
import { probed } from '../../support/probed';

const versions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;

/** Time passes so many times as fast: who says nothing is waited for no longer than that. */
const hurried = (times: number): Clock => ({
  now: () => Date.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds / times);
    return () => clearTimeout(timer);
  },
});

/** Says so itself, of every version. */
const saysNo = new Set(['refuses TLS, and hangs up', 'refuses TLS, and says no more', 'alerts protocol_version']);

/** What it says to a ClientHello at once is no TLS, or it has said before that it has none. */
const isNoTls = /^(answers|greets|refuses TLS|takes TLS, and goes on without)/;

describe('a server that', () => {
  for (const [name, behave] of Object.entries(hostile) as [string, Behaviour][]) {
    it(`${name}, proves nothing that it does not say`, async () => {
      const server = await hostileServer(behave);
      // What is to be heard needs its time, also on a slow machine.
      const clock = hurried(saysNo.has(name) ? 10 : 50);
      const began = performance.now();
      const { facts, verdicts, report } = await probed(server.port, { host: '127.0.0.1', clock });
      server.close();
      // Eight connections at most, each of which has twice 100 ms.
      assert.ok(performance.now() - began < 4_000);
      assert.match(String(facts.plaintext), /^UNKNOWN /, 'plaintext');
      for (const version of versions) {
        if (saysNo.has(name)) assert.equal(facts[version], 'refused', version);
        else assert.match(String(facts[version]), /^UNKNOWN /, version);
      }
      assert.notEqual(facts.directTls, 'accepted');
      if (!isNoTls.test(name)) assert.match(String(facts.directTls), /^UNKNOWN /, 'directTls');
      assert.ok(!Object.values(verdicts).includes('PASS'));
      assert.ok(report.complete);
      for (const { reason } of report.results) if (reason) assert.match(`${reason.detail}${reason.remedy}`, /\S{3}/);
    });
  }
});

/** Answers a startup in plaintext in one way, and inside TLS in another. */
async function twoFaced(plaintext: Buffer, inside: Buffer | undefined): Promise<HostileServer> {
  const { cert, key } = await loopbackCertificate();
  const inner = tls.createServer({ cert, key }, (socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      if (inside) socket.end(inside);
    });
    // Or nobody would see that the client has gone.
    socket.resume();
  });
  return hostileServer((socket) =>
    onFirst(socket, (said) => {
      if (said === 'StartupMessage') return void socket.end(plaintext);
      if (said !== 'SSLRequest') return void socket.end();
      socket.pause();
      socket.write('S', () => inner.emit('connection', socket));
    }),
  );
}

const asks = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 5]);

describe('a refusal of plaintext', () => {
  for (const [name, plaintext, inside, expected] of [
    ['is proven by its twin', errorResponse('no pg_hba.conf entry'), asks, 'refused'],
    ['by the gateway of Single Server is, too', errorResponse('SSL connection is required.'), asks, 'refused'],
    ['by PgBouncer is, too', errorResponse('SSL required', '08P01'), asks, 'refused'],
    [
      'by PgBouncer for another reason is not',
      errorResponse('no more connections', '08P01'),
      asks,
      'UNKNOWN bad-response',
    ],
    ['of a server with too many connections is not', errorResponse('too many', '53300'), asks, 'UNKNOWN server-error'],
    ['of a server that starts up is not', errorResponse('starting up', '57P03'), asks, 'UNKNOWN server-error'],
    ['that the twin gets, too, is not', errorResponse('no entry'), errorResponse('no entry'), 'UNKNOWN forbidden'],
    [
      'whose twin finds too many connections is not',
      errorResponse('no entry'),
      errorResponse('too many', '53300'),
      'UNKNOWN server-error',
    ],
    // With its code, which stands before what is missing.
    [
      'of which only half has come is not',
      errorResponse('no pg_hba.conf entry').subarray(0, 30),
      asks,
      'UNKNOWN bad-response',
    ],
    ['whose twin hears nothing is not', errorResponse('no entry'), Buffer.alloc(0), 'UNKNOWN bad-response'],
  ] as const) {
    it(name, async () => {
      const server = await twoFaced(plaintext, inside);
      const { facts } = await probed(server.port, { host: '127.0.0.1' });
      server.close();
      assert.equal(facts.plaintext, expected);
    });
  }
});

describe('a certificate', () => {
  it('was seen, also of a server that says nothing after it', async () => {
    const server = await twoFaced(errorResponse('no pg_hba.conf entry'), undefined);
    const { facts, verdicts } = await probed(server.port, { host: '127.0.0.1', clock: hurried(10) });
    server.close();
    assert.deepEqual(
      [facts.certificateVerification, facts.certificateHostName, facts.plaintext],
      ['DEPTH_ZERO_SELF_SIGNED_CERT', 'matches', 'UNKNOWN timeout'],
    );
    assert.deepEqual(
      versions.map((version) => facts[version]),
      ['refused', 'refused', 'ECDHE-ECDSA-AES128-GCM-SHA256', 'TLS_AES_256_GCM_SHA384'],
    );
    assert.deepEqual([verdicts.certificate, verdicts.plaintext], ['FAIL', 'UNKNOWN timeout']);
  });
});

describe('TLS that this Node cannot offer', () => {
  for (const [name, refuse] of [
    // OpenSSL says so once it begins, and then sends an alert instead of a ClientHello.
    ['as no cipher of its is left', (options) => ({ ...options, ciphers: 'ECDHE-RSA-AES128-GCM-SHA256@SECLEVEL=0' })],
    [
      'as it was built without',
      () => {
        throw Object.assign(new Error('no ciphers available'), { code: 'ERR_SSL_NO_CIPHERS_AVAILABLE' });
      },
    ],
  ] as const satisfies readonly (readonly [string, (options: tls.ConnectionOptions) => tls.ConnectionOptions])[]) {
    it(`was not tested, ${name}, which is no refusal`, async (t) => {
      const { connect } = tls;
      t.mock.method(tls, 'connect', (options: tls.ConnectionOptions) =>
        connect(options.minVersion === 'TLSv1' && options.maxVersion === 'TLSv1' ? refuse(options) : options),
      );
      const server = await hostileServer(hostile['alerts protocol_version']);
      const { facts, resource, verdicts } = await probed(server.port, { host: '127.0.0.1' });
      server.close();
      assert.deepEqual([facts.TLSv1, facts['TLSv1.1']], ['UNKNOWN not-collected', 'refused']);
      const fact = resource.facts.TLSv1;
      assert.ok(fact && !fact.known);
      assert.match(
        fact.gap.detail,
        /^TLSv1 was not tested: this Node cannot offer it \(ERR_SSL_NO_CIPHERS_AVAILABLE\)/,
      );
      assert.equal(verdicts.versions, 'UNKNOWN not-collected');
    });
  }

  it('leaves all of it unknown, if it can offer none', async (t) => {
    const { connect } = tls;
    t.mock.method(tls, 'connect', (options: tls.ConnectionOptions) =>
      connect({ ...options, minVersion: 'TLSv1', maxVersion: 'TLSv1', ciphers: 'ECDHE-RSA-AES128-GCM-SHA256' }),
    );
    const server = await twoFaced(errorResponse('no pg_hba.conf entry'), asks);
    const { facts } = await probed(server.port, { host: '127.0.0.1' });
    server.close();
    const { address, operator, encryptionSetting, minimumTlsVersionSetting, ...seen } = facts;
    assert.deepEqual([...new Set(Object.values(seen))], ['UNKNOWN not-collected']);
  });
});

/** A ServerHello that chooses a version up to 1.2 with ECDHE_RSA_WITH_AES_128_GCM_SHA256, and knows no extensions, as old servers do. */
const serverHello = (version: number) =>
  Buffer.concat([
    Buffer.from([0x16, 3, version, 0, 42, 2, 0, 0, 38, 3, version]),
    Buffer.alloc(32, 7),
    Buffer.from([0, 0xc0, 0x2f, 0]),
  ]);

describe('a server that chooses', () => {
  it('another version than the only one that is offered, refuses that', async () => {
    const server = await hostileServer((socket) => onClientHello(socket, () => socket.end(serverHello(3))));
    const { facts } = await probed(server.port, { host: '127.0.0.1' });
    server.close();
    // It has chosen 1.2, though our OpenSSL goes on with nobody who cannot renegotiate safely.
    assert.deepEqual(
      versions.map((version) => facts[version]),
      ['refused', 'refused', 'accepted', 'refused'],
    );
  });

  it('1.0, whatever is offered, has no modern TLS', async () => {
    const server = await hostileServer((socket) => onClientHello(socket, () => socket.end(serverHello(1))));
    const { facts, verdicts } = await probed(server.port, { host: '127.0.0.1' });
    server.close();
    // Its cipher is none of 1.0, which proves nothing of 1.0.
    assert.deepEqual(
      versions.map((version) => facts[version]),
      ['UNKNOWN bad-response', 'refused', 'refused', 'refused'],
    );
    assert.equal(verdicts.versions, 'UNKNOWN bad-response');
  });
});

const alertRecord = (description: number) => Buffer.from([0x15, 3, 1, 0, 2, 2, description]);

describe('TLS from the first byte on', () => {
  for (const [name, answer, expected] of [
    ['is refused by who hangs up, and else answers', '', 'refused'],
    ['is refused by who says something else', errorResponse('unsupported frontend protocol'), 'refused'],
    ['is refused by who has it for another protocol', alertRecord(120), 'refused'],
    ['may be refused for the version, and then nobody knows', alertRecord(70), 'UNKNOWN bad-response'],
    ['may be refused for the ciphers, and then nobody knows', alertRecord(40), 'UNKNOWN bad-response'],
  ] as const) {
    it(name, async () => {
      const server = await hostileServer((socket) =>
        onFirst(socket, (said) => {
          socket.end(said === 'ClientHello' ? answer : said === 'SSLRequest' ? 'N' : asks);
        }),
      );
      const { facts } = await probed(server.port, { host: '127.0.0.1' });
      server.close();
      assert.deepEqual([facts.plaintext, facts.directTls], ['accepted', expected]);
    });
  }
});

describe('a server that alerts once TLS is there', () => {
  it('as it wants a certificate of the client, proves nothing of plaintext', async () => {
    const { cert, key } = await loopbackCertificate();
    const inner = tls.createServer({ cert, key, requestCert: true, rejectUnauthorized: true });
    inner.on('tlsClientError', () => undefined);
    const server = await hostileServer((socket) =>
      onFirst(socket, (said) => {
        if (said === 'StartupMessage') return void socket.end(errorResponse('no pg_hba.conf entry'));
        if (said !== 'SSLRequest') return void socket.end();
        socket.pause();
        socket.write('S', () => inner.emit('connection', socket));
      }),
    );
    const { facts } = await probed(server.port, { host: '127.0.0.1', clock: hurried(10) });
    server.close();
    assert.match(String(facts.plaintext), /^UNKNOWN (network|bad-response)$/);
    assert.equal(facts.address, '127.0.0.1');
  });
});

describe('what cannot be asked', () => {
  it('as nothing listens there, is unknown', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const { facts, report } = await probed(port, { host: '127.0.0.1' });
    assert.deepEqual([...new Set(Object.values(facts))].filter(Boolean).sort(), ['UNKNOWN network', 'other']);
    for (const { reason } of report.results) assert.equal(reason?.code, 'ECONNREFUSED');
  });

  it('as its name leads nowhere, is unknown', async () => {
    const { report } = await probed(5432, { host: 'nowhere.invalid' });
    for (const { reason } of report.results) assert.match(reason?.code ?? '', /^(ENOTFOUND|EAI_AGAIN)$/);
  });

  it('as the probe was stopped before, is unknown, and nobody is asked', async () => {
    let asked = 0;
    const server = await hostileServer(() => void asked++);
    const signal = AbortSignal.abort(new CutShort('timeout'));
    const { report } = await probed(server.port, { host: '127.0.0.1', signal });
    server.close();
    for (const { reason } of report.results) assert.equal(reason?.kind, 'timeout');
    assert.deepEqual([asked, report.complete], [0, false]);
  });

  it('as the probe was stopped in the middle, is unknown, and nobody waits', async () => {
    const cut = new AbortController();
    const server = await hostileServer((_, connection) => {
      if (connection === 1) setTimeout(() => cut.abort(new CutShort('not-collected')), 20);
    });
    const began = performance.now();
    const { report } = await probed(server.port, { host: '127.0.0.1', signal: cut.signal });
    server.close();
    assert.ok(performance.now() - began < 2_000);
    for (const { reason } of report.results) assert.equal(reason?.kind, 'not-collected');
  });
});

describe('many probes at once', () => {
  it('each end, and leave nothing open', async () => {
    const servers = await Promise.all(Object.values(hostile).map((behave) => hostileServer(behave)));
    const clock = hurried(50);
    const { signal } = new AbortController();
    setMaxListeners(0, signal);
    const facts = await Promise.all(
      servers.flatMap(({ port }) =>
        Array.from({ length: 3 }, () => probeEndpoint({ host: '127.0.0.1', port }, { clock, signal })),
      ),
    );
    for (const { plaintext } of facts) assert.ok(!plaintext.known);
    for (const server of servers) server.close();
    // What was hung up on is gone a moment later.
    await sleep(50);
    const open = process
      .getActiveResourcesInfo()
      .filter((each) => /^(TCPSocketWrap|TCPServerWrap|Timeout)$/.test(each));
    assert.deepEqual(open, []);
  });
});
