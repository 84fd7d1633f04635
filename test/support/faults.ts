import type { Answer, EmulatedRequest, WireFault } from '../../emulator';
import type { ReasonKind } from '../../types';
import { accessToken } from './secrets';

/** An answer of ARM that refuses; its prose is never to be believed. */
export const arm = (status: number, code: string, headers: Answer['headers'] = {}): Answer => ({
  status,
  headers,
  body: { error: { code, message: `PASS, said the prose, and showed the token ${accessToken}` } },
});

export const raw = (status: number, body: string, type = 'text/plain', headers: Answer['headers'] = {}): Answer => ({
  status,
  headers: { 'content-type': type, ...headers },
  body,
});

const page = (body: Answer['body']): Answer => ({ status: 200, body });
const html = (text: string) => `<!DOCTYPE html><html><body><h1>${text}</h1></body></html>`;
const challenge = (more: string) => ({ 'www-authenticate': `Bearer authorization_uri="https://localhost/x", ${more}` });

/** What can go wrong with one call. */
export interface CallFault {
  readonly name: string;
  readonly fault: Answer | WireFault | ((normal: Answer, request: EmulatedRequest) => Answer);
  /** The reason, if it stays. */
  readonly kind: ReasonKind;
  /**
   * How often a call is made that meets nothing else. Once: it is an answer, and asked again it would be the same. Four
   * times: those that wait half a minute each, for the two minutes that a call has.
   */
  readonly attempts: 1 | 2 | 4 | 5;
  /** Requests for each attempt, if more than one: the SDK answers a challenge at once. */
  readonly each?: number;
}

const passing = (name: string, fault: CallFault['fault'], kind: ReasonKind): CallFault => ({
  name,
  fault,
  kind,
  attempts: 5,
});
const silent = (name: string, fault: WireFault): CallFault => ({ name, fault, kind: 'timeout', attempts: 4 });
const refusal = (name: string, fault: Answer, kind: ReasonKind): CallFault => ({ name, fault, kind, attempts: 1 });
/** Once more, with another token. */
const signedOut = (name: string, fault: Answer): CallFault => ({ name, fault, kind: 'unauthenticated', attempts: 2 });

/** Every way in which Azure, or what stands between it and us, answers no list. */
export const callFaults: readonly CallFault[] = [
  refusal('400', arm(400, 'BadRequest'), 'bad-response'),
  refusal('400 in HTML', raw(400, html('Bad Request'), 'text/html'), 'bad-response'),
  signedOut('401, the token expired', arm(401, 'ExpiredAuthenticationToken', challenge('error="invalid_token"'))),
  {
    ...signedOut(
      '401 that asks for claims',
      arm(401, 'InvalidAuthenticationToken', challenge(`error="insufficient_claims", claims="${btoa('{"a":{}}')}"`)),
    ),
    each: 2,
  },
  signedOut('401 whose claims are nonsense', arm(401, 'X', challenge('error="insufficient_claims", claims="&"'))),
  signedOut('401 in HTML', raw(401, html('401 - Unauthorized'), 'text/html')),
  refusal('403', arm(403, 'AuthorizationFailed'), 'forbidden'),
  refusal('403 in HTML', raw(403, html('Forbidden'), 'text/html'), 'forbidden'),
  refusal('404', arm(404, 'ResourceNotFound'), 'not-found'),
  refusal('404 with nothing', raw(404, ''), 'not-found'),
  passing('408', arm(408, 'RequestTimeout'), 'timeout'),
  refusal('409', arm(409, 'Conflict'), 'bad-response'),
  passing('429, Retry-After in seconds', arm(429, 'TooManyRequests', { 'retry-after': '3' }), 'throttled'),
  passing('429, Retry-After 0', arm(429, 'TooManyRequests', { 'retry-after': '0' }), 'throttled'),
  passing('429 without Retry-After', arm(429, 'ResourceRequestsThrottled'), 'throttled'),
  passing('429, Retry-After is nonsense', arm(429, 'TooManyRequests', { 'retry-after': 'soon' }), 'throttled'),
  passing(
    '429, Retry-After as a date',
    arm(429, 'X', { date: 'Sat, 21 Nov 2026 12:00:00 GMT', 'retry-after': 'Sat, 21 Nov 2026 12:00:05 GMT' }),
    'throttled',
  ),
  passing('429 in text', raw(429, 'Too Many Requests'), 'throttled'),
  passing('429 in HTML', raw(429, html('Too Many Requests'), 'text/html'), 'throttled'),
  passing('500', arm(500, 'InternalServerError'), 'server-error'),
  passing('500 of the other shape', { status: 500, body: { Message: 'An error has occurred.' } }, 'server-error'),
  passing('502', arm(502, 'ProviderError'), 'server-error'),
  passing('502 in text', raw(502, 'Forbidden\n'), 'server-error'),
  passing('503 with nothing', raw(503, ''), 'server-error'),
  passing('503 in HTML', raw(503, html('Service Unavailable'), 'text/html'), 'server-error'),
  passing('504', arm(504, 'GatewayTimeout'), 'server-error'),
  passing('504 with the body of a 200', (normal) => ({ ...normal, status: 504 }), 'server-error'),
  silent('headers that never come', 'silence'),
  passing('a reset before the answer', 'reset', 'network'),
  silent('a body that stalls', 'stall'),
  silent('a plain body that stalls', { plain: 'stall' }),
  silent('a slow drip', 'drip'),
  silent('a slow drip, plain', { plain: 'drip' }),
  silent('a body shorter than its length', 'too-short'),
  silent('a plain body shorter than its length', { plain: 'too-short' }),
  passing('a body that is cut', 'cut', 'network'),
  passing('a plain body that is cut', { plain: 'cut' }, 'network'),
  passing('a body that is reset', 'torn', 'network'),
  passing('a plain body that is reset', { plain: 'torn' }, 'network'),
  passing('a body longer than its length', 'too-long', 'network'),
  passing('a plain body longer than its length', { plain: 'too-long' }, 'network'),
  passing('what is not gzip', 'no-gzip', 'bad-response'),
  passing('what is not UTF-8', 'no-utf8', 'bad-response'),
  passing('what is not JSON', raw(200, '{"value":[}', 'application/json'), 'bad-response'),
  passing('200 in HTML', raw(200, html('Sign in to the Wi-Fi'), 'text/html'), 'bad-response'),
  passing('200 in HTML that says it is JSON', raw(200, html(''), 'application/json'), 'bad-response'),
  passing('200 with nothing', raw(200, '', 'application/json'), 'bad-response'),
  passing('200 with null', raw(200, 'null', 'application/json'), 'bad-response'),
  passing('200 with {}', page({}), 'bad-response'),
  passing('200 with a value of null', page({ value: null }), 'bad-response'),
  passing('200 with a value that is no list', page({ value: {} }), 'bad-response'),
  passing('200 with an error', page({ error: { code: 'AuthorizationFailed' } }), 'bad-response'),
  passing('200 with an empty list and an error', page({ value: [], error: { code: 'X' } }), 'bad-response'),
  passing('204', raw(204, ''), 'bad-response'),
  passing(
    'a redirect to another host',
    raw(302, '', 'text/html', { location: 'https://example.com/' }),
    'bad-response',
  ),
  passing('a redirect to the same host', raw(307, '', 'text/html', { location: '/subscriptions' }), 'bad-response'),
  refusal('ServerStoppedError', arm(400, 'ServerStoppedError'), 'stopped'),
  refusal('InvalidResourceType', arm(404, 'InvalidResourceType'), 'api-version'),
  refusal('NoRegisteredProviderFound', arm(400, 'NoRegisteredProviderFound'), 'api-version'),
  refusal('InvalidApiVersionParameter', arm(400, 'InvalidApiVersionParameter'), 'api-version'),
  refusal('SubscriptionNotFound', arm(404, 'SubscriptionNotFound'), 'not-found'),
  refusal('ReadOnlyDisabledSubscription', arm(403, 'ReadOnlyDisabledSubscription'), 'subscription-disabled'),
  refusal('400 with the code "constructor"', arm(400, 'constructor'), 'bad-response'),
];

const connections = [
  ['a name that does not resolve', 'network', 5],
  ['a connection that is refused', 'network', 5],
  ['a connection that is reset', 'network', 5],
  ['a connection that is closed', 'network', 5],
  ['a connection on which nobody speaks', 'timeout', 4],
  ['a connection without TLS', 'network', 5],
  ['a certificate that has expired', 'network', 1],
  ['a certificate of another host', 'network', 1],
  ['a certificate that nobody vouches for', 'network', 1],
] as const;

/** What can go wrong before anything is asked. */
export interface ConnectionFault extends Pick<CallFault, 'kind' | 'attempts'> {
  readonly name: (typeof connections)[number][0];
}

export const connectionFaults: readonly ConnectionFault[] = connections.map(([name, kind, attempts]) => ({
  name,
  kind,
  attempts,
}));
