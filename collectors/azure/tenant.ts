import type { TokenCredential } from '@azure/core-auth';
import type { HttpClient } from '@azure/core-rest-pipeline';
import { isServerKind, serverKinds } from '../../helpers/kind';
import type {
  Clock,
  Collector,
  Coverage,
  Kind,
  NeededFacts,
  Recorder,
  Scope,
  ServerKind,
  Sink,
  Stage,
} from '../../types';
import { Arm } from './arm';
import type { CheckedCloud } from './clouds';
import { collectFlexibleServers } from './flexibleServers';
import { groupName, subscriptionsBelow } from './managementGroups';
import { Provider } from './provider';
import type { Context } from './servers';
import type { Share } from './shard';
import { CachedCredential } from './signIn';
import { collectSingleServers } from './singleServers';
import { type BrokenList, chooseSubscriptions, listSubscriptions, type Subscription } from './subscriptions';

export interface AzureOptions {
  readonly credential: TokenCredential;
  readonly httpClient: HttpClient;
  readonly cloud: CheckedCloud;
  /** How long a sign-in may take, in milliseconds; a minute, if left out. */
  readonly signInPatience?: number;
  /** Names the tenant if its list of subscriptions is incomplete. */
  readonly tenantId?: string | undefined;
  /** Subscription ids or exact names; none means all that are visible. */
  readonly subscriptions: readonly string[];
  readonly excludeSubscriptions: readonly string[];
  /** Ids of management groups; none means no limit. Not together with `subscriptions`. */
  readonly managementGroups: readonly string[];
  /** Which of them to scan, if other scans see to the rest: asked about each. */
  readonly share?: Share | undefined;
  /** Requests in flight, over all subscriptions. */
  readonly concurrency: number;
  readonly clock: Clock;
  /** 0 to 1, for the jitter between retries. */
  readonly random: () => number;
  /** Told what goes on, for `--verbose`. */
  readonly log: (line: string) => void;
  readonly recorder?: Recorder | undefined;
}

type CollectKind = (context: Context, needed: readonly string[], sink: Sink, concurrency: number) => Promise<Coverage>;

const collectors: Record<ServerKind, CollectKind> = {
  'Microsoft.DBforPostgreSQL/servers': collectSingleServers,
  'Microsoft.DBforPostgreSQL/flexibleServers': collectFlexibleServers,
};

/** What we look at beside the needed facts: `state` explains why a server shows no parameters, `displayName` is of a management group's member, and a probe needs the name of the host. */
const alwaysWanted = ['state', 'value', 'isConfigPendingRestart', 'displayName', 'fullyQualifiedDomainName'];

/** Many more than requests in flight, so that subscriptions which wait for Azure keep no other from being asked. */
const subscriptionsAtOnce = 1_000;

/** Collects from all PostgreSQL servers of the subscriptions that one identity sees. */
export function azureCollector(options: AzureOptions): Collector {
  return {
    kinds: serverKinds,
    async collect(needs, sink, signal) {
      const { clock, concurrency, excludeSubscriptions: exclude, subscriptions: include } = options;
      const { armEndpoint: endpoint, audience } = options.cloud;
      const { recorder } = options;
      const groups = options.managementGroups.map(groupName);
      const credential = new CachedCredential(options.credential, clock, signal, options.signInPatience);
      const wanted = {
        whole: recorder !== undefined,
        properties: new Set([...alwaysWanted, ...(needs.get('Microsoft.DBforPostgreSQL/servers') ?? [])]),
        parameters: new Set(needs.get('Microsoft.DBforPostgreSQL/flexibleServers')?.map((name) => name.toLowerCase())),
      };
      let phase: Stage['phase'] = 'sign-in';
      let total: number | null = null;
      const open = new Map<string, string>();
      const changed = () =>
        sink.progress({ phase, subscriptions: total, requests: arm.progress, waitingFor: waitingFor(arm, open) });
      const arm = new Arm({ ...options, endpoint, audience, credential, wanted, signal, changed });
      const provider = new Provider(arm);
      const collectScope = async (subscription: Subscription) => {
        const { subscriptionId, displayName } = subscription;
        open.set(subscriptionId, displayName);
        const scope = await collectSubscription({ arm, provider, subscription, recorder }, needs, sink, concurrency);
        arm.leave(subscriptionId);
        await recorder?.scope(scope, signal.aborted);
        sink.scope(scope);
        open.delete(subscriptionId);
        changed();
      };
      const scopes = arm.workers(collectScope, subscriptionsAtOnce);
      const mine = (chosen: readonly Subscription[]) =>
        chosen.filter(({ subscriptionId }) => options.share?.has(subscriptionId) ?? true);
      const start = (chosen: readonly Subscription[]): Promise<void> => {
        phase = 'servers';
        arm.expect(chosen.filter(({ unseen }) => !unseen).length * needs.size);
        return scopes.take(chosen);
      };

      changed();
      await credential.signIn(`${audience}/.default`);
      phase = 'subscriptions';
      changed();
      // A word may be the name of two of them, and a recorder wants to know all: then the whole list comes first.
      const atOnce = !recorder && include.length + exclude.length + groups.length === 0;
      const visible = await listSubscriptions(
        arm,
        options.tenantId,
        atOnce ? (page) => start(mine(page)) : () => undefined,
      );
      const list = groups.length > 0 ? await subscriptionsBelow(arm, groups, visible) : visible;
      const chosen = mine(chooseSubscriptions(list, { include, exclude }));
      total = chosen.length;
      options.log(`${total} of ${list.subscriptions.length} subscriptions are scanned.`);
      const unlisted = include.length > 0 ? [] : list.incomplete.map((each) => unlistedScope(each, needs));
      recorder?.begin(
        chosen.map(({ subscriptionId }) => subscriptionId),
        unlisted,
      );
      for (const scope of unlisted) sink.scope(scope);
      if (!atOnce) await start(chosen);
      await scopes.end();
    },
  };
}

/** When so few are left, they are named. */
const few = 3;

function waitingFor({ waiting }: Arm, open: ReadonlyMap<string, string>): Stage['waitingFor'] {
  if (waiting) return { name: open.get(waiting.lane) ?? 'the tenant', until: waiting.until };
  const [name] = open.size <= few ? open.values() : [];
  return name === undefined ? null : { name, until: null };
}

async function collectSubscription(
  context: Context,
  needs: NeededFacts,
  sink: Sink,
  concurrency: number,
): Promise<Scope> {
  const { subscriptionId, displayName, state, unseen } = context.subscription;
  const kinds = await Promise.all(
    [...needs.keys()].filter(isServerKind).map(async (kind): Promise<[Kind, Coverage]> => {
      if (unseen) return [kind, { answered: false, servers: 0, reason: unseen }];
      return [kind, await collectors[kind](context, needs.get(kind) ?? [], sink, concurrency)];
    }),
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

/** Stands for the subscriptions that a broken list did not name. */
const unlistedScope = ({ id, type, name, reason }: BrokenList, needs: NeededFacts): Scope => ({
  id,
  type,
  subscriptionId: null,
  name,
  state: null,
  kinds: Object.fromEntries([...needs.keys()].map((kind) => [kind, { answered: false, servers: 0, reason }])),
});
