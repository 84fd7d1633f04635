import { type QueueObject, queue } from 'async';
import type { Clock } from '../../types';
import { ArmError, errorFromCut } from './gap';

/** One call through all its attempts: how much longer it may wait, and what ends it. */
export interface Call {
  /** Milliseconds of waiting that are left to the call. Attempts themselves do not count. */
  patience: number;
  readonly signal: AbortSignal;
}

type Job = () => Promise<unknown>;

interface Lane {
  readonly queue: QueueObject<Job>;
  /** Calls at once; grows by one for as many answers as it is wide. */
  width: number;
  /** Nothing of this lane is sent before. */
  opensAt: number;
}

/**
 * Who may send now. Azure throttles each subscription by itself, so each has a lane of its own: a 429 makes all calls of
 * that subscription wait once, then go on at half the width, while the others go on as they were. All lanes together
 * have at most `concurrency` calls in flight; a call that waits holds no place among them.
 */
export class Gate {
  readonly #inFlight: QueueObject<Job>;
  readonly #lanes = new Map<string, Lane>();

  constructor(
    private readonly concurrency: number,
    private readonly clock: Clock,
  ) {
    this.#inFlight = queue(async (job: Job) => job(), concurrency);
  }

  /**
   * Runs one attempt when it is the call's turn; a call that comes again goes first, so that none is refused for ever.
   * Rejects at once, `throttled`, if the lane opens too late for the call.
   */
  pass<T>(name: string, call: Call, attempt: () => Promise<T>, again: boolean): Promise<T> {
    const lane = this.#lane(name);
    const job = async () => {
      for (let wait = lane.opensAt - this.clock.now(); wait > 0; wait = lane.opensAt - this.clock.now()) {
        await pause(wait, call, this.clock);
      }
      const answer = await this.#inFlight.pushAsync<T>(attempt as Job);
      this.#resize(lane, lane.width + 1 / lane.width);
      return answer;
    };
    return again ? lane.queue.unshiftAsync<T>(job as Job) : lane.queue.pushAsync<T>(job as Job);
  }

  /** Azure refused a call of this lane: nobody sends there for so many milliseconds, and half as many at once after. */
  close(name: string, milliseconds: number): void {
    const lane = this.#lane(name);
    lane.opensAt = Math.max(lane.opensAt, this.clock.now() + milliseconds);
    this.#resize(lane, lane.width / 2);
  }

  #resize(lane: Lane, width: number): void {
    lane.width = Math.min(this.concurrency, Math.max(1, width));
    lane.queue.concurrency = Math.floor(lane.width);
  }

  #lane(name: string): Lane {
    const width = this.concurrency;
    const lane = this.#lanes.get(name) ?? { queue: queue(async (job: Job) => job(), width), width, opensAt: 0 };
    this.#lanes.set(name, lane);
    return lane;
  }
}

/** Waits on the call's patience; rejects at once if it has not enough, or when its signal aborts. */
export function pause(milliseconds: number, call: Call, clock: Clock): Promise<void> {
  const { signal } = call;
  if (signal.aborted) return Promise.reject(errorFromCut(signal.reason));
  if (milliseconds > call.patience) {
    const seconds = Math.ceil(milliseconds / 1000);
    return Promise.reject(new ArmError('throttled', `Azure asks to wait ${seconds} s, longer than a call may take.`));
  }
  call.patience -= milliseconds;
  return new Promise((resolve, reject) => {
    const abort = () => {
      cancel();
      reject(errorFromCut(signal.reason));
    };
    const cancel = clock.after(milliseconds, () => {
      signal.removeEventListener('abort', abort);
      resolve();
    });
    signal.addEventListener('abort', abort, { once: true });
  });
}
