/**
 * Runs plugins of CloudSploit's shape in a thread of its own, one after another. There, what they print is not on stdout,
 * what they throw at any time is caught, and one that never ends can be ended.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { Finding } from '../../types';
import { pluginsOf } from '../pluginModule';
import { entryAt, isObject } from './cache';
import { calls } from './calls';
import type { CloudSploitModule } from './module';
import { CollectionReader } from './reader';

/** What the thread is started with. */
export interface WorkerData {
  readonly modules: readonly PluginModuleFile[];
  readonly settings: Readonly<Record<string, string>>;
  /** Milliseconds that one plugin may take for one collection. */
  readonly patience: number;
}

export interface PluginModuleFile {
  /** As it was named. */
  readonly name: string;
  readonly url: string;
}

/** What it is sent: a collection, in chunks; then which plugins are to run on it. */
export type ToWorker = Uint8Array | { readonly run: readonly string[] };

/** What it answers: that a plugin begins, and what came of it; then that all have run. */
export type FromWorker =
  | { readonly began: string }
  | { readonly plugin: string; readonly outcome: Outcome }
  | { readonly done: true };

/** What a plugin said, or how it failed. */
export type Outcome = { readonly findings: readonly Finding[] } | { readonly fault: string };

const { modules, settings, patience } = workerData as WorkerData;
const post = (message: FromWorker) => parentPort?.postMessage(message);

/** Of the plugin that runs. */
let onUncaught: (error: unknown) => void = () => undefined;
process.on('uncaughtException', (error) => onUncaught(error));

async function load(): Promise<Map<string, CloudSploitModule>> {
  const plugins = new Map<string, CloudSploitModule>();
  for (const { name, url } of modules) {
    for (const [id, plugin] of pluginsOf(name, await import(url)).cloudsploit) plugins.set(id, plugin);
  }
  return plugins;
}

const loaded = load();
let reader = new CollectionReader('the collection');
parentPort?.on('message', (message: ToWorker) => {
  // Without an answer, the other side waits for the end of the thread.
  take(message).catch(() => process.exit(1));
});

async function take(message: ToWorker): Promise<void> {
  if (message instanceof Uint8Array) return reader.write(message);
  const { cache } = reader.end();
  reader = new CollectionReader('the collection');
  const plugins = await loaded;
  for (const id of message.run) {
    const plugin = plugins.get(id);
    post({ began: id });
    const outcome = plugin ? await outcomeOf(plugin, cache) : { fault: 'its module no longer exports it' };
    post({ plugin: id, outcome });
  }
  post({ done: true });
}

function outcomeOf(plugin: CloudSploitModule, cache: object): Promise<Outcome> {
  return new Promise<Outcome>((resolve) => {
    const end = (fault: string) => resolve({ fault });
    const threw = (error: unknown) => end(`it threw ${said(error)}`);
    onUncaught = threw;
    setTimeout(() => end(`it did not call back within ${patience / 1000} s`), patience);
    const callback = (error: unknown, rows: unknown) =>
      error ? end(`it called back with the error ${said(error)}`) : resolve(readRows(rows));
    try {
      const returned = plugin.run(cache, { ...settings, govcloud: isGovernment(cache) }, callback);
      Promise.resolve(returned).catch(threw);
    } catch (error) {
      threw(error);
    }
  });
}

const statuses = ['PASS', 'WARN', 'FAIL', 'UNKNOWN'] as const;

function readRows(rows: unknown): Outcome {
  if (!Array.isArray(rows)) return { fault: 'it called back without a list of results' };
  const findings: Finding[] = [];
  for (const row of rows) {
    const { status, message, resource } = isObject(row) ? row : {};
    const word = statuses[status as number];
    if (!word || typeof message !== 'string' || (resource && typeof resource !== 'string')) {
      return {
        fault: 'it called back with a result that has no status from 0 to 3, no message, or a resource that is no text',
      };
    }
    findings.push({ status: word, message, resource: (resource as string | undefined) || null });
  }
  return { findings };
}

/** Then CloudSploit's plugins look at other regions. */
const isGovernment = (cache: object): boolean =>
  Object.values(calls).some(({ list }) =>
    Object.keys(entryAt(cache, ...list) ?? {}).some((location) => /^us(gov|dod)/.test(location)),
  );

const said = (error: unknown) =>
  (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, 300);
