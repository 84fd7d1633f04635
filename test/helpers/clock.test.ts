import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { systemClock } from '../../helpers/clock';

describe('the real clock', () => {
  it('tells the time of the system', () => {
    const before = Date.now();
    const now = systemClock.now();
    assert.ok(before <= now && now <= Date.now());
  });

  it('calls back once, if it is not cancelled', async () => {
    const called: string[] = [];
    const cancel = systemClock.after(1, () => called.push('cancelled'));
    cancel();
    await new Promise<void>((resolve) => {
      systemClock.after(5, () => {
        called.push('in time');
        resolve();
      });
    });
    assert.deepEqual(called, ['in time']);
  });
});
