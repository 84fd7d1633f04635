import { createHash } from 'node:crypto';
import type { Answer, EmulatedRequest, WireFault } from '../emulator';
import { type CallFault, callFaults } from '../test/support/faults';

/** What goes wrong in a tenant. Plain data: every process that is told it has the same calls meet the same faults. */
export interface Faulty {
  /** Of all calls: 0 to 1. */
  readonly share: number;
  /** Only such as are over in seconds. */
  readonly brief: boolean;
}

/** What a call meets. */
export interface Met {
  readonly fault: CallFault;
  /** Whoever asks again meets it again; else only the first one does. */
  readonly stays: boolean;
}

/**
 * Of what a call can meet, all but what hangs on the emulator's own clock: drips keep it busy, a byte each millisecond for
 * everybody who waits, and where bytes are missing it hangs up after five seconds.
 */
const usual = callFaults.filter(({ name }) => !/drip|shorter/.test(name));

/** Azure answers at once, and asks for no wait. */
const isBrief = ({ name, attempts }: CallFault) => attempts !== 4 && !/Retry-After (in|as)/.test(name);

/** It passes, if it comes once. A token is fetched anew once a minute, so of two that are refused within one, one stays so. */
const canPass = ({ attempts }: CallFault) => attempts > 2;

/** A call, by the URL of its request: attempts at it are the same call, and each page of a list is one. */
export function callOf(url: string): string {
  const { pathname, searchParams } = new URL(url, 'https://localhost');
  return `${pathname.toLowerCase()} ${searchParams.get('$skiptoken') ?? 0}`;
}

/** What it meets, if anything. Without the list of subscriptions there is nothing to report, so there each fault passes. */
export function metBy(call: string, { share, brief }: Faulty): Met | undefined {
  const digest = createHash('sha256').update(`soak ${call}`).digest();
  if (digest.readUInt32BE(0) >= share * 2 ** 32) return undefined;
  const mustPass = call.startsWith('/subscriptions ');
  const possible = usual.filter((fault) => (!brief || isBrief(fault)) && (!mustPass || canPass(fault)));
  const fault = possible[digest.readUInt32BE(4) % possible.length];
  return fault && { fault, stays: !canPass(fault) || (!brief && !mustPass && digest.readUInt8(8) % 2 === 0) };
}

/** Puts faults in the place of answers. */
export class Faults {
  /** Calls that have met one. */
  readonly met = new Set<string>();

  constructor(private readonly faulty: Faulty) {}

  /** What comes instead of the answer, if it does. */
  instead(request: EmulatedRequest, normal: Answer): Answer | WireFault | undefined {
    const call = callOf(request.url);
    const met = metBy(call, this.faulty);
    if (!met || (this.met.has(call) && !met.stays)) return undefined;
    this.met.add(call);
    const { fault } = met.fault;
    return typeof fault === 'function' ? fault(normal, request) : fault;
  }
}
