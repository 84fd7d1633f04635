import { constants, createReadStream, createWriteStream, fstatSync, openSync, realpathSync, statSync } from 'node:fs';
import { open, writeFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { setTimeout } from 'node:timers/promises';
import { isatty, ReadStream } from 'node:tty';

// A thread that waits for the other end of a pipe, or for a keyboard, would keep even process.exit from ending the process.
// So these are opened without waiting, and the event loop waits.

/** It is there, and no file: /dev/stderr, a pipe. */
export const isSpecial = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === false;

/** The descriptor of this process that a path names: /dev/stderr, /dev/fd/3. */
function descriptorIn(path: string): number | undefined {
  const [, name, number] = /^\/(?:dev\/std(out|err)|(?:dev|proc\/self)\/fd\/(\d+))$/.exec(path) ?? [];
  if (name !== undefined) return name === 'out' ? 1 : 2;
  return number === undefined ? undefined : Number(number);
}

/**
 * It is there, and is written to, not replaced: it is no file, or a file that stands open (`2>log`), where a new one of its name would
 * miss what is told before and after. False of what cannot be looked at: whoever writes it hears why.
 */
export function isWrittenTo(path: string): boolean {
  try {
    return isSpecial(path) || (descriptorIn(path) !== undefined && statSync(path).isFile());
  } catch {
    return false;
  }
}

const isPipe = (path: string): boolean =>
  process.platform !== 'win32' && statSync(path, { throwIfNoEntry: false })?.isFIFO() === true;

/** What stands in a file, or comes out of a pipe or a terminal; the signal ends it at once. */
export async function* chunksIn(path: string, signal: AbortSignal): AsyncIterable<Uint8Array> {
  const stream = isSpecial(path) ? specialIn(path) : createReadStream(path);
  const stop = () => stream.destroy(signal.reason);
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  try {
    for await (const chunk of stream) yield chunk as Uint8Array;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function specialIn(path: string) {
  const fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  if (isatty(fd)) return new ReadStream(fd);
  return isPipe(path) ? new Socket({ fd, readable: true, writable: false }) : createReadStream(path, { fd });
}

/** Writes to what is no file, and waits for whoever is to read it; what nobody reads any more is dropped. */
export async function writeSpecial(path: string, chunks: AsyncIterable<Uint8Array | string>): Promise<void> {
  try {
    if (isPipe(path)) return await pipeline(chunks, await readerOf(path));
    const fd = descriptorIn(path);
    // Opened anew, it would be written from its beginning.
    if (fd !== undefined && fstatSync(fd).isFile()) {
      return await pipeline(chunks, createWriteStream('', { fd, autoClose: false }));
    }
    const device = await open(path, 'w');
    await writeFile(device, chunks).finally(() => device.close());
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  }
}

async function readerOf(path: string): Promise<Socket> {
  for (;;) {
    try {
      const fd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
      return new Socket({ fd, readable: false, writable: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENXIO') throw error;
      if (!hasName(path)) throw Object.assign(new Error('Its reader has gone.'), { code: 'EPIPE' });
    }
    await setTimeout(50);
  }
}

/** Nobody can come to read from a pipe without a name: /dev/stdout of a pipeline, `>(…)` of a shell. */
function hasName(path: string): boolean {
  try {
    return realpathSync(path) !== '';
  } catch {
    return false;
  }
}
