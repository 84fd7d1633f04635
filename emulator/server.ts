import { createServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { Emulator } from './emulator';

export interface EmulatorServer {
  /** `https://localhost:<port>` */
  readonly endpoint: string;
  close(): Promise<void>;
}

/** The emulator on loopback HTTPS, with the certificate that it is given. Answers gzip to whoever accepts it, as ARM does. */
export async function serveEmulator(
  emulator: Emulator,
  { cert, key }: Pick<ServerOptions, 'cert' | 'key'>,
): Promise<EmulatorServer> {
  const server = createServer({ cert, key }, (request, response) => {
    const url = `https://${request.headers.host}${request.url}`;
    const given = emulator.answer({ method: request.method ?? '', url, authorization: request.headers.authorization });
    if (given === 'silence') return;
    if (given === 'reset') return void request.socket.destroy();

    const gzip = /\bgzip\b/.test(String(request.headers['accept-encoding']));
    const { status, headers, body } =
      typeof given === 'string' ? { status: 200, headers: {}, body: { value: [] } } : given;
    if (status === 204) return void response.writeHead(status, headers).end();
    const text = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    const bytes = gzip ? gzipSync(text) : text;
    response.writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': bytes.length,
      ...(gzip && { 'content-encoding': 'gzip' }),
      ...headers,
    });
    if (typeof given !== 'string') return void response.end(bytes);
    response.write(bytes.subarray(0, bytes.length / 2), () => {
      if (given === 'cut') request.socket.destroy();
    });
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
