import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isShard, Share, shardOf } from '../../../collectors/azure/shard';

describe('shardOf', () => {
  /** Reckoned as docs/scale.md shows. They never change: the shards of one scan may run on several machines. */
  const known: readonly (readonly [id: string, shards: Readonly<Record<number, number>>])[] = [
    ['00000000-0000-0000-0000-000000000000', { 1: 1, 2: 1, 3: 3, 4: 3, 7: 6, 1000: 839 }],
    ['11f7a4c2-0c1d-4a64-9d0e-3a5b7c9d1e01', { 1: 1, 2: 2, 3: 3, 4: 4, 7: 5, 1000: 892 }],
  ];
  for (const [id, shards] of known) {
    it(`of ${id} is for ever the same, in any case`, () => {
      for (const [count, index] of Object.entries(shards)) {
        assert.equal(shardOf(id, Number(count)), index);
        assert.equal(shardOf(id.toUpperCase(), Number(count)), index);
      }
    });
  }

  it('is one of the shards', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.integer({ min: 1, max: 1000 }), (id, count) =>
        isShard({ index: shardOf(id, count), count }),
      ),
    );
  });

  it('splits many subscriptions into parts of about one size', () => {
    const sizes = [0, 0, 0, 0];
    for (let i = 0; i < 4_000; i++) {
      const index = shardOf(`aaaaaaaa-0000-4000-8000-${`${i}`.padStart(12, '0')}`, 4);
      sizes[index - 1] = (sizes[index - 1] ?? 0) + 1;
    }
    for (const size of sizes) assert.ok(size > 850 && size < 1_150, `${sizes}`);
  });
});

describe('the shares of all shards', () => {
  it('have each subscription once, in whatever order they are asked', () => {
    fc.assert(
      fc.property(
        fc
          .uniqueArray(fc.uuid())
          .chain((ids) => fc.tuple(fc.constant(ids), fc.shuffledSubarray(ids, { minLength: ids.length }))),
        fc.integer({ min: 1, max: 9 }),
        ([ids, shuffled], count) => {
          const shares = Array.from({ length: count }, (_, i) => new Share({ index: i + 1, count }));
          const had = shares.map((share, i) => (i % 2 ? ids : shuffled).filter((id) => share.has(id)));
          assert.deepEqual(had.flat().sort(), [...ids].sort());
          for (const share of shares) assert.deepEqual(share.subscriptions, [...ids].sort());
        },
      ),
    );
  });
});

describe('isShard', () => {
  for (const [index, count, is] of [
    [1, 1, true],
    [4, 4, true],
    [1000, 1000, true],
    [0, 4, false],
    [5, 4, false],
    [-1, 4, false],
    [1, 0, false],
    [1, 1001, false],
    [1.5, 4, false],
    [1, 4.5, false],
    [Number.NaN, 4, false],
    ['1' as never, 4, false],
  ] as const) {
    it(`${is ? 'knows' : 'knows no'} ${index} of ${count}`, () => assert.equal(isShard({ index, count }), is));
  }
});
