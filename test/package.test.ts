import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { plugins } from '../plugins';
import { root } from './support/root';

/** Runs a script in a Node of its own, in the project's folder, and reads what it prints as JSON. */
const run = (script: string, ...flags: readonly string[]): unknown =>
  JSON.parse(execFileSync(process.execPath, [...flags, '-e', script], { cwd: root, encoding: 'utf8' }));

const azureFiles = `Object.keys(require.cache).filter((file) => file.includes('@azure'))`;

describe('the package', () => {
  it('gives the same to require and to import', () => {
    const required = run(`console.log(JSON.stringify(Object.keys(require('pgposture'))))`) as string[];
    const imported = run(
      `import { scan, plugins, definePlugin } from 'pgposture'; import * as all from 'pgposture';
       console.log(JSON.stringify([typeof scan, plugins.length, typeof definePlugin, Object.keys(all)]))`,
      '--input-type=module',
    ) as [string, number, string, string[]];
    assert.deepEqual(imported.slice(0, 3), ['function', plugins.length, 'function']);
    assert.deepEqual(
      required.filter((name) => !imported[3].includes(name)),
      [],
    );
    assert.ok(required.length > 20);
  });

  it("loads Azure's core once", () => {
    const files = run(
      `require('pgposture'); require('@azure/identity'); console.log(JSON.stringify(${azureFiles}))`,
    ) as string[];
    const copies = (name: string) =>
      new Set(
        files.flatMap(
          (file) => new RegExp(`^.*[\\\\/]@azure[\\\\/]${name}[\\\\/]dist[\\\\/][^\\\\/]+`).exec(file)?.[0] ?? [],
        ),
      );
    for (const name of ['core-client', 'core-rest-pipeline']) assert.equal(copies(name).size, 1, name);
    const installed = readdirSync(join(root, 'node_modules'), { recursive: true, encoding: 'utf8' });
    assert.deepEqual(installed.filter((path) => /@azure.core-(client|rest-pipeline)$/.test(path)).length, 2);
  });

  it('loads no Azure package for --help', () => {
    const io = `{ stdout: { write: async () => {} }, stderr: { write: async () => {} }, env: {} }`;
    const script = `require('./dist/cli/main').main(['scan', '--help'], ${io}).then(() => console.log(JSON.stringify(${azureFiles})))`;
    assert.deepEqual(run(script), []);
  });

  it('holds what a user needs, and nothing else', () => {
    const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: root,
      encoding: 'utf8',
      shell: process.platform === 'win32',
    });
    const files = (JSON.parse(packed)[0].files as { path: string }[]).map(({ path }) => path);
    const folders = ['cli', 'collectors', 'emulator', 'engine', 'helpers', 'plugins', 'reporters'];
    for (const path of files) {
      const code = new RegExp(`^dist/((${folders.join('|')})/.*|index|scan|types)\\.(js|d\\.ts)$`);
      assert.match(path, new RegExp(`${code.source}|^(README\\.md|CHANGELOG\\.md|LICENSE|package\\.json)$`));
    }
    for (const path of [
      'dist/index.js',
      'dist/index.d.ts',
      'dist/cli/index.js',
      'README.md',
      'CHANGELOG.md',
      'LICENSE',
    ]) {
      assert.ok(files.includes(path), path);
    }
  });
});
