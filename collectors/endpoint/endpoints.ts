import { setMaxListeners } from 'node:events';
import { eachLimit } from 'async';
import { viewOf } from '../../helpers/scope';
import type { Clock, Collector, Fact } from '../../types';
import { isDatabaseOfAzure } from '../azure/clouds';
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
          const { reference, scope } = viewOf(kind, `/endpoints/${addressText(address)}`, addressText(address));
          const facts = {
            ...(await probeEndpoint(address, { ...options, signal })),
            ...operatorOf(address),
            ...notAsked,
          };
          sink.resource({ ...reference, facts });
          sink.scope(scope);
          options.log(`${reference.name} was probed.`);
          done++;
          tell();
        }
      });
    },
  };
}

/** Who runs it, by its name. */
export const operatorOf = ({ host }: Address): { readonly operator: Fact } => ({
  operator: { known: true, value: isDatabaseOfAzure(host) ? 'Azure' : 'other' },
});

/** Without Azure nobody knows what is set. */
const notAsked = {
  encryptionSetting: { known: true, value: undefined },
  minimumTlsVersionSetting: { known: true, value: undefined },
} as const;
