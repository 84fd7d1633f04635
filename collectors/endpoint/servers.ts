import { setMaxListeners } from 'node:events';
import { queue } from 'async';
import { boolean } from '../../helpers/need';
import type {
  Collector,
  Coverage,
  Fact,
  Gap,
  Json,
  Kind,
  NeededFacts,
  Parameter,
  Resource,
  Scope,
  ServerKind,
} from '../../types';
import { type Address, addressText, standardPort } from './address';
import { type EndpointOptions, hostsAtOnce, operatorOf } from './endpoints';
import { probeEndpoint, unknownEndpoint } from './probe';

const kind = 'PostgreSQL/endpoints';

/** Of the built-in PgBouncer: https://learn.microsoft.com/azure/postgresql/connectivity/concepts-pgbouncer. */
const bouncerPort = 6432;

/** What has to be known of a server to find its endpoints, and what its settings say of them. */
const wanted = {
  'Microsoft.DBforPostgreSQL/flexibleServers': {
    host: 'fullyQualifiedDomainName',
    encryption: 'require_secure_transport',
    floor: 'ssl_min_protocol_version',
    bouncer: 'pgbouncer.enabled',
  },
  'Microsoft.DBforPostgreSQL/servers': {
    host: 'fullyQualifiedDomainName',
    encryption: 'sslEnforcement',
    floor: 'minimalTlsVersion',
    bouncer: undefined,
  },
} as const satisfies Record<ServerKind, Record<string, string | undefined>>;

/** Asks what `servers` asks, and the endpoints of each server that it tells: they stand in the scope of their server. */
export function withEndpoints(servers: Collector, options: EndpointOptions): Collector {
  return {
    kinds: [...servers.kinds, kind],
    async collect(needs, sink, signal) {
      if (!needs.has(kind)) return servers.collect(needs, sink, signal);
      const open = new Map<string, { probes: Promise<unknown>[]; endpoints: number }>();
      const scopes: Promise<void>[] = [];
      // Once the list has failed, nobody is told of the rest.
      const over = new AbortController();
      const either = AbortSignal.any([signal, over.signal]);
      // Each connection listens to it, and Node would warn of a leak.
      setMaxListeners(0, either);
      const openIn = (subscriptionId: string | null) => {
        const key = subscriptionId?.toLowerCase() ?? '';
        const there = open.get(key) ?? { probes: [], endpoints: 0 };
        open.set(key, there);
        return there;
      };
      const probeAll = async (server: Resource) => {
        for (const endpoint of endpointsOf(server)) {
          openIn(server.subscriptionId).endpoints++;
          const facts = await factsOf(endpoint, server, { ...options, signal: either });
          if (over.signal.aborted) return;
          sink.resource({ ...endpoint.reference, facts });
          options.log(`${endpoint.reference.name} was probed.`);
        }
      };
      const probes = queue(probeAll, hostsAtOnce);
      try {
        await servers.collect(
          withWanted(needs),
          {
            ...sink,
            resource(server) {
              if (needs.has(server.type)) sink.resource(server);
              openIn(server.subscriptionId).probes.push(awaited(probes.pushAsync(server)));
            },
            scope(scope) {
              const there = openIn(scope.subscriptionId);
              const tell = () => {
                if (!over.signal.aborted) sink.scope({ ...scope, kinds: coverageOf(scope, needs, there.endpoints) });
              };
              scopes.push(awaited(Promise.all(there.probes).then(tell)));
            },
          },
          signal,
        );
        const probed = [...open.values()].flatMap((there) => there.probes);
        await Promise.all([...probed, ...scopes]);
      } finally {
        over.abort();
        probes.kill();
      }
    },
  };
}

/** Somebody waits for it at the end, and until then nobody minds if it fails. */
function awaited<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

/** Both kinds of server are asked for, whatever the plugins judge of them. */
function withWanted(needs: NeededFacts): NeededFacts {
  const all = new Map<Kind, readonly string[]>();
  for (const [server, names] of Object.entries(wanted) as [ServerKind, (typeof wanted)[ServerKind]][]) {
    const needed = Object.values(names).filter((name) => name !== undefined);
    all.set(server, [...new Set([...(needs.get(server) ?? []), ...needed])].sort());
  }
  return all;
}

/** Endpoints are known as far as servers are. */
function coverageOf({ kinds }: Scope, needs: NeededFacts, endpoints: number): Scope['kinds'] {
  const asked = Object.entries(kinds) as [Kind, Coverage][];
  const unanswered = asked.map(([, coverage]) => coverage).find(({ answered }) => !answered);
  const own: Coverage =
    unanswered && !unanswered.answered
      ? { answered: false, servers: endpoints, reason: unanswered.reason }
      : { answered: true, servers: endpoints };
  return { ...Object.fromEntries(asked.filter(([each]) => needs.has(each))), [kind]: own };
}

interface Endpoint {
  readonly reference: Omit<Resource, 'facts'>;
  /** Where it is, or why nobody knows. */
  readonly address: Address | Gap;
}

/** Its port, and that of PgBouncer, if that is on, or nobody knows whether it is. */
function endpointsOf(server: Resource): Endpoint[] {
  const { host, bouncer } = namesOf(server);
  const named = textOf(server.facts[host]);
  const at = (port: number, gap?: Gap): Endpoint => {
    const address = gap ?? (typeof named === 'string' ? { host: named.toLowerCase(), port } : (named ?? noName));
    const { id, name, location, resourceGroup, subscriptionId } = server;
    const shown = typeof named === 'string' ? addressText({ host: named.toLowerCase(), port }) : `${name}:${port}`;
    return {
      reference: { id: `${id}/endpoints/${port}`, name: shown, type: kind, location, resourceGroup, subscriptionId },
      address,
    };
  };
  const pooled = bouncer === undefined ? absent : (server.facts[bouncer] ?? untold);
  // A whole answer without it is that of a server which cannot have one.
  if (pooled.known && pooled.value === undefined) return [at(standardPort)];
  const word = textOf(pooled);
  if (typeof word === 'string' && isOff(word)) return [at(standardPort)];
  return [at(standardPort), typeof word === 'string' ? at(bouncerPort) : at(bouncerPort, word ?? unreadable)];
}

const absent: Fact = { known: true, value: undefined };

const namesOf = ({ type }: Resource) => wanted[type as ServerKind] ?? wanted['Microsoft.DBforPostgreSQL/servers'];

/** What does not say so may be on. */
const isOff = (word: string) => boolean.read(word) === false;

async function factsOf({ address }: Endpoint, server: Resource, options: Parameters<typeof probeEndpoint>[1]) {
  const { encryption, floor } = namesOf(server);
  const set = {
    encryptionSetting: settingOf(encryption, server),
    minimumTlsVersionSetting: settingOf(floor, server),
  };
  if ('detail' in address) return { ...unknownEndpoint(address), operator: azures, ...set };
  return { ...(await probeEndpoint(address, options)), ...operatorOf(address), ...set };
}

const azures: Fact = { known: true, value: 'Azure' };

/** `require_secure_transport = on`. */
function settingOf(name: string, { facts }: Resource): Fact {
  const value = textOf(facts[name]);
  if (typeof value === 'object') return { known: false, gap: value };
  return { known: true, value: value === undefined ? undefined : `${name} = ${value}` };
}

/** The value of a property or a parameter, undefined if it is not there; or why nobody knows. */
function textOf(fact: Fact | undefined): string | Gap | undefined {
  if (!fact) return undefined;
  if (!fact.known) return fact.gap;
  const value = isParameter(fact.value) ? fact.value.value : fact.value;
  const word = typeof value === 'boolean' || typeof value === 'number' ? String(value) : value;
  return typeof word === 'string' && word !== '' ? word : undefined;
}

const isParameter = (value: Json | undefined): value is Parameter =>
  typeof value === 'object' && value !== null && 'value' in value;

const unreadable: Gap = {
  kind: 'unreadable',
  detail: 'Whether PgBouncer listens at a port of its own cannot be read: pgbouncer.enabled is neither on nor off.',
  remedy: 'Look at pgbouncer.enabled in the Azure portal.',
};

const untold: Fact = {
  known: false,
  gap: {
    kind: 'not-collected',
    detail: 'The collector did not tell whether PgBouncer listens at a port of its own.',
    remedy: 'This is a bug of the collector: tell its authors.',
  },
};

const noName: Gap = {
  kind: 'absent',
  detail: "Azure's answer holds no fullyQualifiedDomainName, so nobody knows where the server listens.",
  remedy: 'Look it up in the Azure portal, and probe it by its name: pgposture probe HOST.',
};
