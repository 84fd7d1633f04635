import assert from 'node:assert/strict';
import { type AddressInfo, createServer } from 'node:net';
import { describe, it } from 'node:test';

import tls = require('node:tls');

import { CutShort } from '../../../helpers/cutShort';
import { loopbackCertificate } from '../../support/certificate';
import {
  type Behaviour,
  errorResponse,
  type HostileServer,
  hostile,
  hostileServer,
  onFirst,
} from '../../support/hostileServer';
import { probed } from '../../support/probed';

const versions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;

/** Milliseconds pass a hundred times as fast: who says nothing is waited for no longer than that. */
const hurried = {
  now: () => Date.now(),
  after(milliseconds: number, callback: () => void) {
    const timer = setTimeout(callback, milliseconds / 50);
    return () => clearTimeout(timer);
  },
};

/** Says so itself, of every version. */
const saysNo = new Set(['refuses TLS, and hangs up', 'refuses TLS, and says no more', 'alerts protocol_version']);

describe('a server that', () => {
  for (const [name, behave] of Object.entries(hostile) as [string, Behaviour][]) {
    it(`${name}, proves nothing that it does not say`, async () => {
      const server = await hostileServer(behave);
      const { facts, verdicts, report } = await probed(server.port, { host: '127.0.0.1', clock: hurried });
      server.close();
      assert.match(String(facts.plaintext), /^UNKNOWN /, 'plaintext');
      for (const version of versions) {
        if (saysNo.has(name)) assert.equal(facts[version], 'refused', version);
        else assert.match(String(facts[version]), /^UNKNOWN /, version);
      }
      assert.ok(!Object.values(verdicts).includes('PASS'));
      assert.ok(report.complete);
      for (const { reason } of report.results) if (reason) assert.match(`${reason.detail}${reason.remedy}`, /\S{3}/);
    });
  }
});

/** Answers a startup in plaintext in one way, and inside TLS in another. */
async function twoFaced(plaintext: Buffer, inside: Buffer): Promise<HostileServer> {
  const { cert, key } = await loopbackCertificate();
  const inner = tls.createServer({ cert, key }, (socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(inside));
  });
  return hostileServer((socket) =>
    onFirst(socket, (said) => {
      if (said === 'StartupMessage') socket.end(plaintext);
      if (said !== 'SSLRequest') return;
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
    ['whose twin hears nothing is not', errorResponse('no entry'), Buffer.alloc(0), 'UNKNOWN bad-response'],
  ] as const) {
    it(name, async () => {
      const server = await twoFaced(plaintext, inside);
      const { facts } = await probed(server.port, { host: '127.0.0.1', clock: hurried });
      server.close();
      assert.equal(facts.plaintext, expected);
    });
  }
});

describe('a version that this Node cannot offer', () => {
  it('was not tested, which is no refusal', async (t) => {
    const { connect } = tls;
    t.mock.method(tls, 'connect', (options: tls.ConnectionOptions) => {
      // As OpenSSL says it where it was built without.
      if (options.minVersion === 'TLSv1' && options.maxVersion === 'TLSv1')
        throw Object.assign(new Error('no protocols available'), { code: 'ERR_SSL_NO_PROTOCOLS_AVAILABLE' });
      return connect(options);
    });
    const server = await hostileServer(hostile['alerts protocol_version']);
    const { facts, resource, verdicts } = await probed(server.port, { host: '127.0.0.1', clock: hurried });
    server.close();
    assert.deepEqual([facts.TLSv1, facts['TLSv1.1']], ['UNKNOWN not-collected', 'refused']);
    const fact = resource.facts.TLSv1;
    assert.ok(fact && !fact.known);
    assert.match(
      fact.gap.detail,
      /^TLSv1 was not tested: this Node cannot offer it \(ERR_SSL_NO_PROTOCOLS_AVAILABLE\)/,
    );
    assert.equal(verdicts.versions, 'UNKNOWN not-collected');
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
