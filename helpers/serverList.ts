import type { Fact, Gap, Json, ResourceReference, ServerKind } from '../types';
import { incompleteList } from './gap';
import { parseResourceId, sameName } from './resourceId';

/** An item of a list, in Azure Resource Manager's shape. Every field is as Azure sent it, of whatever type. */
export interface ListItem {
  readonly id?: unknown;
  readonly name?: unknown;
  readonly location?: unknown;
  readonly properties?: { readonly [name: string]: Json };
}

/** A server that a list named. */
export interface ListedServer {
  readonly reference: ResourceReference & { readonly type: ServerKind };
  readonly properties: Readonly<Record<string, Json>>;
  /** The list named it again, and needed properties were others. Known for sure only when the list has ended. */
  contradicted: boolean;
}

/**
 * The servers of one kind that a list names. Each that has an id of this kind, under the subscription that was asked, is
 * there once, however often it is listed; any other item is counted, for such a list does not prove that it is whole.
 */
export class ServerList {
  readonly #servers = new Map<string, ListedServer>();
  #foreign = 0;

  /** @param subscriptionId if left out, any is as good as another. */
  constructor(
    private readonly kind: ServerKind,
    private readonly needed: readonly string[],
    private readonly subscriptionId?: string,
  ) {}

  get size(): number {
    return this.#servers.size;
  }

  /** Takes a page, and gives the servers that are new. */
  add(items: readonly ListItem[]): ListedServer[] {
    const fresh: ListedServer[] = [];
    for (const item of items) {
      const server = this.serverOf(item);
      if (!server) {
        this.#foreign++;
        continue;
      }
      const key = server.reference.id.toLowerCase();
      const before = this.#servers.get(key);
      if (before) {
        before.contradicted ||= this.#neededOf(before) !== this.#neededOf(server);
        continue;
      }
      this.#servers.set(key, server);
      fresh.push(server);
    }
    return fresh;
  }

  /** Items that are no server of this list. */
  get foreign(): number {
    return this.#foreign;
  }

  /** Why the list is not whole, though it came to its end. */
  get gap(): Gap | undefined {
    return this.#foreign > 0 ? foreignItems(this.#foreign, this.kind) : undefined;
  }

  /** The server that an item is; undefined if it is none of this list. */
  serverOf({ id: given, location, properties = {} }: ListItem): ListedServer | undefined {
    const id = parseResourceId(given);
    if (!id || !sameName(id.type, this.kind)) return undefined;
    const { name, resourceGroup, subscriptionId } = id;
    if (!sameName(subscriptionId, this.subscriptionId ?? subscriptionId)) return undefined;
    return {
      reference: {
        id: given as string,
        name,
        type: this.kind,
        location: typeof location === 'string' ? location : null,
        resourceGroup,
        subscriptionId: this.subscriptionId ?? subscriptionId,
      },
      properties,
      contradicted: false,
    };
  }

  #neededOf = ({ properties }: ListedServer) => JSON.stringify(this.needed.map((name) => properties[name]));
}

export const foreignItems = (count: number, kind: ServerKind): Gap =>
  incompleteList(`${count} of its items are no ${kind} of this subscription.`);

/** The needed facts of a server whose settings are properties. */
export function propertyFacts({ properties, contradicted }: ListedServer, needed: readonly string[]) {
  const fact = (name: string): Fact =>
    contradicted
      ? { known: false, gap: contradiction }
      : { known: true, value: Object.hasOwn(properties, name) ? properties[name] : undefined };
  return Object.fromEntries(needed.map((name) => [name, fact(name)]));
}

const contradiction: Gap = {
  kind: 'bad-response',
  detail: 'Azure listed the server twice, with different properties.',
  remedy: 'It may have been changed during the scan: scan again.',
};
