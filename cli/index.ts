#!/usr/bin/env node
import type { Io, Output } from './io';
import { main } from './main';

/** A closed pipe (`| head`) is not our failure: what nobody reads is dropped, and the exit code stays the verdict's. */
function outputOf(stream: NodeJS.WriteStream): Output {
  let closed = false;
  stream.on('error', () => {
    closed = true;
  });
  return {
    isTTY: stream.isTTY === true,
    columns: stream.columns,
    write: (text) => new Promise((resolve) => (closed ? resolve() : stream.write(text, () => resolve()))),
  };
}

const io: Io = {
  stdout: outputOf(process.stdout),
  stderr: outputOf(process.stderr),
  env: process.env,
  onInterrupt(callback) {
    const signals = ['SIGINT', 'SIGTERM'] as const;
    for (const signal of signals) process.on(signal, callback);
    return () => {
      for (const signal of signals) process.off(signal, callback);
    };
  },
};

/** Node's own exit code for an uncaught error is 1, which would read as a FAIL. */
function crash(error: unknown): void {
  process.stderr.write(`pgposture: a bug: ${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 2;
}

process.on('uncaughtException', (error) => {
  crash(error);
  process.exit();
});
main(process.argv.slice(2), io).then((code) => {
  process.exitCode ??= code;
}, crash);
