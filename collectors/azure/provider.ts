import { sameName } from '../../helpers/resourceId';
import type { Kind } from '../../types';
import type { Arm } from './arm';

/**
 * The resource types that Azure still has. An error like InvalidResourceType says only "not in this API version"; a type
 * that the provider itself no longer names is gone. Asked at most once per scan, unless the answer fails.
 */
export class Provider {
  #types: Promise<readonly unknown[]> | undefined;

  constructor(private readonly arm: Arm) {}

  /** True too if Azure does not say: then the first error stands. */
  async hasType(kind: Kind, subscriptionId: string): Promise<boolean> {
    const [namespace, type = ''] = kind.split('/');
    this.#types ??= this.#ask(
      `${this.arm.endpoint}/subscriptions/${subscriptionId}/providers/${namespace}`,
      subscriptionId,
    );
    try {
      return (await this.#types).some((name) => typeof name === 'string' && sameName(name, type));
    } catch {
      this.#types = undefined;
      return true;
    }
  }

  /** https://learn.microsoft.com/rest/api/resources/providers/get */
  async #ask(url: string, lane: string): Promise<readonly unknown[]> {
    const { value } = await this.arm.get(`${url}?api-version=2021-04-01`, { lane });
    return value.map(({ resourceType }) => resourceType);
  }
}
