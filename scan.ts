import type { TokenCredential } from '@azure/core-auth';
import type { HttpClient } from '@azure/core-rest-pipeline';
import { getProxyForUrl } from 'proxy-from-env';
import {
  azureCollector,
  CachedCredential,
  type Cloud,
  type CloudName,
  type CredentialContext,
  type CredentialName,
  checkedCloud,
  checkedProxy,
  cloudNamed,
  cloudOfEnvironment,
  createCredential,
  createWire,
  credentialNamed,
  isShard,
  mostShards,
  Share,
  type SignInOptions,
  signInPatience,
  type Wire,
} from './collectors';
import { type RunOptions, runScan } from './engine/scan';
import { checkPlugins, checkSettings } from './engine/select';
import { systemClock } from './helpers/clock';
import { CutShort } from './helpers/cutShort';
import { serverKinds } from './helpers/kind';
import { ScanError } from './helpers/scanError';
import { plugins as allPlugins } from './plugins';
import type {
  Choice,
  Clock,
  Collector,
  ForeignPlugin,
  Kind,
  Plugin,
  Progress,
  Recorder,
  Report,
  Result,
  Scope,
  Settings,
} from './types';

// Few scans have either.
const loadEndpoints = () => require('./collectors/endpoint/servers') as typeof import('./collectors/endpoint/servers');
const loadEntra = () => require('./collectors/database/entra') as typeof import('./collectors/database/entra');

/** What the report, and a collection, say of who made them. */
export const tool: Report['tool'] = {
  name: 'pgposture',
  version: (require('../package.json') as { readonly version: string }).version,
};

/** What to scan, and how. Nothing is required: `scan()` is a scan of all that the default credential sees. */
export interface ScanOptions extends SignInOptions {
  /** A credential of `@azure/identity` by its name here, or any `TokenCredential`. `default` if left out. */
  readonly credential?: CredentialName | TokenCredential | undefined;
  /** Told where to sign in, and with which code, by the credential `device-code`. */
  readonly onSignInPrompt?: ((message: string) => void) | undefined;
  /** If left out: the cloud of AZURE_AUTHORITY_HOST, else `public`. */
  readonly cloud?: CloudName | Cloud | undefined;
  /** PEM of certificate authorities to trust beside Node's. */
  readonly ca?: string | undefined;
  /** Sends the requests instead of the network. */
  readonly httpClient?: HttpClient | undefined;
  /** Ids or exact names; all that are visible, if left out. */
  readonly subscriptions?: readonly string[] | undefined;
  /** Ids or exact names. */
  readonly excludeSubscriptions?: readonly string[] | undefined;
  /** Ids: all subscriptions below them are scanned. Not together with `subscriptions`. */
  readonly managementGroups?: readonly string[] | undefined;
  /** Only those of the subscriptions that fall to this one of `count` shards, from 1 on; `merge` makes one report of all. */
  readonly shard?: { readonly index: number; readonly count: number } | undefined;
  /** All of pgposture's, if left out. Those that judge what the collector does not tell (ports, without `probe`) are not run. */
  readonly plugins?: readonly Plugin[] | undefined;
  /** Those of other tools. */
  readonly foreignPlugins?: readonly ForeignPlugin[] | undefined;
  /** Those that are not at their defaults: `{ minimumTlsVersion: '1.3' }`. */
  readonly settings?: Settings | undefined;
  /** Requests in flight; 48 if left out. */
  readonly concurrency?: number | undefined;
  /** Milliseconds for the whole scan, 24 days (2 ** 31 - 1) at most; what was not read by then is UNKNOWN, `timeout`. */
  readonly timeout?: number | undefined;
  /** Ends the scan soon; what was not read by then is UNKNOWN, `not-collected`. */
  readonly signal?: AbortSignal | undefined;
  /** Told of each subscription, once all of it is judged. */
  readonly onScope?: ((scope: Scope) => void) | undefined;
  /** As often as something changes: draw no more often than you can. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Told what goes on: which subscriptions, which attempts failed. */
  readonly log?: ((line: string) => void) | undefined;
  /** Told all that Azure answers, whole. */
  readonly recorder?: Recorder | undefined;
  /** Whether the port of each server is asked, too, what it accepts: a connection from here, without a credential. */
  readonly probe?: boolean | undefined;
  /** Asked instead of Azure. What is only about Azure then has no meaning. */
  readonly collector?: Collector | undefined;
  /** For tests; the system's, if left out. */
  readonly clock?: Clock | undefined;
}

/** Resolves to the report; iterated, gives each result as soon as it is known, in no order. */
export interface Scan extends Promise<Report>, AsyncIterable<Result> {}

/**
 * Scans. The promise is rejected with a ScanError only if there is nothing to report: no sign-in, no subscription, a
 * setting that no plugin has. Whoever leaves the iteration early ends the scan, and the report says that it is not complete,
 * unless all was known by then.
 */
export function scan(options: ScanOptions = {}): Scan {
  const cut = new AbortController();
  const known: Result[] = [];
  const waiting = new Set<() => void>();
  let ended = false;
  const wake = () => {
    for (const resolve of waiting) resolve();
    waiting.clear();
  };
  const report = run(options, cut, (result) => {
    known.push(result);
    wake();
  }).finally(() => {
    ended = true;
    wake();
  });

  async function* iterate(left: AbortSignal): AsyncGenerator<Result, void, undefined> {
    for (let next = 0; !left.aborted; ) {
      for (let result = known[next]; result; result = known[++next]) yield result;
      if (ended) return void (await report);
      await new Promise<void>((resolve) => waiting.add(resolve));
    }
  }
  return Object.assign(report, {
    [Symbol.asyncIterator]() {
      // Its failure is thrown to whoever iterates.
      report.catch(() => undefined);
      const left = new AbortController();
      const results = iterate(left.signal);
      const iterator: AsyncIterableIterator<Result> = {
        next: () => results.next(),
        // A generator's own waits for the next result, which may never come, and does nothing before the first.
        return() {
          left.abort();
          if (!ended) cut.abort(new CutShort('not-collected'));
          wake();
          return results.return();
        },
        [Symbol.asyncIterator]: () => iterator,
      };
      return iterator;
    },
  });
}

async function run(options: ScanOptions, cut: AbortController, onResult: (result: Result) => void): Promise<Report> {
  const { foreignPlugins = [], settings = {}, clock = systemClock, timeout, signal } = options;
  const told: readonly Kind[] =
    options.collector?.kinds ?? (options.probe ? [...serverKinds, 'PostgreSQL/endpoints'] : serverKinds);
  const given = options.plugins ?? allPlugins;
  const plugins = given.filter(({ kind }) => told.includes(kind));
  if (options.plugins && plugins.length < given.length) {
    const others = given.filter((plugin) => !plugins.includes(plugin)).map(({ id }) => id);
    options.log?.(`Not run, as nobody tells what they judge: ${others.join(', ')}.`);
  }
  checkPlugins([...plugins, ...foreignPlugins]);
  checkSettings([...allPlugins, ...plugins, ...foreignPlugins], settings);
  checkNumbers(options);
  checkShard(options);
  const caller = new Caller(() => cut.abort(new CutShort('not-collected')));
  const { collector, choice, shard, close } = options.collector
    ? { collector: options.collector, choice: undefined, shard: undefined, close() {} }
    : azure({ ...options, log: caller.guard(options.log) }, clock);
  const abort = () => cut.abort(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted) abort();
  const stopTimer = timeout === undefined ? undefined : clock.after(timeout, () => cut.abort(new CutShort('timeout')));
  try {
    const report = runScan({
      collector,
      plugins,
      foreignPlugins,
      settings,
      clock,
      tool,
      choice,
      shard,
      signal: cut.signal,
      onResult,
      onScope: caller.guard(options.onScope),
      onProgress: caller.guard(options.onProgress),
    });
    return await report.finally(() => caller.rethrow());
  } finally {
    stopTimer?.();
    signal?.removeEventListener('abort', abort);
    close();
  }
}

/**
 * The functions that the caller gave: what one of them throws ends the scan, and is thrown to the caller. Inside a call of
 * Azure it would pass for an answer that could not be used.
 */
class Caller {
  #thrown: { readonly error: unknown } | undefined;

  constructor(private readonly stop: () => void) {}

  guard<T>(tell: ((told: T) => void) | undefined): ((told: T) => void) | undefined {
    return (
      tell &&
      ((told) => {
        try {
          tell(told);
        } catch (error) {
          this.#thrown ??= { error };
          this.stop();
        }
      })
    );
  }

  rethrow(): void {
    if (this.#thrown) throw this.#thrown.error;
  }
}

/** Node takes a timer that is too long for one of a millisecond, and with no request in flight nothing is ever asked. */
function checkNumbers({ timeout = 1, concurrency = 1 }: ScanOptions): void {
  if (!(timeout > 0 && timeout < 2 ** 31)) {
    const remedy = 'Give milliseconds, 24 days at most, or leave it out.';
    throw new ScanError('bad-option', `The timeout cannot be ${timeout}.`, remedy);
  }
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new ScanError('bad-option', `The concurrency cannot be ${concurrency}.`, 'Give a whole number from 1 on.');
  }
}

/** A collector of the caller's knows nothing of shards: each would be told all of it. */
function checkShard({ shard, collector }: ScanOptions): void {
  if (!shard) return;
  const { index, count } = shard;
  if (collector) {
    throw new ScanError(
      'bad-option',
      'A shard means nothing to a collector.',
      'Let the collector tell its part, or leave it out.',
    );
  }
  if (isShard(shard)) return;
  throw new ScanError(
    'bad-option',
    `There is no shard ${index} of ${count}.`,
    `Give whole numbers from 1 on, ${mostShards} at most.`,
  );
}

interface Asked {
  readonly collector: Collector;
  readonly choice: Choice;
  readonly shard: RunOptions['shard'];
  close(): void;
}

function azure(options: ScanOptions, clock: Clock): Asked {
  const { subscriptions = [], excludeSubscriptions = [], managementGroups = [], concurrency = 48 } = options;
  if (subscriptions.length > 0 && managementGroups.length > 0) {
    const what = 'Both subscriptions and management groups were named.';
    throw new ScanError('bad-option', what, 'Name one kind; --exclude-subscription goes with both.');
  }
  const cloud = typeof options.cloud === 'string' ? cloudNamed(options.cloud) : options.cloud;
  // Both before Azure's sign-in stumbles over them, and says something else.
  const where = checkedCloud(cloud ?? cloudOfEnvironment(process.env.AZURE_AUTHORITY_HOST));
  const given = options.httpClient;
  const wire: Wire = given
    ? { sendRequest: (request) => given.sendRequest(request), close() {} }
    : checkedWire(where, options.ca, concurrency);
  const { credential = 'default', tenant } = options;
  const { random } = Math;
  const share = options.shard && new Share(options.shard);
  const servers = azureCollector({
    ...signIn(credential, options, { cloud: where, httpClient: wire, clock, random }),
    httpClient: wire,
    cloud: where,
    tenantId: tenant,
    subscriptions,
    excludeSubscriptions,
    managementGroups,
    share,
    concurrency,
    clock,
    random,
    log: options.log ?? (() => undefined),
    recorder: options.recorder,
  });
  const ca = options.ca === undefined ? undefined : [options.ca];
  const collector = options.probe
    ? loadEndpoints().withEndpoints(servers, { ca, clock, log: options.log ?? (() => undefined) })
    : servers;
  const choice = {
    subscriptions: inOrder(subscriptions),
    excludeSubscriptions: inOrder(excludeSubscriptions),
    managementGroups: inOrder(managementGroups),
  };
  const { armEndpoint } = where;
  return {
    collector,
    choice,
    shard: share && (() => ({ ...share.part, armEndpoint, choice, subscriptions: share.subscriptions })),
    close: () => wire.close(),
  };
}

/** How to get a token for the databases of a cloud. */
export interface DatabaseSignIn {
  /** What the names of its servers end in. */
  readonly suffix: string;
  /** Signs in, and gives what gives a token then. Throws a ScanError. */
  signIn(signal: AbortSignal): Promise<() => Promise<string>>;
  close(): void;
}

/** Throws a ScanError, `bad-option`, for a cloud whose databases nobody knows. */
export function databaseSignIn(
  options: Pick<ScanOptions, keyof SignInOptions | 'credential' | 'cloud' | 'ca' | 'onSignInPrompt'>,
): DatabaseSignIn {
  const named = typeof options.cloud === 'string' ? cloudNamed(options.cloud) : options.cloud;
  const cloud = checkedCloud(named ?? cloudOfEnvironment(process.env.AZURE_AUTHORITY_HOST));
  const { audience, suffix } = loadEntra().databasesOf(cloud);
  const httpClient = checkedWire(cloud, options.ca, 1);
  const { credential, signInPatience: patience } = signIn(options.credential ?? 'default', options, {
    cloud,
    httpClient,
    clock: systemClock,
    random: Math.random,
  });
  return {
    suffix,
    async signIn(signal) {
      const cached = new CachedCredential(credential, systemClock, signal, patience);
      await cached.signIn(`${audience}/.default`);
      return async () => (await cached.getToken(`${audience}/.default`)).token;
    },
    close: () => httpClient.close(),
  };
}

/** Given in another order, or twice, words mean the same. */
const inOrder = (words: readonly string[]): string[] => [...new Set(words)].sort();

function checkedWire({ armEndpoint }: Cloud, ca: string | undefined, maxSockets: number): Wire {
  const proxy = proxyFor(armEndpoint);
  if (proxy) checkedProxy(proxy);
  return createWire({ maxSockets, proxyFor, ca });
}

/** As curl has it: a proxy without a scheme is spoken to by HTTP. `proxy-from-env` gives it the scheme of the URL, https. */
function proxyFor(url: string): string {
  const { env } = process;
  const word = env.https_proxy || env.HTTPS_PROXY || env.all_proxy || env.ALL_PROXY || '';
  const proxy = getProxyForUrl(url);
  return proxy && !word.includes('://') ? `http://${word}` : proxy;
}

function signIn(
  credential: CredentialName | TokenCredential,
  { tenant, clientId, serviceConnectionId, onSignInPrompt: tell }: ScanOptions,
  context: Pick<CredentialContext, 'cloud' | 'httpClient' | 'clock' | 'random'>,
): { credential: TokenCredential; signInPatience?: number } {
  if (typeof credential !== 'string') return { credential };
  const name = credentialNamed(credential);
  const given = { tenant, clientId, serviceConnectionId };
  const all = { ...context, env: process.env, tell };
  return { credential: createCredential(name, given, all), signInPatience: signInPatience(name) };
}
