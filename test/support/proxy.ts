import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Certificate } from './certificate';

export interface StartedProxy {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** The host and port of each tunnel that was asked for, in order. */
  readonly tunnels: readonly string[];
  /** `Proxy-Authorization` of each. */
  readonly authorizations: readonly (string | undefined)[];
  /** All that came from its clients: what it was asked, and what went through its tunnels. */
  readonly heard: readonly (string | Uint8Array)[];
}

export interface ProxyOptions {
  /** Where every tunnel ends, whatever host it was asked for: the origin of an emulator. Else it ends where it says. */
  readonly leadsTo?: string;
  /** Answers so, and opens nothing; `silence` answers nothing. */
  readonly refuses?: number | 'silence';
  /** Whom it refuses: so many, and then nobody; all, if left out. */
  readonly refusals?: number;
  /** Milliseconds before it answers. */
  readonly takes?: number;
  /** Speaks TLS. */
  readonly certificate?: Certificate;
}

/** An HTTP proxy on loopback; closed after the test at the latest. */
export async function startProxy(options: ProxyOptions = {}): Promise<StartedProxy> {
  const { leadsTo, refuses, refusals = Number.POSITIVE_INFINITY, takes = 0, certificate } = options;
  const sockets = new Set<Duplex>();
  let close = () => {};
  after(() => close());
  const server = certificate ? createHttpsServer(certificate) : createServer();
  const tunnels: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const heard: (string | Uint8Array)[] = [];
  server.on('connection', (socket: Socket) => sockets.add(socket));
  server.on('request', ({ url = '', rawHeaders }: IncomingMessage) => heard.push(url, ...rawHeaders));
  server.on('connect', async (request: IncomingMessage, client: Duplex) => {
    heard.push(request.url ?? '', ...request.rawHeaders);
    client.on('data', (bytes: Uint8Array) => heard.push(bytes));
    tunnels.push(request.url ?? '');
    authorizations.push(request.headers['proxy-authorization']);
    client.on('error', () => undefined);
    const refused = tunnels.length <= refusals;
    await sleep(takes);
    if (refused && refuses === 'silence') return;
    if (refused && refuses) return void client.end(`HTTP/1.1 ${refuses} No\r\ncontent-length: 0\r\n\r\n`);
    const { hostname, port } = new URL(leadsTo ?? `https://${request.url}`);
    const target = connect(Number(port), hostname, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      target.pipe(client).pipe(target);
    });
    sockets.add(target);
    target.on('error', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  close = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  const url = `${certificate ? 'https' : 'http'}://localhost:${(server.address() as AddressInfo).port}`;
  return { url, tunnels, authorizations, heard };
}
