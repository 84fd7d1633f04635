import { setMaxListeners } from 'node:events';
import { eachLimit } from 'async';
import type { Clock, Collector, Fact, Resource, ResourceReference, Scope } from '../../types';
import { type Address, addressText } from './address';
import { type ProbeOptions, probeEndpoint } from './probe';

export interface EndpointOptions extends Pick<ProbeOptions, 'ca'> {
  readonly clock: Clock;
  /** Told what goes on, for `--verbose`. */
  readonly log: (line: string) => void;
}

/** Hosts at once: to each of them there is one connection. */
export const hostsAtOnce = 16;

const kind = 'PostgreSQL/endpoints';

/** Probes these, each of which is a scope of its own. */
export function endpointCollector(addresses: readonly Address[], options: EndpointOptions): Collector {
  return {
    kinds: [kind],
    async collect(_needs, sink, signal) {
      // Each connection listens to it, and Node would warn of a leak.
      setMaxListeners(0, signal);
      const hosts = new Map<string, Address[]>();
      for (const address of addresses) hosts.set(address.host, [...(hosts.get(address.host) ?? []), address]);
      let done = 0;
      const tell = () =>
        sink.progress({
          phase: 'endpoints',
          subscriptions: null,
          requests: { done, ahead: addresses.length - done },
          waitingFor: null,
        });
      tell();
      await eachLimit([...hosts.values()], hostsAtOnce, async (ports: readonly Address[]) => {
        for (const address of ports) {
          const reference = referenceOf(address);
          const facts = {
            ...(await probeEndpoint(address, { ...options, signal })),
            ...operatorOf(address),
            ...notAsked,
          };
          sink.resource({ ...reference, facts });
          sink.scope(scopeOf(reference));
          options.log(`${reference.name} was probed.`);
          done++;
          tell();
        }
      });
    },
  };
}

/** Who runs it: by its name, for nobody else is given a certificate for that. */
export const operatorOf = ({ host }: Address): { readonly operator: Fact } => ({
  operator: {
    known: true,
    value: /\.postgres\.database\.(azure\.com|usgovcloudapi\.net|chinacloudapi\.cn)\.?$/.test(host) ? 'Azure' : 'other',
  },
});

/** Without Azure nobody knows what is set. */
const notAsked = {
  encryptionSetting: { known: true, value: undefined },
  minimumTlsVersionSetting: { known: true, value: undefined },
} as const;

const referenceOf = (address: Address): ResourceReference & Pick<Resource, 'type'> => ({
  id: `/endpoints/${addressText(address)}`,
  name: addressText(address),
  type: kind,
  location: null,
  resourceGroup: null,
  subscriptionId: null,
});

const scopeOf = ({ id, name }: ResourceReference): Scope => ({
  id,
  type: kind,
  subscriptionId: null,
  name,
  state: null,
  kinds: { [kind]: { answered: true, servers: 1 } },
});
