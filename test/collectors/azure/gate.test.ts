import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pause } from '../../../collectors/azure/attempt';
import { ArmError } from '../../../collectors/azure/gap';
import { Gate } from '../../../collectors/azure/gate';
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

  it('lets a call that comes again go first, so that none is refused for ever', async () => {
    const gate = new Gate(1, new VirtualClock(), signal);
    const order: string[] = [];
    const pass = (name: string, again: boolean) => gate.pass('orchard', async () => void order.push(name), again);
    await Promise.all([pass('first', false), pass('new', false), pass('newer', false), pass('refused', true)]);
    assert.deepEqual(order, ['first', 'refused', 'new', 'newer']);
  });
});
