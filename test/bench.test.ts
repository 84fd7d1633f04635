import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { noBrowser } from './support/browser';
import { root } from './support/root';
import { runNode } from './support/run';

// What they measure is for docs/performance.md; here they only have to be right about every server.
describe('the benchmark', () => {
  for (const name of ['scan', 'throttle', 'memory', 'soak', 'startup', 'page']) {
    it(`runs: npm run bench:${name} -- --short`, { skip: name === 'page' && noBrowser }, () => {
      const { status, stdout, stderr } = runNode([join(root, `dist/bench/${name}.js`), '--short']);
      assert.deepEqual([status, stderr], [0, '']);
      assert.match(stdout, /^\| -+ \|/m);
    });
  }
});
