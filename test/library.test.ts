import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { consumer } from './support/consumer';
import { libraryExamples as examples, libraryPage as page, libraryPath as path } from './support/library';
import { root } from './support/root';
import { start } from './support/run';
import { signedIn } from './support/signedIn';

describe('docs/library.md', () => {
  let folder: string;

  before(() => {
    folder = consumer(Object.fromEntries(examples.map(({ file, code }) => [`${file}.mts`, code])));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('has an output below each of its examples', () => {
    assert.ok(examples.length >= 8);
    assert.equal(examples.length, page.match(/```ts\n/g)?.length);
  });

  it('names every code of a ScanError', () => {
    const source = readFileSync(join(root, 'helpers/scanError.ts'), 'utf8');
    const codes = [...source.matchAll(/^ {2}\| '([\w-]+)'/gm)].map(([, code]) => code);
    assert.ok(codes.length > 5);
    for (const code of codes) assert.ok(page.includes(`\`${code}\``), code);
  });

  it('has examples that compile', () => {
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    const flags = ['--strict', '--target', 'es2023', '--module', 'node16', '--types', 'node'];
    const types = ['--typeRoots', join(root, 'node_modules/@types')];
    const files = examples.map(({ file }) => `${file}.mts`);
    const { status, stdout } = spawnSync(process.execPath, [compiler, ...flags, ...types, ...files], {
      cwd: folder,
      encoding: 'utf8',
    });
    assert.deepEqual({ status, stdout }, { status: 0, stdout: '' });
  });

  for (const { file, prints } of examples) {
    it(`has an ${file} that prints what it says`, async () => {
      const env = await signedIn(folder);
      const { stdout, stderr } = await start(process.execPath, [`${file}.mjs`], { cwd: folder, env });
      assert.equal(stderr, '');
      if (process.env.UPDATE_DOCS) update(file, stdout);
      else assert.equal(stdout, prints);
    });
  }
});

function update(file: string, stdout: string): void {
  let i = 0;
  const text = readFileSync(path, 'utf8').replace(
    /(```ts\n[\s\S]*?```\n+```text\n)[\s\S]*?```/g,
    (block, above: string) => (`example${++i}` === file ? `${above}${stdout}\`\`\`` : block),
  );
  writeFileSync(path, text);
}
