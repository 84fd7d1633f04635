import { connect, type Socket } from 'node:net';
import type { Clock } from '../../types';
import { type Address, addressText } from './address';
import { cutGap, ProbeError, silence, wireGap } from './gap';

/** What one connection may take, in milliseconds: the first so long to come about, and the whole of it so long again. */
const patience = 5_000;

/** Where, and until when. */
export interface Knock {
  /** As it is called in an error. */
  readonly address: Address;
  /** The IP address that answered first: all that is learnt of an endpoint is learnt of one server. */
  readonly ip: string | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Connects, does the work, and hangs up. Rejects with a ProbeError, whatever happens: what does not end in time is ended.
 *
 * @param work gets the socket once it is connected.
 */
export async function withConnection<T>(
  { address, ip, clock, signal }: Knock,
  work: (socket: Socket) => Promise<T>,
): Promise<T> {
  const where = addressText(address);
  let connected = false;
  let socket: Socket | undefined;
  let stop = () => {};
  const failed = new Promise<never>((_, reject) => {
    const fail = (gap: ProbeError['gap']) => reject(new ProbeError(gap, connected));
    const abort = () => fail(cutGap(signal.reason));
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    let stopTimer = clock.after(patience, () => fail(silence(where, patience / 1000, connected)));
    stop = () => {
      stopTimer();
      signal.removeEventListener('abort', abort);
    };
    socket = connect({ host: ip ?? address.host, port: address.port });
    socket.once('connect', () => {
      connected = true;
      stopTimer();
      stopTimer = clock.after(patience, () => fail(silence(where, patience / 1000, connected)));
    });
    socket.on('error', (error) => fail(wireGap(error, where)));
  });
  failed.catch(() => undefined);
  try {
    const done = async () => {
      const open = await opened(socket);
      return work(open);
    };
    return await Promise.race([done(), failed]);
  } catch (error) {
    throw error instanceof ProbeError ? error : new ProbeError(wireGap(error, where), connected);
  } finally {
    stop();
    socket?.destroy();
  }
}

/** It never settles if the connection fails: that is told elsewhere. */
const opened = (socket: Socket | undefined): Promise<Socket> =>
  new Promise((resolve) => socket?.once('connect', () => resolve(socket)));

/** What can be read from, and may be inside TLS. */
interface Source {
  on(event: 'data' | 'end' | 'close', listener: (chunk: Buffer) => void): unknown;
  off(event: 'data' | 'end' | 'close', listener: (chunk: Buffer) => void): unknown;
}

/**
 * Reads until `read` has made something of the bytes so far, or there will be no more.
 *
 * @param read `more` asks for more. What it makes of bytes after which nothing comes is final.
 */
export function readFrom<T>(source: Source, read: (bytes: Buffer, ended: boolean) => T | 'more'): Promise<T | 'more'> {
  return new Promise((resolve) => {
    let bytes = Buffer.alloc(0);
    const settle = (answer: T | 'more') => {
      source.off('data', take);
      source.off('end', end);
      source.off('close', end);
      resolve(answer);
    };
    const take = (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      const answer = read(bytes, false);
      if (answer !== 'more') settle(answer);
    };
    const end = () => settle(read(bytes, true));
    source.on('data', take);
    source.on('end', end);
    source.on('close', end);
  });
}
