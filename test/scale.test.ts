import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Report } from '../types';
import { demoReport } from './support/cli';
import { noBash, recipeRunner } from './support/recipes';
import { root } from './support/root';
import { timeless } from './support/shards';

const page = readFileSync(join(root, 'docs/scale.md'), 'utf8');

/** The scripts of a recipe, in order. */
function scriptsOf(name: string): string[] {
  const [, yaml = ''] = new RegExp(`<!-- ${name} -->\n\`\`\`yaml\n([\\s\\S]*?)\`\`\``).exec(page) ?? [];
  const blocks = yaml.matchAll(/^( *)(?:run: |- )\|\n((?:\1 +.*\n)+)|^ *run: ([^|\n]+)\n/gm);
  return [...blocks].map(([, , block = '', line]) => line ?? block.replaceAll(/^ +/gm, ''));
}

const { folder, run } = recipeRunner();

const merged = (cwd: string) => JSON.parse(readFileSync(join(folder, cwd, 'report.json'), 'utf8')) as Report;
const numbers = [1, 2, 3, 4];

describe('the workflow of docs/scale.md', { skip: noBash }, () => {
  const [scan = '', merge = ''] = scriptsOf('workflow');
  const scanShard = (cwd: string, shard: number, more: Readonly<Record<string, string>> = {}) =>
    run(cwd, scan, { SHARD: `${shard}`, SHARDS: '4', ...more });
  /** As the artifacts come to the job that merges. */
  const download = (cwd: string) => {
    mkdirSync(join(folder, cwd, 'shards'));
    for (const file of readdirSync(join(folder, cwd)).filter((name) => name.endsWith('.json'))) {
      renameSync(join(folder, cwd, file), join(folder, cwd, 'shards', file));
    }
  };

  it('gives the report of one scan, and its exit code', async () => {
    for (const shard of numbers) assert.equal(scanShard('workflow', shard).status, 0);
    download('workflow');
    const { status, stderr } = run('workflow', merge);
    const { code, ...whole } = await demoReport('--management-group', 'shop');
    assert.deepEqual({ status, stderr }, { status: code, stderr: '' });
    assert.equal(timeless(merged('workflow')), timeless(whole));
  });

  for (const code of [2, 137]) {
    it(`fails the job of a shard that exits with ${code}, and the one that merges`, () => {
      for (const shard of numbers.slice(1)) scanShard(`fails-${code}`, shard);
      assert.equal(scanShard(`fails-${code}`, 1, { BREAKS: `${code}` }).status, code);
      download(`fails-${code}`);
      const { status, stderr } = run(`fails-${code}`, merge);
      assert.equal(status, 2);
      assert.match(stderr, /^pgposture: 1 of 4 shards is missing: 1\.\n/);
      assert.equal(existsSync(join(folder, `fails-${code}`, 'report.json')), false);
    });
  }

  it('fails where no shard has left a report', () => {
    const { status, stderr } = run('none', merge);
    assert.equal(status, 2);
    assert.match(stderr, /"shards\/shard-\*\.json" cannot be read \(ENOENT\)/);
  });
});

describe('the Job of docs/scale.md', { skip: noBash }, () => {
  const [scan = ''] = scriptsOf('job');

  it('gives the report of one scan, and its exit code', async () => {
    for (const index of ['0', '1', '2', '3']) {
      assert.equal(run('job', scan, { JOB_COMPLETION_INDEX: index }).status, 0);
    }
    const { status } = run('job', 'npx --yes pgposture@0.1.0 merge shard-*.json --json report.json');
    const { code, ...whole } = await demoReport();
    assert.equal(status, code);
    assert.equal(timeless(merged('job')), timeless(whole));
  });

  it('fails a pod without a report', () => {
    assert.equal(run('job', scan, { JOB_COMPLETION_INDEX: '0', BREAKS: '2' }).status, 2);
  });
});
