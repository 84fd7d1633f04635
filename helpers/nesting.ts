/** So deep may a report or a collection be. Ten times as deep as ours are; and no walk through one overflows the stack. */
export const deepest = 100;

/** So many keys an object may have: V8 tells no more than 16 million apart. */
export const mostKeys = 10_000_000;

/** So many values may be held at once: as many as reports of 200,000 servers have. Made to hurt, they take 1.5 GB in memory. */
export const mostValues = 10_000_000;

/** The brackets that are open at one place of a JSON text, and the keys that have come in each. */
export class Nesting {
  /** Of each depth; kept for the next bracket there, for a large text has a million of them. */
  readonly #levels: Level[] = [];
  #depth = 0;
  #expectsKey = false;

  /** How many brackets are open. */
  get depth(): number {
    return this.#depth;
  }

  /** The next text is a key. */
  get expectsKey(): boolean {
    return this.#expectsKey;
  }

  /** How many keys have come in the object that is open. */
  get keys(): number {
    return this.#levels[this.#depth - 1]?.keys.size ?? 0;
  }

  /** A `{` or `[`. False: it is nested too deeply. */
  open(isObject: boolean): boolean {
    const level = this.#levels[this.#depth++];
    if (!level) this.#levels.push({ isObject, keys: new Map() });
    else {
      level.isObject = isObject;
      if (level.keys.size > 0) level.keys.clear();
    }
    this.#expectsKey = isObject;
    return this.#depth <= deepest;
  }

  /** A `}` or `]`. */
  close(): void {
    if (this.#depth > 0) this.#depth--;
    this.#expectsKey = false;
  }

  /** A comma. */
  next(): void {
    this.#expectsKey = this.#levels[this.#depth - 1]?.isObject === true;
  }

  /** A key. Gives the place of the one that is spelled alike, if it is not the first in its object. */
  key(key: string, place: number): number | undefined {
    this.#expectsKey = false;
    const keys = this.#levels[this.#depth - 1]?.keys;
    const before = keys?.get(key);
    keys?.set(key, place);
    return before;
  }
}

interface Level {
  isObject: boolean;
  readonly keys: Map<string, number>;
}

/** Whether a value, of objects and lists, is nested more deeply than that; one that holds itself is. */
export function isTooDeep(value: unknown, left = deepest): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (left === 0) return true;
  for (const part of Object.values(value)) if (isTooDeep(part, left - 1)) return true;
  return false;
}
