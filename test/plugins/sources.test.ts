import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { isServerPlugin } from '../../helpers/kind';
import { plugins } from '../../plugins';
import { root } from '../support/root';

/** Apart from index.test.ts, because mutants do not look like their source. */
describe('the file of a plugin', () => {
  for (const plugin of plugins) {
    const { id } = plugin;
    const isOfAzure = isServerPlugin(plugin);
    it(`${id} has its name, a strict test, and fits on a page`, () => {
      const source = readFileSync(
        join(root, `plugins/${isOfAzure ? 'azure/postgresqlserver' : 'postgresql'}/${id}.ts`),
        'utf8',
      );
      const test = readFileSync(join(root, `test/plugins/${id}.test.ts`), 'utf8');
      assert.match(test, /^testPlugin\(plugin, /m, 'its test is not the strict one');
      const body = /\n {2}evaluate\([\s\S]*?\n {2}},\n/.exec(source)?.[0] ?? assert.fail('it has no evaluate');
      assert.ok(body.trim().split('\n').length <= 15, 'evaluate is longer than 15 lines');
      // What Azure does for a setting of its own, the others have to say step by step.
      const most = isOfAzure ? 70 : 95;
      assert.ok(source.split('\n').length <= most, `the file is longer than ${most} lines`);
    });
  }
});
