import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { pause } from '../../../collectors/azure/attempt';
import { ArmError } from '../../../collectors/azure/gap';
import { type Feed, Gate } from '../../../collectors/azure/gate';
import { Workers } from '../../../collectors/azure/workers';
import type { Clock } from '../../../types';
import { VirtualClock } from '../../support/clock';

const refusal = new ArmError('throttled', 'Azure answered 429.');
const { signal } = new AbortController();

/** A lane, and the most of so many calls of it that were in flight at once: each takes a moment. */
function laneOf(gate: Gate, clock: Clock, lane: string) {
  return async (calls: number): Promise<number> => {
    let inFlight = 0;
    let most = 0;
    const attempt = async () => {
      most = Math.max(most, ++inFlight);
      await pause(1, signal, clock);
      inFlight--;
    };
    await Promise.all(Array.from({ length: calls }, () => gate.pass(lane, attempt, false)));
    return most;
  };
}

describe('a lane that Azure has throttled', () => {
  it('goes on at half the width, once for all that were refused together, and no other with it', async () => {
    const clock = new VirtualClock();
    const gate = new Gate(8, clock, signal);
    const [orchard, garden] = [laneOf(gate, clock, 'orchard'), laneOf(gate, clock, 'garden')];
    assert.equal(await orchard(8), 8);
    for (let i = 0; i < 3; i++) gate.close('orchard', 1_000, refusal);
    assert.deepEqual([await orchard(8), await garden(8)], [4, 8]);
  });

  it('grows again with each answer, and to no more than there may be in flight', async () => {
    const clock = new VirtualClock();
    const gate = new Gate(8, clock, signal);
    const orchard = laneOf(gate, clock, 'orchard');
    gate.close('orchard', 1_000, refusal);
    assert.equal(await orchard(4), 4);
    assert.equal(await orchard(100), 8);
  });

  it('is given up at once if it is closed for an hour, though the answer to another call still comes', async () => {
    const clock = new VirtualClock();
    const gate = new Gate(8, clock, signal);
    const began = clock.now();
    const late = gate.pass('orchard', () => pause(100, signal, clock), false);
    gate.close('orchard', 3_600_000, refusal);
    await late;
    await assert.rejects(
      gate.pass('orchard', async () => assert.fail('it was asked'), false),
      ({ kind }: ArmError) => kind === 'throttled',
    );
    assert.equal(clock.now() - began, 100);
  });

  it('lets a call that comes again go first, so that none is refused for ever', async () => {
    const gate = new Gate(1, new VirtualClock(), signal);
    const order: string[] = [];
    const pass = (name: string, again: boolean) => gate.pass('orchard', async () => void order.push(name), again);
    await Promise.all([pass('first', false), pass('new', false), pass('newer', false), pass('refused', true)]);
    assert.deepEqual(order, ['first', 'refused', 'new', 'newer']);
  });
});

/** A gate, and what passes it, in the order of its turns. A call takes a moment. */
function gateFor(concurrency: number, given = new AbortController().signal) {
  const clock = new VirtualClock();
  const gate = new Gate(concurrency, clock, given);
  const began = clock.now();
  const sent: string[] = [];
  const flight = { now: 0, most: 0 };
  const call = (lane: string, name = lane) =>
    gate.pass(
      lane,
      async () => {
        sent.push(name);
        flight.most = Math.max(flight.most, ++flight.now);
        await setImmediate();
        flight.now--;
      },
      false,
    );
  const calls = (lane: string, count: number) => Promise.all(Array.from({ length: count }, () => call(lane)));
  /** When each of so many calls is sent, all of which are answered at once: so many more would be granted. */
  const times = async (lane: string, count: number, remaining: number) => {
    const at: number[] = [];
    const attempt = async () => {
      at.push(clock.now() - began);
      gate.granted(lane, remaining);
    };
    await Promise.all(Array.from({ length: count }, () => gate.pass(lane, attempt, false)));
    return at;
  };
  return { clock, gate, sent, flight, call, calls, times };
}

describe('a lane of which Azure says how many reads it would grant', () => {
  for (const [remaining, most] of [
    [100, 8],
    [3, 3],
    [1, 1],
    [0, 1],
  ] as const) {
    it(`has ${most} in flight at most if it is ${remaining}`, async () => {
      const { gate, flight, calls } = gateFor(8);
      gate.wake('orchard');
      gate.granted('orchard', remaining);
      await calls('orchard', 20);
      assert.equal(flight.most, most);
    });
  }

  it('sends 25 a second once it is 0, and no other lane waits with it', async () => {
    const { gate, times } = gateFor(8);
    gate.wake('orchard');
    gate.granted('orchard', 0);
    const [orchard, garden] = await Promise.all([times('orchard', 100, 0), times('garden', 100, 100)]);
    assert.deepEqual(
      orchard,
      Array.from({ length: 100 }, (_, i) => (i + 1) * 40),
    );
    assert.deepEqual(garden, Array(100).fill(0));
  });

  it('waits once for all its calls, and no longer than until there is more than one again', async () => {
    const { gate, times } = gateFor(8);
    gate.wake('orchard');
    gate.granted('orchard', 0);
    assert.deepEqual(await times('orchard', 20, 5), Array(20).fill(40));
  });

  for (const [closedFor, remaining, wait] of [
    [1_000, 0, 1_000],
    [1_000, 5, 1_000],
    [10, 0, 40],
  ] as const) {
    it(`waits ${wait} ms after a refusal for ${closedFor} ms that grants ${remaining}`, async () => {
      const { gate, times } = gateFor(8);
      gate.close('orchard', closedFor, refusal);
      gate.granted('orchard', remaining);
      assert.deepEqual(await times('orchard', 3, 5), [wait, wait, wait]);
    });
  }

  it('is the same in whatever case its id is written', async () => {
    const { gate, flight, calls } = gateFor(8);
    gate.wake('orchard');
    gate.granted('ORCHARD', 3);
    await Promise.all([calls('orchard', 9), calls('Orchard', 9)]);
    assert.equal(flight.most, 3);
  });

  it('is no lane before it has sent anything, and none any more when it was left', async () => {
    const { gate, times } = gateFor(8);
    gate.granted('orchard', 0);
    assert.deepEqual(await times('orchard', 8, 100), Array(8).fill(0));
    gate.close('orchard', 1_000, refusal);
    gate.leave('ORCHARD');
    assert.deepEqual(await times('orchard', 8, 100), Array(8).fill(0));
  });
});

describe('lanes', () => {
  it('take turns: one with a thousand calls keeps no other from sending its two', async () => {
    const { sent, calls } = gateFor(2);
    await Promise.all([calls('orchard', 1_000), calls('garden', 2)]);
    assert.deepEqual(sent.slice(0, 6), ['orchard', 'orchard', 'orchard', 'garden', 'orchard', 'garden']);
    assert.equal(sent.length, 1_002);
  });

  it('together have no more calls in flight than there may be', async () => {
    const { flight, calls } = gateFor(5);
    await Promise.all(['orchard', 'garden', 'meadow'].map((lane) => calls(lane, 20)));
    assert.equal(flight.most, 5);
  });

  it('send all that they have at once when the scan is cut short, and nothing is left to wait for', async () => {
    const cut = new AbortController();
    const { clock, gate, times } = gateFor(8, cut.signal);
    gate.close('orchard', 100_000, refusal);
    gate.wake('garden');
    gate.granted('garden', 0);
    const sent = Promise.all([times('orchard', 20, 0), times('garden', 20, 0)]);
    assert.equal(clock.pending, 2);
    cut.abort();
    assert.equal(clock.pending, 0);
    assert.deepEqual(await sent, [Array(20).fill(0), Array(20).fill(0)]);
  });
});

describe('the lane that stays closed for longest', () => {
  it('is told until it opens, or is left; then the next', async () => {
    const { clock, gate } = gateFor(8);
    const began = clock.now();
    const told = () => gate.waiting && [gate.waiting.lane, gate.waiting.until - began];
    assert.equal(told(), undefined);
    gate.close('Garden', 2_000, refusal);
    gate.close('Orchard', 3_000, refusal);
    gate.close('Meadow', 1_000, refusal);
    assert.deepEqual(told(), ['Orchard', 3_000]);
    gate.leave('orchard');
    assert.deepEqual(told(), ['Garden', 2_000]);
    await pause(2_000, undefined, clock);
    assert.equal(told(), undefined);
  });
});

describe('a feed', () => {
  /** So many calls, which are made when they are asked for. */
  const feedOf = (count: number, make: () => void): Feed & { asked: number } => ({
    asked: 0,
    get isReady() {
      return this.asked < count;
    },
    next() {
      this.asked++;
      make();
    },
  });

  it('is asked for a call when there is a place for it, in turn with other lanes', async () => {
    const { gate, sent, flight, call } = gateFor(2);
    const lanes = ['orchard', 'garden'].map((lane) => ({ lane, feed: feedOf(100, () => void call(lane)) }));
    for (const { lane, feed } of lanes) gate.feed(feed, lane);
    for (const { lane } of lanes) gate.wake(lane);
    assert.deepEqual(
      lanes.map(({ feed }) => feed.asked),
      [2, 0],
    );
    while (flight.now > 0) {
      await setImmediate();
      assert.ok(lanes.every(({ lane, feed }) => feed.asked === sent.filter((each) => each === lane).length));
    }
    assert.deepEqual(sent.slice(0, 6), ['orchard', 'orchard', 'orchard', 'garden', 'orchard', 'garden']);
    assert.equal(sent.length, 200);
  });

  it('is asked only when nothing waits in its lane', async () => {
    const { gate, sent, call, calls } = gateFor(1);
    const asked: number[] = [];
    const waiting = calls('orchard', 3);
    const feed = feedOf(2, () => {
      asked.push(sent.length);
      void call('orchard');
    });
    gate.feed(feed, 'orchard');
    await waiting;
    while (feed.isReady) await setImmediate();
    assert.deepEqual(asked, [3, 4]);
  });

  it('is not asked as long as its lane may send nothing', async () => {
    const { clock, gate, calls } = gateFor(4);
    const began = clock.now();
    const asked: number[] = [];
    const feed = feedOf(9, () => {
      asked.push(clock.now() - began);
      void calls('orchard', 1);
    });
    gate.feed(feed, 'orchard');
    gate.close('orchard', 1_000, refusal);
    gate.wake('orchard');
    await calls('orchard', 1);
    while (feed.isReady) await setImmediate();
    assert.deepEqual(asked, Array(9).fill(1_000));
  });

  it('of a lane that is given up is emptied at once, and each call of it refused', async () => {
    const { clock, gate, sent, call, calls } = gateFor(4);
    const refused: unknown[] = [];
    const note = (error: unknown) => void refused.push(error);
    gate.close('orchard', 200_000, refusal);
    gate.feed(
      feedOf(100, () => void call('orchard').catch(note)),
      'orchard',
    );
    for (let i = 0; i < 3; i++) call('orchard').catch(note);
    await setImmediate();
    assert.equal(refused.length, 103);
    assert.ok(refused.every((error) => error instanceof ArmError && error.kind === 'throttled'));
    assert.deepEqual([sent, clock.pending], [[], 0]);
    await calls('garden', 1);
  });

  it('that is empty leaves nothing to wait for, even if Azure would grant no more', async () => {
    const { clock, gate, times } = gateFor(1);
    const made: Promise<unknown>[] = [];
    gate.feed(
      feedOf(1, () => made.push(times('orchard', 1, 0))),
      'orchard',
    );
    gate.wake('orchard');
    await Promise.all(made);
    await setImmediate();
    assert.deepEqual([made.length, clock.pending], [1, 0]);
  });

  it('of new lanes begins one only while fewer of them have something to send than there are places', async () => {
    const { gate, sent, flight, call } = gateFor(3);
    const begun: string[] = [];
    const feed = feedOf(20, () => {
      const busy = begun.filter((lane) => sent.filter((each) => each === lane).length < 5);
      assert.ok(busy.length < 3, busy.join());
      const lane = `orchard ${begun.length}`;
      begun.push(lane);
      for (let i = 0; i < 5; i++) void call(lane);
    });
    gate.feed(feed);
    gate.wake();
    assert.equal(begun.length, 3);
    while (flight.now > 0) await setImmediate();
    assert.deepEqual([begun.length, sent.length, flight.most], [20, 100, 3]);
  });

  it('of new lanes goes on while those that have begun wait for Azure', async () => {
    const { gate, sent, call, calls } = gateFor(2);
    for (const lane of ['orchard', 'garden', 'meadow']) gate.close(lane, 1_000, refusal);
    const waiting = ['orchard', 'garden', 'meadow'].map((lane) => calls(lane, 2));
    gate.feed(feedOf(2, () => void call('vineyard')));
    gate.wake();
    assert.deepEqual(sent, ['vineyard', 'vineyard']);
    await Promise.all(waiting);
  });
});

describe('the gate', () => {
  /** What Azure says to an attempt: how many reads it would grant, if it says so, and for how long it refuses any. */
  const answer = fc.record({
    remaining: fc.option(fc.nat(4), { nil: undefined }),
    refusedFor: fc.option(fc.constantFrom(0, 10, 500, 3_000), { freq: 4, nil: undefined }),
    takes: fc.nat(3),
  });
  const lane = fc.record({
    calls: fc.array(fc.array(answer, { minLength: 1, maxLength: 3 }), { maxLength: 6 }),
    fed: fc.array(fc.array(answer, { minLength: 1, maxLength: 3 }), { maxLength: 12 }),
  });

  it('lets every call pass in the end, whatever Azure says, and none while its lane is closed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5 }), fc.array(lane, { maxLength: 6 }), async (concurrency, lanes) => {
        const clock = new VirtualClock();
        const gate = new Gate(concurrency, clock, new AbortController().signal);
        const flight = { now: 0, most: 0 };
        const closedUntil = new Map<string, number>();
        const call = async (name: string, answers: (typeof lanes)[number]['calls'][number]) => {
          for (const [i, { remaining, refusedFor, takes }] of answers.entries()) {
            const attempt = async () => {
              assert.ok(clock.now() >= (closedUntil.get(name) ?? 0));
              flight.most = Math.max(flight.most, ++flight.now);
              for (let time = 0; time < takes; time++) await setImmediate();
              if (remaining !== undefined) gate.granted(name, remaining);
              flight.now--;
            };
            await gate.pass(name, attempt, i > 0);
            if (refusedFor === undefined) return;
            closedUntil.set(name, Math.max(closedUntil.get(name) ?? 0, clock.now() + refusedFor));
            gate.close(name, refusedFor, refusal);
          }
        };
        const work = lanes.map(async ({ calls, fed }, i) => {
          const name = `orchard ${i}`;
          const workers: Workers<(typeof calls)[number]> = new Workers(
            (answers) => call(name, answers),
            concurrency,
            () => gate.wake(name),
          );
          gate.feed(workers, name);
          await Promise.all([
            ...calls.map((answers) => call(name, answers)),
            workers.take(fed).then(() => workers.end()),
          ]);
          gate.leave(name);
        });
        const ended = Promise.all(work).then(() => 'ended');
        const stuck = (async () => {
          for (let quiet = 0; quiet < 20; quiet = clock.pending + flight.now > 0 ? 0 : quiet + 1) await setImmediate();
          return 'stuck';
        })();
        assert.equal(await Promise.race([ended, stuck]), 'ended');
        assert.deepEqual([clock.pending, flight.now, gate.waiting], [0, 0, undefined]);
        assert.ok(flight.most <= concurrency);
      }),
      { numRuns: 40, endOnFailure: true },
    );
  });
});
