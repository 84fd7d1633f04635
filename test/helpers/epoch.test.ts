import assert from 'node:assert/strict';
import { it } from 'node:test';
import { epoch } from '../../helpers/epoch';

for (const [time, milliseconds] of [
  ['1970-01-01T00:00:00.000Z', 0],
  ['2025-03-28T00:00:00.000Z', 1_743_120_000_000],
  ['2025-03-28T00:00:00.123Z', 1_743_120_000_123],
  ['2025-03-28T00:00:01Z', 1_743_120_001_000],
] as const)
  it(`${time} is ${milliseconds} ms after 1970`, () => assert.equal(epoch(time), milliseconds));
