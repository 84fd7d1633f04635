import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { reporters } from '../../reporters';
import { jsonPieces } from '../../reporters/json';
import { hostileNames, hostileReport, mixedReport, view } from '../support/report';

describe('json', () => {
  it('is the report', async () => {
    const report = await mixedReport();
    assert.deepEqual(JSON.parse(reporters.json(report, view)), report);
  });

  for (const times of [0, 1, 20, 100]) {
    it(`comes in pieces that make the same text, of ${times} times the results`, async () => {
      const report = await mixedReport();
      const many = { ...report, results: Array.from({ length: times }, () => report.results).flat() };
      assert.equal(reporters.json(many, view), `${JSON.stringify(many, undefined, 2)}\n`);
      const longest = Math.max(...[...jsonPieces(many)].map(({ length }) => length));
      assert.ok(longest < 150_000, `${longest} characters`);
    });
  }

  it('leaves nothing out, whatever the view', async () => {
    const report = await mixedReport();
    const other = { width: 10, colour: true, ignoreOk: true, plugins: [] };
    assert.equal(reporters.json(report, other), reporters.json(report, view));
  });

  it('ends in one line break', async () => assert.match(reporters.json(await mixedReport(), view), /\}\n$/));

  for (const name of hostileNames) {
    it(`keeps the name ${JSON.stringify(name)}, on one line`, async () => {
      const report = await hostileReport(name);
      const json = reporters.json(report, view);
      assert.deepEqual(JSON.parse(json), report);
      assert.doesNotMatch(json, /##(\[|vso\[)/);
      assert.equal(json.split('\n').length, reporters.json(await hostileReport('apple'), view).split('\n').length);
    });
  }
});
