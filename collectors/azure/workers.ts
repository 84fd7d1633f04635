import { type QueueObject, queue } from 'async';

/** As many may wait to be worked on; whoever has more has to wait as well. */
const mostWaiting = 1_000;

/** Works on the items of a list while its next pages come. */
export class Workers<T> {
  readonly #queue: QueueObject<T>;
  #failure: { readonly error: unknown } | undefined;

  constructor(work: (item: T) => Promise<void>, atOnce: number) {
    this.#queue = queue(async (item: T) => work(item), atOnce);
    this.#queue.error((error) => {
      this.#failure ??= { error };
    });
  }

  /** Takes a page of them. Resolves when there is room for the next. */
  async take(items: readonly T[]): Promise<void> {
    for (const item of items) this.#queue.push(item, () => undefined);
    if (this.#queue.length() > mostWaiting) await this.#queue.empty();
  }

  /** Resolves when all work is done; rejects with what went wrong first. */
  async end(): Promise<void> {
    if (!this.#queue.idle()) await this.#queue.drain();
    if (this.#failure) throw this.#failure.error;
  }
}
