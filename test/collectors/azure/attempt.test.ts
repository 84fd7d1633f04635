import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { within } from '../../../collectors/azure/attempt';
import type { ArmError } from '../../../collectors/azure/gap';
import { CutShort } from '../../../helpers/cutShort';
import { VirtualClock } from '../../support/clock';

describe('an attempt', () => {
  const cut = new AbortController();
  for (const [when, signal, kind, transient] of [
    ['its time is up', undefined, 'timeout', true],
    ['the scan is cut short', cut.signal, 'not-collected', false],
  ] as const) {
    it(`ends, and is told to, when ${when}`, async () => {
      let told: AbortSignal | undefined;
      const attempt = within(30_000, 'Azure', { clock: new VirtualClock(), signal }, (given) => {
        told = given;
        if (signal) cut.abort(new CutShort('not-collected'));
        return new Promise<never>(() => {});
      });
      await assert.rejects(attempt, { kind, transient });
      assert.equal((told?.reason as ArmError | undefined)?.kind, kind);
    });
  }
});
