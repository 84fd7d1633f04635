import { generate } from 'selfsigned';

let made: Promise<{ readonly cert: string; readonly key: string }> | undefined;

/** A certificate for localhost that signs itself: one for each process. PEM. */
export function certificate(): Promise<{ readonly cert: string; readonly key: string }> {
  made ??= make();
  return made;
}

async function make() {
  const names = [{ type: 2, value: 'localhost' } as const, { type: 7, ip: '127.0.0.1' } as const];
  const pems = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    extensions: [{ name: 'subjectAltName', altNames: names }],
  });
  return { cert: pems.cert, key: pems.private };
}
