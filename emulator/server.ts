import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { createServer, type ServerOptions } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Emulator } from './emulator';
import type { BodyFault } from './tenant';

export interface EmulatorServer {
  /** `https://localhost:<port>` */
  readonly endpoint: string;
  close(): Promise<void>;
}

/**
 * The emulator on loopback HTTPS, with the certificate that it is given. Answers gzip to whoever accepts it, as ARM does.
 *
 * @param compress makes gzip of an answer to a URL.
 */
export async function serveEmulator(
  emulator: Emulator,
  { cert, key }: Pick<ServerOptions, 'cert' | 'key'>,
  compress: (text: Buffer, url: string) => Buffer = (text) => gzipSync(text),
): Promise<EmulatorServer> {
  /** Those below TLS, which cannot reset a connection, by port of the client. */
  const sockets = new Map<number | undefined, Socket>();
  const server = createServer({ cert, key }, async (request, response) => {
    const url = `https://${request.headers.host}${request.url}`;
    const { method = '', headers: asked } = request;
    const chunks: Buffer[] | undefined = await request.toArray().catch(() => undefined);
    if (!chunks) return;
    const body = Buffer.concat(chunks).toString();
    if (emulator.tenant.latency) await sleep(emulator.tenant.latency);
    const given = emulator.answer({ method, url, authorization: asked.authorization, body });
    if (given === 'silence') return;
    if (given === 'reset') return void request.socket.destroy();

    const gzip = /\bgzip\b/.test(String(asked['accept-encoding']));
    const tear = () => sockets.get(request.socket.remotePort)?.resetAndDestroy();
    if (typeof given === 'string') return breakBody(given, gzip, response, tear);
    if ('plain' in given) return breakBody(given.plain, false, response, tear);
    const { status, headers, body: answer } = given;
    if (status === 204) return void response.writeHead(status, headers).end();
    const text = Buffer.from(typeof answer === 'string' ? answer : JSON.stringify(answer));
    const bytes = gzip ? compress(text, url) : text;
    response.writeHead(status, { ...headersOf(bytes, gzip), ...headers }).end(bytes);
  });
  server.on('connection', (socket: Socket) => {
    const { remotePort } = socket;
    sockets.set(remotePort, socket);
    socket.on('close', () => sockets.delete(remotePort));
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  return {
    endpoint: `https://localhost:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const headersOf = (bytes: Buffer, gzip: boolean) => ({
  'content-type': 'application/json; charset=utf-8',
  'content-length': bytes.length,
  ...(gzip && { 'content-encoding': 'gzip' }),
});

/** An empty list, which passes for a proof that there is nothing if anyone believes it. */
const emptyList = Buffer.from('{"value":[]}');

function breakBody(fault: BodyFault, gzip: boolean, response: ServerResponse, tear: () => void): void {
  const bytes = gzip ? gzipSync(emptyList) : emptyList;
  const headers = headersOf(bytes, gzip);
  const half = (then?: () => void) =>
    void response.writeHead(200, headers).write(bytes.subarray(0, bytes.length / 2), then);
  const send = (body: Buffer, more: OutgoingHttpHeaders) =>
    void response.writeHead(200, { ...headers, ...more }).end(body);
  const faults: Record<BodyFault, () => void> = {
    stall: () => half(),
    cut: () => half(() => response.socket?.destroy()),
    torn: () => half(tear),
    drip() {
      response.writeHead(200, { ...headers, 'content-length': 1_000_000 });
      const timer = setInterval(() => response.write(' '), 1);
      response.on('close', () => clearInterval(timer));
    },
    'too-short': () => send(bytes, { 'content-length': bytes.length + 9 }),
    'too-long': () => send(bytes, { 'content-length': bytes.length - 5 }),
    'no-gzip': () => send(emptyList, { 'content-encoding': 'gzip', 'content-length': emptyList.length }),
    'no-utf8': () =>
      send(Buffer.from([...emptyList, 0xff]), {
        'content-encoding': 'identity',
        'content-length': emptyList.length + 1,
      }),
  };
  faults[fault]();
}
