import type { Tenant } from '../../emulator';

export const endpoint = 'https://localhost';

/** What a request asks for. */
export const callKinds = [
  'sign-in',
  'subscriptions',
  'descendants',
  'servers',
  'flexibleServers',
  'configurations',
  'provider',
] as const;
export type CallKind = (typeof callKinds)[number];

/** One question to Azure, however often and in whatever spelling it is asked. */
export interface Call {
  /** The path in lower case, and the item that a page begins with. */
  readonly key: string;
  readonly kind: CallKind;
  /** What is throttled as one: the lower-cased id of the subscription, or '' for the tenant. */
  readonly lane: string;
}

const patterns: readonly (readonly [CallKind, RegExp])[] = [
  ['subscriptions', /^\/subscriptions$/],
  ['descendants', /^\/providers\/microsoft\.management\/managementgroups\/[^/]+\/descendants$/],
  ['provider', /^\/subscriptions\/([^/]+)\/providers\/microsoft\.dbforpostgresql$/],
  ['servers', /^\/subscriptions\/([^/]+)\/providers\/microsoft\.dbforpostgresql\/servers$/],
  ['flexibleServers', /^\/subscriptions\/([^/]+)\/providers\/microsoft\.dbforpostgresql\/flexibleservers$/],
  ['configurations', /^\/subscriptions\/([^/]+)\/resourcegroups\/[^/]+\/providers\/.*\/configurations$/],
];

/** The call that a URL belongs to. */
export function callOf(url: string): Call {
  const { pathname, searchParams } = new URL(url, endpoint);
  const path = decodeURIComponent(pathname).replace(/^\/+/, '/').toLowerCase();
  const from = searchParams.get('$skiptoken');
  const key = from === null ? path : `${path} from ${from}`;
  for (const [kind, pattern] of patterns) {
    const match = pattern.exec(path);
    if (match) return { key, kind, lane: match[1] ?? '' };
  }
  return { key, kind: 'sign-in', lane: 'sign-in' };
}

const signIn = ['/github/idtoken', '/v2.0/.well-known/openid-configuration', '/oauth2/v2.0/token'];

/** All that a scan of the tenant may ask, first pages first: what troubles are dealt out to. */
export function callsOf({ tenantId, subscriptions, managementGroups = [], pageSize }: Tenant): Call[] {
  const namespace = 'providers/Microsoft.DBforPostgreSQL';
  const pages = (path: string, count: number): string[] =>
    Array.from({ length: Math.max(1, Math.ceil(count / (pageSize ?? 1e9))) }, (_, i) =>
      i === 0 ? path : `${path}?$skiptoken=${i * (pageSize ?? 0)}`,
    );
  return [
    ...signIn.map((path) => (path.startsWith('/github') ? path : `/${tenantId}${path}`)),
    ...pages('/subscriptions', subscriptions.length),
    ...managementGroups.flatMap(({ id, subscriptions: members = [] }) =>
      pages(`/providers/Microsoft.Management/managementGroups/${id}/descendants`, members.length),
    ),
    ...subscriptions.flatMap(({ subscriptionId, singleServers = [], flexibleServers = [] }) => {
      const prefix = `/subscriptions/${subscriptionId}`;
      return [
        ...pages(`${prefix}/${namespace}/servers`, singleServers.length),
        ...pages(`${prefix}/${namespace}/flexibleServers`, flexibleServers.length),
        ...flexibleServers.map(
          ({ name }) => `${prefix}/resourceGroups/rg-databases/${namespace}/flexibleServers/${name}/configurations`,
        ),
        `${prefix}/${namespace}`,
      ];
    }),
  ].map(callOf);
}
