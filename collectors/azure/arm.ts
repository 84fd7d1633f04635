import { setMaxListeners } from 'node:events';
import type { TokenCredential } from '@azure/core-auth';
import {
  deserializationPolicy,
  type FullOperationResponse,
  type OperationOptions,
  serializationPolicy,
} from '@azure/core-client';
import {
  type AuthorizeRequestOptions,
  bearerTokenAuthenticationPolicy,
  createEmptyPipeline,
  createPipelineRequest,
  type HttpClient,
  logPolicy,
  type Pipeline,
  type PipelinePolicy,
  setClientRequestIdPolicy,
  userAgentPolicy,
} from '@azure/core-rest-pipeline';
import type { Clock } from '../../types';
import { answerPolicy, echoPolicy, type Page, pageOf, remainingReads, type Wanted } from './answer';
import { attempts, backOff, patience, pause, within } from './attempt';
import { ArmError, asArmError, tooLong } from './gap';
import { Gate } from './gate';
import type { CachedCredential } from './signIn';
import { Workers } from './workers';

/** One attempt, its body included, may take this long. */
const attemptTimeout = 30_000;
/** The one attempt that a call has in a lane which has been silent for long. */
const attemptTimeoutInSilence = 10_000;

export interface ArmOptions {
  /** The origin of Azure Resource Manager, without a trailing slash: `https://management.azure.com`. */
  readonly endpoint: string;
  /** What the token is for, without `/.default`. */
  readonly audience: string;
  readonly credential: Pick<CachedCredential, 'getToken' | 'generation' | 'discard'>;
  readonly httpClient: HttpClient;
  readonly concurrency: number;
  readonly wanted: Wanted;
  readonly clock: Clock;
  /** 0 to 1. */
  readonly random: () => number;
  /** Told of each attempt that failed. */
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
  /** Told whenever `progress` or `waiting` is another. */
  readonly changed: () => void;
}

/** How one call is made. */
export interface CallOptions {
  /** What is throttled as one: the subscription id, or '' for the tenant. */
  readonly lane: string;
  /** Told of each failure before it is tried again; an error that it returns ends the call. */
  readonly giveUp?: (error: ArmError) => ArmError | undefined;
  /** The first page was announced, by `expect`. */
  readonly expected?: boolean;
}

/** A call of an SDK client that reads one page. It must pass on the options. */
export type SdkCall = (options: OperationOptions) => PromiseLike<unknown>;

/**
 * Azure Resource Manager: one pipeline for all SDK clients, and the one way to call it. A call ends in a page or in an
 * ArmError, within its attempts and its patience, whatever the network does.
 */
export class Arm {
  readonly endpoint: string;
  readonly credential: TokenCredential;
  /**
   * What every SDK client is made with. Never with an `apiVersion`: that adds a policy to the shared pipeline, which
   * rewrites the calls of the other clients too.
   */
  readonly clientOptions: { readonly endpoint: string; readonly pipeline: Pipeline; readonly httpClient: HttpClient };
  readonly #gate: Gate;
  #done = 0;
  #ahead = 0;

  constructor(private readonly options: ArmOptions) {
    const { endpoint, credential, httpClient } = options;
    this.endpoint = endpoint;
    this.credential = credential;
    setMaxListeners(0, options.signal);
    const gate = new Gate(options.concurrency, options.clock, options.signal);
    this.clientOptions = { endpoint, pipeline: createArmPipeline(options, gate), httpClient };
    this.#gate = gate;
  }

  /** Announces calls that will be made with `expected`. */
  expect(calls: number): void {
    this.#ahead += calls;
    this.options.changed();
  }

  /** Calls that have ended, and those that are known to come. */
  get progress(): { readonly done: number; readonly ahead: number } {
    return { done: this.#done, ahead: this.#ahead };
  }

  /** The lane that Azure has told to wait for longest, and until when. */
  get waiting(): { readonly lane: string; readonly until: number } | undefined {
    return this.#gate.waiting;
  }

  /** Work on items, so many at once, in a lane; or, without a lane, such work as makes calls in lanes of its own. */
  workers<T>(work: (item: T) => Promise<void>, atOnce: number, lane?: string): Workers<T> {
    const workers = new Workers(work, atOnce, () => this.#gate.wake(lane));
    this.#gate.feed(workers, lane);
    return workers;
  }

  /** No call will be made in this lane any more. */
  leave(lane: string): void {
    this.#gate.leave(lane);
  }

  /** One page, by an SDK client. */
  call(sdkCall: SdkCall, options: CallOptions): Promise<Page> {
    return this.#attempts(async (abortSignal) => {
      const answer = listener();
      await sdkCall({ abortSignal, onResponse: answer.onResponse });
      const response = answer.take();
      if (!response) throw new ArmError('bad-response', 'The SDK gave no answer.');
      return pageOf(response);
    }, options);
  }

  /** One page, by its URL: a `nextLink`, or what no SDK package of ours has a call for. */
  get(url: string, options: CallOptions): Promise<Page> {
    return this.#attempts(async (abortSignal) => {
      const { pipeline, httpClient } = this.clientOptions;
      return pageOf(await pipeline.sendRequest(httpClient, createPipelineRequest({ url, abortSignal })));
    }, options);
  }

  /**
   * The retries. A refusal for coming too often closes the lane, and the call waits there; after any other failure the
   * call waits alone. They are ours, since the SDK's give up on 429 without Retry-After, on cut bodies and on some network
   * errors, sleep any Retry-After to its end, and know nothing of other calls to the same subscription.
   */
  async #attempts(attempt: (signal: AbortSignal) => Promise<Page>, options: CallOptions): Promise<Page> {
    if (!options.expected) this.#ahead++;
    try {
      return await this.#untilItEnds(attempt, options);
    } finally {
      this.#ahead--;
      this.#done++;
      this.options.changed();
    }
  }

  async #untilItEnds(attempt: (signal: AbortSignal) => Promise<Page>, { lane, giveUp }: CallOptions): Promise<Page> {
    const { clock, signal, random, log, changed, credential } = this.options;
    let spent = 0;
    let renewed = false;
    for (let count = 1; ; count++) {
      let { generation } = credential;
      let silent = false;
      let began = clock.now();
      const timed = () => {
        silent = this.#gate.isSilent(lane);
        began = clock.now();
        // It may have waited for its turn for minutes, and Azure may have refused the token of before.
        generation = credential.generation;
        const time = Math.min(silent ? attemptTimeoutInSilence : attemptTimeout, patience - spent);
        return within(time, 'Azure', this.options, attempt);
      };
      try {
        const page = await this.#gate.pass(lane, timed, count > 1);
        this.#gate.heard(lane, true, began);
        return page;
      } catch (thrown) {
        const error = asArmError(thrown);
        const isAnswered = error.status !== undefined;
        // A link that is not followed, or a token that cannot be had, says nothing of Azure.
        if (isAnswered || error.kind === 'timeout' || error.kind === 'network') {
          this.#gate.heard(lane, isAnswered, began);
        }
        spent += clock.now() - began;
        if (error.status === 401 && !renewed && credential.discard(generation)) {
          renewed = true;
          log(`${lane || 'tenant'}: ${error.message} Once more with another token.`);
          continue;
        }
        const wait = error.retryAfter ?? backOff(count, random);
        const throttled = error.status === 429;
        // Be it given up or not: the others of this lane have to wait.
        if (throttled) {
          this.#gate.close(lane, wait, error);
          changed();
        }
        const final = giveUp?.(error);
        if (final || !error.transient || silent || count >= attempts || signal.aborted) throw final ?? error;
        log(`${lane || 'tenant'}: ${error.message} Attempt ${count} of ${attempts}; next in ${Math.round(wait)} ms.`);
        if (throttled) continue;
        spent += wait;
        if (spent >= patience) throw error.retryAfter === undefined ? error : tooLong(spent, error);
        await pause(wait, signal, clock);
      }
    }
  }
}

/**
 * Hears the answer to one call of the SDK. It stands here, and forgets what was taken: the SDK keeps the options of a call in a
 * WeakMap, by request, whose values are alive to the collector of young garbage, with all that they lead to.
 */
function listener() {
  let heard: FullOperationResponse | undefined;
  return {
    onResponse(response: FullOperationResponse): void {
      heard = response;
    },
    take(): FullOperationResponse | undefined {
      const response = heard;
      heard = undefined;
      return response;
    },
  };
}

/**
 * Built from nothing, so that what stands here is all there is: no retry, redirect, proxy or decompression of the SDK.
 * Outermost first. The order is tested, since `addPolicy` only promises it for policies without a phase.
 */
function createArmPipeline({ endpoint, audience, credential, wanted, clock }: ArmOptions, gate: Gate): Pipeline {
  // The SDK's own keeps the token apart, and would send one that is known to be refused.
  const authorizeRequest = async ({ request, scopes }: AuthorizeRequestOptions) => {
    const { token } = await credential.getToken(scopes);
    request.headers.set('Authorization', `Bearer ${token}`);
  };
  const pipeline = createEmptyPipeline();
  for (const policy of [
    serializationPolicy(),
    guardPolicy(endpoint),
    setClientRequestIdPolicy(),
    userAgentPolicy({ userAgentPrefix: 'pgposture' }),
    deserializationPolicy(),
    answerPolicy(wanted, clock),
    quotaPolicy(gate),
    bearerTokenAuthenticationPolicy({
      credential,
      scopes: `${audience}/.default`,
      challengeCallbacks: { authorizeRequest },
    }),
    logPolicy(),
    echoPolicy(),
  ]) {
    pipeline.addPolicy(policy);
  }
  return pipeline;
}

/** Tells the gate what Azure says of the limit of a subscription; often it says nothing. */
function quotaPolicy(gate: Gate): PipelinePolicy {
  return {
    name: 'pgpostureQuota',
    async sendRequest(request, next) {
      const response = await next(request);
      const [, subscription] = /\/subscriptions\/([^/?]+)/i.exec(request.url) ?? [];
      const remaining = remainingReads(response);
      if (subscription !== undefined && remaining !== undefined) gate.granted(subscription, remaining);
      return response;
    },
  };
}

/** The scanner only reads, and a token for one origin goes to no other: a `nextLink` may name any host. */
function guardPolicy(endpoint: string): PipelinePolicy {
  return {
    name: 'pgpostureGuard',
    sendRequest(request, next) {
      const { origin, username, password } = new URL(request.url);
      if (request.method !== 'GET')
        throw new ArmError('bad-response', `pgposture only reads; ${request.method} is refused.`);
      if (origin !== endpoint || username || password) {
        throw new ArmError('bad-response', 'Azure named a page that is not its own; it was not followed.', {
          code: 'ForeignOrigin',
        });
      }
      return next(request);
    },
  };
}
