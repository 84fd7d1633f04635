import type { Clock } from '../types';

/**
 * The real time. The one impure helper: everything else is given a `Clock`. It goes on evenly when somebody sets the
 * machine's clock, so that no wait becomes an hour longer.
 */
export const systemClock: Clock = {
  now: () => Math.round(performance.timeOrigin + performance.now()),
  after: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};
