import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { failureOf, told } from './check';

/** Always the same, so that nobody's change is held up by another's; `npm run test:chaos -- --seed S --runs N` plays any others. */
const runs = 2_000;

describe('a random tenant, random troubles, a random order of answers and random options', () => {
  it(`make no wrong verdict, lose no server, and never hang: ${runs} schedules`, async () => {
    for (let seed = 1; seed <= runs; seed++) {
      const failure = await failureOf(seed);
      if (failure) assert.fail(told(failure));
    }
  });
});
