import { Worker } from 'node:worker_threads';
import { sameName } from '../../helpers/resourceId';
import { thrown } from '../../helpers/thrown';
import type { Finding, ForeignDescription, ForeignPlugin, Settings } from '../../types';
import { type CloudSploitModule, kindsOf, settingsOfModule, severityOf } from './module';
import type { FromWorker, Outcome, PluginModuleFile, ToWorker, WorkerData } from './worker';
import { chunksOf, type Draft, type Drafts, type Piece } from './writer';

export interface RunnerOptions {
  readonly modules: readonly PluginModuleFile[];
  /** Those of the modules that are to run, by id. */
  readonly plugins: ReadonlyMap<string, CloudSploitModule>;
  /** The settings in force. */
  readonly settings: Settings;
  /** Milliseconds that one plugin may take for one collection. */
  readonly patience?: number;
  /** Ends the work at once: what no plugin has judged by then is a gap of the kind that `signal.reason` names. */
  readonly signal: AbortSignal;
  /** Told what the plugins print. */
  readonly log: (line: string) => void;
}

/** The text of a collection. Asked for anew if a plugin had to be ended, and the others still have to run. */
type Chunks = () => AsyncIterable<Uint8Array>;

/** Runs plugins of CloudSploit's shape on collections, one collection after another, and keeps what they said. */
export class ForeignRunner {
  /** By lower-cased id of the subscription: what came, by plugin, and the other subscriptions of the same collection. */
  readonly #runs = new Map<string, { outcomes: ReadonlyMap<string, Outcome>; others: readonly string[] }>();
  /** Plugins that are not tried again, and why: a tenant has many subscriptions, and each would wait for them. */
  readonly #givenUp = new Map<string, string>();
  #worker: Worker | undefined;
  #queue: Promise<void> = Promise.resolve();

  constructor(private readonly options: RunnerOptions) {}

  /** For the engine. */
  get plugins(): ForeignPlugin[] {
    return [...this.options.plugins].map(([id, module]) => ({
      ...foreignPlugin(id, module),
      findings: (subscriptionId) => this.#findings(id, subscriptionId),
    }));
  }

  #findings(plugin: string, subscriptionId: string): Finding[] {
    const run = this.#runs.get(subscriptionId.toLowerCase());
    const outcome = run?.outcomes.get(plugin);
    if (!outcome) this.options.signal.throwIfAborted();
    if (!outcome) throw new Error('it was not run on this subscription');
    if ('fault' in outcome) throw new Error(outcome.fault);
    const isUnder = (id: string, subscription: string) =>
      id.toLowerCase().startsWith(`/subscriptions/${subscription.toLowerCase()}/`);
    return outcome.findings.filter(
      ({ resource }) => resource === null || !run?.others.some((other) => isUnder(resource, other)),
    );
  }

  /** @param subscriptionIds of the servers in the collection: of one of ours, one. */
  run(subscriptionIds: readonly string[], chunks: Chunks): Promise<void> {
    this.#queue = this.#queue.then(async () => {
      const outcomes = new Map<string, Outcome>([...this.#givenUp].map(([id, fault]) => [id, { fault }]));
      const left = () => [...this.options.plugins.keys()].filter((id) => !outcomes.has(id));
      while (left().length > 0 && !this.options.signal.aborted) await this.#try(left(), chunks, outcomes);
      for (const id of subscriptionIds) {
        const others = subscriptionIds.filter((other) => !sameName(id, other));
        this.#runs.set(id.toLowerCase(), { outcomes, others });
      }
    });
    return this.#queue;
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  /** Runs them until all have, or until one has to be ended: then that one has an outcome, and the others may have none. */
  async #try(ids: readonly string[], chunks: Chunks, outcomes: Map<string, Outcome>): Promise<void> {
    const { patience = defaultPatience, signal } = this.options;
    this.#worker ??= this.#start();
    const worker = this.#worker;
    let end = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    let running: string | undefined;
    let fault = 'it ended the thread in which it ran';
    let watch: NodeJS.Timeout | undefined;
    const giveUp = (id: string) => {
      this.#givenUp.set(id, `${fault}, and was not run again`);
      if (!outcomes.has(id)) outcomes.set(id, { fault });
    };
    const message = (answer: FromWorker) => {
      clearTimeout(watch);
      if ('began' in answer) {
        running = answer.began;
        watch = setTimeout(() => {
          fault = `it kept its thread busy for more than ${patience / 1000} s`;
          worker.terminate();
        }, patience * 1.5);
      } else if ('plugin' in answer) {
        const { plugin, outcome } = answer;
        outcomes.set(plugin, outcome);
        if ('fault' in outcome && outcome.final) this.#givenUp.set(plugin, `${outcome.fault}, and was not run again`);
      } else if ('ending' in answer) running = answer.ending;
      else end();
    };
    const failed = (error: Error) => {
      fault = `it ended the thread in which it ran: ${thrown(error)}`;
    };
    const exit = () => {
      if (!signal.aborted) for (const id of running === undefined ? ids : [running]) giveUp(id);
      end();
    };
    const stop = () => void worker.terminate();
    worker.on('message', message).on('error', failed).on('exit', exit);
    signal.addEventListener('abort', stop);
    try {
      for await (const chunk of chunks()) worker.postMessage(new Uint8Array(chunk) satisfies ToWorker);
      worker.postMessage({ run: ids } satisfies ToWorker);
      await ended;
    } finally {
      clearTimeout(watch);
      signal.removeEventListener('abort', stop);
      worker.off('message', message).off('error', failed).off('exit', exit);
    }
  }

  #start(): Worker {
    const { modules, settings, patience = defaultPatience, log } = this.options;
    const data: WorkerData = { modules, settings, patience };
    const worker = new Worker(require.resolve('./worker'), { workerData: data, stdout: true, stderr: true });
    for (const stream of [worker.stdout, worker.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        for (const line of text.trimEnd().split('\n')) log(`plugin module: ${line}`);
      });
    }
    // It may end whenever a plugin ends it, even between two collections.
    worker
      .on('error', () => undefined)
      .on('exit', () => {
        if (this.#worker === worker) this.#worker = undefined;
      });
    return worker;
  }
}

const defaultPatience = 30_000;

/** What a plugin of CloudSploit's shape says of itself, in our words. */
export const foreignPlugin = (id: string, module: CloudSploitModule): ForeignDescription => ({
  id,
  title: module.title,
  category: module.category,
  severity: severityOf(module.severity) ?? 'medium',
  description: module.description,
  moreInfo: module.more_info,
  recommendedAction: module.recommended_action,
  link: module.link,
  kinds: kindsOf(module.apis),
  settings: settingsOfModule(module),
});

/** Collections that are kept in memory until their plugins have run: live, before there is a file. */
export const inMemory = (runner: ForeignRunner): Drafts => ({
  begin: () => undefined,
  open: (subscriptionId) => new MemoryDraft((chunks) => runner.run([subscriptionId], chunks)),
});

class MemoryDraft implements Draft {
  #kept: string[] = [];

  constructor(private readonly whenWhole: (chunks: Chunks) => Promise<void>) {}

  async keep(text: string): Promise<Piece> {
    return { offset: this.#kept.push(text) - 1, length: text.length };
  }

  async finish(parts: Iterable<string | Piece>): Promise<void> {
    const all = [...parts];
    await this.whenWhole(() => chunksOf(all, async ({ offset }) => Buffer.from(this.#kept[offset] ?? '')));
    this.#kept = [];
  }
}
