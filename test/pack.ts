import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { isServerPlugin } from '../helpers/kind';
import { plugins } from '../plugins';
import { type Report, statuses } from '../types';
import { assertOneCore } from './support/azureCore';
import { program } from './support/cli';
import { nameOf, shownInContributing } from './support/contributing';
import { type Installation, install, pack, satisfies } from './support/installation';
import { libraryExamples } from './support/library';
import { root } from './support/root';
import { start } from './support/run';
import { signedIn } from './support/signedIn';

/** The ends first: the others bring the Azure packages of one of them. `current` is the Node that runs this. */
const nodes = (process.env.PGPOSTURE_PACK_NODES ?? '20.19.0,26,24,22').split(',');

const azurePackages = ({ packages }: Installation) =>
  ['azure/identity', 'azure/core-client', 'azure/core-rest-pipeline', 'typespec/ts-http-runtime', 'azure/msal-node']
    .map((name) => `@${name} ${packages[`node_modules/@${name}`]?.version}`)
    .join(', ');

/** What a report says, whenever it was made. */
const timeless = ({ startedAt, finishedAt, ...report }: Report) => report;

describe('the package, installed into an empty folder', () => {
  const work = mkdtempSync(join(tmpdir(), 'pgposture-pack-'));
  let tarball: string;
  let locked: Promise<Report> | undefined;
  /** The sets of Azure's packages that the types were compiled with. */
  const compiled = new Set<string>();

  before(async () => {
    tarball = await pack(work);
  });
  after(() => rmSync(work, { recursive: true }));

  /** By the packages of our lock, which all other tests use. */
  async function lockedScan(): Promise<Report> {
    const env = await signedIn(work);
    const { stdout } = await start(process.execPath, [program, 'scan', '--json', '-'], { cwd: work, env });
    return JSON.parse(stdout);
  }
  async function assertAsLocked(report: Report): Promise<void> {
    locked ??= lockedScan();
    assert.deepEqual(timeless(report), timeless(await locked));
  }

  for (const wanted of nodes) {
    const runsHere = wanted === 'current' || `${process.platform}-${process.arch}` === 'linux-x64';

    describe(`on Node ${wanted}`, { skip: !runsHere && 'npm brings Nodes for Linux x64 only' }, () => {
      let installed: Installation;

      before(async () => {
        installed = await install(tarball, wanted, join(work, wanted));
        cpSync(join(root, 'test/fixtures/consumer'), installed.folder, { recursive: true });
        for (const source of ['own-plugin', 'own-test'].map(shownInContributing)) {
          writeFileSync(join(installed.folder, nameOf(source)), source);
        }
      });
      after(() => rmSync(join(work, wanted), { recursive: true, force: true }));

      const pgposture = (args: readonly string[], env?: Record<string, string>) =>
        installed.run(join(installed.folder, 'node_modules/.bin/pgposture'), args, env);

      it('brings no package that refuses this Node', (t) => {
        const { nodeVersion, packages } = installed;
        const all = Object.entries(packages);
        t.diagnostic(`Node ${nodeVersion}, ${all.length} packages: ${azurePackages(installed)}`);
        assert.deepEqual(
          all.filter(([, { engines }]) => !satisfies(nodeVersion, engines?.node ?? '*')),
          [],
        );
      });

      for (const [args, code, ...says] of [
        [['--version'], 0, /^\d+\.\d+\.\d+\n$/],
        [['--help'], 0, /^ {2}pgposture scan /m],
        [['plugins'], 0, /flexibleServerSslMinProtocolVersion/],
        [['explain', 'flexibleServerSslMinProtocolVersion'], 0, /ssl_min_protocol_version/],
        [['scan', '--demo'], 1, ...statuses.map((status) => new RegExp(`^${status} `, 'm'))],
      ] as const) {
        it(`runs pgposture ${args.join(' ')}`, async () => {
          const { stdout, ...ended } = await pgposture(args);
          assert.deepEqual(ended, { code, stderr: '' });
          for (const line of says) assert.match(stdout, line);
        });
      }

      it('signs in and scans over HTTPS', async () => {
        const { stdout, ...ended } = await pgposture(['scan', '--json', '-'], await signedIn(installed.folder));
        assert.deepEqual(ended, { code: 1, stderr: '' });
        await assertAsLocked(JSON.parse(stdout));
      });

      for (const file of ['use-required.cjs', 'use-imported.mjs']) {
        it(`is a library: ${file}`, async () => {
          const { folder, node, run } = installed;
          const { stdout, ...ended } = await run(node, [file], await signedIn(folder));
          assert.deepEqual(ended, { code: 0, stderr: '' });
          const { azure, loaded, ...rest } = JSON.parse(stdout);
          assert.deepEqual(rest, {
            schema: ['urn:pgposture:schema:report:1', true],
            checks: true,
            ours: ['FAIL ourPasswordEncryption'],
            streamed: true,
            refused: 'unknown-subscription',
          });
          await assertAsLocked(azure);
          assertOneCore(join(folder, 'node_modules'), loaded);
        });
      }

      it('gives CloudSploit its plugins', async () => {
        const script = "console.log(String(Reflect.ownKeys({ ...require('pgposture/cloudsploit') })))";
        const ended = await installed.run(installed.node, ['-e', script]);
        assert.deepEqual(ended, {
          code: 0,
          stdout: `${plugins.filter(isServerPlugin).map(({ id }) => id)}\n`,
          stderr: '',
        });
      });

      it("says the same of a collection, with a plugin of CloudSploit's shape beside ours", async () => {
        const module = ['--json', '-', '--plugin-module', './everyFlexibleServer.cjs'];
        const file = 'collected-{subscription}.json';
        const live = await pgposture(['scan', '--demo', '--collection', file, ...module]);
        const replay = await pgposture(['scan', '--from-collection', file, ...module]);
        const results = ({ stdout }: typeof live) => (JSON.parse(stdout) as Report).results;
        assert.deepEqual(results(replay), results(live));
        const rows = results(live).filter(({ plugin }) => plugin === 'everyFlexibleServer');
        assert.deepEqual([...new Set(rows.map(({ status }) => status))].sort(), ['PASS', 'UNKNOWN']);
        for (const { code, stderr } of [live, replay]) assert.deepEqual({ code, stderr }, { code: 1, stderr: '' });
      });

      it('tests a plugin', async () => {
        const { stdout, ...ended } = await installed.run(installed.node, ['--test']);
        assert.deepEqual(ended, { code: 0, stderr: '' }, stdout);
        assert.match(stdout, /flexibleServerPasswordEncryption[\s\S]*survives every odd value/);
      });

      it('has types, for TypeScript 5.9 and 7', async (t) => {
        if (compiled.has(azurePackages(installed))) return t.skip('the same packages as before');
        compiled.add(azurePackages(installed));
        const { folder, node, nodeVersion, npm, run } = installed;
        await npm('install', 'typescript@5.9', `@types/node@${nodeVersion.split('.')[0]}`);
        for (const kind of ['mts', 'cts']) cpSync(join(folder, 'types.ts'), join(folder, `types.${kind}`));
        for (const { file, code } of libraryExamples) writeFileSync(join(folder, `${file}.mts`), code);
        const modules = ['types.mts', ...libraryExamples.map(({ file }) => `${file}.mts`)];
        const flags = ['--strict', '--noEmit', '--target', 'es2022', '--types', 'node'];
        for (const home of [folder, root]) {
          const tsc = join(home, 'node_modules/typescript/bin/tsc');
          const compile = (...args: string[]) => run(node, [tsc, ...flags, ...modules, ...args]);
          const ended = await Promise.all([
            compile('--module', 'node16', 'types.cts'),
            compile('--module', 'esnext', '--moduleResolution', 'bundler', 'types.ts'),
          ]);
          for (const one of ended) assert.deepEqual(one, { code: 0, stdout: '', stderr: '' });
        }
      });
    });
  }
});
