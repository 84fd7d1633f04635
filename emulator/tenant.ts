import type { Json } from '../types';
import type { EmulatedRequest } from './emulator';
import type { Directory } from './signIn';

/** A tenant to emulate: plain data. */
export interface Tenant {
  readonly tenantId: string;
  readonly subscriptions: readonly EmulatedSubscription[];
  readonly managementGroups?: readonly EmulatedManagementGroup[];
  /** Items in a page of a list; no paging if left out. */
  readonly pageSize?: number;
  /** Parameters of a Flexible Server that does not say otherwise; a real one has about 437, 292 kB. */
  readonly parameterCount?: number;
  /** Parameters in a page; all, if left out, as Azure does it. */
  readonly parameterPageSize?: number;
  /** Milliseconds before each answer. */
  readonly latency?: number;
  /** The bucket of reads that Azure grants each subscription; without it nothing is refused. */
  readonly reads?: { readonly bucket: number; readonly perSecond: number };
  readonly faults?: readonly Fault[];
  /** Who may sign in. Without it there is no sign-in, and any token is good. */
  readonly directory?: Directory;
}

export interface EmulatedManagementGroup {
  readonly id: string;
  /** Ids of subscriptions that are directly in it; one that the tenant does not have exists, and is not visible. */
  readonly subscriptions?: readonly string[];
  /** Ids of groups that are directly in it. */
  readonly groups?: readonly string[];
}

export interface EmulatedSubscription {
  readonly subscriptionId: string;
  readonly displayName: string;
  /** Enabled, if left out. */
  readonly state?: string;
  /** The identity may see the subscription, but read nothing in it. */
  readonly forbidden?: boolean;
  /** Microsoft.DBforPostgreSQL is not registered. */
  readonly unregistered?: boolean;
  /** Types that Azure has retired here: lists answer 404 InvalidResourceType, and the provider does not name them. */
  readonly retiredTypes?: readonly ('servers' | 'flexibleServers')[];
  readonly singleServers?: readonly EmulatedServer[];
  readonly flexibleServers?: readonly EmulatedServer[];
}

export interface EmulatedServer {
  readonly name: string;
  readonly resourceGroup?: string;
  /** As Azure spells it: `East US` for Flexible Server, `eastus` for Single Server. */
  readonly location?: string;
  readonly tags?: { readonly [name: string]: string };
  /** Over the properties that every server has: `state`, `sslEnforcement`, … */
  readonly properties?: { readonly [name: string]: Json };
  /** Over the parameters that every Flexible Server has; null takes one away. */
  readonly parameters?: { readonly [name: string]: EmulatedParameter | string | null };
}

export interface EmulatedParameter {
  readonly value: Json;
  readonly isConfigPendingRestart?: Json;
}

/** What goes wrong, and when. */
export interface Fault {
  /** Matches the path and query of a request. */
  readonly on: RegExp;
  /** Requests that match and are answered as ever, before the fault sets in. */
  readonly after?: number;
  /** Requests that meet the fault; all, if left out. */
  readonly times?: number;
  readonly fault: Answer | WireFault | ((normal: Answer, request: EmulatedRequest) => Answer);
}

/** Of the connection: no answer ever; reset before an answer; or a body that goes wrong, compressed or plain. */
export type WireFault = 'silence' | 'reset' | BodyFault | { readonly plain: BodyFault };

/**
 * What becomes of a body. Half of it, then the connection is closed, reset or silent; byte by byte without end; shorter or
 * longer than its `Content-Length`; no gzip though it says so; no UTF-8.
 */
export type BodyFault = 'cut' | 'torn' | 'stall' | 'drip' | 'too-short' | 'too-long' | 'no-gzip' | 'no-utf8';

/** Whether whoever meets it waits until its own patience ends. */
export const isEndless = (fault: Answer | WireFault): boolean =>
  /^(silence|stall|drip|too-short)$/.test(typeof fault === 'object' && 'plain' in fault ? fault.plain : String(fault));

export interface Answer {
  readonly status: number;
  readonly headers?: { readonly [name: string]: string };
  /** Text is sent as it is, anything else as JSON. */
  readonly body: Json;
}
