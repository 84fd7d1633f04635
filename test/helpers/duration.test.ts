import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseDuration } from '../../helpers/duration';

describe('parseDuration', () => {
  const durations: readonly [text: string, milliseconds: number][] = [
    ['250ms', 250],
    ['90s', 90_000],
    ['10m', 600_000],
    ['1.5h', 5_400_000],
    ['1.25h', 4_500_000],
    [' 2h ', 7_200_000],
    ['0s', 0],
  ];
  for (const [text, milliseconds] of durations) {
    it(`reads ${JSON.stringify(text)}`, () => assert.equal(parseDuration(text), milliseconds));
  }

  for (const text of [
    '',
    '10',
    'm',
    '-1s',
    '+1s',
    '1e3s',
    '1,5h',
    '.5h',
    '1.h',
    '1h30m',
    '1 h',
    '10M',
    '1d',
    'Infinitys',
  ]) {
    it(`does not read ${JSON.stringify(text)}`, () => assert.equal(parseDuration(text), undefined));
  }
});
