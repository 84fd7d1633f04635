#!/usr/bin/env node
import type { Io, Output } from './io';

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

/** A plugin module may end the process, or wait for what never comes: then Node would exit with 0, which reads as a PASS. */
process.on('exit', () => {
  if (ended) return;
  process.exitCode = 2;
  process.stderr.write(
    'pgposture: It ended before it was done.\nLook for what ends it: a plugin module that exits, or waits for ever?\n',
  );
});

/** A closed pipe (`| head`) is not our failure: what nobody reads is dropped, and the exit code stays the verdict's. */
function outputOf(stream: NodeJS.WriteStream, mustBeWritten: boolean): Output {
  // Without a listener, Node would throw the error a second time.
  stream.on('error', () => undefined);
  const write = stream.write.bind(stream) as (text: string, done: (error?: Error | null) => void) => boolean;
  return {
    isTTY: stream.isTTY === true,
    get columns() {
      return stream.columns;
    },
    write: (text) =>
      new Promise((resolve, reject) => {
        write(text, (error) => {
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
      if (before) end(2);
      before = true;
      callback();
    };
    for (const signal of signals) process.on(signal, interrupted);
    return () => {
      for (const signal of signals) process.off(signal, interrupted);
    };
  },
};

/** stdout is the report's: what a plugin module prints there stands on stderr. */
process.stdout.write = process.stderr.write.bind(process.stderr);

// Everything is written by then. Not just an exit code: a sign-in that was given up may hold its socket open for ever.
const { main } = require('./main') as typeof import('./main');
main(process.argv.slice(2), io).then(end);
