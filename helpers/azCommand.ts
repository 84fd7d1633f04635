import type { ResourceReference, ServerKind } from '../types';
import { shellQuote } from './shell';

/** A command of the Azure CLI, in the subscription that it is told. */
export interface AzCommand {
  /** `az postgres flexible-server parameter set`. */
  readonly words: string;
  /** Its options by name, by the lines on which they stand. */
  readonly options: readonly Readonly<Record<string, string>>[];
}

/** The command, quoted for a POSIX shell, in parts that each fit a line. */
export const azParts = ({ words, options }: AzCommand, subscriptionId: string | null): string[] => [
  words,
  ...[...(subscriptionId ? [{ subscription: subscriptionId }] : []), ...options].map((line) =>
    Object.entries(line)
      .map(([name, value]) => `--${name} ${shellQuote(value)}`)
      .join(' '),
  ),
];

/** How the Azure CLI reads and writes one setting of one server. */
export interface AzCommands {
  /** Prints the value, and nothing else. */
  readonly show: AzCommand;
  set(value: string): AzCommand;
}

const azOf: Readonly<Record<ServerKind, (setting: string, server: ResourceReference) => AzCommands>> = {
  'Microsoft.DBforPostgreSQL/flexibleServers': (setting, { resourceGroup, name }) => {
    const parameter = (verb: string, options: Readonly<Record<string, string>>): AzCommand => ({
      words: `az postgres flexible-server parameter ${verb}`,
      options: [{ 'resource-group': resourceGroup ?? '' }, { 'server-name': name }, { name: setting, ...options }],
    });
    return { show: parameter('show', { query: 'value', output: 'tsv' }), set: (value) => parameter('set', { value }) };
  },
  // `az postgres server` is gone with the product. Not `az resource update`: it writes the whole server back, and this type
  // has to be told then how it was created.
  'Microsoft.DBforPostgreSQL/servers': (setting, { id }) => ({
    show: { words: 'az resource show', options: [{ ids: id }, { query: `properties.${setting}`, output: 'tsv' }] },
    set: (value) => ({
      words: 'az resource patch',
      options: [{ ids: id }, { properties: JSON.stringify({ [setting]: value }) }],
    }),
  }),
};

/** The commands for one setting of one server. They do not name its subscription. */
export const azCommands = (setting: string, kind: ServerKind, server: ResourceReference): AzCommands =>
  azOf[kind](setting, server);
