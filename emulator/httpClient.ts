import {
  createHttpHeaders,
  type HttpClient,
  type PipelineRequest,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import type { Emulator } from './emulator';
import { isEndless } from './tenant';

/** The emulator in this process: what an SDK client sends through it never sees a network. */
export function emulatorHttpClient(emulator: Emulator): HttpClient {
  return { sendRequest: (request) => answer(emulator, request) };
}

async function answer(emulator: Emulator, request: PipelineRequest): Promise<PipelineResponse> {
  // As a network would, this lets timers and signals have their turn.
  const { latency } = emulator.tenant;
  await new Promise((resolve) => (latency ? setTimeout(resolve, latency) : setImmediate(resolve)));
  const { method, url, headers, abortSignal } = request;
  const given = emulator.answer({ method, url, authorization: headers.get('authorization') });
  if (isEndless(given)) {
    if (abortSignal?.aborted) throw connectionReset();
    return new Promise((_, reject) => abortSignal?.addEventListener('abort', () => reject(connectionReset())));
  }
  if (typeof given === 'string' || 'plain' in given) throw connectionReset();
  return {
    request,
    status: given.status,
    headers: createHttpHeaders({ 'content-type': 'application/json; charset=utf-8', ...given.headers }),
    bodyAsText: typeof given.body === 'string' ? given.body : JSON.stringify(given.body),
  };
}

const connectionReset = () => Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
