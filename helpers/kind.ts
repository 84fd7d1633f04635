import type { Kind } from '../types';

/** A kind of server, in words. */
interface KindWords {
  readonly name: string;
  /** What one of its settings is, and where it lives. */
  where(setting: string): string;
  /** Azure's own page on TLS for it. */
  readonly link: string;
}

export const kinds: Readonly<Record<Kind, KindWords>> = {
  'Microsoft.DBforPostgreSQL/flexibleServers': {
    name: 'Flexible Server',
    where: (parameter) =>
      `a server parameter: Settings > Server parameters in the Azure portal, and configurations/${parameter} of each server in Azure Resource Manager`,
    link: 'https://learn.microsoft.com/azure/postgresql/security/security-tls',
  },
  'Microsoft.DBforPostgreSQL/servers': {
    name: 'Single Server',
    where: (property) =>
      `a property of each server: Settings > Connection security in the Azure portal, and properties.${property} in Azure Resource Manager`,
    link: 'https://learn.microsoft.com/azure/postgresql/single-server/concepts-ssl-connection-security',
  },
};

/** What a kind is called. A report may hold one of a newer pgposture, which is called as Azure calls it. */
export const kindName = (kind: Kind): string => (Object.hasOwn(kinds, kind) ? kinds[kind].name : kind);
