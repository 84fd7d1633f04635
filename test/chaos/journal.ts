import type { Answer } from '../../emulator';
import type { Json } from '../../types';
import { type Call, callOf } from './calls';

/** One request, and what became of it. */
export interface Attempt {
  readonly url: string;
  readonly token: string;
  readonly sentAt: number;
  endedAt: number;
  /** Which of all that began and ended: of two in one millisecond they tell the order. */
  readonly began: number;
  ended: number;
  /** Reset: no answer. Aborted: whoever asked did not wait for it. Open: nobody has heard of it yet. */
  outcome: 'answered' | 'reset' | 'aborted' | 'open';
  answer?: Answer;
}

/** A question, and all attempts at it. */
export interface Asked extends Call {
  /** How many attempts there were before, at the same question. */
  readonly nth: number;
  readonly attempts: Attempt[];
}

/** All that a scan asked, and all that it was told: what its report can rest on. */
export class Journal {
  /** In the order of their first attempts; what was asked again after its answer is there again. */
  readonly asked: Asked[] = [];
  readonly #last = new Map<string, Asked>();
  /** Requests that should never have been sent. */
  readonly offences: string[] = [];
  #steps = 0;

  begin(url: string, now: number, authorization = ''): { readonly attempt: Attempt; readonly nth: number } {
    const call = callOf(url);
    const began = ++this.#steps;
    const token = authorization.replace('Bearer ', '');
    const attempt: Attempt = { url, token, sentAt: now, endedAt: now, began, ended: began, outcome: 'open' };
    let asked = this.#last.get(call.key);
    const nth = (asked?.nth ?? 0) + (asked?.attempts.length ?? 0);
    if (!asked || isOver(asked)) {
      asked = { ...call, nth, attempts: [] };
      this.#last.set(call.key, asked);
      this.asked.push(asked);
    }
    asked.attempts.push(attempt);
    return { attempt, nth };
  }

  end(attempt: Attempt, outcome: Attempt['outcome'], now: number, answer?: Answer): void {
    attempt.outcome = outcome;
    attempt.endedAt = now;
    attempt.ended = ++this.#steps;
    if (answer) attempt.answer = answer;
  }

  /** Those of a lane. */
  inLane(lane: string): Asked[] {
    return this.asked.filter((asked) => asked.lane === lane);
  }
}

/** The list that a call brought in the end, if it did. */
export const listOf = ({ attempts, kind }: Asked): List | undefined =>
  listIn(attempts.at(-1)?.answer, kind === 'provider' ? 'resourceTypes' : 'value');

/** Whether it is one of any kind. */
export const isList = (answer: Answer): boolean =>
  (listIn(answer, 'value') ?? listIn(answer, 'resourceTypes')) !== undefined;

/** It has its answer, be it a refusal: who asks again asks anew. */
function isOver(asked: Asked): boolean {
  const last = asked.attempts.at(-1);
  if (!last?.answer) return false;
  return isRefusal(last.answer) || (asked.kind === 'sign-in' ? isSignedIn(last) : listOf(asked) !== undefined);
}

export const isJson = (headers: Answer['headers'] = {}): boolean =>
  (headers['content-type'] ?? 'application/json').startsWith('application/json');

export const textOf = ({ body }: Answer): string => (typeof body === 'string' ? body : JSON.stringify(body));

/** What stands in an answer, if it is a list. */
export interface List {
  readonly value: readonly Json[];
  readonly nextLink: Json | undefined;
  readonly namespace: Json | undefined;
}

function listIn(answer: Answer | undefined, name: 'value' | 'resourceTypes'): List | undefined {
  if (answer?.status !== 200) return undefined;
  if (!isJson(answer.headers)) return undefined;
  try {
    const body = JSON.parse(textOf(answer));
    if (typeof body !== 'object' || body === null || body.error || !Array.isArray(body[name])) return undefined;
    return { value: body[name], nextLink: body.nextLink, namespace: body.namespace };
  } catch {
    return undefined;
  }
}

/** Asked again it would be the same; a 401 is not, for another token may do. */
export const isRefusal = ({ status }: Answer): boolean =>
  (status >= 400 && status < 500 && ![401, 408, 429].includes(status)) || status === 501 || status === 505;

/** Whether a credential can make something of it: an object with some text in it. */
export function isSignedIn({ outcome, answer }: Attempt): boolean {
  if (outcome !== 'answered' || answer?.status !== 200) return false;
  try {
    return Object.values(JSON.parse(textOf(answer)) as object).some((value) => typeof value === 'string');
  } catch {
    return false;
  }
}
