import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { collectionsCollector } from '../adapters/cloudsploit/replay';
import { runScan } from '../engine/scan';
import { needsOf } from '../engine/select';
import { reporters } from '../reporters';
import type { Json, Report } from '../types';
import { readFrozen } from './support/collection';
import { clock, plugins, settings, view } from './support/report';
import { root } from './support/root';

/** Sentences may be put better; what they say is in the other fields. */
const prose = ['title', 'message', 'detail', 'remedy'];

const withoutProse = (report: string): Json =>
  JSON.parse(report, (name, value) => (prose.includes(name) ? typeof value : value)) as Json;

describe('the golden report', () => {
  it('is what the frozen collections are judged to be', async () => {
    // What came later than 0.1.0 is not in it.
    const { plugins: _ran, ...report }: Report = await runScan({
      collector: collectionsCollector(readFrozen(needsOf(plugins))),
      plugins,
      settings,
      clock,
      tool: { name: 'pgposture', version: '0.1.0' },
      signal: new AbortController().signal,
    });
    const golden = readFileSync(join(root, 'test/fixtures/report-1.json'), 'utf8');
    assert.deepEqual(withoutProse(reporters.json(report, view)), withoutProse(golden));
  });
});
