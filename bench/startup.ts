import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Answer, type EmulatedRequest, Emulator, serveEmulator, type WireFault } from '../emulator';
import { systemClock } from '../helpers/clock';
import { loopbackCertificate } from '../test/support/certificate';
import { fruit, truth } from '../test/support/orchard';
import type { Report } from '../types';
import { benchOptions } from './options';
import { machine, median, printTable, ratio } from './table';

const { rounds } = benchOptions(15);

/** What a process is for, by its row. */
type Name = 'node' | 'yargs' | 'help' | 'azure' | 'scan';
const names: Readonly<Record<Name, string>> = {
  node: 'bare: node -e 0',
  yargs: 'floor: a file that imports yargs and prints its help',
  help: 'pgposture --help',
  azure: 'floor: a file that requires the Azure packages of a scan',
  scan: 'pgposture scan, until the first ARM request has arrived',
};

/** Notes when each request came that shows a token: what comes before is the sign-in. */
class WatchedEmulator extends Emulator {
  readonly asked: { readonly url: string; readonly at: number }[] = [];

  override answer(request: EmulatedRequest): Answer | WireFault {
    if (request.authorization !== undefined) this.asked.push({ url: request.url, at: performance.now() });
    return super.answer(request);
  }
}

interface Ended {
  /** When it was started, and how long it took from there, in milliseconds. */
  readonly began: number;
  readonly took: number;
  readonly code: number | null;
  readonly stdout: string;
}

function node(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    let took = Number.NaN;
    const child = spawn(process.execPath, args, {
      // What is set where this runs (a proxy, NODE_OPTIONS) has no say.
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.on('error', reject);
    child.on('exit', () => {
      took = performance.now() - began;
    });
    child.on('close', (code) => resolve({ began, took, code, stdout }));
  });
}

const dist = join(__dirname, '..');
const program = join(dist, 'cli', 'index.js');
const clientId = '10000000-0000-4000-8000-00000000000a';
const secret = 'of nobody';
const directory = { applications: [{ clientId, secret }] };

async function main(): Promise<void> {
  const certificate = await loopbackCertificate();
  const folder = mkdtempSync(join(tmpdir(), 'pgposture-bench-'));
  const ca = join(folder, 'ca.pem');
  writeFileSync(ca, certificate.cert);
  const emulator = new WatchedEmulator({ ...fruit, directory }, systemClock);
  const { endpoint, close } = await serveEmulator(emulator, certificate);

  async function ofFile(...args: readonly string[]): Promise<number> {
    const { took, code } = await node(args);
    assert.equal(code, 0, args.join(' '));
    return took;
  }

  async function help(): Promise<number> {
    const { took, code, stdout } = await node([program, '--help']);
    assert.equal(code, 0);
    assert.match(stdout, /pgposture scan --demo/);
    return took;
  }

  /** Signs in by a client secret, asks an emulator in this process, and is right. */
  async function scan(): Promise<number> {
    const before = emulator.asked.length;
    const where = ['--arm-endpoint', endpoint, '--authority-host', endpoint, '--ca-file', ca];
    const env = { AZURE_TENANT_ID: fruit.tenantId, AZURE_CLIENT_ID: clientId, AZURE_CLIENT_SECRET: secret };
    const argv = ['scan', '--credential', 'environment', '--json', '-', ...where];
    const { began, code, stdout } = await node([program, ...argv], env);
    const { results } = JSON.parse(stdout) as Report;
    assert.deepEqual(
      results.map(({ resource, plugin, status }) => `${resource.name} ${plugin}: ${status}`),
      truth,
    );
    assert.equal(code, 1);
    const { url = '', at = Number.NaN } = emulator.asked[before] ?? {};
    assert.match(url, /\/subscriptions\?/);
    return at - began;
  }

  const processes: Readonly<Record<Name, () => Promise<number>>> = {
    node: () => ofFile('-e', '0'),
    yargs: () => ofFile(join(dist, 'bench', 'floor', 'help.js')),
    help,
    azure: () => ofFile(join(dist, 'bench', 'floor', 'azure.js')),
    scan,
  };
  const times: Record<Name, number[]> = { node: [], yargs: [], help: [], azure: [], scan: [] };
  const order = Object.keys(times) as Name[];
  try {
    // The first of all is slower, whichever it is: nothing of it is in the cache of the disk.
    for (const name of order) await processes[name]();
    for (let round = 0; round < rounds; round++) {
      for (const name of order) times[name].push(await processes[name]());
    }
  } finally {
    await close();
    rmSync(folder, { recursive: true });
  }
  const of = (name: Name) => median(times[name]);
  const against: Readonly<Partial<Record<Name, string>>> = {
    help: `${ratio(of('help'), of('yargs'))} (at most 1.35)`,
    scan: `${ratio(of('scan'), of('azure'))} (at most 1.25)`,
  };
  const rows = order.map((name) => ({
    process: names[name],
    ms: of(name).toFixed(0),
    'against its floor': against[name] ?? '',
  }));
  printTable(`Start-up, medians of ${rounds}, by turns; ${machine()}`, rows);
}

main();
