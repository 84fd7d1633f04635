import { isUtf8 } from 'node:buffer';
import { type Agent, Agent as HttpAgent, request as httpRequest } from 'node:http';
import { type AgentOptions, Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type * as tls from 'node:tls';
import { gunzipSync } from 'node:zlib';
import {
  createHttpHeaders,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import { ScanError } from '../../helpers/scanError';
import { trusting } from '../trust';
import { ArmError, errorFromWire } from './gap';
import { TunnelAgent } from './tunnel';

/** Far above the largest real answer (a list of parameters: 0.3 MB), and small enough to survive. */
const maxBodyBytes = 64 * 1024 * 1024;

export interface WireOptions {
  /** Connections at once, to each host. */
  readonly maxSockets: number;
  /** PEM of certificate authorities to trust beside Node's. */
  readonly ca?: string | undefined;
  /** The proxy for a URL, as a URL (`http://name:word@proxy:3128`), or nothing for none. */
  readonly proxyFor?: (url: string) => string;
}

/** An `HttpClient` that can be closed. */
export interface Wire extends HttpClient {
  close(): void;
}

/**
 * The SDK's HTTP client hangs for ever on a gzip body that is cut or stalls, on Node 20 even with an AbortSignal. This
 * one reads the whole body, checks that it is whole, and unpacks it at once; an abort ends it at any point. Azure's
 * sign-in uses it too, so that proxies and certificates are the same for both.
 */
export function createWire({ maxSockets, ca, proxyFor = () => '' }: WireOptions): Wire {
  const common: AgentOptions = {
    keepAlive: true,
    // Said, or NODE_TLS_REJECT_UNAUTHORIZED would have a word: a token is on its way. For other certificates there is `ca`.
    rejectUnauthorized: true,
    maxSockets,
    scheduling: 'lifo',
    ...(ca !== undefined && { secureContext: trustingToo(ca) }),
  };
  const agents = new Map<string, Agent>();
  let closed = false;
  const agentFor = (url: string): Agent => {
    const proxy = url.startsWith('https:') ? proxyFor(url) : '';
    const key = proxy || new URL(url).protocol;
    const agent = agents.get(key) ?? (proxy ? new TunnelAgent(checkedProxy(proxy), common) : direct(key, common));
    agents.set(key, agent);
    return agent;
  };
  return {
    sendRequest: async (request) => {
      // An agent that was destroyed opens new connections, for whoever tries again.
      if (closed) throw new ArmError('network', 'The scan has ended.');
      try {
        return await send(agentFor(request.url), request);
      } catch (error) {
        throw error instanceof ScanError ? error : errorFromWire(error, new URL(request.url).host);
      }
    },
    close: () => {
      closed = true;
      for (const agent of agents.values()) agent.destroy();
    },
  };
}

/** Plain HTTP is for a managed identity, which is on this machine: no proxy leads there. */
const direct = (protocol: string, options: AgentOptions): Agent =>
  protocol === 'https:' ? new HttpsAgent(options) : new HttpAgent(options);

/** Throws a ScanError, `bad-option`, for what is no proxy of ours. */
export function checkedProxy(proxy: string): URL {
  const url = URL.canParse(proxy) ? new URL(proxy) : undefined;
  if (url && /^https?:$/.test(url.protocol) && isDecodable(url.username + url.password)) return url;
  throw new ScanError(
    'bad-option',
    `The proxy "${proxy.replace(/\/\/.*@/s, '//…@')}" is no URL of a proxy that is spoken to by HTTP.`,
    'Set HTTPS_PROXY to one such as http://proxy.example.com:3128, or unset it.',
  );
}

function isDecodable(text: string): boolean {
  try {
    return decodeURIComponent(text) !== undefined;
  } catch {
    return false;
  }
}

let trusted: { readonly ca: string; readonly context: tls.SecureContext } | undefined;

/** Made once, and kept for who scans again: Node reads its certificates for longer than a small scan takes. */
function trustingToo(ca: string): tls.SecureContext {
  if (trusted?.ca !== ca) trusted = { ca, context: trusting([ca]) };
  return trusted.context;
}

function send(agent: Agent, request: PipelineRequest): Promise<PipelineResponse> {
  return new Promise((resolve, reject) => {
    const { url, method, body, abortSignal, timeout, allowInsecureConnection } = request;
    const secure = url.startsWith('https:');
    if (!secure && !allowInsecureConnection) throw new ArmError('network', 'Only HTTPS is spoken here.');
    if (body !== undefined && body !== null && typeof body !== 'string') throw new Error('the body is not text');
    const headers = { ...request.headers.toJSON({ preserveCase: true }), 'Accept-Encoding': 'gzip' };
    const sent = (secure ? httpsRequest : httpRequest)(url, { agent, method, headers });
    // Node tells of a destroyed request only once it had a connection, which a proxy may never give.
    const end = (error: ArmError) => {
      settle(() => reject(error));
      sent.destroy(error);
    };
    const abort = () => end(new ArmError('network', 'The call was aborted.'));
    const tooLate = () =>
      end(new ArmError('timeout', `${new URL(url).host} did not answer within ${timeout / 1000} s.`));
    const timer = timeout > 0 ? setTimeout(tooLate, timeout) : undefined;
    abortSignal?.addEventListener('abort', abort);
    const settle = (finish: () => void) => {
      clearTimeout(timer);
      abortSignal?.removeEventListener('abort', abort);
      finish();
    };

    sent.on('error', (error) => settle(() => reject(error)));
    // After 101 Switching Protocols there is no response, and no error either.
    sent.on('upgrade', (_, socket) => {
      socket.destroy();
      settle(() => reject(brokeOff()));
    });
    sent.on('response', (answer) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > maxBodyBytes) sent.destroy(new ArmError('bad-response', 'The answer is larger than 64 MB.'));
        else chunks.push(chunk);
      });
      answer.on('error', (error) => settle(() => reject(error)));
      answer.on('close', () =>
        settle(() => {
          if (!answer.complete) return reject(brokeOff());
          try {
            const received = createHttpHeaders(answer.headers as Record<string, string>);
            const body = plain(Buffer.concat(chunks), answer.headers['content-encoding']);
            resolve(new WireResponse(request, answer.statusCode ?? 0, received, body));
          } catch (error) {
            reject(error);
          }
        }),
      );
    });
    sent.end(body ?? undefined);
    if (abortSignal?.aborted) abort();
  });
}

const brokeOff = () => new ArmError('network', 'The answer broke off.', { transient: true });

/** Its text is made only when somebody wants it: what is large is read from the bytes. */
class WireResponse implements PipelineResponse {
  #text: string | undefined;

  constructor(
    readonly request: PipelineRequest,
    readonly status: number,
    readonly headers: PipelineResponse['headers'],
    public body: Buffer | undefined,
  ) {}

  get bodyAsText(): string {
    this.#text ??= this.body?.toString() ?? '';
    return this.#text;
  }

  /** What stands there instead, for whoever comes after. */
  set bodyAsText(text: string) {
    this.#text = text;
    this.body = undefined;
  }
}

/** The body of an answer, be it of this client or of another. */
export const bodyOf = (response: PipelineResponse): Buffer =>
  (response instanceof WireResponse ? response.body : undefined) ?? Buffer.from(response.bodyAsText ?? '');

/** UTF-8. */
function plain(body: Buffer, encoding: string | undefined): Buffer {
  const unpacked = encoding === 'gzip' ? unpack(body) : body;
  if ((encoding === undefined || encoding === 'gzip' || encoding === 'identity') && isUtf8(unpacked)) return unpacked;
  throw new ArmError('bad-response', 'The answer is not UTF-8 text.', { transient: true });
}

function unpack(body: Buffer): Buffer {
  try {
    return gunzipSync(body, { maxOutputLength: maxBodyBytes, chunkSize: chunkFor(body) });
  } catch {
    throw new ArmError('bad-response', 'The answer could not be unpacked.', { transient: true });
  }
}

/**
 * What holds it in one piece: Node's 16 kB at a time cost more than the unpacking. Its length stands at the end of gzip, and is
 * believed up to a megabyte: https://www.rfc-editor.org/rfc/rfc1952#page-8.
 */
const chunkFor = (body: Buffer): number =>
  Math.max(64, Math.min(body.length < 4 ? 0 : body.readUInt32LE(body.length - 4) + 1, 1024 * 1024));
