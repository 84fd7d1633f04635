import { type HttpClient, type PipelineRequest, type PipelineResponse, RestError } from '@azure/core-rest-pipeline';
import type { Clock } from '../../types';
import { retryAfter } from './answer';
import { attempts, backOff, patience, pause, within } from './attempt';
import { ArmError, errorFromAnswer } from './gap';

/** What it sends by. */
export interface SendingContext {
  readonly httpClient: HttpClient;
  readonly clock: Clock;
  /** 0 to 1, for the jitter between attempts. */
  readonly random: () => number;
}

/** One attempt of a sign-in may take this long: less than the sign-in as a whole. */
const attemptTimeout = 25_000;

/**
 * What the credentials sign in through. Over HTTPS it makes each request up to five times, for the SDK tries again only
 * what it knows, and sleeps any Retry-After to its end; and it remembers why the last one brought nothing, for the
 * credentials tell only that none came. Plain HTTP is for managed identities, whose retries are the SDK's own.
 */
export class SignInClient implements HttpClient {
  failure: Error | undefined;

  constructor(private readonly context: SendingContext) {}

  async sendRequest(request: PipelineRequest): Promise<PipelineResponse> {
    if (!request.url.startsWith('https:')) return this.#plain(request);
    const { clock, random } = this.context;
    const signal = request.abortSignal as AbortSignal | undefined;
    for (let count = 1, spent = 0; ; count++) {
      const began = clock.now();
      try {
        const response = await this.#attempt(request);
        this.failure = undefined;
        return response;
      } catch (error) {
        this.failure = error as Error;
        if (!(error instanceof ArmError) || !error.transient || count === attempts || signal?.aborted) throw error;
        const wait = error.retryAfter ?? backOff(count, random);
        spent += clock.now() - began + wait;
        if (spent >= patience) throw error;
        await pause(wait, signal, clock);
      }
    }
  }

  /** Rejects with an ArmError for no answer, and for one of which the SDK could make nothing. */
  async #attempt(request: PipelineRequest): Promise<PipelineResponse> {
    const { clock, httpClient } = this.context;
    const { host } = new URL(request.url);
    const signal = request.abortSignal as AbortSignal | undefined;
    const response = await within(request.timeout || attemptTimeout, host, { clock, signal }, (abortSignal) =>
      httpClient.sendRequest({ ...request, abortSignal, timeout: 0 }),
    );
    const { status } = response;
    const { transient, kind } = errorFromAnswer(status, {});
    if (status !== 200 && transient) {
      throw new ArmError(kind, `${host} answered ${status}.`, { transient, retryAfter: retryAfter(response, clock) });
    }
    if (status === 200 && !saysSomething(response)) {
      throw new ArmError('bad-response', `${host} answered 200, but not as a sign-in does.`, { transient: true });
    }
    return response;
  }

  /** The SDK tries nothing again after an error that it does not know. */
  async #plain(request: PipelineRequest): Promise<PipelineResponse> {
    request.timeout ||= attemptTimeout;
    try {
      return await this.context.httpClient.sendRequest(request);
    } catch (error) {
      if (!(error instanceof ArmError) || !error.transient) throw error;
      throw new RestError(error.message, { code: error.code ?? 'ECONNRESET', request });
    }
  }
}

/** All that a credential asks is answered by a JSON object with some text in it: a token, a word of GitHub's, addresses. */
function saysSomething({ bodyAsText }: PipelineResponse): boolean {
  try {
    return Object.values(JSON.parse(bodyAsText ?? '') as object).some((value) => typeof value === 'string');
  } catch {
    return false;
  }
}
