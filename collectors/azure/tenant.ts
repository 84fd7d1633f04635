import type { TokenCredential } from '@azure/core-auth';
import type { HttpClient } from '@azure/core-rest-pipeline';
import { eachLimit } from 'async';
import { ScanError } from '../../helpers/scanError';
import type { Clock, Collector, Coverage, Gap, Kind, NeededFacts, Scope, Sink } from '../../types';
import { Arm } from './arm';
import { collectFlexibleServers } from './flexibleServers';
import { Provider } from './provider';
import type { Context } from './servers';
import { CachedCredential } from './signIn';
import { collectSingleServers } from './singleServers';
import { chooseSubscriptions, listSubscriptions, type Subscription } from './subscriptions';

export interface AzureOptions {
  readonly credential: TokenCredential;
  readonly httpClient: HttpClient;
  /** The origin of Azure Resource Manager; the token's audience is `<endpoint>/.default`. */
  readonly endpoint: string;
  /** Names the tenant if its list of subscriptions is incomplete. */
  readonly tenantId?: string;
  /** Subscription ids or exact names; none means all that are visible. */
  readonly subscriptions: readonly string[];
  readonly excludeSubscriptions: readonly string[];
  /** Requests in flight, over all subscriptions. */
  readonly concurrency: number;
  readonly clock: Clock;
  /** 0 to 1, for the jitter between retries. */
  readonly random: () => number;
  /** Told what goes on, for `--verbose`. */
  readonly log: (line: string) => void;
}

type CollectKind = (context: Context, needed: readonly string[], sink: Sink, concurrency: number) => Promise<Coverage>;

const collectors: Record<Kind, CollectKind> = {
  'Microsoft.DBforPostgreSQL/servers': collectSingleServers,
  'Microsoft.DBforPostgreSQL/flexibleServers': collectFlexibleServers,
};

/** What we look at beside the needed facts: `state` explains why a server shows no parameters. */
const alwaysWanted = ['state', 'value', 'isConfigPendingRestart'];

/** Many more than requests in flight, so that subscriptions which wait for Azure keep no other from being asked. */
const subscriptionsAtOnce = 1_000;

/** Collects from all PostgreSQL servers of the subscriptions that one identity sees. */
export function azureCollector(options: AzureOptions): Collector {
  return {
    async collect(needs, sink, signal) {
      const { clock, concurrency, excludeSubscriptions, subscriptions: include } = options;
      const endpoint = armOrigin(options.endpoint);
      const credential = new CachedCredential(options.credential, clock);
      const wanted = {
        properties: new Set([...alwaysWanted, ...(needs.get('Microsoft.DBforPostgreSQL/servers') ?? [])]),
        parameters: new Set(needs.get('Microsoft.DBforPostgreSQL/flexibleServers')?.map((name) => name.toLowerCase())),
      };
      const arm = new Arm({ ...options, endpoint, credential, wanted, signal });

      await credential.signIn(`${endpoint}/.default`, signal);
      const list = await listSubscriptions(arm);
      const chosen = chooseSubscriptions(list, { include, exclude: excludeSubscriptions });
      options.log(`${chosen.length} of ${list.subscriptions.length} visible subscriptions are scanned.`);
      if (list.gap && include.length === 0) {
        sink.scope(tenantScope(options.tenantId ?? list.tenantId ?? 'unknown', list.gap, needs));
      }
      const provider = new Provider(arm);
      await eachLimit(chosen, subscriptionsAtOnce, async (subscription: Subscription) => {
        sink.scope(await collectSubscription({ arm, provider, subscription }, needs, sink, concurrency));
      });
    },
  };
}

async function collectSubscription(
  context: Context,
  needs: NeededFacts,
  sink: Sink,
  concurrency: number,
): Promise<Scope> {
  const { subscriptionId, displayName, state } = context.subscription;
  const kinds = await Promise.all(
    [...needs].map(
      async ([kind, needed]) => [kind, await collectors[kind](context, needed, sink, concurrency)] as const,
    ),
  );
  return {
    id: `/subscriptions/${subscriptionId}`,
    type: 'Microsoft.Resources/subscriptions',
    subscriptionId,
    name: displayName,
    state,
    kinds: Object.fromEntries(kinds),
  };
}

/** Stands for the subscriptions that the broken list did not name. */
function tenantScope(tenantId: string, reason: Gap, needs: NeededFacts): Scope {
  return {
    id: `/tenants/${tenantId}`,
    type: 'Microsoft.Resources/tenants',
    subscriptionId: null,
    name: tenantId,
    state: null,
    kinds: Object.fromEntries([...needs.keys()].map((kind) => [kind, { answered: false, servers: 0, reason }])),
  };
}

/** The token goes to this origin and no other, so it has to be one: https, a host, nothing more. */
function armOrigin(endpoint: string): string {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url?.protocol === 'https:' && `${url.origin}/` === url.href) return url.origin;
  const shown = endpoint.replace(/:[^/@]*@/, ':…@');
  throw new ScanError(
    'bad-option',
    `The ARM endpoint "${shown}" is not an https origin.`,
    'Give one such as https://management.azure.com.',
  );
}
