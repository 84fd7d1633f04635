import { shardOf } from '../../collectors/azure/shard';
import type { ScanErrorCode } from '../../helpers/scanError';
import type { Json, ReasonKind } from '../../types';
import { codeIn, explainedBy, kindOf, waitAsked } from './answers';
import { callOf, endpoint } from './calls';
import { type Asked, type List, listOf } from './journal';
import { closedFor } from './lanes';
import { choiceOf, type Outcome } from './scan';
import { isFlexible, judgements, needs, type PluginId, type Word } from './settings';
import { isSignInBroken } from './tokens';

/** The words of which a row may have one. */
export type Words = ReadonlySet<Word>;

/** What the answers that came prove, and what they leave open. */
export interface Known {
  /** By plugin and lower-cased id of the resource. */
  readonly rows: ReadonlyMap<string, Words>;
  readonly servers: number;
  /** What was asked, and nobody needed. */
  readonly unread: readonly Asked[];
}

export const rowKey = (plugin: string, resource: string): string => `${plugin} ${resource.toLowerCase()}`;

type Item = Readonly<Record<string, Json | undefined>>;
const itemOf = (value: Json | undefined): Item =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Item) : {};

/** How a list ended: whole; after so many pages by the call that broke it, or by a link that leads nowhere. */
interface Reading {
  readonly pages: readonly List[];
  readonly broken?: { readonly call: Asked | undefined };
}

/**
 * What anybody could know who was told what the scan was told: the rows of its report, or the codes of the error that it has
 * to end with. It knows neither of attempts nor of order; it takes each answer that is a list for the truth, as it came.
 */
export class Knowledge {
  readonly #rows = new Map<string, Words>();
  readonly #taken = new Set<Asked>();
  #servers = 0;

  constructor(private readonly outcome: Outcome) {}

  /** The error that the scan ends with; or the rows of its report. */
  get(): Known | ScanErrorCode {
    const { journal } = this.outcome;
    const isCut = this.outcome.cutAt !== undefined;
    if (journal.asked.every(({ kind }) => kind === 'sign-in')) return isCut ? 'cut-short' : 'sign-in-failed';
    const chosen = this.#chosenSubscriptions();
    if (typeof chosen === 'string') return chosen;
    for (const subscription of chosen) this.#subscription(subscription);
    const unread = journal.asked.filter((asked) => asked.kind !== 'sign-in' && !this.#taken.has(asked));
    return { rows: this.#rows, servers: this.#servers, unread };
  }

  get #plugins(): readonly PluginId[] {
    return this.outcome.schedule.options.plugins;
  }

  #row(plugin: PluginId, resource: string, words: Iterable<Word>): void {
    this.#rows.set(rowKey(plugin, resource), new Set(words));
  }

  #scope(id: string, plugins: readonly PluginId[], words: Iterable<Word>): void {
    for (const plugin of plugins) this.#row(plugin, id, words);
  }

  // ── Subscriptions ────────────────────────────────────────────────────────────────────────────────────────────────

  #chosenSubscriptions(): Subscription[] | ScanErrorCode {
    const { schedule } = this.outcome;
    const reading = this.#read('/subscriptions');
    if (reading.broken && reading.pages.length === 0) return 'subscriptions-unavailable';
    const items = reading.pages.flatMap(({ value }) => value.map(itemOf));
    const visible = new Map<string, Subscription>();
    let tenant: Json | undefined;
    let strange = 0;
    for (const { subscriptionId, displayName, state, tenantId } of items) {
      if (typeof subscriptionId !== 'string') {
        strange++;
        continue;
      }
      tenant ??= tenantId;
      const id = subscriptionId.toLowerCase();
      if (!visible.has(id)) visible.set(id, { id, name: String(displayName), state: String(state), unseen: undefined });
    }
    const isBroken = reading.broken !== undefined || strange > 0;
    const scope = `/tenants/${tenant ?? 'unknown'}`;

    const { subscriptions = [], excludeSubscriptions = [], managementGroups = [] } = choiceOf(schedule);
    let list = [...visible.values()];
    let unlisted = isBroken ? [scope] : [];
    if (managementGroups.length > 0) {
      const below = this.#below(visible, isBroken);
      if (typeof below === 'string') return below;
      ({ list, unlisted } = below);
    }
    if (list.length === 0 && unlisted.length === 0) return 'no-subscription';
    if (list.length === 0 && subscriptions.length > 0) return 'unknown-subscription';
    const find = (word: string) => list.find(({ id, name }) => id === word.toLowerCase() || name === word);
    const [wanted, unwanted] = [subscriptions.map(find), excludeSubscriptions.map(find)];
    if (list.length > 0) {
      if ([...wanted, ...unwanted].includes(undefined)) return 'unknown-subscription';
      list = list.filter((each) => (wanted.length === 0 || wanted.includes(each)) && !unwanted.includes(each));
      if (list.length === 0) return 'no-subscription';
    }
    if (subscriptions.length === 0) for (const id of unlisted) this.#scope(id, this.#plugins, ['incomplete-list']);
    const { shard } = schedule.options;
    return shard ? list.filter(({ id }) => shardOf(id, shard.count) === shard.index) : list;
  }

  /** Those of the group, seen or not. */
  #below(visible: ReadonlyMap<string, Subscription>, isBroken: boolean) {
    const path = '/providers/microsoft.management/managementgroups/shop';
    const reading = this.#read(`${path}/descendants`);
    if (reading.broken && reading.pages.length === 0) return 'management-group-unavailable' as const;
    const members = new Map<string, Subscription>();
    let strange = 0;
    for (const item of reading.pages.flatMap(({ value }) => value.map(itemOf))) {
      const [, id] = /^\/subscriptions\/([^/]+)$/i.exec(String(item.id).toLowerCase()) ?? [];
      const unseen = isBroken ? 'incomplete-list' : 'forbidden';
      if (id) members.set(id, visible.get(id) ?? { id, name: '', state: '', unseen });
      else if (!/^\/providers\/microsoft.management\/managementgroups\/[^/]+$/i.test(String(item.id))) strange++;
    }
    return { list: [...members.values()], unlisted: reading.broken || strange > 0 ? [path] : [] };
  }

  #subscription(subscription: Subscription): void {
    const scope = `/subscriptions/${subscription.id}`;
    for (const kind of ['servers', 'flexibleServers'] as const) {
      const plugins = this.#plugins.filter((plugin) => isFlexible(plugin) === (kind === 'flexibleServers'));
      if (plugins.length === 0) continue;
      if (subscription.unseen) {
        this.#scope(scope, plugins, [subscription.unseen]);
        continue;
      }
      const { items, gap } = this.#list(subscription, kind);
      if (gap) this.#scope(scope, plugins, gap);
      this.#servers += items.size;
      for (const same of items.values()) this.#server(subscription, plugins, same);
    }
  }

  // ── Servers ──────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The items of each server, by its lower-cased id; and why there may be more. */
  #list({ id, state }: Subscription, kind: 'servers' | 'flexibleServers') {
    const type = `/providers/microsoft.dbforpostgresql/${kind.toLowerCase()}`;
    const reading = this.#read(`/subscriptions/${id}${type}`);
    const items = new Map<string, Item[]>();
    let strange = 0;
    for (const item of reading.pages.flatMap(({ value }) => value.map(itemOf))) {
      const key = typeof item.id === 'string' ? item.id.toLowerCase() : '';
      const isMine =
        key.startsWith(`/subscriptions/${id}/resourcegroups/`) &&
        key.split('/').slice(5, 8).join('/') === type.slice(1);
      if (!isMine) strange++;
      else items.set(key, [...(items.get(key) ?? []), item]);
    }
    let gap: Iterable<Word> | undefined;
    if (reading.broken && reading.pages.length === 0) gap = this.#whyNoList(reading.broken.call, id, state, kind);
    else if (reading.broken || strange > 0) gap = ['incomplete-list'];
    return { items, gap };
  }

  /** Undefined: the refusal proves that there is none. */
  #whyNoList(call: Asked | undefined, lane: string, state: string, kind: string): Iterable<Word> | undefined {
    const { answer } = call?.attempts.at(-1) ?? {};
    if (answer?.status === 409 && codeIn(answer) === 'MissingSubscriptionRegistration') return undefined;
    const why = this.#whyBroken(call, lane);
    if (answer && kindOf(answer) === 'api-version') return this.#isRetired(kind) ? undefined : why;
    if (answer && state === 'Disabled' && [400, 404, 409].includes(answer.status)) {
      why.delete(kindOf(answer));
      why.add('subscription-disabled');
    }
    return why;
  }

  /** Whether the one answer about the provider says that it has no such type. */
  #isRetired(kind: string): boolean {
    const provider = this.outcome.journal.asked.find((asked) => asked.kind === 'provider');
    if (provider) this.#taken.add(provider);
    const list = provider && listOf(provider);
    if (
      !list ||
      (list.namespace !== undefined && String(list.namespace).toLowerCase() !== 'microsoft.dbforpostgresql')
    ) {
      return false;
    }
    const types = list.value.map((item) => itemOf(item).resourceType);
    if (types.length === 0 || types.some((type) => typeof type !== 'string')) return false;
    return !types.some((type) => String(type).toLowerCase() === kind.toLowerCase());
  }

  #server({ id: lane }: Subscription, plugins: readonly PluginId[], items: readonly Item[]): void {
    const [first = {}] = items;
    const id = String(first.id);
    const [sample] = plugins;
    if (!sample) return;
    if (isFlexible(sample)) {
      const facts = this.#parameters(id, lane, itemOf(first.properties).state);
      for (const plugin of plugins) this.#row(plugin, id, this.#judge(plugin, facts));
      return;
    }
    const needed = plugins.flatMap((plugin) => needs[plugin]);
    const settings = items.map(({ properties }) => needed.map((name) => itemOf(properties)[name] ?? null));
    const isContradicted = new Set(settings.map((each) => JSON.stringify(each))).size > 1;
    const facts = (name: string): Fact =>
      isContradicted ? new Set(['bad-response']) : { value: itemOf(first.properties)[name] };
    for (const plugin of plugins) this.#row(plugin, id, this.#judge(plugin, facts));
  }

  /** What the list of a server's parameters says of each. */
  #parameters(id: string, lane: string, state: Json | undefined): (name: string) => Fact {
    const reading = this.#read(`${id.toLowerCase()}/configurations`);
    const found = new Map<string, Item[]>();
    let strange = 0;
    for (const { id: of, name, properties } of reading.pages.flatMap(({ value }) => value.map(itemOf))) {
      const isIts = of === undefined || String(of).toLowerCase().startsWith(`${id.toLowerCase()}/configurations/`);
      if (typeof name !== 'string' || !isIts) {
        // What nobody wants, and has a name, need not be looked at.
        strange += typeof name !== 'string' || this.#isWanted(name) ? 1 : 0;
        continue;
      }
      const { value = null, isConfigPendingRestart = null } = itemOf(properties);
      found.set(name.toLowerCase(), [...(found.get(name.toLowerCase()) ?? []), { value, isConfigPendingRestart }]);
    }
    const last = reading.broken?.call?.attempts.at(-1);
    const explained = explainedBy(state, last?.answer);
    let gap: Words | undefined;
    if (reading.broken && reading.pages.length === 0) {
      gap =
        explained && this.outcome.cutAt === undefined
          ? new Set([explained])
          : this.#whyBroken(reading.broken.call, lane, explained);
    } else if (reading.broken || strange > 0) gap = new Set(['incomplete-list']);
    return (name) => {
      const [value, ...others] = found.get(name) ?? [];
      if (!value) return gap ?? { value: undefined };
      if (others.some((other) => JSON.stringify(other) !== JSON.stringify(value))) return new Set(['bad-response']);
      return { value: value as Json };
    };
  }

  /** Whether a plugin that runs needs the parameter. */
  #isWanted(name: string): boolean {
    return this.#plugins.some((plugin) => needs[plugin].includes(name.toLowerCase()));
  }

  #judge(plugin: PluginId, fact: (name: string) => Fact): Words {
    const values: Record<string, Json | undefined> = {};
    for (const [i, name] of needs[plugin].entries()) {
      const known = fact(name);
      if (known instanceof Set) return known;
      values[name] = (known as { readonly value: Json | undefined }).value;
      const floor = Number(this.outcome.schedule.options.minimumTlsVersion.replace('.', ''));
      const word = judgements[plugin](values as never, floor);
      if (i === needs[plugin].length - 1 || word === 'absent' || word === 'unreadable') return new Set([word]);
    }
    return new Set();
  }

  // ── Lists ────────────────────────────────────────────────────────────────────────────────────────────────────────

  #read(key: string): Reading {
    const pages: List[] = [];
    const seen = new Set<string>();
    for (let at = key; ; ) {
      const call = this.#next(at);
      const list = call && listOf(call);
      if (!list) return { pages, broken: { call } };
      pages.push(list);
      const { nextLink: link } = list;
      if (link === undefined || link === null || link === '') return { pages };
      if (typeof link !== 'string' || !URL.canParse(link, endpoint)) return { pages, broken: { call: undefined } };
      const next = URL.canParse(link) ? link : new URL(link, endpoint).href;
      const { origin, username } = new URL(next);
      if (origin !== endpoint || username || seen.has(next)) return { pages, broken: { call: undefined } };
      seen.add(next);
      at = callOf(next).key;
    }
  }

  /** What was asked so, and has not been looked at. */
  #next(key: string): Asked | undefined {
    const found = this.outcome.journal.asked.find((asked) => asked.key === key && !this.#taken.has(asked));
    if (found) this.#taken.add(found);
    return found;
  }

  /** What may have kept a call from bringing a list. */
  #whyBroken(call: Asked | undefined, lane: string, explained?: ReasonKind): Set<Word> {
    const { cutAt, schedule, journal, fetches } = this.outcome;
    const why = new Set<Word>();
    const last = call?.attempts.at(-1);
    if (explained) why.add(explained);
    else if (last?.outcome === 'answered' && last.answer) why.add(kindOf(last.answer));
    else if (last?.outcome === 'reset') why.add('network');
    else if (last && last.endedAt !== cutAt) why.add('timeout');
    if (cutAt !== undefined) why.add(schedule.options.cut?.kind ?? 'timeout');
    const wait = last?.answer && waitAsked(last.answer);
    if (wait !== undefined || closedFor(journal.inLane(lane).flatMap(({ attempts }) => attempts)) > 120_000)
      why.add('throttled');
    const signIns = journal.inLane('sign-in').flatMap(({ attempts }) => attempts);
    // An attempt waits for the token that it needs.
    const [first] = journal.asked.filter(({ kind }) => kind !== 'sign-in').flatMap(({ attempts }) => attempts);
    const renewals = fetches.some(({ began }) => began > (first?.sentAt ?? 0));
    if (renewals || signIns.some(({ began }) => began > (first?.began ?? 0))) why.add('timeout');
    if (isSignInBroken(this.outcome)) why.add('unauthenticated');
    return why;
  }
}

interface Subscription {
  /** In lower case. */
  readonly id: string;
  readonly name: string;
  readonly state: string;
  /** Why it was not asked. */
  readonly unseen: 'incomplete-list' | 'forbidden' | undefined;
}

/** Read, perhaps as not there; or why it was not read. */
type Fact = { readonly value: Json | undefined } | Words;
