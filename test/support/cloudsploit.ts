import assert from 'node:assert/strict';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Json } from '../../types';
import type { Row } from './insideCloudsploit/modules';
import { npm, pack } from './installation';
import { start } from './run';

/** A plugin that CloudSploit has, for any cloud. */
export interface KnownPlugin {
  readonly cloud: string;
  readonly id: string;
  readonly title: string;
  readonly category: string;
  readonly apis: readonly string[];
}

/** What its `--json` says of a row. */
export interface ReportedRow {
  readonly plugin: string;
  /** `N/A`, if the row is about none. */
  readonly resource: string;
  readonly region: string;
  readonly status: 'OK' | 'WARN' | 'FAIL' | 'UNKNOWN';
  readonly message: string;
}

/** What its `--collection` writes: by service, call and location a list; or once more by server what was asked about it. */
export interface Collection {
  readonly [service: string]: {
    readonly [call: string]: { readonly [location: string]: { readonly [dataOrErrOrServer: string]: Json } };
  };
}

/** What came of a spec file. */
export interface SpecOutcome {
  readonly passes: readonly string[];
  /** With what they said. */
  readonly failures: readonly (readonly [title: string, message: string])[];
}

/** As its README says: what it needs to know stands in the environment. */
const config = `const { AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, AZURE_TENANT_ID, SUBSCRIPTION_ID } = process.env;
const azure = {
  application_id: AZURE_CLIENT_ID,
  key_value: AZURE_CLIENT_SECRET,
  directory_id: AZURE_TENANT_ID,
  subscription_id: SUBSCRIPTION_ID,
};
module.exports = { credentials: { aws: {}, azure } };
`;

/** A script or module of ours that runs inside CloudSploit. */
const inside = (name: string) => join(__dirname, 'insideCloudsploit', `${name}.js`);

/** A copy of CloudSploit, and pgposture in it. */
export class CloudSploit {
  private constructor(
    private readonly folder: string,
    /** The plugins that it has without us. */
    readonly own: readonly KnownPlugin[],
  ) {}

  /** Only reads the checkout, in which `npm install` has been run; the copy gets pgposture as a user installs it. */
  static async copy(checkout: string, work: string): Promise<CloudSploit> {
    for (const file of ['exports.js', 'node_modules/mocha']) {
      assert.ok(existsSync(join(checkout, file)), `No ${file} in ${checkout}: clone CloudSploit, and run npm install.`);
    }
    const folder = join(work, 'cloudsploit');
    const filter = (file: string) => basename(file) !== '.git';
    cpSync(checkout, folder, { recursive: true, verbatimSymlinks: true, filter });
    writeFileSync(join(folder, 'config.js'), config);
    const own = JSON.parse(await print(folder, 'plugins'));
    await npm(process.execPath, folder, ['install', '--ignore-scripts', await pack(work)]);
    return new CloudSploit(folder, own);
  }

  /** The one line that puts our plugins beside its own. */
  addLine(): void {
    const file = join(this.folder, 'exports.js');
    const [before, after, ...more] = readFileSync(file, 'utf8').split(/(?<=^ {4}azure ?: \{\n)/m);
    assert.ok(after && more.length === 0, 'exports.js has no azure block, or several');
    writeFileSync(file, `${before}        ...require('pgposture/cloudsploit'),\n${after}`);
  }

  /** All plugins that it has. */
  async plugins(): Promise<readonly KnownPlugin[]> {
    return JSON.parse(await print(this.folder, 'plugins'));
  }

  /** Scans a subscription by one plugin, or by several of which it then has no others; gives the file of the collection too. */
  async scan(SUBSCRIPTION_ID: string, plugins: string | readonly string[], env: Readonly<Record<string, string>>) {
    const one = typeof plugins === 'string';
    const argv = [
      ...(one ? [] : ['--require', inside('selection')]),
      ...['index.js', '--config', './config.js', '--cloud', 'azure', '--console', 'none'],
      ...['--json', 'out.json', '--collection', 'collection.json'],
      ...(one ? ['--plugin', plugins] : []),
    ];
    const { code, stdout, stderr } = await start(process.execPath, argv, {
      cwd: this.folder,
      env: { ...env, SUBSCRIPTION_ID, PGPOSTURE_SELECTION: String(plugins) },
    });
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /^INFO: Scan complete$/m, stderr);
    assert.doesNotMatch(stdout + stderr, /returned no results|ExperimentalWarning/);
    const file = join(this.folder, 'collection.json');
    const rows: ReportedRow[] = JSON.parse(readFileSync(join(this.folder, 'out.json'), 'utf8'));
    const collection: Collection = JSON.parse(readFileSync(file, 'utf8'));
    return { rows, collection, file };
  }

  /** What plugins of its own say of the collection in a file: by plugin, the rows. */
  async rowsOf(file: string, plugins: readonly string[]): Promise<Readonly<Record<string, readonly Row[]>>> {
    return JSON.parse(await print(this.folder, 'rows', file, ...plugins));
  }

  /** Runs one of its spec files by its own mocha; with a plugin of ours in place of what the file is about, if one is named. */
  async spec(file: string, plugin?: string): Promise<SpecOutcome> {
    const hook = plugin ? ['--require', inside('spec')] : [];
    const argv = ['node_modules/mocha/bin/mocha', '--reporter', 'json', ...hook, file];
    const env = { PGPOSTURE_SPEC: JSON.stringify({ file: `./${file.replace('.spec', '')}`, plugin }) };
    const { stdout, stderr } = await start(process.execPath, argv, { cwd: this.folder, env });
    const json = /^\{\n {2}"stats"[\s\S]*^\}/m.exec(stdout)?.[0] ?? assert.fail(stdout + stderr);
    const { passes, failures } = JSON.parse(json) as Record<
      'passes' | 'failures',
      { title: string; err: { message: string } }[]
    >;
    return {
      passes: passes.map(({ title }) => title),
      failures: failures.map(({ title, err }) => [title, err.message]),
    };
  }
}

/** What a script of ours prints inside CloudSploit. */
async function print(cwd: string, script: string, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await start(process.execPath, [inside(script), ...args], { cwd });
  assert.equal(code, 0, stdout + stderr);
  return stdout;
}
