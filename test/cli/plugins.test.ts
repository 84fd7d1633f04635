import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { plugins } from '../../plugins';
import { runMain } from '../support/cli';

describe('pgposture plugins', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pgposture-'));
    file = join(folder, 'plugins.json');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('lists every plugin on stdout', async () => {
    const { code, stdout, stderr } = await runMain(['plugins']);
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    for (const { id, severity } of plugins) assert.match(stdout, new RegExp(`^${severity} +${id} `, 'm'));
    assert.match(stdout, /^More about one of them: pgposture explain PLUGIN$/m);
  });

  it('writes all about them to a file, beside the table', async () => {
    const { code, stdout } = await runMain(['plugins', '--json', file]);
    assert.equal(code, 0);
    assert.equal(stdout, (await runMain(['plugins'])).stdout);
    assert.equal(await readFile(file, 'utf8'), (await runMain(['plugins', '--json', '-'])).stdout);
    assert.deepEqual(await readdir(folder), ['plugins.json'], 'nothing else is left in the folder');
  });

  it('writes nothing but JSON to stdout with --json -', async () => {
    const { code, stdout, stderr } = await runMain(['plugins', '--json', '-']);
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
    const { schemaVersion, tool, plugins: listed } = JSON.parse(stdout);
    const { version } = require('../../../package.json') as { version: string };
    assert.deepEqual([schemaVersion, tool], [1, { name: 'pgposture', version }]);
    assert.equal(listed.length, plugins.length);
  });

  for (const [name, path] of [
    ['a folder', '.'],
    ['a file in a missing folder', join('missing', 'plugins.json')],
  ] as const) {
    it(`refuses ${name} before anything is written`, async () => {
      const { code, stdout, stderr } = await runMain(['plugins', '--json', join(folder, path)]);
      assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
      assert.match(stderr, /^pgposture: ".*" cannot be written \(E\w+\)\.\n.+\n$/);
    });
  }

  it('refuses two files', async () => {
    const { code, stderr } = await runMain(['plugins', '--json', file, '--json', file]);
    assert.equal(code, 2);
    assert.match(stderr, /--json was given 2 times/);
  });

  for (const columns of [60, 80, 120]) {
    it(`fits ${columns} columns`, async () => {
      const { stdout } = await runMain(['plugins'], { columns });
      assert.deepEqual(
        stdout.split('\n').filter((line) => line.length > columns),
        [],
      );
    });
  }
});
