import type { Answer } from '../../emulator';
import type { Json, ReasonKind } from '../../types';
import { isJson } from './journal';

/** What an answer that is no list means: written down here, not asked of what is tested. */
export function kindOf(answer: Answer): ReasonKind {
  const { status } = answer;
  const code = codeIn(answer);
  if (status < 500 && status !== 200) {
    if (code === 'ServerStoppedError') return 'stopped';
    if (code === 'ReadOnlyDisabledSubscription') return 'subscription-disabled';
    if (code === 'SubscriptionNotFound') return 'not-found';
    if (/^(InvalidResourceType|NoRegisteredProviderFound|InvalidApiVersionParameter)$/.test(code)) return 'api-version';
  }
  const byStatus: Readonly<Record<number, ReasonKind>> = {
    401: 'unauthenticated',
    403: 'forbidden',
    404: 'not-found',
    408: 'timeout',
    429: 'throttled',
  };
  return byStatus[status] ?? (status >= 500 ? 'server-error' : 'bad-response');
}

/** Azure's own word for it, which only JSON can have. */
export function codeIn({ body, headers }: Answer): string {
  if (!isJson(headers)) return '';
  const { error } = (typeof body === 'object' && body !== null ? body : {}) as { readonly error?: unknown };
  const { code } = (typeof error === 'object' && error !== null ? error : {}) as { readonly code?: unknown };
  return typeof code === 'string' ? code : '';
}

/** Why a server with this state refuses: https://learn.microsoft.com/rest/api/postgresql/servers/get#serverstate. */
const reasonByState: Readonly<Record<string, ReasonKind>> = {
  stopped: 'stopped',
  stopping: 'stopped',
  disabled: 'stopped',
  inaccessible: 'stopped',
  provisioning: 'provisioning',
  starting: 'provisioning',
  restarting: 'provisioning',
  updating: 'provisioning',
  dropping: 'not-found',
};

/** What the state of a server makes of a refusal; undefined if it explains nothing. */
export function explainedBy(state: Json | undefined, answer: Answer | undefined): ReasonKind | undefined {
  const reason = typeof state === 'string' ? reasonByState[state.toLowerCase()] : undefined;
  if (!answer || ![400, 404, 409, 500].includes(answer.status)) return undefined;
  return reason === 'stopped' && answer.status === 500 ? undefined : reason;
}

/** Milliseconds that Azure asks to wait; undefined if it does not, or not so that anybody could read it. */
export function waitAsked({ status, headers = {} }: Answer): number | undefined {
  const asked = headers['retry-after'] ?? '';
  if (status === 200 || asked === '') return undefined;
  if (/^\d+$/.test(asked)) return Number(asked) * 1000;
  const until = Date.parse(asked) - Date.parse(headers.date ?? '');
  return Number.isNaN(until) ? undefined : until;
}
