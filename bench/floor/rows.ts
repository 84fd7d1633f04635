import { readFileSync } from 'node:fs';

/**
 * What the rows of a report take in memory by themselves, in MB.
 *
 *     node --expose-gc rows.js REPORT
 */
const [file = ''] = process.argv.slice(2);
const used = () => {
  global.gc?.();
  return process.memoryUsage().heapUsed;
};
const before = used();
const { results } = JSON.parse(readFileSync(file, 'utf8')) as { readonly results: readonly unknown[] };
const rows = used() - before;
console.log(results.length > 0 ? rows / 1024 / 1024 : 0);
