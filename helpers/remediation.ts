import type { Fix, ResourceReference, ServerKind, Settings } from '../types';
import { azCommands, azParts } from './azCommand';
import { fillTemplate } from './template';

/** How to make one server pass one check, in the four ways that people change servers. */
export interface Remediation {
  /** The safe value, with the settings in it. */
  readonly to: string;
  /** What to consider before anything else. */
  readonly first: string | null;
  /** Steps in the Azure portal. */
  readonly portal: readonly string[];
  /** A command of the Azure CLI, quoted for a POSIX shell, in parts that each fit a line. */
  readonly az: readonly string[];
  readonly bicep: string;
  readonly terraform: string;
  /** A command of the Azure CLI that shows the value, in the same parts as `az`. */
  readonly check: readonly string[];
}

/** Names in Bicep and Terraform stand in quotes of their own: https://learn.microsoft.com/azure/azure-resource-manager/bicep/data-types#strings. */
const bicepString = (text: string) => `'${escapeControls(text).replaceAll("'", "\\'").replaceAll('${', '\\${')}'`;
/** https://developer.hashicorp.com/terraform/language/expressions/strings */
const terraformString = (text: string) =>
  `"${escapeControls(text)
    .replaceAll('"', '\\"')
    .replaceAll('${', () => '$${')
    .replaceAll('%{', '%%{')}"`;
const escapeControls = (text: string) =>
  text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t');

type Words = Pick<Remediation, 'to' | 'az' | 'check'>;
type Recipe = (fix: Fix, words: Words, server: ResourceReference) => Remediation;

const flexibleServer: Recipe = ({ set }, { to, ...commands }, server) => ({
  to,
  first: null,
  portal: [
    `Open the Flexible Server ${server.name} in the Azure portal.`,
    `Settings > Server parameters: search for ${set}.`,
    `Set it to ${to} and save.`,
  ],
  bicep: `resource server 'Microsoft.DBforPostgreSQL/flexibleServers@2024-08-01' existing = {
  name: ${bicepString(server.name)}
}

resource parameter 'Microsoft.DBforPostgreSQL/flexibleServers/configurations@2024-08-01' = {
  parent: server
  name: ${bicepString(set)}
  properties: {
    value: ${bicepString(to)}
    source: 'user-override'
  }
}`,
  terraform: `resource "azurerm_postgresql_flexible_server_configuration" "parameter" {
  server_id = ${terraformString(server.id)}
  name      = ${terraformString(set)}
  value     = ${terraformString(to)}
}`,
  ...commands,
});

/** azurerm 5's resource is gone with the product, so these are the ways that still work. */
const singleServer: Recipe = ({ set, portal, terraform }, { to, ...commands }, server) => ({
  to,
  first:
    'Single Server is retired: migrate to Flexible Server first, ' +
    'https://learn.microsoft.com/azure/postgresql/migrate/whats-happening-to-postgresql-single-server',
  portal: [
    `Open the Single Server ${server.name} in the Azure portal.`,
    `Settings > Connection security: set ${portal?.label ?? set} to ${portal?.value ?? to} and save.`,
  ],
  bicep: `resource server 'Microsoft.DBforPostgreSQL/servers@2017-12-01' = {
  name: ${bicepString(server.name)}
  location: ${bicepString(server.location ?? '')}
  properties: {
    createMode: 'Default'
    // the other properties as they are
    ${set}: ${bicepString(to)}
  }
}`,
  terraform: `# azurerm < 5: version 5 no longer has this resource
resource "azurerm_postgresql_server" "server" {
  # the other arguments as they are
  ${terraform?.attribute ?? set} = ${terraform?.value ?? terraformString(to)}
}`,
  ...commands,
});

const recipes: Record<ServerKind, Recipe> = {
  'Microsoft.DBforPostgreSQL/servers': singleServer,
  'Microsoft.DBforPostgreSQL/flexibleServers': flexibleServer,
};

/** The remedy for one server, with its own names in it, quoted for the language that they stand in. */
export function remediation(fix: Fix, kind: ServerKind, server: ResourceReference, settings: Settings): Remediation {
  const to = fillTemplate(fix.to, settings);
  const { show, set } = azCommands(fix.set, kind, server);
  // The id of a Single Server names its subscription.
  const subscription = kind === 'Microsoft.DBforPostgreSQL/servers' ? null : server.subscriptionId;
  const words = { to, az: azParts(set(to), subscription), check: azParts(show, subscription) };
  return recipes[kind](fix, words, server);
}
