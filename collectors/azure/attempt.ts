import type { Clock } from '../../types';
import { ArmError, errorFromCut } from './gap';

/** How often the same call is made. */
export const attempts = 5;

/** All waiting in a lane without an answer in between, and all that a call may take by itself: in milliseconds. */
export const patience = 120_000;

/** Waits of 0.5, 1, 2 and 4 s, each shortened by up to half, so that calls that failed together do not return together. */
export const backOff = (attempt: number, random: () => number) => 500 * 2 ** (attempt - 1) * (1 - random() / 2);

/**
 * One attempt, its body included. It ends when its time is up or the scan is cut short, whether or not the HTTP client
 * obeys: rejects with an ArmError then.
 *
 * @param who did not answer, for the message.
 */
export function within<T>(
  milliseconds: number,
  who: string,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal | undefined },
  attempt: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (signal?.aborted) return Promise.reject(errorFromCut(signal.reason));
  const controller = new AbortController();
  return new Promise((resolve, reject) => {
    const settled = () => {
      cancel();
      signal?.removeEventListener('abort', cut);
    };
    const end = (error: ArmError) => {
      settled();
      reject(error);
      controller.abort(error);
    };
    const cut = () => end(errorFromCut(signal?.reason));
    const late = `${who} did not answer within ${Math.round(milliseconds / 1000)} s.`;
    const cancel = clock.after(milliseconds, () => end(new ArmError('timeout', late, { transient: true })));
    signal?.addEventListener('abort', cut, { once: true });
    attempt(controller.signal).then(resolve, reject).finally(settled);
  });
}

/** Waits; rejects with an ArmError when the signal aborts. */
export function pause(milliseconds: number, signal: AbortSignal | undefined, clock: Clock): Promise<void> {
  if (signal?.aborted) return Promise.reject(errorFromCut(signal.reason));
  return new Promise((resolve, reject) => {
    const abort = () => {
      cancel();
      reject(errorFromCut(signal?.reason));
    };
    const cancel = clock.after(milliseconds, () => {
      signal?.removeEventListener('abort', abort);
      resolve();
    });
    signal?.addEventListener('abort', abort, { once: true });
  });
}
