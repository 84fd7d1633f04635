#!/usr/bin/env node
import { closeSync, fstatSync, writeSync } from 'node:fs';
import { endChildren } from './children';
import type { Io, Output } from './io';
import { masker } from './mask';

const mask = masker(process.env, process.argv.slice(2));
const writeStderr = process.stderr.write.bind(process.stderr) as (text: unknown, ...more: unknown[]) => boolean;
process.stderr.write = (text: unknown, ...more: unknown[]) =>
  writeStderr(typeof text === 'string' ? mask(text) : text, ...more);

let ended = false;
function end(code: number): never {
  ended = true;
  process.exit(code);
}

/** Node's own exit code for an uncaught error is 1, which would read as a FAIL. So this stands before all else. */
process.on('uncaughtException', (error) => {
  process.stderr.write(`pgposture: a bug: ${error instanceof Error ? error.stack : String(error)}\n`);
  end(2);
});

/**
 * Ctrl-C, Ctrl-Break, and what a pipeline or a closed terminal sends: once is a request to come to an end, twice ends at
 * once. Heard from the first moment on: process 1 of a container would not even be ended by them.
 */
let stop: (() => void) | undefined;
let stopping = false;
/** The terminal has gone. */
let hungUp = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const) {
  process.on(signal, () => {
    if (signal === 'SIGHUP') hungUp = true;
    // A terminal that closes sends it twice: the kernel does, and the shell does.
    if (stopping && signal === 'SIGHUP') return;
    if (stopping || !stop) end(2);
    stopping = true;
    stop();
  });
}

/** A plugin module may end the process, or wait for what never comes: then Node would exit with 0, which reads as a PASS. */
process.on('exit', () => {
  endChildren();
  if (!ended) {
    process.exitCode = 2;
    process.stderr.write(
      'pgposture: It ended before it was done.\nLook for what ends it: a plugin module that exits, or waits for ever?\n',
    );
  }
  // Node restores the mode of its terminal, and aborts where that has gone; what is closed it leaves alone.
  if (hungUp) for (const stream of [0, 1, 2]) closeSync(stream);
});

/** What a write ends with when the reader of a pipe (`| head`), or the terminal, is not there any more. */
function isGone(stream: NodeJS.WriteStream, { code }: NodeJS.ErrnoException): boolean {
  if (code === 'EIO' && stream.isTTY) hungUp = true;
  return hungUp || code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED';
}

function isFile(fd: number): boolean {
  try {
    return fstatSync(fd).isFile();
  } catch {
    return false;
  }
}

/** All of it: where a disk becomes full, Node takes a write that falls short for a whole one. */
function writeFile(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
}

/** A reader who left is not our failure: what nobody reads is dropped, and the exit code stays the verdict's. */
function outputOf(stream: NodeJS.WriteStream & { readonly fd: number }, mustBeWritten: boolean): Output {
  // Without a listener, Node would throw the error a second time.
  stream.on('error', () => undefined);
  const toFile = mustBeWritten && isFile(stream.fd);
  const write = stream.write.bind(stream) as (text: string, done: (error?: Error | null) => void) => boolean;
  return {
    isTTY: stream.isTTY === true,
    get columns() {
      return stream.columns;
    },
    write: (text) =>
      new Promise((resolve, reject) => {
        if (toFile) return resolve(writeFile(stream.fd, text));
        write(text, (error) => {
          if (error && mustBeWritten && !isGone(stream, error)) reject(error);
          else resolve();
        });
      }),
  };
}

const io: Io = {
  stdout: outputOf(process.stdout, true),
  // What cannot be told there cannot be told at all.
  stderr: outputOf(process.stderr, false),
  env: process.env,
  onInterrupt(callback) {
    stop = callback;
    return () => {
      stop = undefined;
    };
  },
};

/** stdout is the report's: what a plugin module prints there stands on stderr. */
process.stdout.write = process.stderr.write.bind(process.stderr);

// Everything is written by then. Not just an exit code: a sign-in that was given up may hold its socket open for ever.
const { main } = require('./main') as typeof import('./main');
main(process.argv.slice(2), io).then(end);
