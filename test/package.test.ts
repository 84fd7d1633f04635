import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { isServerPlugin } from '../helpers/kind';
import { plugins } from '../plugins';
import { assertOneCore } from './support/azureCore';
import { consumer } from './support/consumer';
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

  it('gives the schema of the report to require and to import, without a warning', () => {
    const script = `import schema from 'pgposture/schema'; import { createRequire } from 'node:module';
      const require = createRequire(import.meta.url);
      const same = ['pgposture/schema', 'pgposture/schemas/report-1.json'].map((name) => require(name) === schema);
      console.log(JSON.stringify([schema.$id, ...same]))`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: root,
      encoding: 'utf8',
    });
    assert.equal(stderr, '');
    assert.deepEqual(JSON.parse(stdout), ['urn:pgposture:schema:report:1', true, true]);
  });

  it('gives CloudSploit its plugins and nothing else, without Azure and without a warning', () => {
    const script = `const plugins = { ...require('pgposture/cloudsploit') };
      console.log(JSON.stringify({ ids: Reflect.ownKeys(plugins), azure: ${azureFiles} }))`;
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], { cwd: root, encoding: 'utf8' });
    assert.equal(stderr, '');
    assert.deepEqual(JSON.parse(stdout), { ids: plugins.filter(isServerPlugin).map(({ id }) => id), azure: [] });
  });

  for (const resolution of ['node16', 'bundler']) {
    it(`gives the schema its type under moduleResolution ${resolution}`, () => {
      const cwd = consumer({
        'index.mts': `import { Ajv2020 } from 'ajv/dist/2020.js';
          import schema from 'pgposture/schema';
          export const id: string = schema.$id;
          export const validate = new Ajv2020().compile(schema);
          // @ts-expect-error it is no number: the type is not any
          export const mistake: number = schema.$id;`,
      });
      const compiler = join(root, 'node_modules/typescript/bin/tsc');
      const module = resolution === 'node16' ? 'node16' : 'esnext';
      const flags = ['--strict', '--noEmit', '--types', '', '--module', module, '--moduleResolution', resolution];
      const { status, stdout } = spawnSync(process.execPath, [compiler, ...flags, 'index.mts'], {
        cwd,
        encoding: 'utf8',
      });
      rmSync(cwd, { recursive: true });
      assert.deepEqual({ status, stdout }, { status: 0, stdout: '' });
    });
  }

  it("loads Azure's core once", () => {
    const files = run(
      `for (const name of ['pgposture', '@azure/identity', '@azure/arm-postgresql', '@azure/arm-postgresql-flexible']) require(name);
       console.log(JSON.stringify(${azureFiles}))`,
    ) as string[];
    assertOneCore(join(root, 'node_modules'), files);
  });

  for (const argv of [
    ['--help'],
    ['--version'],
    ['scan', '--help'],
    ['plugins'],
    ['plugins', '--json', '-'],
    ['explain', 'flexibleServerRequireSecureTransport'],
    ['completion'],
    ['--get-yargs-completions', 'pgposture', 'scan', '--plugin', ''],
  ]) {
    it(`loads no Azure package for ${argv.join(' ')}`, () => {
      const io = `{ stdout: { write: async (text) => { said += text; } }, stderr: { write: async () => {} }, env: {} }`;
      const script = `let said = ''; require('./dist/cli/main').main(${JSON.stringify(argv)}, ${io}).then((code) =>
        console.log(JSON.stringify({ code, silent: said === '', azure: ${azureFiles} })))`;
      assert.deepEqual(run(script), { code: 0, silent: false, azure: [] });
    });
  }

  it('holds what a user needs, and nothing else', () => {
    const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: root,
      encoding: 'utf8',
      shell: process.platform === 'win32',
    });
    const files = (JSON.parse(packed)[0].files as { path: string }[]).map(({ path }) => path);
    const folders = ['adapters', 'cli', 'collectors', 'emulator', 'engine', 'helpers', 'plugins', 'reporters'];
    for (const path of files) {
      const code = new RegExp(`^dist/((${folders.join('|')})/.*|index|scan|schema|testing|types)\\.(js|d\\.ts)$`);
      assert.match(
        path,
        new RegExp(
          `${code.source}|^((README|CHANGELOG|CONTRIBUTING|SECURITY|docs/(plugins/)?[\\w-]+)\\.md|LICENSE|package\\.json|schemas/(report|suppressions|config)-\\d\\.json)$`,
        ),
      );
    }
    for (const path of [
      'dist/index.js',
      'dist/index.d.ts',
      'dist/testing.js',
      'dist/testing.d.ts',
      'dist/cli/index.js',
      'dist/schema.js',
      'dist/schema.d.ts',
      'schemas/report-1.json',
      'schemas/suppressions-1.json',
      'schemas/config-1.json',
      'README.md',
      'CHANGELOG.md',
      'CONTRIBUTING.md',
      'SECURITY.md',
      'docs/sign-in.md',
      'docs/plugins/README.md',
      ...plugins.map(({ id }) => `docs/plugins/${id}.md`),
      'LICENSE',
    ]) {
      assert.ok(files.includes(path), path);
    }
  });
});
