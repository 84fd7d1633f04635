import type { Clock } from '../../types';

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/**
 * A clock that stands still while a request is being answered, and otherwise jumps to the next timer. A scan that waits
 * two minutes in it takes milliseconds, and a slow machine makes no difference.
 */
export class VirtualClock implements Clock {
  /** Requests that will be answered. */
  busy = 0;
  /** The most that `busy` ever was. */
  mostBusy = 0;
  #now = Date.parse('2026-11-21T12:00:00Z');
  #timers: Timer[] = [];
  #quiet = 0;
  #stop: (() => void) | undefined;

  /**
   * @param pace how often it looks: each millisecond; or at each turn of the event loop, where all that a scan waits for is
   * this clock.
   */
  constructor(private readonly pace: 'millisecond' | 'turn' = 'millisecond') {}

  now(): number {
    return this.#now;
  }

  /** Timers that are set. */
  get pending(): number {
    return this.#timers.length;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const timer = { at: this.#now + milliseconds, callback };
    this.#timers.push(timer);
    this.#stop ??= this.#start();
    return () => {
      const at = this.#timers.indexOf(timer);
      if (at >= 0) this.#timers.splice(at, 1);
      if (this.#timers.length === 0) this.#sleep();
    };
  }

  #start(): () => void {
    if (this.pace === 'millisecond') {
      const watch = setInterval(() => this.#tick(), 1);
      return () => clearInterval(watch);
    }
    let going = true;
    const turn = () => {
      if (!going) return;
      this.#tick();
      setImmediate(turn);
    };
    setImmediate(turn);
    return () => {
      going = false;
    };
  }

  /** Two quiet ticks: what an answer set off has been sent by then. */
  #tick(): void {
    this.#quiet = this.busy > 0 ? 0 : this.#quiet + 1;
    if (this.#quiet < 2) return;
    this.#quiet = 0;
    const next = this.#timers.reduce((first, each) => (each.at < first.at ? each : first));
    this.#timers.splice(this.#timers.indexOf(next), 1);
    if (this.#timers.length === 0) this.#sleep();
    this.#now = Math.max(this.#now, next.at);
    next.callback();
  }

  #sleep(): void {
    this.#stop?.();
    this.#stop = undefined;
  }
}
