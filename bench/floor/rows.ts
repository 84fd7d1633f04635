import { readFileSync } from 'node:fs';
import { judged, unknown } from '../../engine/evaluate';
import { plugins } from '../../plugins';
import type { Report, Result } from '../../types';

/**
 * What the rows of a report take in memory by themselves, in MB, as a scan holds them: all rows of a plugin share what it is
 * called, all rows of a server where that is, all rows of a subscription which it is.
 *
 *     node --expose-gc rows.js REPORT
 */
const [file = ''] = process.argv.slice(2);
const used = () => {
  global.gc?.();
  return process.memoryUsage().heapUsed;
};

/** Of a message that says the same of every server there is one. */
const texts = new Set(plugins.flatMap(({ messages }) => Object.values(messages).map(({ text }) => text)));

// A function of its own, so that nothing of the text outlives it.
function readRows(): readonly Result[] {
  const words = new Map<string, string>();
  const places = new Map<string, Result['resource']>();
  const shared = (word: string): string => {
    if (!words.has(word)) words.set(word, word);
    return words.get(word) ?? word;
  };
  const placeOf = (resource: Result['resource']): Result['resource'] => {
    const { id, type, subscriptionId } = resource;
    const place = places.get(id) ?? {
      ...resource,
      type: shared(type),
      subscriptionId: subscriptionId && shared(subscriptionId),
    };
    places.set(id, place);
    return place;
  };
  const { results } = JSON.parse(readFileSync(file, 'utf8')) as Report;
  return results.map(({ resource, evidence, ...said }) => {
    const plugin = { id: shared(said.plugin), title: shared(said.title), severity: said.severity };
    const place = placeOf(resource);
    const message = texts.has(said.message) ? shared(said.message) : said.message;
    // An object of the same shape takes the same room.
    return said.status === 'UNKNOWN'
      ? unknown(plugin, place, evidence, said.reason)
      : judged(plugin, place, evidence, { status: said.status, message });
  });
}

const before = used();
const rows = readRows();
const after = used();
console.log(rows.length > 0 ? (after - before) / 1024 / 1024 : 0);
