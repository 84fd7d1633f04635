import assert from 'node:assert/strict';
import type { TokenCredential } from '@azure/core-auth';
import {
  createHttpHeaders,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import { CollectionReader } from '../../adapters/cloudsploit/reader';
import { collectionsCollector } from '../../adapters/cloudsploit/replay';
import { CollectionWriter, type Draft, type Drafts, type Piece } from '../../adapters/cloudsploit/writer';
import { azureCollector, Share } from '../../collectors';
import { errorFromWire } from '../../collectors/azure/gap';
import { type EmulatedRequest, Emulator } from '../../emulator';
import { type Decision, decide } from '../../engine/gate';
import { runScan } from '../../engine/scan';
import { CutShort } from '../../helpers/cutShort';
import { ScanError } from '../../helpers/scanError';
import { plugins } from '../../plugins';
import type { Clock, Report } from '../../types';
import { VirtualClock } from '../support/clock';
import { directory, githubActions } from '../support/scanTenant';
import { accessToken } from '../support/secrets';
import { callOf, callsOf, endpoint } from './calls';
import { Journal, textOf } from './journal';
import type { Misfortune, Options, Schedule } from './schedule';
import { type Trouble, troubleNamed } from './troubles';

/** What came of a schedule. */
export interface Outcome {
  readonly schedule: Schedule;
  readonly journal: Journal;
  /** Or why there is none. */
  readonly report: Report | ScanError;
  /** The collections, if they were kept, and what is found in them. */
  readonly collections: readonly string[];
  readonly replayed: Report | undefined;
  readonly decision: Decision | undefined;
  readonly log: readonly string[];
  /** On the virtual clock. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** When the scan was cut short; undefined if it ended by itself. */
  readonly cutAt: number | undefined;
  /** Whenever somebody asked for a token. */
  readonly fetches: readonly Fetch[];
}

/** A question for a token, and what came of it. */
export interface Fetch {
  readonly began: number;
  /** Undefined: it was never answered. */
  ended: number | undefined;
  /** When the token ends; undefined if there is none. */
  expires: number | undefined;
  token: string | undefined;
  readonly claims: boolean;
  /** Whether Azure may revoke what is given: https://learn.microsoft.com/entra/identity/conditional-access/concept-continuous-access-evaluation. */
  readonly isRevocable: boolean;
}

/** Runs a schedule, all of it in this process. Throws if the scan throws what is no ScanError, or hangs. */
export async function play(schedule: Schedule): Promise<Outcome> {
  const { options } = schedule;
  const clock = new VirtualClock('turn');
  const journal = new Journal();
  const log: string[] = [];
  const tenant = { ...schedule.tenant, ...(options.signIn !== 'open' && { directory: directoryOf(options) }) };
  const emulator = new Emulator(tenant, clock);
  const startedAt = clock.now();
  const cut = new AbortController();
  const stopClock = options.cut
    ? clock.after(options.cut.after, () => cut.abort(new CutShort(options.cut?.kind ?? 'timeout')))
    : () => undefined;
  let cutAt: number | undefined;
  cut.signal.addEventListener('abort', () => {
    cutAt = clock.now();
  });
  const fetches: Fetch[] = [];
  const httpClient = new ChaosClient(schedule, emulator, journal, clock);
  const share = options.shard && new Share(options.shard);
  const choice = { subscriptions: [], excludeSubscriptions: [], managementGroups: [], ...choiceOf(schedule) };
  const chosen = plugins.filter(({ id }) => options.plugins.includes(id as never));
  const settings = { minimumTlsVersion: options.minimumTlsVersion };
  const tool = { name: 'pgposture', version: '0' };
  const drafts = new MemoryDrafts();
  const scan = runScan({
    collector: azureCollector({
      credential: noted(credentialOf(options, emulator, httpClient, clock), fetches, clock),
      httpClient,
      cloud: { armEndpoint: endpoint, audience: endpoint },
      ...choice,
      share,
      concurrency: options.concurrency,
      clock,
      random: randomBy(schedule.jitter),
      log: (line) => log.push(line),
      recorder: options.recorded ? new CollectionWriter({ drafts, clock, tool, settings }) : undefined,
    }),
    plugins: chosen,
    settings,
    choice,
    shard: share && (() => ({ ...share.part, armEndpoint: endpoint, choice, subscriptions: share.subscriptions })),
    clock,
    tool,
    signal: cut.signal,
  });
  const report = await untilItHangs(
    scan.catch((error: unknown) => (error instanceof ScanError ? error : Promise.reject(error))),
    clock,
  );
  const endedAt = clock.now();
  stopClock();
  // What was given up with it comes to its end now.
  await new Promise(setImmediate);
  const { gate } = options;
  const isReport = !(report instanceof ScanError);
  return {
    schedule,
    journal,
    report,
    collections: drafts.texts,
    replayed:
      isReport && options.recorded && drafts.texts.length > 0
        ? await runScan({
            collector: collectionsCollector(drafts.texts.map(readCollection)),
            plugins: chosen,
            settings,
            clock,
            tool,
            signal: new AbortController().signal,
          })
        : undefined,
    decision: isReport ? decide(report, { ...gate, allowUnknown: new Set(gate.allowUnknown) }) : undefined,
    log,
    startedAt,
    endedAt,
    cutAt,
    fetches,
  };
}

/** Nothing is asked, no timer is set, and yet it has not ended. */
async function untilItHangs<T>(work: Promise<T>, clock: VirtualClock): Promise<T> {
  let ended = false;
  const settled = work.finally(() => {
    ended = true;
  });
  settled.catch(() => undefined);
  for (let idle = 0; !ended; ) {
    await new Promise(setImmediate);
    idle = clock.pending === 0 ? idle + 1 : 0;
    assert.ok(idle < 1_000, 'it hangs: it waits for nothing that will come');
  }
  return settled;
}

/** Of all that are in the tenant, in the words of the command line. */
export function choiceOf({ tenant, options: { choice } }: Schedule): {
  readonly subscriptions?: readonly string[];
  readonly excludeSubscriptions?: readonly string[];
  readonly managementGroups?: readonly string[];
} {
  if (choice.by === 'all') return {};
  if (choice.by === 'groups') return { managementGroups: ['shop'] };
  const words = choice.at.flatMap((at) => {
    const { subscriptionId, displayName } = tenant.subscriptions[at % Math.max(1, tenant.subscriptions.length)] ?? {};
    return (choice.named ? displayName : subscriptionId?.toUpperCase()) ?? [];
  });
  return choice.by === 'include' ? { subscriptions: words } : { excludeSubscriptions: words };
}

// ── The sign-in ──────────────────────────────────────────────────────────────────────────────────────────────────────

const directoryOf = ({ signIn, tokenLifetime }: Options) =>
  signIn === 'github' ? directory : { ...directory, tokenLifetime };

function credentialOf(
  { signIn, failingFetches, failure, fetchTakes, tokenLifetime }: Options,
  emulator: Emulator,
  httpClient: HttpClient,
  clock: Clock,
): TokenCredential {
  if (signIn === 'github') return githubActions(emulator, endpoint, httpClient, clock);
  let fetches = 0;
  return {
    async getToken() {
      const isFailing = signIn === 'short' && failingFetches.includes(++fetches);
      if (isFailing && failure === 'silence') await new Promise(() => undefined);
      if (fetchTakes > 0) await new Promise<void>((resolve) => clock.after(fetchTakes, resolve));
      if (isFailing) throw new Error('the directory gave no token');
      if (signIn === 'open') return { token: accessToken, expiresOnTimestamp: clock.now() + 3_600_000 };
      const token = emulator.signIn?.issueToken(endpoint) ?? '';
      return { token, expiresOnTimestamp: clock.now() + tokenLifetime * 1000 };
    },
  };
}

function noted(credential: TokenCredential, fetches: Fetch[], clock: Clock): TokenCredential {
  return {
    async getToken(scopes, options = {}) {
      const { claims, enableCae } = options;
      const began = clock.now();
      const fetch: Fetch = {
        began,
        ended: undefined,
        expires: undefined,
        token: undefined,
        claims: claims !== undefined,
        isRevocable: enableCae === true,
      };
      fetches.push(fetch);
      try {
        const given = await credential.getToken(scopes, options);
        fetch.expires = given?.expiresOnTimestamp;
        fetch.token = given?.token;
        return given;
      } finally {
        fetch.ended = clock.now();
      }
    },
  };
}

// ── The wire ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Brings each request to the emulator and its answer back, late or changed as the schedule has it. */
class ChaosClient implements HttpClient {
  readonly #met: { readonly misfortune: Misfortune; readonly trouble: Trouble; readonly keys: Map<string, number> }[];
  readonly #targets: readonly ReturnType<typeof callOf>[];

  constructor(
    private readonly schedule: Schedule,
    private readonly emulator: Emulator,
    private readonly journal: Journal,
    private readonly clock: VirtualClock,
  ) {
    this.#met = schedule.misfortunes.map((misfortune) => ({
      misfortune,
      trouble: troubleNamed(misfortune.trouble),
      keys: new Map(),
    }));
    this.#targets = callsOf(schedule);
  }

  async sendRequest(request: PipelineRequest): Promise<PipelineResponse> {
    const { url, method, headers, body } = request;
    const { origin, pathname } = new URL(url);
    if (origin !== endpoint) this.journal.offences.push(`A request left for ${origin}.`);
    if (method !== (pathname.endsWith('/oauth2/v2.0/token') ? 'POST' : 'GET')) {
      this.journal.offences.push(`A request may write: ${method} ${pathname}.`);
    }
    // It was given up while it waited for a token; the wire sends no such thing.
    if (request.abortSignal?.aborted) throw aborted();
    const { attempt, nth } = this.journal.begin(url, this.clock.now(), headers.get('authorization'));
    const trouble = this.#troubleFor(url);
    try {
      await this.#wait(this.#latency(url, nth) + (trouble?.delay ?? 0), request);
      const asked: EmulatedRequest = {
        method,
        url,
        authorization: headers.get('authorization'),
        ...(typeof body === 'string' && { body }),
      };
      const normal = this.emulator.answer(asked);
      assert.ok(typeof normal === 'object' && 'status' in normal);
      const given = trouble ? repeating(asked, trouble.change(normal, asked)) : normal;
      if (given === 'silence') await this.#wait(Number.POSITIVE_INFINITY, request);
      if (typeof given === 'string') {
        this.journal.end(attempt, 'reset', this.clock.now());
        throw errorFromWire(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }), 'localhost');
      }
      this.journal.end(attempt, 'answered', this.clock.now(), given);
      return {
        request,
        status: given.status,
        headers: createHttpHeaders({ 'content-type': 'application/json; charset=utf-8', ...given.headers }),
        bodyAsText: textOf(given),
      };
    } catch (error) {
      if (attempt.outcome === 'open') this.journal.end(attempt, 'aborted', this.clock.now());
      throw error;
    }
  }

  #troubleFor(url: string): Trouble | undefined {
    const call = callOf(url);
    for (const { misfortune, trouble, keys } of this.#met) {
      const { at, reach, after, times, counted } = misfortune;
      const fitting = this.#targets.filter(({ kind }) => trouble.kinds?.includes(kind) ?? true);
      const target = fitting[at % Math.max(1, fitting.length)];
      if (!target || (trouble.kinds && !trouble.kinds.includes(call.kind))) continue;
      const sameLane = call.lane === target.lane;
      const sameKind = call.kind === target.kind;
      const meets = {
        call: call.key === target.key,
        siblings: sameLane && sameKind,
        lane: sameLane,
        kind: sameKind,
      }[reach];
      if (!meets) continue;
      const key = counted === 'each' ? call.key : '';
      const met = keys.get(key) ?? 0;
      keys.set(key, met + 1);
      if (met >= after && met < after + times) return trouble;
    }
    return undefined;
  }

  #latency(url: string, nth: number): number {
    const { seed, most } = this.schedule.latency;
    return most === 0 ? 0 : Math.floor(randomBy(seed, `${callOf(url).key} ${nth}`)() * (most + 1));
  }

  #wait(milliseconds: number, { abortSignal }: PipelineRequest): Promise<void> {
    return new Promise((resolve, reject) => {
      const abort = () => {
        cancel();
        reject(aborted());
      };
      const done = () => {
        abortSignal?.removeEventListener('abort', abort);
        resolve();
      };
      const cancel = milliseconds < Number.POSITIVE_INFINITY ? this.clock.after(milliseconds, done) : () => undefined;
      if (abortSignal?.aborted) abort();
      else abortSignal?.addEventListener('abort', abort);
    });
  }
}

/** What shows a token shows the one that it was given. */
function repeating<T>({ authorization = '' }: EmulatedRequest, given: T): T {
  const text = JSON.stringify(given);
  const token = authorization.replace('Bearer ', '');
  return text.includes(accessToken) ? JSON.parse(text.replaceAll(accessToken, token)) : given;
}

const aborted = () => Object.assign(new Error('aborted'), { name: 'AbortError' });

/** Numbers from 0 to 1, the same for the same seed: mulberry32. */
export function randomBy(seed: number, word = ''): () => number {
  let state = seed | 0;
  for (const character of word) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

// ── Collections ──────────────────────────────────────────────────────────────────────────────────────────────────────

class MemoryDrafts implements Drafts {
  readonly texts: string[] = [];

  begin(): void {}

  open(): Draft {
    const kept: string[] = [];
    return {
      keep: async (text) => ({ offset: kept.push(text) - 1, length: Buffer.byteLength(text) }),
      finish: async (parts: Iterable<string | Piece>) => {
        let text = '';
        for (const part of parts) text += typeof part === 'string' ? part : kept[part.offset];
        this.texts.push(text);
      },
    };
  }
}

function readCollection(text: string) {
  const reader = new CollectionReader('collection.json');
  reader.write(Buffer.from(text));
  return reader.end();
}
