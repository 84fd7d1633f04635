import type { Clock } from '../../types';
import { patience } from './attempt';
import { type ArmError, tooLong } from './gap';

/**
 * How fast the bucket of a subscription's reads fills again, where Azure does not say:
 * https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling.
 */
const readsPerSecond = 25;

interface Job {
  run(): Promise<unknown>;
  refuse(error: ArmError): void;
}

/** Makes calls, when it is asked to. */
export interface Feed {
  /** Whether it has one to make. */
  readonly isReady: boolean;
  /** Makes one: passes the gate with it before this returns. */
  next(): void;
}

interface Lane {
  readonly name: string;
  readonly waiting: Job[];
  /** Has more for this lane. */
  feed: Feed | undefined;
  running: number;
  /** Calls at once; halved by a refusal, grows by one for as many answers as it is wide. */
  width: number;
  /** Reads that Azure would still have granted, as it said last. */
  remaining: number;
  /** When that was. */
  saidAt: number;
  /** Nothing of this lane is sent before: Azure refused a call. */
  opensAt: number;
  /** Nor before: Azure would refuse the next one. */
  grantedAt: number;
  /** Switches off what wakes it by then. */
  cancelAlarm: (() => void) | undefined;
  /** How long the lane was closed since Azure last answered in it, in milliseconds; and the refusal that closed it. */
  closedFor: number;
  refusal: ArmError | undefined;
  /** Since when attempts have brought no answer of any kind. */
  silentSince: number | undefined;
}

/**
 * Who may send now. Azure throttles each subscription by itself, so each has a lane of its own, with no more calls in flight
 * than Azure has said it would grant, and all lanes take turns at the places that there are. A 429 makes all calls of that
 * subscription wait once, then go on at half the width, while the others go on as they were. A call that waits holds no
 * place. When a lane was closed for too long without an answer, all its calls are given up at once.
 */
export class Gate {
  readonly #lanes = new Map<string, Lane>();
  /** Those that may have something to send, in the order of their turns. */
  readonly #turns = new Set<Lane>();
  /** Has calls for lanes that are not there yet. */
  #feed: Feed | undefined;
  #free: number;
  #starting = false;
  /** Of the lanes that were closed, the one that opens last. */
  #longest: Lane | undefined;

  /** @param signal once aborted, every call may try; it will be told so. */
  constructor(
    private readonly concurrency: number,
    private readonly clock: Clock,
    private readonly signal: AbortSignal,
  ) {
    this.#free = concurrency;
    const wakeAll = () => {
      for (const lane of this.#lanes.values()) this.#wake(lane);
    };
    signal.addEventListener('abort', wakeAll, { once: true });
  }

  /**
   * Runs one attempt when it is the call's turn; a call that comes again goes first, so that none is refused for ever.
   * Rejects with an ArmError, `throttled`, if the lane was given up.
   */
  pass<T>(name: string, attempt: () => Promise<T>, again: boolean): Promise<T> {
    const lane = this.#lane(name);
    return new Promise((resolve, reject) => {
      const run = async () => {
        try {
          const answer = await attempt();
          // What is left of a wait that Azure has asked for meanwhile still counts: it may be an hour.
          lane.closedFor = Math.max(0, lane.opensAt - this.clock.now());
          this.#widen(lane, lane.width + 1 / lane.width);
          resolve(answer);
        } catch (error) {
          reject(error);
        }
      };
      const job = { run, refuse: reject };
      if (again) lane.waiting.unshift(job);
      else lane.waiting.push(job);
      this.#wake(lane);
    });
  }

  /** Who has more to send in this lane, and is asked for it when its turn has come. Without a name: in other lanes. */
  feed(feed: Feed, name?: string): void {
    if (name === undefined) this.#feed = feed;
    else this.#lane(name).feed = feed;
  }

  /** There is something to send in this lane; without a name: in other lanes. */
  wake(name?: string): void {
    if (name === undefined) this.#startAll();
    else this.#wake(this.#lane(name));
  }

  /**
   * Azure refused a call of this lane: nobody sends there for so many milliseconds, and half as many at once after.
   * Calls that were refused together halve it once.
   */
  close(name: string, milliseconds: number, refusal: ArmError): void {
    const lane = this.#lane(name);
    const now = this.clock.now();
    if (lane.opensAt <= now) this.#widen(lane, lane.width / 2);
    lane.closedFor += Math.max(0, now + milliseconds - Math.max(now, lane.opensAt));
    lane.opensAt = Math.max(lane.opensAt, now + milliseconds);
    lane.refusal = refusal;
    this.#compare(lane);
  }

  /** Azure said how many more reads it would grant in this lane now. Without any, the next one waits until there is one again. */
  granted(name: string, remaining: number): void {
    const lane = this.#lanes.get(name.toLowerCase());
    if (!lane) return;
    lane.remaining = remaining;
    lane.saidAt = this.clock.now();
    if (remaining < 1) lane.grantedAt = lane.saidAt + 1000 / readsPerSecond;
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

  /** No call of this lane will come any more. */
  leave(name: string): void {
    const lane = this.#lane(name);
    this.#lanes.delete(name.toLowerCase());
    if (lane !== this.#longest) return;
    this.#longest = undefined;
    for (const other of this.#lanes.values()) this.#compare(other);
  }

  /** The lane that stays closed for longest. */
  get waiting(): { readonly lane: string; readonly until: number } | undefined {
    const { name: lane = '', opensAt: until = 0 } = this.#longest ?? {};
    return until > this.clock.now() ? { lane, until } : undefined;
  }

  #compare(lane: Lane): void {
    if (lane.opensAt > (this.#longest?.opensAt ?? 0)) this.#longest = lane;
  }

  #wake(lane: Lane): void {
    lane.cancelAlarm?.();
    lane.cancelAlarm = undefined;
    if (hasMore(lane)) this.#turns.add(lane);
    this.#startAll();
  }

  #startAll(): void {
    // What is started here wakes its lane, and is seen to below.
    if (this.#starting) return;
    this.#starting = true;
    this.#start();
    // No more lanes than there are places: what is begun is to be ended first.
    while (this.#feed?.isReady && this.#turns.size < this.concurrency) {
      this.#feed.next();
      this.#start();
    }
    this.#starting = false;
  }

  #start(): void {
    for (const lane of this.#turns) {
      if (this.#free === 0) return;
      this.#turns.delete(lane);
      if (!this.#isOpen(lane)) continue;
      if (lane.waiting.length === 0 && lane.feed?.isReady) lane.feed.next();
      const job = lane.waiting.shift();
      // Behind all others that have something to send; or nowhere, though its feed has just put it there.
      this.#turns.delete(lane);
      if (hasMore(lane)) this.#turns.add(lane);
      if (job) this.#run(job, lane);
    }
  }

  #run(job: Job, lane: Lane): void {
    if (isGivenUp(lane) && !this.signal.aborted) {
      job.refuse(tooLong(lane.closedFor, lane.refusal));
      return;
    }
    this.#free--;
    lane.running++;
    job.run().finally(() => {
      this.#free++;
      lane.running--;
      this.#wake(lane);
    });
  }

  /** If not, it is woken when it may be. */
  #isOpen(lane: Lane): boolean {
    if (this.signal.aborted || isGivenUp(lane)) return true;
    const now = this.clock.now();
    const wait = Math.max(lane.opensAt, lane.grantedAt) - now;
    if (wait > 0) lane.cancelAlarm ??= this.clock.after(wait, () => this.#wake(lane));
    // Azure may say it once and never again; the bucket fills all the same.
    const share = lane.remaining + ((now - lane.saidAt) * readsPerSecond) / 1000;
    return wait <= 0 && lane.running < Math.max(1, Math.floor(Math.min(lane.width, share)));
  }

  #widen(lane: Lane, width: number): void {
    lane.width = Math.min(this.concurrency, Math.max(1, width));
  }

  #lane(name: string): Lane {
    const key = name.toLowerCase();
    const lane = this.#lanes.get(key) ?? {
      name,
      waiting: [],
      feed: undefined,
      running: 0,
      width: this.concurrency,
      remaining: Number.POSITIVE_INFINITY,
      saidAt: 0,
      opensAt: 0,
      grantedAt: 0,
      cancelAlarm: undefined,
      closedFor: 0,
      refusal: undefined,
      silentSince: undefined,
    };
    this.#lanes.set(key, lane);
    return lane;
  }
}

const isGivenUp = (lane: Lane): lane is Lane & { refusal: ArmError } =>
  lane.refusal !== undefined && lane.closedFor > patience;

const hasMore = ({ waiting, feed }: Lane): boolean => waiting.length > 0 || feed?.isReady === true;
