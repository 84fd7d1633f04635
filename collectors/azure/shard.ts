import { createHash } from 'node:crypto';

export const mostShards = 1_000;

/** One of so many parts, from 1 on. */
export interface Part {
  readonly index: number;
  readonly count: number;
}

export const isShard = ({ index, count }: Part): boolean =>
  Number.isInteger(index) && Number.isInteger(count) && index >= 1 && index <= count && count <= mostShards;

/** The shard that a subscription falls to: wherever, whenever and beside whichever others it is listed. */
export function shardOf(subscriptionId: string, count: number): number {
  const digest = createHash('sha256').update(subscriptionId.toLowerCase()).digest();
  return (digest.readUIntBE(0, 6) % count) + 1;
}

/** One shard's share of the subscriptions of a scan. It remembers all that it was asked about. */
export class Share {
  readonly part: Part;
  readonly #subscriptions = new Set<string>();

  constructor({ index, count }: Part) {
    this.part = { index, count };
  }

  /** Whether the subscription falls to it. */
  has(subscriptionId: string): boolean {
    this.#subscriptions.add(subscriptionId.toLowerCase());
    return shardOf(subscriptionId, this.part.count) === this.part.index;
  }

  /** The lower-cased ids of all subscriptions of the scan, in order. */
  get subscriptions(): readonly string[] {
    return [...this.#subscriptions].sort();
  }
}
