/** The parts of `/subscriptions/{}/resourceGroups/{}/providers/{namespace}/{type}/{name}`, as Azure spelled them. */
export interface ResourceId {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly type: string;
  readonly name: string;
}

const pattern =
  /^\/subscriptions\/(?<subscriptionId>[^/]+)\/resourceGroups\/(?<resourceGroup>[^/]+)\/providers\/(?<type>[^/]+\/[^/]+)\/(?<name>[^/]+)$/i;

/** The parts of a resource id; undefined if it is no id of a top-level resource in a resource group. */
export function parseResourceId(id: unknown): ResourceId | undefined {
  const parts = typeof id === 'string' ? pattern.exec(id)?.groups : undefined;
  return parts && ({ ...parts } as Record<keyof ResourceId, string>);
}

/** Resource ids, types, subscription ids and names of Azure are the same if they differ only in case. */
export const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** Order by UTF-16 code unit: the same on every machine, whatever its locale. */
export const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
