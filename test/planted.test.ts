import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { plantedBugs } from './support/plantedBugs';
import { root } from './support/root';

/** `npm run test:planted` plants them. Here only: the list has not rotted. */
describe('the list of planted bugs', () => {
  it('is long, and names each once', () => {
    assert.ok(plantedBugs.length >= 25);
    assert.equal(new Set(plantedBugs.map(({ name }) => name)).size, plantedBugs.length);
  });

  for (const { name, file, find, put, test } of plantedBugs) {
    it(`knows where to plant: ${name}`, () => {
      assert.equal(readFileSync(join(root, file), 'utf8').split(find).length, 2, `not once in ${file}: ${find}`);
      assert.notEqual(put, find);
      assert.ok(existsSync(join(root, 'test', `${test}.test.ts`)), test);
    });
  }
});
