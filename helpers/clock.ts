import type { Clock } from '../types';

/** The real time. The one impure helper: everything else is given a `Clock`. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};
