import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { Workers } from '../../../collectors/azure/workers';

const items = (count: number) => Array.from({ length: count }, (_, i) => i);

/** Workers who begin what there is only when they are told to, and each of whose work ends when it is told to. */
function workersFor(atOnce: number) {
  const begun: number[] = [];
  const ends: ((error?: Error) => void)[] = [];
  const work = (item: number) => {
    begun.push(item);
    return new Promise<void>((resolve, reject) => {
      ends.push((error) => (error ? reject(error) : resolve()));
    });
  };
  let woken = 0;
  const workers = new Workers(work, atOnce, () => woken++);
  return { workers, begun, ends, woken: () => woken };
}

/** Whether it has resolved, or rejected, by now. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const settle = () => {
    settled = true;
  };
  promise.then(settle, settle);
  await setImmediate();
  return settled;
}

describe('workers', () => {
  it('take as many as may wait at once, and more when there is room', async () => {
    const { workers, woken } = workersFor(2_000);
    assert.equal(await isSettled(workers.take(items(999))), true);
    assert.equal(await isSettled(workers.take(items(1))), true);
    const more = workers.take(items(2));
    assert.equal(await isSettled(more), false);
    workers.next();
    assert.equal(await isSettled(more), false);
    workers.next();
    assert.equal(await isSettled(more), true);
    assert.equal(woken(), 3, 'once with each page');
  });

  it('do not wait for room that there is as soon as they are woken', async () => {
    const begun: number[] = [];
    const workers: Workers<number> = new Workers(
      async (item) => void begun.push(item),
      5_000,
      () => {
        while (workers.isReady) workers.next();
      },
    );
    assert.equal(await isSettled(workers.take(items(3_000))), true);
    assert.equal(begun.length, 3_000);
    await workers.end();
  });

  it('have no more in work than they may', async () => {
    const { workers, ends, woken } = workersFor(2);
    await workers.take(items(3));
    workers.next();
    assert.equal(workers.isReady, true);
    workers.next();
    assert.equal(workers.isReady, false);
    ends[0]?.();
    await setImmediate();
    assert.deepEqual([workers.isReady, woken()], [true, 2], 'and say so when there is a place again');
  });

  it('have ended when all is done, and then tell what went wrong first', async () => {
    const { workers, begun, ends } = workersFor(9);
    await workers.take(items(3));
    for (const _ of items(3)) workers.next();
    const ended = workers.end();
    ends[1]?.(new Error('first'));
    await setImmediate();
    ends[0]?.(new Error('second'));
    assert.equal(await isSettled(ended), false);
    ends[2]?.();
    await assert.rejects(ended, { message: 'first' });
    assert.deepEqual(begun, [0, 1, 2]);
  });

  it('have ended at once if there was nothing to do, or if it is done already', async () => {
    const { workers, ends } = workersFor(1);
    await workers.end();
    await workers.take(items(1));
    workers.next();
    ends[0]?.();
    await setImmediate();
    await workers.end();
  });

  it('lose nothing, however large the pages are and however long the work takes', async () => {
    const pages = fc.array(fc.nat(1_500), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(
        pages,
        fc.integer({ min: 1, max: 40 }),
        fc.infiniteStream(fc.nat(2)),
        async (sizes, atOnce, times) => {
          const begun: string[] = [];
          const flight = { now: 0, most: 0 };
          const work = async (item: string) => {
            begun.push(item);
            flight.most = Math.max(flight.most, ++flight.now);
            for (let time = times.next().value; time > 0; time--) await setImmediate();
            flight.now--;
          };
          const workers: Workers<string> = new Workers(work, atOnce, () => {
            while (workers.isReady) workers.next();
          });
          const given = sizes.map((size, page) => items(size).map((i) => `${page} ${i}`));
          for (const page of given) await workers.take(page);
          await workers.end();
          assert.deepEqual([begun, flight.now], [given.flat(), 0]);
          assert.ok(flight.most <= atOnce);
        },
      ),
      { numRuns: 30 },
    );
  });
});
