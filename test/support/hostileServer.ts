import { type AddressInfo, createServer, type Socket } from 'node:net';
import { after } from 'node:test';

export interface HostileServer {
  /** On 127.0.0.1. */
  readonly port: number;
  close(): void;
}

/** What it does to a client; `connection` counts them from 1. */
export type Behaviour = (socket: Socket, connection: number) => void;

/** A server on loopback that does as it is told; closed after the test at the latest. */
export async function hostileServer(behave: Behaviour): Promise<HostileServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    // What nobody reads would hide the end of the client.
    socket.resume();
    connections++;
    behave(socket, connections);
  });
  const close = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  // First of all: behind an await, node:test may take us for another test.
  after(close);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, close };
}

/** What a client says first. */
export type Said = 'SSLRequest' | 'StartupMessage' | 'ClientHello' | 'something else';

function understood(bytes: Buffer): Said {
  if (bytes[0] === 0x16) return 'ClientHello';
  const code = bytes.readUInt32BE(4);
  if (code === 80_877_103) return 'SSLRequest';
  return code >>> 16 === 3 ? 'StartupMessage' : 'something else';
}

/** Calls once with what the client says first, as soon as its first eight bytes are there. */
export function onFirst(socket: Socket, then: (said: Said) => void): void {
  let heard = Buffer.alloc(0);
  const listen = (bytes: Buffer) => {
    heard = Buffer.concat([heard, bytes]);
    if (heard.length < 8) return;
    socket.off('data', listen);
    then(understood(heard));
  };
  socket.on('data', listen);
}

/** Says yes to an SSLRequest, and calls when TLS begins, after one or without; hangs up on who does not want it. */
export function onClientHello(socket: Socket, then: () => void): void {
  onFirst(socket, (said) => {
    if (said === 'ClientHello') return then();
    if (said !== 'SSLRequest') return void socket.end();
    socket.once('data', then);
    socket.write('S');
  });
}

/** As PostgreSQL has sent it since 7.4. */
export function errorResponse(text: string, code = '28000'): Buffer {
  return withLength(Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${text}\0\0`));
}

/** An ErrorResponse that says it is as long as that; its length counts itself, which is four. */
function withLength(body: Buffer, length = body.length + 4): Buffer {
  const head = Buffer.from('E\0\0\0\0');
  head.writeUInt32BE(length, 1);
  return Buffer.concat([head, body]);
}

type Answer = string | Uint8Array;

const answers =
  (bytes: Answer): Behaviour =>
  (socket) =>
    onFirst(socket, () => socket.write(bytes));

const answersAndCloses =
  (bytes: Answer): Behaviour =>
  (socket) =>
    onFirst(socket, () => socket.end(bytes));

const toClientHello =
  (bytes: Answer): Behaviour =>
  (socket) =>
    onClientHello(socket, () => socket.write(bytes));

/** A fatal alert, as a TLS record. */
const alert =
  (description: number): Behaviour =>
  (socket) =>
    onClientHello(socket, () => socket.end(Buffer.from([0x15, 3, 1, 0, 2, 2, description])));

/** Calls every so many milliseconds, until it says that it is done, or the client goes. */
function every(socket: Socket, milliseconds: number, step: () => boolean): void {
  const timer = setInterval(() => step() && clearInterval(timer), milliseconds);
  socket.on('close', () => clearInterval(timer));
}

const refused = errorResponse('no pg_hba.conf entry for host "127.0.0.1", user "x", database "x", no encryption');

/** Both have no end: a flood waits only for the client to take it. */
const flood = (socket: Socket): void => {
  const block = Buffer.alloc(1 << 16, 'E');
  const pour = () => {
    while (!socket.destroyed && socket.write(block));
  };
  socket.on('drain', pour);
  pour();
};

/**
 * What a server should not do to who asks about its TLS, whether that is by an SSLRequest, a StartupMessage or TLS at once.
 * Where it matters what the client said, it is said so.
 */
export const hostile = {
  'never answers': () => undefined,
  'hangs up at once': (socket) => void socket.end(),
  'hangs up when it is asked': answersAndCloses(''),
  'resets at once': (socket) => void socket.resetAndDestroy(),
  'resets when it is asked': (socket) => onFirst(socket, () => socket.resetAndDestroy()),

  'answers garbage': answersAndCloses(Buffer.from('f7009a1bff45c3280000e2a1f09fff015380', 'hex')),
  'answers garbage for ever': (socket) => onFirst(socket, () => flood(socket)),
  'answers by HTTP': answersAndCloses('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'),
  'greets before it is asked, as SSH does': (socket) => void socket.write('SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n'),

  'answers an error, a byte at a time': (socket) =>
    onFirst(socket, () => {
      let at = 0;
      every(socket, 2, () => {
        socket.write(refused.subarray(at, at + 1));
        at++;
        if (at === refused.length) socket.end();
        return at === refused.length;
      });
    }),
  'answers an error of which another byte comes now and then, for ever': (socket) =>
    onFirst(socket, () => {
      socket.write(withLength(Buffer.from('SFATAL\0M'), 30_000));
      every(socket, 50, () => !socket.write('x'));
    }),
  'answers an error of a megabyte': answersAndCloses(errorResponse('x'.repeat(1 << 20))),
  'answers an error that says it has 2 GB': answers(withLength(Buffer.from('SFATAL\0'), 0x7fffffff)),
  'answers an error that says it has 4 GB': answers(withLength(Buffer.from('SFATAL\0'), 0xffffffff)),
  'answers an error that says it has nothing, not even its length': answersAndCloses(
    withLength(Buffer.from('SFATAL\0\0'), 0),
  ),
  'answers an error that has no fields': answersAndCloses(withLength(Buffer.from('\0'))),
  'answers an error whose last field does not end': answersAndCloses(withLength(Buffer.from('SFATAL\0Mno end'))),
  'answers half an error, and hangs up': answersAndCloses(refused.subarray(0, refused.length >> 1)),
  'answers half an error, and no more': answers(refused.subarray(0, refused.length >> 1)),
  'answers an error as servers did before 7.4': answersAndCloses('EUnsupported frontend protocol.\n\0'),

  'refuses TLS, and hangs up': answersAndCloses('N'),
  'refuses TLS, and says no more': answers('N'),
  'takes TLS, and goes on without': toClientHello(refused),
  'takes TLS, and says another byte in the same packet': answers('SN'),
  'takes TLS once, and refuses it from then on': (socket, connection) => {
    if (connection <= 2) return onClientHello(socket, () => socket.end(Buffer.from([0x15, 3, 1, 0, 2, 2, 40])));
    onFirst(socket, () => socket.end('N'));
  },
  'takes TLS, and hangs up': answersAndCloses('S'),
  'takes TLS, and hangs up on a ClientHello': (socket) => onClientHello(socket, () => socket.end()),
  'takes TLS, and resets on a ClientHello': (socket) => onClientHello(socket, () => socket.resetAndDestroy()),

  'begins no handshake': (socket) => onClientHello(socket, () => undefined),
  // A record of 122 bytes: a ServerHello that ends after its version.
  'never finishes the handshake': toClientHello(Buffer.from('160303007a020000760303', 'hex')),
  'alerts in place of an answer': answersAndCloses(Buffer.from([0x15, 3, 3, 0, 2, 2, 40])),
  'alerts handshake_failure': alert(40),
  'alerts protocol_version': alert(70),
  'alerts internal_error': alert(80),
  'alerts unrecognized_name': alert(112),
} satisfies Record<string, Behaviour>;
