import { createServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
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
  const server = createServer({ cert, key }, async (request, response) => {
    const url = `https://${request.headers.host}${request.url}`;
    const { method = '', headers: asked } = request;
    const chunks: Buffer[] | undefined = await request.toArray().catch(() => undefined);
    if (!chunks) return;
    const body = Buffer.concat(chunks).toString();
    if (emulator.tenant.latency) await setTimeout(emulator.tenant.latency);
    const given = emulator.answer({ method, url, authorization: asked.authorization, body });
    if (given === 'silence') return;
    if (given === 'reset') return void request.socket.destroy();

    const gzip = /\bgzip\b/.test(String(asked['accept-encoding']));
    const {
      status,
      headers,
      body: answer,
    } = typeof given === 'string' ? { status: 200, headers: {}, body: { value: [] } } : given;
    if (status === 204) return void response.writeHead(status, headers).end();
    const text = Buffer.from(typeof answer === 'string' ? answer : JSON.stringify(answer));
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
