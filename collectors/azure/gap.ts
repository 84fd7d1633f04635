import { CutShort } from '../../helpers/cutShort';
import { scanAgain } from '../../helpers/gap';
import type { Gap, ReasonKind } from '../../types';

/** The reasons that a call can have; the others are the engine's. */
type CallKind = Exclude<ReasonKind, 'absent' | 'unreadable' | 'plugin-crashed'>;

/** Why a call to Azure Resource Manager brought nothing. The pipeline throws nothing else. */
export class ArmError extends Error {
  override readonly name = 'ArmError';
  /** Azure's `error.code`, or the code of the network error. */
  readonly code: string | undefined;
  readonly status: number | undefined;
  /** Milliseconds that Azure asks to wait before the next call. */
  readonly retryAfter: number | undefined;
  /** True: the same call may well succeed in a moment. */
  readonly transient: boolean;
  /** Azure's own sentence. For people: nothing is judged by it. */
  readonly said: string | undefined;

  constructor(
    readonly kind: CallKind,
    detail: string,
    more: {
      code?: string | undefined;
      status?: number;
      retryAfter?: number | undefined;
      transient?: boolean;
      said?: string | undefined;
    } = {},
  ) {
    super(detail);
    this.code = more.code;
    this.status = more.status;
    this.retryAfter = more.retryAfter;
    this.transient = more.transient ?? false;
    this.said = more.said;
  }
}

/** ARM's codes that say more than the status does: https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors. */
const kindByCode: Readonly<Record<string, CallKind>> = {
  ServerStoppedError: 'stopped',
  ReadOnlyDisabledSubscription: 'subscription-disabled',
  SubscriptionNotFound: 'not-found',
  InvalidResourceType: 'api-version',
  NoRegisteredProviderFound: 'api-version',
  InvalidApiVersionParameter: 'api-version',
};

function kindByStatus(status: number): CallKind {
  if (status === 401) return 'unauthenticated';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'not-found';
  if (status === 408) return 'timeout';
  if (status === 429) return 'throttled';
  return status >= 500 ? 'server-error' : 'bad-response';
}

/** An answer that is not 200. Judged by status and code, never by its prose; a failure of Azure's own (5xx) says no more than that. */
export function errorFromAnswer(
  status: number,
  { code, said, retryAfter }: { code?: string | undefined; said?: string | undefined; retryAfter?: number | undefined },
): ArmError {
  const known = code !== undefined && status < 500 && Object.hasOwn(kindByCode, code) ? kindByCode[code] : undefined;
  const kind = known ?? kindByStatus(status);
  const transient =
    status < 400 || status === 408 || status === 429 || (status >= 500 && status !== 501 && status !== 505);
  return new ArmError(kind, `Azure answered ${status}${code ? ` ${code}` : ''}.`, {
    code,
    status,
    said,
    retryAfter,
    transient,
  });
}

/** No answer, or half of one: name resolution, connection, TLS, a body that broke off. */
export function errorFromWire(error: unknown, host: string): ArmError {
  if (error instanceof ArmError) return error;
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  const transient = code === undefined || !/CERT|SIGNATURE|_SSL_|ERR_TLS|ERR_INVALID/.test(code);
  return new ArmError('network', `The connection to ${host} failed${code ? `: ${code}` : ''}.`, { code, transient });
}

/** What an aborted scan means for the calls that it did not wait for. */
export function errorFromCut(reason: unknown): ArmError {
  const cut = reason instanceof CutShort ? reason : new CutShort(isTimeout(reason) ? 'timeout' : 'not-collected');
  return new ArmError(cut.kind, cut.message);
}

/** Of `AbortSignal.timeout`. */
const isTimeout = (reason: unknown) => (reason as Error | undefined)?.name === 'TimeoutError';

/** Anything thrown around a call, as an ArmError. What we did not foresee is no answer either: a gap, never a verdict. */
export function asArmError(error: unknown): ArmError {
  if (error instanceof ArmError) return error;
  const text = error instanceof Error ? `${error.name} ${error.message}` : String(error);
  return new ArmError('bad-response', `The answer could not be used: ${text.slice(0, 200)}.`);
}

/** @param where what could not be read, in words that fit behind "Reader on". */
export function gapOf(error: ArmError, where: string): Gap {
  return {
    kind: error.kind,
    ...(error.code && { code: error.code }),
    detail: error.message,
    remedy: remedies[error.kind](where),
  };
}

/** Azure's refusal, when it asks for a longer wait than there is patience for. */
export const tooLong = (milliseconds: number, { code, status, said }: ArmError): ArmError =>
  new ArmError('throttled', `Azure asks to wait ${Math.ceil(milliseconds / 1000)} s in all: too long.`, {
    code,
    said,
    ...(status !== undefined && { status }),
  });

const remedies: Record<CallKind, (where: string) => string> = {
  forbidden: (where) => `Grant the identity that scans the role Reader on ${where}.`,
  unauthenticated: () =>
    'Sign in again, or check that the identity belongs to the tenant of the subscription (--tenant).',
  throttled: () => 'Scan again later, with a lower --concurrency, or with an identity that nothing else uses.',
  timeout: () => 'Scan again, with a longer --timeout if you gave one.',
  network: () => 'Check the network, the proxy and the certificates between this machine and Azure; then scan again.',
  'server-error': () => scanAgain,
  'bad-response': () =>
    'Scan again; if it stays so, check that nothing between this machine and Azure rewrites answers.',
  'incomplete-list': () => scanAgain,
  'not-found': (where) => `It may have been deleted during the scan: look for ${where}, and scan again.`,
  stopped: () =>
    'Start the server (if it is Inaccessible, give it back its key) and scan again: it shows no parameters while it is off.',
  provisioning: () => 'Wait until the server is ready and scan again.',
  'subscription-disabled': (where) => `Enable ${where} again, or leave it out with --exclude-subscription.`,
  'api-version': () => 'Update pgposture: Azure no longer speaks the API version that this one uses.',
  'not-collected': () => 'Let the scan run to its end.',
};
