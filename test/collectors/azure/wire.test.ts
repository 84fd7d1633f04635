import assert from 'node:assert/strict';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it, type TestContext } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { createPipelineRequest } from '@azure/core-rest-pipeline';
import { ArmError } from '../../../collectors/azure/gap';
import { createWire } from '../../../collectors/azure/wire';
import type { ReasonKind } from '../../../types';
import { loopbackCertificate } from '../../support/certificate';

const ok = (headers: string, body: Buffer | string = '') =>
  Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\n${headers}\r\n\r\n`), Buffer.from(body)]);
const gzipped = gzipSync('{"value":[]}');
const tooMuch = Buffer.alloc(64 * 1024 * 1024 + 1, ' ');
const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024));

/** What a server sends before it closes the connection, and what becomes of it. */
const answers: readonly [name: string, bytes: Buffer, expected: string | ReasonKind][] = [
  ['a plain body', ok('content-length: 2', '{}'), '{}'],
  ['a gzip body', ok(`content-encoding: gzip\r\ncontent-length: ${gzipped.length}`, gzipped), '{"value":[]}'],
  ['a body in chunks', ok('transfer-encoding: chunked', '1\r\n{\r\n1\r\n}\r\n0\r\n\r\n'), '{}'],
  ['a body that says that it is plain', ok('content-encoding: identity\r\ncontent-length: 2', '{}'), '{}'],
  ['more than anybody can want', ok(`content-length: ${tooMuch.length}`, tooMuch), 'bad-response'],
  ['nothing', Buffer.alloc(0), 'network'],
  ['no HTTP', Buffer.from('SSH-2.0-OpenSSH_9.2\r\n'), 'network'],
  ['half a head', Buffer.from('HTTP/1.1 200 OK\r\ncontent-le'), 'network'],
  ['half a body', ok('content-length: 20', '{"value":'), 'network'],
  [
    'half a gzip body',
    ok(`content-encoding: gzip\r\ncontent-length: ${gzipped.length}`, gzipped.subarray(0, 9)),
    'network',
  ],
  [
    'half a gzip body that claims to be whole',
    ok('content-encoding: gzip\r\ncontent-length: 9', gzipped.subarray(0, 9)),
    'bad-response',
  ],
  ['chunks without an end', ok('transfer-encoding: chunked', '1\r\n{\r\n'), 'network'],
  ['what is not gzip', ok('content-encoding: gzip\r\ncontent-length: 2', '{}'), 'bad-response'],
  ['an encoding that was not asked for', ok('content-encoding: br\r\ncontent-length: 2', '{}'), 'bad-response'],
  ['what is not UTF-8', ok('content-length: 3', Buffer.from([0x22, 0xff, 0x22])), 'bad-response'],
  [
    'another protocol',
    Buffer.from('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
    'network',
  ],
  ['a body without an end', ok('connection: close', Buffer.alloc(65 * 1024 * 1024, ' ')), 'bad-response'],
  ['a gzip bomb', ok(`content-encoding: gzip\r\ncontent-length: ${bomb.length}`, bomb), 'bad-response'],
];

describe('the wire', () => {
  let bytes: Buffer;
  let origin: string;
  let cert: string;
  let close: () => void;

  before(async () => {
    const pem = await loopbackCertificate();
    cert = pem.cert;
    const server = createTlsServer(pem, (socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end(bytes));
    });
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    origin = `https://localhost:${(server.address() as AddressInfo).port}`;
    close = () => server.close();
  });
  after(() => close());

  for (const [name, sent, expected] of answers) {
    it(`is sent ${name}`, async () => {
      bytes = sent;
      const wire = createWire({ maxSockets: 1, ca: cert });
      const result = await wire.sendRequest(createPipelineRequest({ url: origin })).then(
        ({ bodyAsText }) => bodyAsText?.slice(0, 99),
        (error: unknown) => (error instanceof ArmError ? error.kind : String(error)),
      );
      assert.equal(result, expected);
      wire.close();
    });
  }

  for (const said of ['1', '0']) {
    it(`trusts no certificate that nobody vouches for (NODE_TLS_REJECT_UNAUTHORIZED=${said}), and does not try again`, async (t) => {
      process.env.NODE_TLS_REJECT_UNAUTHORIZED = said;
      t.after(() => delete process.env.NODE_TLS_REJECT_UNAUTHORIZED);
      const wire = createWire({ maxSockets: 1 });
      await assert.rejects(wire.sendRequest(createPipelineRequest({ url: origin })), (error: ArmError) => {
        assert.deepEqual([error.kind, error.code, error.transient], ['network', 'DEPTH_ZERO_SELF_SIGNED_CERT', false]);
        return true;
      });
    });
  }

  it('tells a name that does not resolve, and tries it again', async () => {
    const wire = createWire({ maxSockets: 1 });
    await assert.rejects(
      wire.sendRequest(createPipelineRequest({ url: 'https://arm.invalid/' })),
      (error: ArmError) => {
        assert.deepEqual([error.kind, error.transient], ['network', true]);
        assert.match(error.code ?? '', /ENOTFOUND|EAI_AGAIN/);
        return true;
      },
    );
  });

  it('speaks HTTPS, and HTTP only to whoever allows it', async (t) => {
    const server = createHttpServer((request, response) => request.pipe(response));
    t.after(() => {
      server.close();
      server.closeAllConnections();
    });
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    const request = {
      url: `http://localhost:${(server.address() as AddressInfo).port}/`,
      method: 'POST',
      body: 'apple',
    } as const;
    const wire = createWire({ maxSockets: 1, proxyFor: () => 'http://localhost:1' });
    const { status, bodyAsText } = await wire.sendRequest(
      createPipelineRequest({ ...request, allowInsecureConnection: true }),
    );
    assert.deepEqual([status, bodyAsText], [200, 'apple']);
    await assert.rejects(wire.sendRequest(createPipelineRequest(request)), { message: 'Only HTTPS is spoken here.' });
    wire.close();
  });

  it('ends before it began, if the call was aborted', async () => {
    const wire = createWire({ maxSockets: 1, ca: cert });
    const request = createPipelineRequest({ url: origin, abortSignal: AbortSignal.abort() });
    await assert.rejects(wire.sendRequest(request), { kind: 'network', message: 'The call was aborted.' });
    wire.close();
  });

  /** A server and a wire for one test; both end with it. */
  async function connected(t: TestContext, maxSockets: number, listener: RequestListener) {
    const server = createHttpsServer(await loopbackCertificate(), listener);
    const wire = createWire({ maxSockets, ca: cert });
    t.after(() => {
      wire.close();
      server.close();
      server.closeAllConnections();
    });
    let connections = 0;
    server.on('connection', () => connections++);
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    const host = `localhost:${(server.address() as AddressInfo).port}`;
    return { wire, host, url: `https://${host}/`, connections: () => connections };
  }
  const answerAll: RequestListener = (_, response) => response.end('{}');

  it('keeps its connections, and no more than it may', async (t) => {
    const { wire, url, connections } = await connected(t, 3, answerAll);
    await Promise.all(Array.from({ length: 30 }, () => wire.sendRequest(createPipelineRequest({ url }))));
    assert.equal(connections(), 3);
  });

  it('opens nothing once it is closed', async (t) => {
    const { wire, url, connections } = await connected(t, 3, answerAll);
    wire.close();
    await assert.rejects(wire.sendRequest(createPipelineRequest({ url })), { kind: 'network', transient: false });
    assert.equal(connections(), 0);
  });

  it('ends a call that is given up, and its connection', async (t) => {
    const call = new AbortController();
    const closed: Promise<void>[] = [];
    const { wire, url } = await connected(t, 1, ({ socket }, response) => {
      closed.push(new Promise((resolve) => socket.once('close', () => resolve())));
      call.abort();
      setImmediate(() => response.end('{}'));
    });
    const request = createPipelineRequest({ url, abortSignal: call.signal });
    await assert.rejects(wire.sendRequest(request), { kind: 'network', message: 'The call was aborted.' });
    await Promise.all(closed);
  });

  it('names who did not answer within the time of a request', async (t) => {
    const { wire, url, host } = await connected(t, 3, () => {});
    await assert.rejects(wire.sendRequest(createPipelineRequest({ url, timeout: 200 })), {
      kind: 'timeout',
      message: `${host} did not answer within 0.2 s.`,
    });
  });
});
