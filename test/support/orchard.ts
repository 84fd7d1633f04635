import type { Answer, EmulatedSubscription, Fault, Tenant } from '../../emulator';
import type { Json } from '../../types';

const orchard: EmulatedSubscription = {
  subscriptionId: 'aaaaaaaa-0000-4000-8000-000000000001',
  displayName: 'Orchard',
  singleServers: [
    { name: 'quince', properties: { minimalTlsVersion: 'TLS1_2' } },
    { name: 'medlar', properties: { sslEnforcement: 'Disabled' } },
  ],
  flexibleServers: [{ name: 'apple' }, { name: 'pear', parameters: { require_secure_transport: 'off' } }],
};

const garden: EmulatedSubscription = {
  subscriptionId: 'bbbbbbbb-0000-4000-8000-000000000002',
  displayName: 'Garden',
  flexibleServers: [{ name: 'plum', parameters: { ssl_min_protocol_version: 'TLSv1.3' } }],
};

/** Two subscriptions, both kinds of server, short lists of parameters. */
export const fruit: Tenant = {
  tenantId: 'ffffffff-0000-4000-8000-00000000000f',
  subscriptions: [orchard, garden],
  parameterCount: 12,
};

/** The same tenant, with something wrong with it. */
export const fruitWith = (...faults: readonly Fault[]): Tenant => ({ ...fruit, faults });

export type Body = { value: Json[]; nextLink?: Json };

/** Changes the body of a page, on the way out. */
export const changed =
  (change: (body: Body) => unknown) =>
  (normal: Answer): Answer => {
    const body = structuredClone(normal.body) as unknown as Body;
    return { ...normal, body: (change(body) ?? body) as Json };
  };
export const changing = (on: RegExp, change: (body: Body) => unknown): Fault => ({ on, fault: changed(change) });

/** The requests of a scan of it, by what they ask for. */
export const calls = {
  subscriptions: /^\/subscriptions\?/,
  singleServers: /aaaaaaaa.*\/servers\?/,
  flexibleServers: /aaaaaaaa.*\/flexibleServers\?/,
  parameters: /\/apple\/configurations\?/,
} as const;

/** The truth about it: what a scan without faults must find, in the order of the report. */
export const truth = [
  'apple flexibleServerRequireSecureTransport: PASS',
  'apple flexibleServerSslMinProtocolVersion: PASS',
  'pear flexibleServerRequireSecureTransport: FAIL',
  'pear flexibleServerSslMinProtocolVersion: WARN',
  'medlar singleServerMinimalTlsVersion: FAIL',
  'medlar singleServerSslEnforcement: FAIL',
  'quince singleServerMinimalTlsVersion: PASS',
  'quince singleServerSslEnforcement: PASS',
  'plum flexibleServerRequireSecureTransport: PASS',
  'plum flexibleServerSslMinProtocolVersion: PASS',
];
