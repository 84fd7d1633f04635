import type { Fact, Gap, Parameter, ResourceReference } from '../types';
import { incompleteList } from './gap';
import { parseResourceId, sameName } from './resourceId';
import type { ListItem } from './serverList';

/** The parameters that lists of one Flexible Server name, page by page. */
export class ParameterList {
  readonly #found = new Map<string, Parameter[]>();
  #strange = 0;

  constructor(private readonly server: ResourceReference) {}

  add(items: readonly ListItem[]): void {
    for (const { id, name, properties } of items) {
      if (typeof name !== 'string' || !this.#owns(id)) {
        this.#strange++;
        continue;
      }
      const { value = null, isConfigPendingRestart = null } = properties ?? {};
      const key = name.toLowerCase();
      this.#found.set(key, [...(this.#found.get(key) ?? []), { value, isConfigPendingRestart }]);
    }
  }

  /** Why the list is not whole, though it came to its end. */
  get gap(): Gap | undefined {
    const strange = this.#strange;
    return strange > 0 ? incompleteList(`${strange} of its items are no parameters of this server.`) : undefined;
  }

  /** @param gap why the list is not whole; without it, what was not found is not there. */
  facts(needed: readonly string[], gap: Gap | undefined): Record<string, Fact> {
    return Object.fromEntries(needed.map((name) => [name, asFact(this.#found.get(name.toLowerCase()), gap)]));
  }

  /** A parameter may lack an id, but must not have one of another server. The type was once called serversv2. */
  #owns(id: unknown): boolean {
    if (id === undefined) return true;
    const owner = typeof id === 'string' ? parseResourceId(id.replace(/\/configurations\/[^/]+$/i, '')) : undefined;
    const { subscriptionId, resourceGroup, name } = this.server;
    return (
      owner !== undefined &&
      sameName(owner.name, name) &&
      sameName(owner.resourceGroup, resourceGroup ?? '') &&
      sameName(owner.subscriptionId, subscriptionId ?? '')
    );
  }
}

/** Found, and once only: the value. Not found: an answer, if the list was read whole. */
function asFact(found: readonly Parameter[] | undefined, gap: Gap | undefined): Fact {
  if (!found) return gap ? { known: false, gap } : { known: true, value: undefined };
  const [value, ...others] = found;
  if (others.every((other) => JSON.stringify(other) === JSON.stringify(value))) return { known: true, value };
  return { known: false, gap: contradiction };
}

const contradiction: Gap = {
  kind: 'bad-response',
  detail: 'Azure listed the parameter twice, with different values.',
  remedy: 'It may have been changed during the scan: scan again.',
};
