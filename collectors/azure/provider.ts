import { sameName } from '../../helpers/resourceId';
import type { ServerKind } from '../../types';
import type { Arm } from './arm';
import { ArmError, asArmError } from './gap';

/**
 * The resource types that Azure still has. An error like InvalidResourceType says only "not in this API version"; a type
 * that the provider itself no longer names is gone. Asked once per scan, in the first subscription that needs to know.
 */
export class Provider {
  #types: Promise<readonly string[] | ArmError> | undefined;

  constructor(private readonly arm: Arm) {}

  /** Whether the type is gone; the error, if Azure does not say. */
  async isRetired(kind: ServerKind, subscriptionId: string): Promise<boolean | ArmError> {
    const [namespace = '', type = ''] = kind.split('/');
    this.#types ??= this.#ask(namespace, subscriptionId).catch(asArmError);
    const types = await this.#types;
    return types instanceof ArmError ? types : !types.some((name) => sameName(name, type));
  }

  /** https://learn.microsoft.com/rest/api/resources/providers/get. An absence proves something only in a well-formed answer. */
  async #ask(namespace: string, lane: string): Promise<readonly string[]> {
    const url = `${this.arm.endpoint}/subscriptions/${lane}/providers/${namespace}?api-version=2021-04-01`;
    const { value, namespace: answered } = await this.arm.get(url, { lane });
    const types = value.flatMap(({ resourceType }) => (typeof resourceType === 'string' ? [resourceType] : []));
    const ofNamespace = answered === undefined || (typeof answered === 'string' && sameName(answered, namespace));
    if (ofNamespace && types.length === value.length && types.length > 0) return types;
    throw new ArmError('bad-response', `Azure answered 200, but not with the resource types of ${namespace}.`);
  }
}
