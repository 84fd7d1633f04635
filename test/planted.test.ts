import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { unfound, unreached } from './chaos/unfound';
import { plantedBugs } from './support/plantedBugs';
import { root } from './support/root';

/** `npm run test:planted` plants them. Here only: the list has not rotted. */
describe('the list of planted bugs', () => {
  it('is long, and names each once', () => {
    assert.ok(plantedBugs.length >= 25);
    assert.equal(new Set(plantedBugs.map(({ name }) => name)).size, plantedBugs.length);
  });

  it('has each bug, and each file, that chaos is excused from', () => {
    const files = new Set(plantedBugs.map(({ file }) => file));
    const found = (name: string) => plantedBugs.some((bug) => bug.name === name && !Object.hasOwn(unreached, bug.file));
    assert.deepEqual(
      Object.keys(unreached).filter((file) => !files.has(file)),
      [],
    );
    assert.deepEqual(
      Object.keys(unfound).filter((name) => !found(name)),
      [],
    );
  });

  for (const { name, file, find, put, test } of plantedBugs) {
    it(`knows where to plant: ${name}`, () => {
      assert.equal(readFileSync(join(root, file), 'utf8').split(find).length, 2, `not once in ${file}: ${find}`);
      assert.notEqual(put, find);
      assert.ok(existsSync(join(root, 'test', `${test}.test.ts`)), test);
    });
  }
});
