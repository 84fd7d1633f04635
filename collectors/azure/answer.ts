import type { PipelinePolicy, PipelineRequest, PipelineResponse } from '@azure/core-rest-pipeline';
import type { ListItem } from '../../helpers/serverList';
import type { Clock, Json } from '../../types';
import { ArmError, errorFromAnswer } from './gap';
import { skim } from './skim';
import { bodyOf } from './wire';

/** A list of ARM, or of one page of it. Items are what Azure sent: unknown until looked at. */
export interface Page {
  readonly value: readonly ArmItem[];
  readonly nextLink?: unknown;
  /** The items whole, as Azure sent them, if they are kept. */
  readonly whole?: readonly Json[];
  /** Of a resource provider. */
  readonly namespace?: unknown;
}

/** An item of any list that we read, cut to what we look at. Every field is as Azure sent it, of whatever type. */
export interface ArmItem extends ListItem {
  readonly subscriptionId?: unknown;
  readonly tenantId?: unknown;
  readonly displayName?: unknown;
  readonly state?: unknown;
  readonly resourceType?: unknown;
}

const itemFields = [
  'id',
  'name',
  'location',
  'subscriptionId',
  'tenantId',
  'displayName',
  'state',
  'resourceType',
] as const;

/** What is kept of the properties and parameters; the rest of an answer is dropped before the SDK walks it. */
export interface Wanted {
  /** The items whole as well, past the SDK: for a recorder. */
  readonly whole: boolean;
  readonly properties: ReadonlySet<string>;
  /** In lower case. */
  readonly parameters: ReadonlySet<string>;
}

/**
 * Checks every answer before the SDK sees it, since the SDK takes `200 text/html`, an empty body and `{"value":null}`
 * for an empty list; and cuts it, since walking 437 parameters of which two are wanted is most of the SDK's cost.
 * Anything but a whole, well-formed list is thrown as an ArmError.
 */
export function answerPolicy(wanted: Wanted, clock: Clock): PipelinePolicy {
  return {
    name: 'pgpostureAnswer',
    async sendRequest(request, next) {
      const response = await next(request);
      const { pathname } = new URL(request.url);
      const areParameters = /\/configurations$/i.test(pathname);
      const text =
        areParameters && !wanted.whole ? skim(bodyOf(response), isWanted(wanted)) : (response.bodyAsText ?? '');
      const body = isJson(response) ? parse(text) : undefined;
      if (response.status !== 200) {
        throw errorFromAnswer(response.status, {
          ...errorOf(body, tokenOf(request)),
          retryAfter: retryAfter(response, clock),
        });
      }

      const list = /\/providers\/[^/]+$/i.test(pathname) ? 'resourceTypes' : 'value';
      const items = isObject(body) && !body.error ? body[list] : undefined;
      if (!isObject(body) || !Array.isArray(items)) {
        throw new ArmError('bad-response', 'Azure answered 200, but not with a list.', {
          status: 200,
          transient: true,
        });
      }
      const kept = areParameters ? items.filter(mayBeWanted(wanted)) : items;
      const value = kept.map((item) => cut(item, wanted));
      const { nextLink, namespace } = body;
      response.bodyAsText = JSON.stringify({ value, nextLink, namespace } satisfies Page);
      if (wanted.whole) wholeItems.set(response, items);
      return response;
    },
  };
}

/** Takes the token out of headers that repeat it, before the SDK's log prints some of them. */
export function echoPolicy(): PipelinePolicy {
  return {
    name: 'pgpostureEcho',
    async sendRequest(request, next) {
      const response = await next(request);
      const token = tokenOf(request);
      for (const [name, value] of response.headers) if (repeats(value, token)) response.headers.set(name, 'REDACTED');
      return response;
    },
  };
}

const tokenOf = ({ headers }: PipelineRequest): string =>
  /^Bearer (.+)$/.exec(headers.get('authorization') ?? '')?.[1] ?? '';

const repeats = (text: string, token: string) => token !== '' && text.includes(token);

/** The page that the policy left in a response. */
export function pageOf(response: { readonly bodyAsText?: string | null }): Page {
  const page = JSON.parse(response.bodyAsText ?? '') as Page;
  const whole = wholeItems.get(response);
  return whole ? { ...page, whole } : page;
}

/** By response. Its text is what the SDK walks, so they cannot stand there. */
const wholeItems = new WeakMap<object, readonly Json[]>();

/** An item that is not an object stays as an empty one: the reader of the list has to see that something was there. */
function cut(item: unknown, { properties }: Wanted): ArmItem {
  if (!isObject(item)) return {};
  const kept: Record<string, unknown> = {};
  for (const field of itemFields) if (item[field] !== undefined) kept[field] = item[field];
  if (isObject(item.properties)) {
    kept.properties = Object.fromEntries(Object.entries(item.properties).filter(([name]) => properties.has(name)));
  }
  return kept;
}

const isWanted =
  ({ parameters }: Wanted) =>
  (name: string) =>
    parameters.has(name.toLowerCase());

/** What has no name is kept as well: somebody has to see it. */
const mayBeWanted = (wanted: Wanted) => {
  const isNameWanted = isWanted(wanted);
  return (item: unknown) => !isObject(item) || typeof item.name !== 'string' || isNameWanted(item.name);
};

const isObject = (value: unknown): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isJson = ({ headers }: PipelineResponse) => /^application\/json\b/i.test(headers.get('content-type') ?? '');

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * `{"error":{"code","message"}}`, or both at the top. Bodies of text or HTML have neither, and what repeats the token is
 * not for anybody's eyes.
 */
function errorOf(body: unknown, token: string): { code: string | undefined; said: string | undefined } {
  const error = isObject(body) ? (isObject(body.error) ? body.error : body) : {};
  const told = (text: unknown) => (typeof text === 'string' && text !== '' && !repeats(text, token) ? text : undefined);
  const code = told(error.code);
  return { code: code && /^\w[\w.-]{0,99}$/.test(code) ? code : undefined, said: told(error.message) };
}

/**
 * Milliseconds; `Retry-After` is in seconds or a date: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after. A date is
 * by Azure's clock, which the answer tells; ours may be wrong.
 */
export function retryAfter({ headers }: Pick<PipelineResponse, 'headers'>, clock: Clock): number | undefined {
  const inMilliseconds = Number.parseFloat(headers.get('retry-after-ms') ?? headers.get('x-ms-retry-after-ms') ?? '');
  if (inMilliseconds >= 0) return inMilliseconds;
  const header = headers.get('retry-after')?.trim() ?? '';
  const wait = /^\d+(\.\d+)?$/.test(header)
    ? Number(header) * 1000
    : Date.parse(header) - (Date.parse(headers.get('date') ?? '') || clock.now());
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

/**
 * How many more reads Azure would grant in this subscription now. Where a resource provider has a limit of its own, the
 * answer has another header: https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling.
 */
export function remainingReads({ headers }: Pick<PipelineResponse, 'headers'>): number | undefined {
  const header = headers.get('x-ms-ratelimit-remaining-subscription-reads') ?? '';
  return /^\d{1,9}$/.test(header) ? Number(header) : undefined;
}
