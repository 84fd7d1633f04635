import { type Coverage, type Gap, type Kind, type Report, reasonKinds, type Scope, type Settings } from '../../types';
import { isObject } from './cache';
import { calls } from './calls';

/** What stands under `pgposture` in a collection of ours: what CloudSploit's shape has no place for. */
export interface Header {
  readonly schemaVersion: 1;
  readonly tool: Report['tool'];
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly finishedAt: string;
  /** True: every list came whole, and nobody cut the scan short. */
  readonly complete: boolean;
  /** In force when it was collected. What is collected does not depend on them. */
  readonly settings: Settings;
  readonly scope: Scope & { readonly subscriptionId: string };
  /** Scopes that stand for subscriptions which a list did not name. */
  readonly unlisted: readonly Scope[];
  /** Why the parameters of a server are not all, by its id. */
  readonly gaps: Readonly<Record<string, Gap>>;
}

/** True: every list of them came whole. */
export const allAnswered = (scopes: readonly Scope[]): boolean =>
  scopes.every(({ kinds }) => Object.values(kinds).every(({ answered }) => answered));

/** Where a header is not what it should be; undefined if it is one. */
export function problemOfHeader(value: unknown): string | undefined {
  if (!isObject(value)) return 'pgposture';
  const fits: Readonly<Record<keyof Header, boolean>> = {
    schemaVersion: value.schemaVersion === 1,
    tool: isObject(value.tool) && isText(value.tool.name) && isText(value.tool.version),
    startedAt: isTime(value.startedAt),
    finishedAt: isTime(value.finishedAt),
    complete: typeof value.complete === 'boolean',
    settings: isObject(value.settings) && Object.values(value.settings).every(isText),
    scope: isScope(value.scope) && isSubscription(value.scope),
    unlisted: Array.isArray(value.unlisted) && value.unlisted.every((each) => isScope(each) && !isSubscription(each)),
    gaps: isObject(value.gaps) && Object.values(value.gaps).every(isGap),
  };
  const wrong = Object.entries(fits).find(([, fit]) => !fit);
  return wrong && `pgposture.${wrong[0]}`;
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isTextOrNull = (value: unknown): value is string | null => value === null || isText(value);
/** As the report promises it. */
const isTime = (value: unknown) =>
  isText(value) && !Number.isNaN(Date.parse(value)) && new Date(value).toISOString() === value;

const scopeTypes: Readonly<Record<Extract<Scope['type'], `Microsoft.${string}`>, true>> = {
  'Microsoft.Resources/subscriptions': true,
  'Microsoft.Resources/tenants': true,
  'Microsoft.Management/managementGroups': true,
};

const isScope = (value: unknown): value is Scope =>
  isObject(value) &&
  isText(value.id) &&
  isText(value.type) &&
  Object.hasOwn(scopeTypes, value.type) &&
  isTextOrNull(value.subscriptionId) &&
  isText(value.name) &&
  isTextOrNull(value.state) &&
  isObject(value.kinds) &&
  Object.entries(value.kinds).every(([kind, coverage]) => isKind(kind) && isCoverage(coverage));

const isSubscription = ({ type, subscriptionId }: Scope) =>
  type === 'Microsoft.Resources/subscriptions' && subscriptionId !== null;

const isKind = (value: string): value is Kind => Object.hasOwn(calls, value);

const isCoverage = (value: unknown): value is Coverage =>
  isObject(value) &&
  Number.isInteger(value.servers) &&
  Number(value.servers) >= 0 &&
  (value.answered === true || (value.answered === false && isGap(value.reason)));

const isGap = (value: unknown): value is Gap =>
  isObject(value) &&
  reasonKinds.some((kind) => kind === value.kind) &&
  isText(value.detail) &&
  isText(value.remedy) &&
  (value.code === undefined || isText(value.code));
