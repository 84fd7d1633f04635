import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { describe, it } from 'node:test';
import { failureOf, told } from './check';

/** Other ones each time; `npm run test:chaos -- --seed S --runs N` plays more of them, and any one again. */
const runs = 2_000;

describe('a random tenant, random troubles, a random order of answers and random options', () => {
  it(`make no wrong verdict, lose no server, and never hang: ${runs} schedules`, async (t) => {
    const seed = randomInt(1, 1_000_000_000);
    t.diagnostic(`schedules ${seed} to ${seed + runs - 1}`);
    for (let at = seed; at < seed + runs; at++) {
      const failure = await failureOf(at);
      if (failure) assert.fail(told(failure));
    }
  });
});
