import type { Clock, Json } from '../types';
import { parameterItems } from './parameters';
import { SignIn } from './signIn';
import type { Answer, EmulatedServer, EmulatedSubscription, Fault, Tenant, WireFault } from './tenant';

/** A request, as far as the emulator looks at it. */
export interface EmulatedRequest {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | undefined;
  readonly body?: string;
}

const namespace = 'Microsoft.DBforPostgreSQL';
type Type = 'servers' | 'flexibleServers';

/** The API versions of a type that the emulated Azure still speaks. */
const apiVersions: Record<Type, RegExp> = { servers: /^2017-12-01$/, flexibleServers: /^202\d-\d\d-\d\d$/ };

/**
 * An Azure Resource Manager for one tenant: subscriptions, PostgreSQL servers, their parameters, the provider, limits
 * and faults, in the shapes of the real answers. It decides what is answered; `httpClient.ts` and `server.ts` bring it
 * to a client, in the process or over HTTPS.
 */
export class Emulator {
  /** Every request so far, in order. */
  readonly requests: EmulatedRequest[] = [];
  readonly #met = new Map<Fault, number>();
  readonly #spent = new Map<string, { tokens: number; at: number }>();
  /** There if the tenant has a directory; then no other token than its own is good. */
  readonly signIn: SignIn | undefined;

  constructor(
    readonly tenant: Tenant,
    private readonly clock: Clock,
  ) {
    this.signIn = tenant.directory && new SignIn(tenant.tenantId, tenant.directory, clock);
  }

  answer(request: EmulatedRequest): Answer | WireFault {
    this.requests.push(request);
    const url = new URL(request.url);
    const normal = this.signIn?.answer(request) ?? this.#normal(request, url);
    for (const fault of this.tenant.faults ?? []) {
      if (!fault.on.test(url.pathname + url.search)) continue;
      const met = this.#met.get(fault) ?? 0;
      this.#met.set(fault, met + 1);
      const { after = 0, times = Number.POSITIVE_INFINITY } = fault;
      if (met < after || met >= after + times) continue;
      return typeof fault.fault === 'function' ? fault.fault(normal, request) : fault.fault;
    }
    return normal;
  }

  #normal({ method, authorization }: EmulatedRequest, url: URL): Answer {
    if (method !== 'GET') return error(405, 'HttpMethodNotSupported', 'This emulator only reads.');
    const [, token] = /^Bearer (.+)$/.exec(authorization ?? '') ?? [];
    if (!token || this.signIn?.accepts(token) === false)
      return error(401, 'AuthenticationFailed', 'Authentication failed.');
    const path = decodeURIComponent(url.pathname).replace(/^\/+/, '/');
    const [, group] = /^\/providers\/Microsoft\.Management\/managementGroups\/([^/]+)\/descendants$/i.exec(path) ?? [];
    if (group !== undefined) return this.#descendants(url, group);
    const [, subscriptions, subscriptionId, ...rest] = path.split('/');
    if (subscriptions !== 'subscriptions') return error(404, 'NotFound', 'Nothing is here.');
    if (subscriptionId === undefined)
      return this.#page(
        url,
        this.tenant.subscriptions.map((each) => this.#subscription(each)),
      );

    const subscription = this.tenant.subscriptions.find((each) => same(each.subscriptionId, subscriptionId));
    if (!subscription) {
      return error(404, 'SubscriptionNotFound', `The subscription '${subscriptionId}' could not be found.`);
    }
    const { remaining, wait } = this.#takeRead(subscriptionId);
    if (wait > 0) {
      const seconds = Math.ceil(wait);
      const text = `Number of read requests exceeded the limit. Please try again after '${seconds}' seconds.`;
      return { ...error(429, 'SubscriptionRequestsThrottled', text), headers: { 'retry-after': String(seconds) } };
    }
    const answer = this.#resources(url, subscription, rest);
    return {
      ...answer,
      headers: { 'x-ms-ratelimit-remaining-subscription-reads': String(remaining), ...answer.headers },
    };
  }

  #subscription({ subscriptionId, displayName, state = 'Enabled' }: EmulatedSubscription): Json {
    return {
      id: `/subscriptions/${subscriptionId}`,
      authorizationSource: 'RoleBased',
      managedByTenants: [],
      subscriptionId,
      tenantId: this.tenant.tenantId,
      displayName,
      state,
      subscriptionPolicies: {
        locationPlacementId: 'Public_2014-09-01',
        quotaId: 'EnterpriseAgreement_2014-09-01',
        spendingLimit: 'Off',
      },
    };
  }

  #descendants(url: URL, id: string): Answer {
    if (this.#group(id)) return this.#page(url, this.#below(id));
    const action = 'Microsoft.Management/managementGroups/descendants/read';
    const scope = `/providers/Microsoft.Management/managementGroups/${id}`;
    const text = `The client 'scanner' does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid.`;
    return error(403, 'AuthorizationFailed', text);
  }

  #group(id: string) {
    return this.tenant.managementGroups?.find((group) => same(group.id, id));
  }

  #below(id: string): Json[] {
    const { subscriptions = [], groups = [] } = this.#group(id) ?? {};
    const prefix = '/providers/Microsoft.Management/managementGroups/';
    const parent = { id: `${prefix}${id}` };
    return [
      ...groups.flatMap((name) => [
        {
          id: `${prefix}${name}`,
          type: 'Microsoft.Management/managementGroups',
          name,
          properties: { displayName: `Group ${name}`, parent },
        },
        ...this.#below(name),
      ]),
      ...subscriptions.map((name) => {
        const known = this.tenant.subscriptions.find(({ subscriptionId }) => same(subscriptionId, name));
        const displayName = known?.displayName ?? `Hidden ${name.slice(0, 4)}`;
        return { id: `/subscriptions/${name}`, type: '/subscriptions', name, properties: { displayName, parent } };
      }),
    ];
  }

  /** What lies under a subscription: the provider, a list of servers, the parameters of a server. */
  #resources(url: URL, subscription: EmulatedSubscription, path: readonly string[]): Answer {
    const [providers, provider, type, ...below] = path[0] === 'resourceGroups' ? path.slice(2) : path;
    if (providers !== 'providers' || !same(provider ?? '', namespace))
      return error(404, 'NotFound', 'Nothing is here.');
    if (type === undefined) return { status: 200, body: this.#provider(subscription) };
    if (type !== 'servers' && type !== 'flexibleServers') {
      return error(404, 'InvalidResourceType', `The resource type could not be found in the namespace '${namespace}'.`);
    }
    const refusal = this.#refusal(url, subscription, type);
    if (refusal) return refusal;

    const servers = (type === 'servers' ? subscription.singleServers : subscription.flexibleServers) ?? [];
    if (below.length === 0)
      return this.#page(
        url,
        servers.map((server) => serverItem(type, subscription, server)),
      );
    const server = servers.find((each) => same(each.name, below[0] ?? '') && same(groupOf(each), path[1] ?? ''));
    if (!server || below[1] !== 'configurations')
      return error(404, 'ResourceNotFound', 'The requested resource was not found.');
    return this.#parameters(url, subscription, server);
  }

  #provider({ subscriptionId, retiredTypes }: EmulatedSubscription): Json {
    const types = ['operations', 'servers', 'serverGroupsv2', 'flexibleServers', 'locations/capabilities'];
    const resourceTypes = types
      .filter((type) => !retiredTypes?.some((retired) => retired === type))
      .map((resourceType) => ({
        resourceType,
        locations: ['East US'],
        apiVersions: ['2025-08-01'],
        capabilities: 'None',
      }));
    return {
      id: `/subscriptions/${subscriptionId}/providers/${namespace}`,
      namespace,
      resourceTypes,
      registrationState: 'Registered',
    };
  }

  #refusal(
    url: URL,
    { subscriptionId, forbidden, unregistered, retiredTypes }: EmulatedSubscription,
    type: Type,
  ): Answer | undefined {
    const version = url.searchParams.get('api-version') ?? '';
    if (forbidden) {
      const action = `${namespace}/${type}/read`;
      return error(
        403,
        'AuthorizationFailed',
        `The client 'scanner' does not have authorization to perform action '${action}' over scope '/subscriptions/${subscriptionId}'.`,
      );
    }
    if (unregistered) {
      return error(
        409,
        'MissingSubscriptionRegistration',
        `The subscription is not registered to use namespace '${namespace}'.`,
      );
    }
    if (retiredTypes?.includes(type) || !apiVersions[type].test(version)) {
      const text = `The resource type '${type}' could not be found in the namespace '${namespace}' for api version '${version}'.`;
      return error(404, 'InvalidResourceType', text);
    }
    return undefined;
  }

  #parameters(url: URL, subscription: EmulatedSubscription, server: EmulatedServer): Answer {
    const state = server.properties?.state ?? 'Ready';
    if (state === 'Stopped') return error(400, 'ServerStoppedError', 'The server is stopped.');
    if (state === 'Provisioning')
      return error(500, 'InternalServerError', 'An unexpected error occured while processing the request.');
    const id = idOf('flexibleServers', subscription, server);
    const { parameterCount = 437, parameterPageSize = Number.POSITIVE_INFINITY } = this.tenant;
    return this.#page(url, parameterItems(id, server, parameterCount), parameterPageSize);
  }

  #page(url: URL, items: readonly Json[], size = this.tenant.pageSize ?? Number.POSITIVE_INFINITY): Answer {
    const from = Number(url.searchParams.get('$skiptoken') ?? 0);
    const to = from + size;
    if (to >= items.length) return { status: 200, body: { value: items.slice(from) } };
    const next = new URL(url);
    next.searchParams.set('$skiptoken', String(to));
    return { status: 200, body: { value: items.slice(from, to), nextLink: next.href } };
  }

  /** One read from the bucket of a subscription; if it is empty, the seconds until it holds one again. */
  #takeRead(subscriptionId: string): { remaining: number; wait: number } {
    const { bucket, perSecond } = this.tenant.reads ?? { bucket: 250, perSecond: Number.POSITIVE_INFINITY };
    const now = this.clock.now();
    const { tokens, at } = this.#spent.get(subscriptionId) ?? { tokens: bucket, at: now - 1 };
    const filled = Math.min(bucket, tokens + ((now - at) / 1000) * perSecond || tokens);
    const left = Math.max(0, filled - 1);
    this.#spent.set(subscriptionId, { tokens: filled < 1 ? filled : left, at: now });
    return { remaining: Math.floor(left), wait: filled < 1 ? (1 - filled) / perSecond : 0 };
  }
}

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

const error = (status: number, code: string, message: string): Answer => ({
  status,
  body: { error: { code, message } },
});

const groupOf = ({ resourceGroup = 'rg-databases' }: EmulatedServer) => resourceGroup;

const idOf = (type: Type, { subscriptionId }: EmulatedSubscription, server: EmulatedServer) =>
  `/subscriptions/${subscriptionId}/resourceGroups/${groupOf(server)}/providers/${namespace}/${type}/${server.name}`;

function serverItem(type: Type, subscription: EmulatedSubscription, server: EmulatedServer): Json {
  const own = type === 'servers' ? singleServerProperties : flexibleServerProperties;
  return {
    sku:
      type === 'servers'
        ? { name: 'GP_Gen5_2', tier: 'GeneralPurpose' }
        : { name: 'Standard_D2s_v3', tier: 'GeneralPurpose' },
    properties: {
      fullyQualifiedDomainName: `${server.name}.postgres.database.azure.com`,
      ...own,
      ...server.properties,
    },
    location: server.location ?? (type === 'servers' ? 'eastus' : 'East US'),
    tags: server.tags ?? {},
    id: idOf(type, subscription, server),
    name: server.name,
    type: `${namespace}/${type}`,
  };
}

const singleServerProperties: { readonly [name: string]: Json } = {
  administratorLogin: 'administrator',
  storageProfile: {
    storageMB: 5120,
    backupRetentionDays: 7,
    geoRedundantBackup: 'Disabled',
    storageAutogrow: 'Enabled',
  },
  version: '11',
  sslEnforcement: 'Enabled',
  minimalTlsVersion: 'TLSEnforcementDisabled',
  userVisibleState: 'Ready',
  replicationRole: 'None',
  masterServerId: '',
  publicNetworkAccess: 'Enabled',
};

const flexibleServerProperties: { readonly [name: string]: Json } = {
  replica: { role: 'Primary', capacity: 5 },
  storage: { type: '', storageSizeGB: 128, autoGrow: 'Disabled' },
  network: { publicNetworkAccess: 'Enabled' },
  authConfig: { activeDirectoryAuth: 'Disabled', passwordAuth: 'Enabled' },
  version: '16',
  minorVersion: '4',
  administratorLogin: 'administrator',
  state: 'Ready',
  backup: { backupRetentionDays: 7, geoRedundantBackup: 'Disabled' },
  highAvailability: { mode: 'Disabled', state: 'NotEnabled' },
  replicationRole: 'Primary',
  replicaCapacity: 5,
};
