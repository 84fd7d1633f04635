import type { EmulatedServer, EmulatedSubscription, Tenant } from '../emulator';
import type { Report } from '../types';

/** How large a tenant is. Its servers are dealt out to its subscriptions in turn, unless one has more of its own. */
export interface Size {
  readonly subscriptions: number;
  readonly flexibleServers: number;
  readonly singleServers: number;
  /** Flexible Servers in the first subscription, beside those that are dealt out to all. */
  readonly inTheFirst?: number;
}

export const subscriptionId = (i: number) => `${String(i).padStart(8, '0')}-0000-4000-8000-000000000000`;

/** Every tenth server lets clients in without TLS. */
const isOpen = (i: number) => i % 10 === 9;

const flexibleServer = (i: number): EmulatedServer => ({
  name: `psql-flexible-${i}`,
  location: 'North Europe',
  ...(isOpen(i) && { parameters: { require_secure_transport: 'off' } }),
});

const singleServer = (i: number): EmulatedServer => ({
  name: `psql-single-${i}`,
  properties: { sslEnforcement: isOpen(i) ? 'Disabled' : 'Enabled', minimalTlsVersion: 'TLS1_2' },
});

/** A tenant of that size: made by counting, so that every process that is told the size has the same. */
export function tenantOf({ subscriptions, flexibleServers, singleServers, inTheFirst = 0 }: Size): Tenant {
  const dealt = <T>(count: number, make: (i: number) => T, to: number): T[] =>
    Array.from({ length: Math.ceil((count - to) / subscriptions) }, (_, turn) => make(to + turn * subscriptions));
  const extra = Array.from({ length: inTheFirst }, (_, i) => flexibleServer(flexibleServers + i));
  return {
    tenantId: 'cccccccc-0000-4000-8000-000000000000',
    subscriptions: Array.from({ length: subscriptions }, (_, i): EmulatedSubscription => {
      const flexible = dealt(flexibleServers, flexibleServer, i);
      return {
        subscriptionId: subscriptionId(i),
        displayName: `Subscription ${i}`,
        flexibleServers: i === 0 ? [...flexible, ...extra] : flexible,
        singleServers: dealt(singleServers, singleServer, i),
      };
    }),
  };
}

/** What a report should say of it. */
export function summaryOf({ subscriptions, flexibleServers, singleServers, inTheFirst = 0 }: Size): Report['summary'] {
  const flexible = flexibleServers + inTheFirst;
  const servers = flexible + singleServers;
  const open = Math.floor(flexible / 10) + Math.floor(singleServers / 10);
  // Of two checks on each server, one fails where TLS is not required, and the other then says that its floor binds nobody.
  return { PASS: 2 * (servers - open), WARN: open, FAIL: open, UNKNOWN: 0, servers, subscriptions };
}
