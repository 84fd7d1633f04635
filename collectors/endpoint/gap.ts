import { CutShort } from '../../helpers/cutShort';
import type { Gap, ReasonKind } from '../../types';

/** Why something could not be learnt of an endpoint. It crosses no layer: a fact has its gap. */
export class ProbeError extends Error {
  override readonly name = 'ProbeError';

  /** @param connected false: not even a connection came about, so nothing else can be learnt either. */
  constructor(
    readonly gap: Gap,
    readonly connected: boolean,
  ) {
    super(gap.detail);
  }
}

const fromInside =
  'A firewall or private access may keep this address out: probe from a place that the server lets in, or from inside its network.';
const ask = 'Probe again; if it stays so, look at what stands between here and the server.';

interface Trouble {
  readonly kind: ReasonKind;
  readonly what: (where: string) => string;
  readonly remedy: string;
}

/** By the code that Node gives: https://nodejs.org/api/errors.html#common-system-errors. */
const troubles: Readonly<Record<string, Trouble>> = {
  ENOTFOUND: {
    kind: 'network',
    what: (where) => `No address is known here for ${where}`,
    remedy: 'Check the name; that of a server with private access is known in its own network only: probe from there.',
  },
  ECONNREFUSED: {
    kind: 'network',
    what: (where) => `Nothing listens at ${where}, or a firewall says so`,
    remedy: 'Check the port; a server that is stopped does not listen either.',
  },
  ECONNRESET: { kind: 'network', what: (where) => `${where} broke the connection off`, remedy: ask },
  EHOSTUNREACH: { kind: 'network', what: (where) => `No way leads from here to ${where}`, remedy: fromInside },
};
const same: Readonly<Record<string, string>> = {
  EAI_AGAIN: 'ENOTFOUND',
  EPIPE: 'ECONNRESET',
  ENETUNREACH: 'EHOSTUNREACH',
};

/** What went wrong on the wire. */
export function wireGap(error: unknown, where: string): Gap {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  const trouble = code === undefined ? undefined : troubles[same[code] ?? code];
  if (trouble && code)
    return { kind: trouble.kind, code, detail: `${trouble.what(where)} (${code}).`, remedy: trouble.remedy };
  return {
    kind: 'network',
    ...(code !== undefined && { code }),
    detail: `The connection to ${where} failed${code === undefined ? '' : ` (${code})`}.`,
    remedy: ask,
  };
}

/** Nothing came. */
export const silence = (where: string, seconds: number, connected: boolean): Gap => ({
  kind: 'timeout',
  detail: connected
    ? `${where} took the connection, and gave no whole answer within ${seconds} s.`
    : `No connection to ${where} came about within ${seconds} s.`,
  remedy: connected ? ask : fromInside,
});

/** The probe itself was ended. */
export function cutGap(reason: unknown): Gap {
  const kind = reason instanceof CutShort ? reason.kind : 'not-collected';
  return {
    kind,
    detail: 'The probe was cut short before this was asked.',
    remedy: 'Probe again, with a longer --timeout if you gave one.',
  };
}

/** It is no PostgreSQL, or something between here and it speaks in its place. */
export const strange = (what: string): Gap => ({ kind: 'bad-response', detail: what, remedy: ask });

/** What Node says of a handshake: a code of OpenSSL's is an answer that came, and what it means is for the asker. */
export function tlsGap(error: unknown, where: string): Gap {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (!code?.startsWith('ERR_')) return wireGap(error, where);
  return { ...strange(`The TLS handshake with ${where} failed (${code}).`), code };
}
