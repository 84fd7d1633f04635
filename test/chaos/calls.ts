import type { EmulatedServer } from '../../emulator';
import type { Schedule } from './schedule';

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

const signIn = ['/github/idtoken', '/TENANT/v2.0/.well-known/openid-configuration', '/TENANT/oauth2/v2.0/token'];

/** All that a scan is likely to ask: what troubles are dealt out to. */
export function callsOf({ tenant, options }: Schedule): Call[] {
  const { tenantId, subscriptions, managementGroups = [], pageSize = 1e9 } = tenant;
  const namespace = 'providers/Microsoft.DBforPostgreSQL';
  const pages = (path: string, items: number): string[] =>
    Array.from({ length: Math.max(1, Math.ceil(items / pageSize)) }, (_, i) =>
      i === 0 ? path : `${path}?$skiptoken=${i * pageSize}`,
    );
  const below = managementGroups.flatMap(({ subscriptions: members = [] }) => members).length;
  return [
    ...(options.signIn === 'github' ? signIn.map((path) => path.replace('TENANT', tenantId)) : []),
    ...pages('/subscriptions', subscriptions.length),
    ...(options.choice.by === 'groups'
      ? pages('/providers/Microsoft.Management/managementGroups/shop/descendants', below)
      : []),
    ...subscriptions.flatMap(
      ({ subscriptionId, singleServers = [], flexibleServers = [], forbidden, unregistered, retiredTypes = [] }) => {
        const prefix = `/subscriptions/${subscriptionId}`;
        const isOpen = !forbidden && !unregistered;
        const list = (type: 'servers' | 'flexibleServers', items: readonly EmulatedServer[]) =>
          pages(`${prefix}/${namespace}/${type}`, isOpen && !retiredTypes.includes(type) ? items.length : 0);
        const configurations = flexibleServers.map(
          ({ name }) => `${prefix}/resourceGroups/rg-databases/${namespace}/flexibleServers/${name}/configurations`,
        );
        return [
          ...list('servers', singleServers),
          ...list('flexibleServers', flexibleServers),
          ...(isOpen && !retiredTypes.includes('flexibleServers') ? configurations : []),
          ...(isOpen && retiredTypes.length > 0 ? [`${prefix}/${namespace}`] : []),
        ];
      },
    ),
  ].map(callOf);
}
