import { systemClock } from '../helpers/clock';
import { CutShort } from '../helpers/cutShort';
import type { Io } from './io';

/** What may end a scan before its time: its own limit, or whoever runs it. */
export interface Interruption {
  readonly signal: AbortSignal;
  /** Whoever runs it has stopped it. */
  readonly stopped: boolean;
  /** From now on a signal ends the process again. */
  end(): void;
}

/**
 * @param timeout in milliseconds, if there is a limit.
 * @param say told that it is stopping.
 */
export function interruption(
  timeout: number | undefined,
  { onInterrupt }: Pick<Io, 'onInterrupt'>,
  say: (line: string) => void,
): Interruption {
  const cut = new AbortController();
  let stopped = false;
  const stopListening = onInterrupt(() => {
    stopped = true;
    cut.abort(new CutShort('not-collected'));
    say('Stopping: what is known is reported. Once more ends at once.');
  });
  const stopTimer =
    timeout === undefined ? undefined : systemClock.after(timeout, () => cut.abort(new CutShort('timeout')));
  return {
    signal: cut.signal,
    get stopped() {
      return stopped;
    },
    end() {
      stopTimer?.();
      stopListening();
    },
  };
}
