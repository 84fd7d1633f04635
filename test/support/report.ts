import { runScan } from '../../engine/scan';
import { isServerPlugin } from '../../helpers/kind';
import { plugins as all } from '../../plugins';
import type { View } from '../../reporters';
import type { Clock, Collector, Coverage, Fact, Gap, Json, Kind, Report, Resource, Scope } from '../../types';
import { fourPlugins } from './fourPlugins';

/** The four, whatever the list grows to. */
export const plugins = all.filter(isServerPlugin).filter(({ id }) => fourPlugins.includes(id));

export const flexible = 'Microsoft.DBforPostgreSQL/flexibleServers';
export const single = 'Microsoft.DBforPostgreSQL/servers';

export const gap: Gap = {
  kind: 'forbidden',
  code: 'AuthorizationFailed',
  detail: 'Azure answered 403 AuthorizationFailed.',
  remedy: 'Grant Reader on the subscription.',
};

/** The time stands still. */
export const clock: Clock = { now: () => Date.UTC(2025, 2, 28), after: () => () => {} };
export const tool = { name: 'pgposture', version: '0.0.0' };
export const settings = { minimumTlsVersion: '1.2' };

export const known = (value: Json | undefined): Fact => ({ known: true, value });

/** A Flexible Server; its parameters are those that both its plugins pass, unless given. */
export function flexibleServer(
  name: string,
  { require_secure_transport = 'on', ssl_min_protocol_version = 'TLSv1.2' }: Record<string, string> = {},
  where: Partial<Resource> = {},
): Resource {
  const parameter = (value: string) => known({ value, isConfigPendingRestart: false });
  return {
    id: `/subscriptions/0/resourceGroups/fruit/providers/${flexible}/${name}`,
    name,
    type: flexible,
    location: 'eastus',
    resourceGroup: 'fruit',
    subscriptionId: '0',
    facts: {
      require_secure_transport: parameter(require_secure_transport),
      ssl_min_protocol_version: parameter(ssl_min_protocol_version),
    },
    ...where,
  };
}

/** A subscription; a kind that is not given answered, and has no server. */
export function subscription(subscriptionId: string, kinds: { readonly [K in Kind]?: Coverage } = {}): Scope {
  return {
    id: `/subscriptions/${subscriptionId}`,
    type: 'Microsoft.Resources/subscriptions',
    subscriptionId,
    name: 'Fruit',
    state: 'Enabled',
    kinds: { [flexible]: answered(0), [single]: answered(0), ...kinds },
  };
}

export const answered = (servers: number): Coverage => ({ answered: true, servers });
export const unanswered: Coverage = { answered: false, servers: 0, reason: gap };

/** Stands for the subscriptions that a broken list did not name. */
export const tenant: Scope = {
  id: '/tenants/0',
  type: 'Microsoft.Resources/tenants',
  subscriptionId: null,
  name: 'Orchard',
  state: null,
  kinds: { [flexible]: unanswered, [single]: unanswered },
};

/** Finds these, in this order. */
export const collectorOf = (...found: readonly (Resource | Scope)[]): Collector => ({
  kinds: [flexible, single],
  async collect(_needs, sink) {
    for (const each of found) 'facts' in each ? sink.resource(each) : sink.scope(each);
  },
});

/** The report of all plugins on these. */
export const reportOf = (...found: readonly (Resource | Scope)[]): Promise<Report> =>
  runScan({
    collector: collectorOf(...found),
    plugins,
    settings,
    clock,
    tool,
    signal: new AbortController().signal,
  });

/** A report with every status, and what only one of two subscriptions answered. */
export const mixedReport = (): Promise<Report> =>
  reportOf(
    flexibleServer('apple'),
    flexibleServer('banana', { require_secure_transport: 'off' }),
    flexibleServer('cherry', { require_secure_transport: 'perhaps', ssl_min_protocol_version: 'TLSv1.1' }),
    subscription('0', { [flexible]: answered(3) }),
    subscription('1', { [single]: unanswered }),
  );

export const view: View = { width: 80, colour: false, ignoreOk: false, plugins };

/** Names that would break a line, colour a terminal, command a pipeline or run in a browser. */
export const hostileNames = [
  'apple\nTAIL',
  '\r\n::x::TAIL',
  '\u001b[31mapple',
  '::error::x',
  ':::error:::x',
  '##[group]x',
  '##vso[task.complete result=Succeeded;]',
  '"><script>',
  'a\u202eelpp',
  'a\u2028pple',
  'half of \ud83c',
  '🍏',
];

/** A report with the name wherever Azure gives one. */
export const hostileReport = (name: string): Promise<Report> =>
  reportOf(
    flexibleServer(name, { require_secure_transport: 'off' }, { location: name, resourceGroup: name }),
    flexibleServer(`${name}2`, { require_secure_transport: name, ssl_min_protocol_version: 'TLSv1' }),
    {
      ...subscription('0', { [single]: { ...unanswered, reason: { ...gap, detail: name, remedy: name } } }),
      name,
    },
  );
