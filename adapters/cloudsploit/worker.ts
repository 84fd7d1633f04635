/**
 * Runs plugins of CloudSploit's shape in a thread of its own, one after another. There, what they print is not on stdout,
 * what they throw at any time is caught, and one that never ends can be ended.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import { thrown } from '../../helpers/thrown';
import type { Finding, ServerKind } from '../../types';
import { pluginsOf } from '../pluginModule';
import { entryAt, isObject, putAt } from './cache';
import { callName, calls, callsOf } from './calls';
import { type CloudSploitModule, settingsOfModule } from './module';
import { CollectionReader } from './reader';

/** What the thread is started with. */
export interface WorkerData {
  readonly modules: readonly PluginModuleFile[];
  readonly settings: Readonly<Record<string, string>>;
  /** Milliseconds that one plugin may take for one collection. */
  readonly patience: number;
}

/** A module that has plugins of CloudSploit's shape. */
export interface PluginModuleFile {
  /** As it was named. */
  readonly name: string;
  readonly url: string;
  /** Of those plugins. */
  readonly ids: readonly string[];
}

/** What it is sent: a collection, in chunks; then which plugins are to run on it. */
export type ToWorker = Uint8Array | { readonly run: readonly string[] };

/** What it answers: that a plugin begins, or the next part of its work; what came of it; that all have run; or whose code ends the thread. */
export type FromWorker =
  | { readonly began: string }
  | { readonly plugin: string; readonly outcome: Outcome }
  | { readonly done: true }
  | { readonly ending: string | undefined };

/** What a plugin said, or how it failed. */
export type Outcome =
  | { readonly findings: readonly Finding[] }
  /** Final: it is not to be tried again. */
  | { readonly fault: string; readonly final?: boolean };

const { modules, settings, patience } = workerData as WorkerData;
const post = (message: FromWorker) => parentPort?.postMessage(message);

interface Run {
  readonly id: string;
  readonly fail: (error: unknown) => void;
}

/** Whose code it is that runs: a plugin may still throw while another one has its turn. */
const owner = new AsyncLocalStorage<Run>();
/** For what nobody owns. */
let current: Run | undefined;
process.on('uncaughtException', (error) => (owner.getStore() ?? current)?.fail(error));
process.on('exit', () => post({ ending: (owner.getStore() ?? current)?.id }));

let chunks: Uint8Array[] = [];
parentPort?.on('message', async (message: ToWorker) => {
  if (message instanceof Uint8Array) return chunks.push(message);
  const collection = read(chunks);
  chunks = [];
  for (const id of message.run) {
    post({ began: id });
    const outcome = 'fault' in collection ? collection : await outcomeOf(id, collection.cache);
    post({ plugin: id, outcome });
  }
  return post({ done: true });
});

function read(given: readonly Uint8Array[]): { readonly cache: object } | { readonly fault: string } {
  try {
    const reader = new CollectionReader('the collection');
    for (const chunk of given) reader.write(chunk);
    return reader.end();
  } catch (error) {
    return { fault: `it could not be shown the collection: ${thrown(error)}` };
  }
}

/** Resolves whatever the plugin does, unless it keeps the thread busy or ends it. */
function outcomeOf(id: string, cache: object): Promise<Outcome> {
  return new Promise<Outcome>((resolve) => {
    const fail = (error: unknown) => resolve({ fault: `it threw ${thrown(error)}` });
    current = { id, fail };
    owner.run(current, async () => {
      try {
        const plugin = await load(id);
        if (!plugin) return resolve({ fault: 'its module exports something else in a thread than outside of it' });
        const own = shownTo(plugin, cache);
        post({ began: id });
        const late = `it did not call back within ${patience / 1000} s`;
        setTimeout(() => resolve({ fault: late, final: true }), patience);
        return await plugin.run(own, { ...chosen(plugin), govcloud: isGovernment(cache) }, (error, rows) => {
          try {
            resolve(error ? { fault: `it called back with the error ${thrown(error)}` } : findingsOf(rows));
          } catch (unreadable) {
            fail(unreadable);
          }
        });
      } catch (error) {
        return fail(error);
      }
    });
  });
}

async function load(id: string): Promise<CloudSploitModule | undefined> {
  const file = modules.find(({ ids }) => ids.includes(id));
  return file && pluginsOf(file.name, await import(file.url)).cloudsploit.get(id);
}

/** The answers that it asks for, and no others that a file may hold; its own copy, since what it does to it is no affair of another plugin. */
function shownTo({ apis }: CloudSploitModule, cache: object): object {
  const shown = {};
  for (const call of (Object.keys(calls) as ServerKind[]).flatMap(callsOf)) {
    const answers = entryAt(cache, ...call);
    if (answers !== undefined && apis.includes(callName(call))) putAt(shown, call, structuredClone(answers));
  }
  return shown;
}

/** Its own settings that are not at their defaults: those it has at hand, and not always as a text. */
const chosen = (plugin: CloudSploitModule): object =>
  Object.fromEntries(
    Object.entries(settingsOfModule(plugin)).flatMap(([name, { default: standard }]) => {
      const value = Object.hasOwn(settings, name) ? settings[name] : standard;
      return value === standard ? [] : [[name, value]];
    }),
  );

const statuses = ['PASS', 'WARN', 'FAIL', 'UNKNOWN'] as const;

function findingsOf(rows: unknown): Outcome {
  if (!Array.isArray(rows)) return { fault: 'it called back without a list of results' };
  const findings: Finding[] = [];
  for (const row of rows) {
    const { status, message, resource } = isObject(row) ? row : {};
    const word = typeof status === 'number' ? statuses[status] : undefined;
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
