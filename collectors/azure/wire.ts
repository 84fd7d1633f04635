import { isUtf8 } from 'node:buffer';
import { Agent, request as httpsRequest } from 'node:https';
import { gunzipSync } from 'node:zlib';
import {
  createHttpHeaders,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import { ArmError, errorFromWire } from './gap';

/** Far above the largest real answer (a list of parameters: 0.3 MB), and small enough to survive. */
const maxBodyBytes = 64 * 1024 * 1024;

export interface WireOptions {
  /** Connections at once. */
  readonly maxSockets: number;
  /** PEM of a certificate authority to trust instead of Node's. */
  readonly ca?: string;
}

/** An `HttpClient` that can be closed. */
export interface Wire extends HttpClient {
  close(): void;
}

/**
 * The SDK's HTTP client hangs for ever on a gzip body that is cut or stalls, on Node 20 even with an AbortSignal. This
 * one reads the whole body, checks that it is whole, and unpacks it at once; an abort ends it at any point.
 */
export function createWire({ maxSockets, ca }: WireOptions): Wire {
  const agent = new Agent({ keepAlive: true, maxSockets, scheduling: 'lifo', ...(ca !== undefined && { ca }) });
  return {
    sendRequest: (request) => send(agent, request).catch((error) => Promise.reject(errorFromWire(error))),
    close: () => agent.destroy(),
  };
}

function send(agent: Agent, request: PipelineRequest): Promise<PipelineResponse> {
  return new Promise((resolve, reject) => {
    const { url, method, abortSignal } = request;
    const headers = { ...request.headers.toJSON({ preserveCase: true }), 'Accept-Encoding': 'gzip' };
    const sent = httpsRequest(url, { agent, method, headers });
    const abort = () => sent.destroy(new ArmError('network', 'The call was aborted.'));
    abortSignal?.addEventListener('abort', abort);
    const settle = (finish: () => void) => {
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
            const bodyAsText = text(Buffer.concat(chunks), answer.headers['content-encoding']);
            resolve({ request, status: answer.statusCode ?? 0, headers: received, bodyAsText });
          } catch (error) {
            reject(error);
          }
        }),
      );
    });
    sent.end();
    if (abortSignal?.aborted) abort();
  });
}

const brokeOff = () => new ArmError('network', 'The answer broke off.', { transient: true });

function text(body: Buffer, encoding: string | undefined): string {
  const plain = encoding === 'gzip' ? unpack(body) : body;
  if ((encoding === undefined || encoding === 'gzip' || encoding === 'identity') && isUtf8(plain))
    return plain.toString();
  throw new ArmError('bad-response', 'The answer is not UTF-8 text.', { transient: true });
}

function unpack(body: Buffer): Buffer {
  try {
    return gunzipSync(body, { maxOutputLength: maxBodyBytes });
  } catch {
    throw new ArmError('bad-response', 'The answer could not be unpacked.', { transient: true });
  }
}
