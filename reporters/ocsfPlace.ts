import { isView } from '../helpers/kind';
import type { Json, Report, ResourceReference, Scope } from '../types';

/** An object of OCSF. What is undefined is not written. */
export type OcsfObject = { readonly [attribute: string]: OcsfValue };
type OcsfValue = Json | undefined | readonly OcsfValue[] | OcsfObject;

/** Where a resource is, in OCSF's words. */
export interface OcsfPlace {
  readonly resource: OcsfObject;
  /** Undefined where Azure was not asked: the server may be anywhere. */
  readonly cloud: OcsfObject | undefined;
  /** Of its scope; null, too, if there is none: then nobody says when it was seen. */
  readonly collectedAt: Scope['collectedAt'];
}

/** Finds the place of a resource of the report. */
export function places({ scopes }: Report): (resource: ResourceReference) => OcsfPlace {
  const scopeOf = new Map(scopes.map((scope) => [keyOf(scope), scope]));
  return (resource) => {
    const scope = scopeOf.get(keyOf(resource));
    return {
      resource: resourceOf(resource),
      cloud: isView(resource.type) && resource.subscriptionId === null ? undefined : cloudOf(resource, scope),
      collectedAt: scope ? scope.collectedAt : null,
    };
  };
}

/** Ids are compared without case. */
const keyOf = ({ subscriptionId, id }: Pick<Scope, 'subscriptionId' | 'id'>): string =>
  (subscriptionId ?? id).toLowerCase();

const resourceOf = ({ id, name, type, location, resourceGroup }: ResourceReference): OcsfObject => ({
  uid: id,
  name: name || id,
  type,
  role_id: 1,
  role: 'Target',
  region: location ?? undefined,
  group: resourceGroup === null ? undefined : { name: resourceGroup },
});

const cloudOf = (resource: ResourceReference, scope: Scope | undefined): OcsfObject => ({
  provider: 'Azure',
  region: resource.location ?? undefined,
  account: accountOf(resource, scope),
  org: orgOf(resource),
});

const accountOf = ({ subscriptionId }: ResourceReference, scope: Scope | undefined): OcsfObject | undefined =>
  subscriptionId === null
    ? undefined
    : {
        uid: scope?.subscriptionId ?? subscriptionId,
        name: scope?.name || undefined,
        type_id: 13,
        type: 'Azure Subscription',
      };

const orgOf = ({ id, type, name }: ResourceReference): OcsfObject | undefined =>
  type === 'Microsoft.Resources/tenants' ? { uid: id.slice('/tenants/'.length), name } : undefined;
