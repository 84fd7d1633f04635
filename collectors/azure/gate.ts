import { type QueueObject, queue } from 'async';
import type { Clock } from '../../types';
import { patience, pause } from './attempt';
import { type ArmError, tooLong } from './gap';

type Job = () => Promise<unknown>;

interface Lane {
  readonly queue: QueueObject<Job>;
  /** Calls at once; grows by one for as many answers as it is wide. */
  width: number;
  /** Nothing of this lane is sent before. */
  opensAt: number;
  /** How long the lane was closed since Azure last answered in it, in milliseconds; and the refusal that closed it. */
  closedFor: number;
  refusal: ArmError | undefined;
  /** Since when attempts have brought no answer of any kind. */
  silentSince: number | undefined;
}

/**
 * Who may send now. Azure throttles each subscription by itself, so each has a lane of its own: a 429 makes all calls of
 * that subscription wait once, then go on at half the width, while the others go on as they were. All lanes together
 * have at most `concurrency` calls in flight; a call that waits holds no place among them. When a lane was closed for too
 * long without an answer, all its calls are given up at once.
 */
export class Gate {
  readonly #inFlight: QueueObject<Job>;
  readonly #lanes = new Map<string, Lane>();
  #longest = { lane: '', until: 0 };

  constructor(
    private readonly concurrency: number,
    private readonly clock: Clock,
  ) {
    this.#inFlight = queue(async (job: Job) => job(), concurrency);
  }

  /**
   * Runs one attempt when it is the call's turn; a call that comes again goes first, so that none is refused for ever.
   * Rejects with an ArmError, `throttled`, if the lane was given up.
   */
  pass<T>(name: string, signal: AbortSignal, attempt: () => Promise<T>, again: boolean): Promise<T> {
    const lane = this.#lane(name);
    const job = async () => {
      for (;;) {
        if (lane.refusal && lane.closedFor > patience) throw tooLong(lane.closedFor, lane.refusal);
        const wait = lane.opensAt - this.clock.now();
        if (wait <= 0) break;
        await pause(wait, signal, this.clock);
      }
      const answer = await this.#inFlight.pushAsync<T>(attempt as Job);
      lane.closedFor = 0;
      this.#resize(lane, lane.width + 1 / lane.width);
      return answer;
    };
    return again ? lane.queue.unshiftAsync<T>(job as Job) : lane.queue.pushAsync<T>(job as Job);
  }

  /**
   * Azure refused a call of this lane: nobody sends there for so many milliseconds, and half as many at once after.
   * Calls that were refused together halve it once.
   */
  close(name: string, milliseconds: number, refusal: ArmError): void {
    const lane = this.#lane(name);
    const now = this.clock.now();
    if (lane.opensAt <= now) this.#resize(lane, lane.width / 2);
    lane.closedFor += Math.max(0, now + milliseconds - Math.max(now, lane.opensAt));
    lane.opensAt = Math.max(lane.opensAt, now + milliseconds);
    lane.refusal = refusal;
    if (lane.opensAt > this.#longest.until) this.#longest = { lane: name, until: lane.opensAt };
  }

  /** An attempt that was begun then brought an answer, if only a refusal, or none. */
  heard(name: string, answered: boolean, began: number): void {
    const lane = this.#lane(name);
    lane.silentSince = answered ? undefined : (lane.silentSince ?? began);
  }

  /** Nothing has been heard in this lane for so long that the next call will hardly fare better. */
  isSilent(name: string): boolean {
    const { silentSince } = this.#lane(name);
    return silentSince !== undefined && this.clock.now() - silentSince >= patience;
  }

  /** The lane that stays closed for longest. */
  get waiting(): { readonly lane: string; readonly until: number } | undefined {
    return this.#longest.until > this.clock.now() ? this.#longest : undefined;
  }

  #resize(lane: Lane, width: number): void {
    lane.width = Math.min(this.concurrency, Math.max(1, width));
    lane.queue.concurrency = Math.floor(lane.width);
  }

  #lane(name: string): Lane {
    const width = this.concurrency;
    const lane = this.#lanes.get(name) ?? {
      queue: queue(async (job: Job) => job(), width),
      width,
      opensAt: 0,
      closedFor: 0,
      refusal: undefined,
      silentSince: undefined,
    };
    this.#lanes.set(name, lane);
    return lane;
  }
}
