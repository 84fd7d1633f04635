#!/usr/bin/env node
import type { Io, Output } from './io';

/** Node's own exit code for an uncaught error is 1, which would read as a FAIL. So this stands before all else. */
process.on('uncaughtException', (error) => {
  process.stderr.write(`pgposture: a bug: ${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(2);
});

/** A closed pipe (`| head`) is not our failure: what nobody reads is dropped, and the exit code stays the verdict's. */
function outputOf(stream: NodeJS.WriteStream, mustBeWritten: boolean): Output {
  // Without a listener, Node would throw the error a second time.
  stream.on('error', () => undefined);
  return {
    isTTY: stream.isTTY === true,
    get columns() {
      return stream.columns;
    },
    write: (text) =>
      new Promise((resolve, reject) => {
        stream.write(text, (error) => {
          const { code } = (error ?? {}) as NodeJS.ErrnoException;
          if (error && mustBeWritten && code !== 'EPIPE' && code !== 'ERR_STREAM_DESTROYED') reject(error);
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
    const signals = ['SIGINT', 'SIGTERM'] as const;
    let before = false;
    const interrupted = () => {
      if (before) process.exit(2);
      before = true;
      callback();
    };
    for (const signal of signals) process.on(signal, interrupted);
    return () => {
      for (const signal of signals) process.off(signal, interrupted);
    };
  },
};

// Everything is written by then. Not just an exit code: a sign-in that was given up may hold its socket open for ever.
const { main } = require('./main') as typeof import('./main');
main(process.argv.slice(2), io).then((code) => process.exit(code));
