import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { unfound, unreached } from './chaos/unfound';
import { type PlantedBug, plantedBugs } from './support/plantedBugs';
import { root } from './support/root';
import { start } from './support/run';

/**
 * `npm run test:planted -- 7 "foreign host"`: those of these numbers, or with these words in their names. With `--chaos`: those
 * that a scan can meet, by random schedules alone.
 */
const words = process.argv.slice(2).filter((word) => word !== '--chaos');
const byChaos = process.argv.includes('--chaos');
const chosen = plantedBugs
  .map((bug, i) => ({ ...bug, number: i + 1 }))
  .filter(({ file }) => !byChaos || (/^(collectors|engine|helpers|plugins)\//.test(file) && !unreached[file]))
  .filter(
    ({ name, number }) =>
      words.length === 0 || words.some((word) => (/^\d+$/.test(word) ? Number(word) === number : name.includes(word))),
  );

/** Tests that are not done by then wait for what never comes. */
const limit = 90_000;
const compiler = join(root, 'node_modules/typescript/bin/tsc');
const own = (path: string) => !/^(node_modules|dist|\.git|\.reports|\.ci)$/.test(relative(root, path));

async function compile(cwd: string): Promise<void> {
  const flags = ['--incremental', '--tsBuildInfoFile', 'dist/.tsbuildinfo'];
  const { code, stdout } = await start(process.execPath, [compiler, ...flags], { cwd });
  assert.equal(code, 0, `It does not compile, so it is no bug that could be planted:\n${stdout}`);
  const page = await start(process.execPath, ['reporters/html/build.mjs'], { cwd });
  assert.equal(page.code, 0, page.stderr);
}

/** The tests of one file, in one process: nothing is left when that is ended. */
async function run(cwd: string, test: string, patterns: readonly RegExp[]) {
  const flags = patterns.map(({ source }) => `--test-name-pattern=${source}`);
  const file = join('dist/test', `${test}.test.js`);
  const outcome = await start(process.execPath, ['--test-reporter=tap', ...flags, file], {
    cwd,
    timeout: limit,
  });
  const count = (word: string) => Number(new RegExp(`^# ${word} (\\d+)$`, 'm').exec(outcome.stdout)?.[1] ?? 0);
  return { ...outcome, passed: count('pass'), failed: count('fail') + count('cancelled') };
}

/** Random schedules, always the same. */
async function runChaos(cwd: string) {
  const file = 'dist/test/chaos/main.js';
  const outcome = await start(process.execPath, [file, '--seed', '1', '--runs', '2000'], { cwd, timeout: 2 * limit });
  return { ...outcome, passed: 1, failed: outcome.code === 1 ? 1 : 0 };
}

const hunt = (cwd: string, { test, only }: PlantedBug) =>
  byChaos ? runChaos(cwd) : run(cwd, test, only ? [only] : []);

/** The files of tests that have to catch the chosen bugs, each with its patterns; without any, the whole file. */
function tests(): Map<string, RegExp[]> {
  const byFile = new Map<string, RegExp[]>();
  for (const { test } of chosen) {
    const bugs = chosen.filter((bug) => bug.test === test);
    const patterns = bugs.flatMap(({ only }) => only ?? []);
    byFile.set(test, patterns.length < bugs.length ? [] : patterns);
  }
  return byFile;
}

describe('planted bugs', () => {
  const work = mkdtempSync(join(tmpdir(), 'pgposture-planted-'));
  const copies = ['a', 'b'].map((name) => join(work, name));
  /** As many at once as there are copies. */
  const concurrency = copies.length;
  const caught: string[] = [];
  const hung: string[] = [];

  const inCopy = async (use: (copy: string) => Promise<void>) => {
    const copy = copies.pop() ?? assert.fail('more at once than there are copies');
    await use(copy).finally(() => copies.push(copy));
  };

  before(() => {
    for (const copy of copies) {
      mkdirSync(copy);
      cpSync(root, copy, { recursive: true, filter: own });
      symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    }
  });
  after(() => {
    rmSync(work, { recursive: true });
    const how = hung.length > 0 ? `, ${hung.length} of them by the time limit (${hung.join('; ')})` : '';
    console.log(`${chosen.length} bugs planted, ${caught.length} caught${how}.`);
  });

  it('are there', () => assert.ok(chosen.length > 0, `No bug is called so: ${words.join(', ')}.`));

  describe('without one, the same tests pass', { concurrency }, () => {
    for (const [test, patterns] of byChaos ? new Map([['chaos', []]]) : tests()) {
      it(test, () =>
        inCopy(async (copy) => {
          await compile(copy);
          const { code, stdout, stderr, passed } = await (byChaos ? runChaos(copy) : run(copy, test, patterns));
          assert.equal(code, 0, stdout + stderr);
          assert.ok(passed > 0, 'no test has such a name');
        }),
      );
    }
  });

  describe('caught', { concurrency }, () => {
    for (const bug of chosen) {
      it(`${bug.number}. ${bug.name}`, (t) =>
        inCopy(async (copy) => {
          const original = plant(copy, bug);
          try {
            await compile(copy);
            const { code, stdout, stderr, failed } = await hunt(copy, bug);
            const why = byChaos ? unfound[bug.name] : undefined;
            if (why !== undefined) {
              assert.equal(code, 0, `Chaos finds it, though it should not: ${why}`);
              return;
            }
            if (failed === 0) {
              assert.notEqual(
                code,
                0,
                `It survives: ${byChaos ? 'chaos' : bug.test} passes, though ${bug.find} became ${bug.put}`,
              );
              assert.equal(code, null, `No test failed, and yet it ended with ${code}:\n${stdout}${stderr}`);
              hung.push(bug.name);
              t.diagnostic(`${bug.name}: no end within ${limit / 1000} s`);
            }
            caught.push(bug.name);
          } finally {
            writeFileSync(join(copy, bug.file), original);
          }
        }));
    }
  });
});

/** Gives the text back as it was. */
function plant(copy: string, { file, find, put }: PlantedBug): string {
  const path = join(copy, file);
  const text = readFileSync(path, 'utf8');
  assert.equal(text.split(find).length, 2, `not once in ${file}: ${find}`);
  writeFileSync(
    path,
    text.replace(find, () => put),
  );
  return text;
}
