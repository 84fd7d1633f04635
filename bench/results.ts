import { answered, flexible, flexibleServer, gap, known, reportOf, subscription } from '../test/support/report';
import type { Fact, Report, Resource } from '../types';
import { subscriptionId } from './tenant';

/** What is wrong with the servers: little, as in a tenant that somebody looks after; or everything. */
export type Wrong = 'little' | 'everything';

const subscriptions = 200;
const locations = 30;
const uses = ['shop', 'billing', 'crm', 'payments', 'orders', 'stock', 'search', 'reports', 'audit', 'identity'];

const parameters = (required: string, oldest: string, isConfigPendingRestart: boolean): Record<string, Fact> => ({
  require_secure_transport: known({ value: required, isConfigPendingRestart }),
  ssl_min_protocol_version: known({ value: oldest, isConfigPendingRestart: false }),
});

/** Of a hundred servers five take plaintext (FAIL, WARN), five take old TLS (FAIL), five wait for a restart (WARN), three do not answer. */
function factsOf(i: number, wrong: Wrong): Record<string, Fact> {
  if (wrong === 'everything') return parameters('off', 'TLSv1', false);
  const turn = (i + 11 * Math.floor(i / 100)) % 100;
  if (turn < 5) return parameters('off', 'TLSv1.2', false);
  if (turn < 10) return parameters('on', 'TLSv1', false);
  if (turn < 15) return parameters('on', 'TLSv1.2', true);
  if (turn >= 18) return parameters('on', 'TLSv1.2', false);
  const unread: Fact = { known: false, gap };
  return { require_secure_transport: unread, ssl_min_protocol_version: unread };
}

function server(i: number, wrong: Wrong): Resource {
  const [subscriptionOfIt, use] = [subscriptionId(i % subscriptions), uses[i % uses.length]];
  const [name, resourceGroup] = [`psql-${use}-${i}`, `rg-${use}-${i % 500}`];
  return flexibleServer(name, undefined, {
    id: `/subscriptions/${subscriptionOfIt}/resourceGroups/${resourceGroup}/providers/${flexible}/${name}`,
    location: `region${(i % locations) + 1}`,
    resourceGroup,
    subscriptionId: subscriptionOfIt,
    facts: factsOf(i, wrong),
  });
}

/** Two results of each server, in 200 subscriptions and 30 regions: made by counting. */
export const reportOn = (servers: number, wrong: Wrong): Promise<Report> =>
  reportOf(
    ...Array.from({ length: servers }, (_, i) => server(i, wrong)),
    ...Array.from({ length: subscriptions }, (_, i) => ({
      ...subscription(subscriptionId(i), {
        [flexible]: answered(Math.max(0, Math.ceil((servers - i) / subscriptions))),
      }),
      name: `${uses[i % uses.length]}-${i}`,
    })),
  );
