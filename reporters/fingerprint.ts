import { createHash } from 'node:crypto';
import type { Result } from '../types';

/**
 * By it another tool knows a finding again tomorrow, however Azure spells the id by then: a hash of the plugin and the
 * resource, and which of what the plugin says of it this is, as other tools' plugins may say two things of one server.
 */
export function fingerprints(): (result: Result) => string {
  const times = new Map<string, number>();
  return ({ plugin, resource }) => {
    const key = `${plugin}${resource.id.toLowerCase()}`;
    const time = (times.get(key) ?? 0) + 1;
    times.set(key, time);
    return `${createHash('sha256').update(key).digest('hex').slice(0, 16)}:${time}`;
  };
}
