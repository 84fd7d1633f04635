import type { AccessToken, GetTokenOptions, TokenCredential } from '@azure/core-auth';
import { ScanError } from '../../helpers/scanError';
import type { Clock } from '../../types';
import { ArmError, errorFromCut } from './gap';

/** A token is renewed this long before it ends, as the SDK does. */
const margin = 2 * 60_000;

/**
 * One token for the whole scan: the SDK would ask anew for each client, and `az` starts a process for each answer.
 * `getToken` throws an ArmError, `unauthenticated`.
 */
export class CachedCredential implements TokenCredential {
  #token: AccessToken | undefined;
  /** By the claims that were asked for: a token without them is no answer to who needs them. */
  readonly #pending = new Map<string, Promise<AccessToken>>();
  /** Not each of thousands of calls shall wait for a sign-in that has just failed. */
  #tryAgainAt = 0;
  #discardAgainAt = 0;
  #generation = 0;
  #refused = false;

  constructor(
    private readonly credential: TokenCredential,
    private readonly clock: Clock,
    /** Ends a sign-in with the scan: nothing may wait, or go on asking Entra, for a token that nobody wants. */
    private readonly signal: AbortSignal,
    /** A sign-in that takes longer has stalled: `az` waiting for a keyboard, a metadata service that is none. */
    private readonly patience = 60_000,
  ) {}

  /** Fetches the first token. Throws a ScanError that says what was tried. */
  async signIn(scope: string): Promise<void> {
    try {
      await this.#fetch(scope, {});
    } catch (error) {
      if (!this.signal.aborted) throw signInError(error);
      const { message, kind } = errorFromCut(this.signal.reason);
      const remedy = kind === 'timeout' ? 'Let it run longer.' : 'Start it again.';
      throw new ScanError('cut-short', `${message} Nothing was known by then.`, remedy);
    }
  }

  async getToken(scopes: string | string[], { claims }: GetTokenOptions = {}): Promise<AccessToken> {
    const token = this.#token;
    const left = token && claims === undefined ? token.expiresOnTimestamp - this.clock.now() : 0;
    if (token && left > margin && !this.#refused) return token;
    try {
      return await this.#renew(scopes, claims);
    } catch {
      // By now: it may have ended meanwhile.
      if (token && token.expiresOnTimestamp > this.clock.now()) return token;
      throw new ArmError('unauthenticated', 'The sign-in could not be renewed.');
    }
  }

  /** Changes whenever Azure has refused the token. */
  get generation(): number {
    return this.#generation;
  }

  /**
   * Azure refused a token of that generation. Returns whether the next call may have another. One is fetched once a
   * minute at most: no token would help some of the refused, and `az` is a process.
   */
  discard(generation: number): boolean {
    if (generation !== this.#generation) return true;
    if (this.clock.now() < this.#discardAgainAt) return false;
    this.#discardAgainAt = this.clock.now() + 60_000;
    this.#generation++;
    this.#refused = true;
    return true;
  }

  #renew(scopes: string | string[], claims: string | undefined): Promise<AccessToken> {
    const key = claims ?? '';
    const pending = this.#pending.get(key);
    if (pending) return pending;
    if (this.clock.now() < this.#tryAgainAt) return Promise.reject(new Error('it failed a moment ago'));
    const renewal = this.#fetch(scopes, claims === undefined ? {} : { claims }).finally(() =>
      this.#pending.delete(key),
    );
    this.#pending.set(key, renewal);
    return renewal;
  }

  /** Ends with its patience or with the scan, whether or not the credential obeys. */
  async #fetch(scopes: string | string[], options: GetTokenOptions): Promise<AccessToken> {
    const given = new AbortController();
    let cancel = () => {};
    const cut = () => given.abort(this.signal.reason);
    const end = new Promise<never>((_, reject) => {
      given.signal.addEventListener('abort', () => reject(given.signal.reason));
      const late = new Error(`no answer within ${this.patience / 1000} seconds`);
      cancel = this.clock.after(this.patience, () => given.abort(late));
      this.signal.addEventListener('abort', cut);
      if (this.signal.aborted) cut();
    });
    const ask = async () => {
      const token = await this.credential.getToken(scopes, {
        enableCae: true,
        ...options,
        abortSignal: given.signal,
      });
      if (!token) throw new Error('the credential gave no token');
      this.#token = token;
      this.#refused = false;
      return token;
    };
    try {
      return await Promise.race([end, ask()]);
    } catch (error) {
      this.#tryAgainAt = this.clock.now() + 10_000;
      throw error;
    } finally {
      cancel();
      this.signal.removeEventListener('abort', cut);
    }
  }
}

const whatToDo =
  'Run "az login", or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET, or run where a managed identity is, ' +
  'or name another --credential. See https://aka.ms/azsdk/js/identity/defaultazurecredential';

interface SignInContext {
  /** The one credential that was to be used. */
  readonly named?: { readonly name: string; readonly hint: string };
  /** Why the sign-in got no answer. */
  readonly wire?: string | undefined;
}

/** Why nobody could sign in: a line for each credential of a chain, or one for a credential that was named. */
export function signInError(error: unknown, { named, wire }: SignInContext = {}): ScanError {
  if (error instanceof ScanError) return error;
  const tried = (error as { errors?: readonly unknown[] }).errors ?? [error];
  const reasons = tried.map((each) => gist(each instanceof Error ? each.message : String(each), wire));
  if (wire !== undefined && !reasons.includes(wire)) reasons.push(wire);
  if (named) {
    const remedy = wire === undefined ? named.hint : 'Check the network, HTTPS_PROXY and --ca-file; then try again.';
    return new ScanError('sign-in-failed', `The sign-in by ${named.name} failed: ${reasons.join(' ')}`, remedy);
  }
  const lines = reasons.map((reason) => `  - ${reason}`);
  return new ScanError('sign-in-failed', `No sign-in to Azure was possible. Tried:\n${lines.join('\n')}`, whatToDo);
}

/**
 * Entra's own words, else the first sentence, or the first of the details: what follows are links, ids, and at times whole
 * answers with tokens in them. MSAL has but a link for a failure of the network, and the wire says which.
 */
function gist(text: string, wire: string | undefined): string {
  const [entra] = /AADSTS\d+: .*?(?= Trace ID| Correlation ID| Timestamp|[\r\n]|$)/.exec(text) ?? [];
  const [, detail] = /\nMore details:\n([^\r\n{]+?),?$/m.exec(text) ?? [];
  if (wire !== undefined && text.includes('aka.ms/msal.js.errors')) return wire;
  return entra ?? detail ?? text.replace(/^\s*(Error: )?/, '').split(/(?<=\.)\s|[\r\n]/, 1)[0] ?? '';
}
