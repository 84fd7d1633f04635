import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { systemClock } from '../../helpers/clock';

describe('the real clock', () => {
  it('counts whole milliseconds since 1970, and goes on', async () => {
    const before = systemClock.now();
    assert.ok(Number.isInteger(before) && before > Date.UTC(2020));
    await new Promise<void>((resolve) => {
      systemClock.after(20, resolve);
    });
    assert.ok(systemClock.now() > before);
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
