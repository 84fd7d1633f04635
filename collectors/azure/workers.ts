import type { Feed } from './gate';

/** As many may wait to be worked on; whoever has more has to wait as well. */
const mostWaiting = 1_000;

/**
 * Works on the items of a list while its next pages come: on each when the gate has a place for the first call of it, so that
 * what waits is an item and no more.
 */
export class Workers<T> implements Feed {
  #items: T[] = [];
  #working = 0;
  #failure: { readonly error: unknown } | undefined;
  #hasRoom = () => {};
  #hasEnded = () => {};

  /**
   * @param work makes its first call at once.
   * @param atOnce as many are in work, at most.
   * @param wake tells the gate that there is something to do.
   */
  constructor(
    private readonly work: (item: T) => Promise<void>,
    private readonly atOnce: number,
    private readonly wake: () => void,
  ) {}

  /** Takes a page of them. Resolves when there is room for the next. */
  async take(items: readonly T[]): Promise<void> {
    this.#items = [...this.#items, ...items];
    this.wake();
    if (this.#items.length <= mostWaiting) return;
    await new Promise<void>((resolve) => {
      this.#hasRoom = resolve;
    });
  }

  /** Resolves when all work is done; rejects with what went wrong first. */
  async end(): Promise<void> {
    if (this.#items.length + this.#working > 0) {
      await new Promise<void>((resolve) => {
        this.#hasEnded = resolve;
      });
    }
    if (this.#failure) throw this.#failure.error;
  }

  get isReady(): boolean {
    return this.#items.length > 0 && this.#working < this.atOnce;
  }

  next(): void {
    const item = this.#items.shift() as T;
    if (this.#items.length <= mostWaiting) this.#hasRoom();
    this.#working++;
    this.work(item)
      .catch((error) => {
        this.#failure ??= { error };
      })
      .finally(() => {
        this.#working--;
        if (this.#items.length + this.#working === 0) this.#hasEnded();
        else this.wake();
      });
  }
}
