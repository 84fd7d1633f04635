import type { Answer, EmulatedRequest } from '../../emulator';
import { arm, callFaults } from '../support/faults';
import { accessToken } from '../support/secrets';
import type { CallKind } from './calls';

/** What becomes of one request. */
export interface Trouble {
  readonly name: string;
  /** The kinds of call that it makes sense for; all, if left out. */
  readonly kinds?: readonly CallKind[];
  /** Milliseconds that its answer takes, beside its latency. */
  readonly delay?: number;
  change(normal: Answer, request: EmulatedRequest): Answer | 'silence' | 'reset';
}

/** Those of the fault matrix that need no network. */
const refusals = callFaults.flatMap(({ name, fault }): Trouble[] => {
  if (typeof fault === 'function') {
    return [{ name, change: (normal, request) => fault(normal, request) }];
  }
  if (typeof fault === 'object' && 'status' in fault) return [{ name, change: () => fault }];
  return fault === 'silence' || fault === 'reset' ? [{ name, change: () => fault }] : [];
});

/** JSON that may be changed. */
type Loose = null | boolean | number | string | Loose[] | Item;
type Item = { [name: string]: Loose };
type Body = { value: Loose[]; nextLink?: Loose; resourceTypes?: Loose[]; namespace?: Loose };

/** Changes a list in an answer that is one. */
const twist = (
  name: string,
  kinds: readonly CallKind[],
  change: (body: Body, request: EmulatedRequest) => void,
): Trouble => ({
  name,
  kinds,
  change(normal, request) {
    if (normal.status !== 200 || typeof normal.body !== 'object') return normal;
    const body = structuredClone(normal.body) as unknown as Body;
    if (!Array.isArray(body.value) && !Array.isArray(body.resourceTypes)) return normal;
    change(body, request);
    return { ...normal, body };
  },
});

const isItem = (item: Loose | undefined): item is Item =>
  typeof item === 'object' && item !== null && !Array.isArray(item);

/** The first item that is one, and may be changed. */
const first = ({ value }: Body): Item | undefined => value.find(isItem);

const add = (body: Body, item: Loose, where: 'first' | 'last' = 'last') =>
  void (where === 'first' ? body.value.unshift(item) : body.value.push(item));

const lists: readonly CallKind[] = ['subscriptions', 'servers', 'flexibleServers', 'configurations', 'descendants'];
const servers: readonly CallKind[] = ['servers', 'flexibleServers'];
const configurations: readonly CallKind[] = ['configurations'];
const other = '99999999-0000-4000-8000-000000000009';

const inOtherSubscription = (id: Loose | undefined): string =>
  String(id).replace(/\/subscriptions\/[^/]+/i, `/subscriptions/${other}`);

/** The settings that count, all of them others than they were. */
function contradict(item: Item): Item {
  const changed = structuredClone(item);
  if (!isItem(changed.properties)) return changed;
  for (const name of ['sslEnforcement', 'minimalTlsVersion', 'value']) {
    if (name in changed.properties) changed.properties[name] = changed.properties[name] === 'off' ? 'on' : 'off';
  }
  return changed;
}

const wanted = /^(require_secure_transport|ssl_min_protocol_version)$/i;

/** The text of a list, spelled as JSON may be, and seldom is. */
const spelling = (name: string, spell: (text: string) => string): Trouble => ({
  name,
  kinds: configurations,
  change: (normal) => (normal.status === 200 ? { ...normal, body: spell(JSON.stringify(normal.body)) } : normal),
});

/** The same text with its keys in the opposite order, at every depth. */
const reversed = (value: Loose): Loose =>
  Array.isArray(value)
    ? value.map(reversed)
    : isItem(value)
      ? Object.fromEntries(
          Object.entries(value)
            .reverse()
            .map(([name, each]) => [name, reversed(each)]),
        )
      : value;

const twists: readonly Trouble[] = [
  twist('an item that is null', lists, (body) => add(body, null, 'first')),
  twist('an item that is a word', lists, (body) => add(body, 'server')),
  twist('an item that is empty', lists, (body) => add(body, {})),
  twist('an item without an id', lists, (body) => {
    const item = first(body);
    if (item) add(body, Object.fromEntries(Object.entries(item).filter(([name]) => !/id$/i.test(name))), 'first');
  }),
  twist('an item of another subscription', [...servers, 'configurations'], (body) => {
    const item = first(body);
    if (item) add(body, { ...contradict(item), id: inOtherSubscription(item.id) }, 'first');
  }),
  twist('an item of another type', servers, (body) => {
    const item = first(body);
    if (item) add(body, { ...contradict(item), id: String(item.id).replace(/\/(flexible)?servers\//i, '/clusters/') });
  }),
  twist('an item twice', lists, (body) => {
    const item = first(body);
    if (item) add(body, structuredClone(item));
  }),
  twist('an item twice, in capitals', lists, (body) => {
    const item = first(body);
    if (!item) return;
    const { id, subscriptionId } = item;
    add(body, {
      ...structuredClone(item),
      ...(typeof id === 'string' && { id: id.replace(/^\/subscriptions\/.*/i, (path) => path.toUpperCase()) }),
      ...(typeof subscriptionId === 'string' && { subscriptionId: subscriptionId.toUpperCase() }),
    });
  }),
  twist('an item twice, with other settings', [...servers, 'configurations', 'subscriptions'], (body) => {
    const item = body.value.findLast((each) => isItem(each) && (!('value' in body) || wanted.test(String(each.name))));
    const either = isItem(item) ? item : first(body);
    if (either) add(body, contradict(either), 'first');
  }),
  twist('an item three times, twice the same', [...servers, 'configurations'], (body) => {
    const item = body.value.find((each) => isItem(each) && wanted.test(String(each.name))) ?? first(body);
    if (!isItem(item)) return;
    add(body, contradict(item));
    add(body, structuredClone(item));
  }),
  twist('a list the other way round', lists, (body) => void body.value.reverse()),
  twist('items without properties', servers, ({ value }) => {
    for (const item of value) if (isItem(item)) delete item.properties;
  }),
  twist('an empty page first', lists, (body, { url }) => {
    if (url.includes('skiptoken')) return;
    body.value = [];
    body.nextLink = `${url}&$skiptoken=0`;
  }),
  twist('a link to another host', lists, (body) => {
    body.nextLink = 'https://example.com/subscriptions?page=2';
  }),
  twist('a link to a host that looks the same', lists, (body, { url }) => {
    body.nextLink = url.replace('https://localhost', 'https://localhost.example.com');
  }),
  twist('a link with a user before the host', lists, (body, { url }) => {
    body.nextLink = url.replace('https://', 'https://me:word@');
  }),
  twist('a link without TLS', lists, (body, { url }) => {
    body.nextLink = url.replace('https:', 'http:');
  }),
  twist('a link that is no URL', lists, (body) => {
    body.nextLink = 'https://[';
  }),
  twist('a link that is no text', lists, (body) => {
    body.nextLink = { href: 'x' };
  }),
  twist('a link to itself', lists, (body, { url }) => {
    body.nextLink = url;
  }),
  twist('a link that is relative', lists, (body) => {
    if (typeof body.nextLink === 'string') body.nextLink = body.nextLink.replace('https://localhost', '');
  }),
  twist('a link with the port', lists, (body) => {
    if (typeof body.nextLink === 'string') body.nextLink = body.nextLink.replace('//localhost/', '//localhost:443/');
  }),
  twist('a link that is empty', lists, (body) => {
    body.nextLink ??= '';
  }),
  twist('a link that is null', lists, (body) => {
    body.nextLink ??= null;
  }),
  twist('a parameter without a name', configurations, ({ value }) => {
    for (const item of value) if (isItem(item) && wanted.test(String(item.name))) delete item.name;
  }),
  twist('a parameter whose name is no text', configurations, (body) => add(body, { name: 5, properties: {} }, 'first')),
  twist('parameters without ids', configurations, ({ value }) => {
    for (const item of value) if (isItem(item)) delete item.id;
  }),
  twist('parameters of another server', configurations, ({ value }) => {
    for (const item of value) {
      if (isItem(item) && wanted.test(String(item.name))) {
        item.id = String(item.id).replace(/(\/flexibleServers\/)[^/]+/i, '$1another');
      }
    }
  }),
  twist('parameters in capitals', configurations, ({ value }) => {
    for (const item of value) if (isItem(item)) item.name = String(item.name).toUpperCase();
  }),
  // Of the floor: without the other one a PASS says no more than that nothing else was read.
  twist('a default and no value', configurations, ({ value }) => {
    for (const item of value) {
      if (isItem(item) && item.name === 'ssl_min_protocol_version' && isItem(item.properties)) {
        delete item.properties.value;
      }
    }
  }),
  twist('names within properties', configurations, ({ value }) => {
    for (const item of value) if (isItem(item) && isItem(item.properties)) item.properties.name = 'work_mem';
  }),
  twist('braces and quotes in values', configurations, ({ value }) => {
    for (const item of value) {
      if (isItem(item) && !wanted.test(String(item.name)) && isItem(item.properties)) {
        item.properties.value = '}],"name":"require_secure_transport","properties":{"value":"off\\"}}';
      }
    }
  }),
  spelling('a text with escapes', (text) => text.replaceAll('_', '\\u005f')),
  spelling('the word name with an escape', (text) => text.replaceAll('"name"', '"n\\u0061me"')),
  spelling('a text in lines', (text) => JSON.stringify(JSON.parse(text), null, '\t')),
  spelling('keys the other way round', (text) => JSON.stringify(reversed(JSON.parse(text)))),
  spelling('a quote too many', (text) => text.replace('"system-default"', '"system"-default"')),
  spelling('a bracket too few', (text) => text.replace('"isReadOnly":false}', '"isReadOnly":false')),
  spelling('half of the text', (text) => text.slice(0, text.length / 2)),
  twist('the provider of another namespace', ['provider'], (body) => {
    body.namespace = 'Microsoft.Nothing';
  }),
  twist('a provider without types', ['provider'], (body) => {
    body.resourceTypes = [];
  }),
  twist('a provider with a type that is no text', ['provider'], ({ resourceTypes }) => {
    resourceTypes?.push({ resourceType: 7 });
  }),
  twist('a provider in capitals', ['provider'], (body) => {
    for (const item of body.resourceTypes ?? []) {
      if (isItem(item)) item.resourceType = String(item.resourceType).toUpperCase();
    }
  }),
];

const inHtml: Trouble = {
  name: 'an answer that says it is HTML',
  change: (normal) => ({ ...normal, headers: { ...normal.headers, 'content-type': 'text/html' } }),
};

/** Answers whose words are not to be taken for what they say. */
const words: readonly Trouble[] = [
  ...['InvalidResourceType', 'ServerStoppedError', 'MissingSubscriptionRegistration', 'SubscriptionNotFound'].map(
    (code) => ({ name: `a failure that says ${code}`, change: () => arm(500, code) }),
  ),
  { name: 'a refusal that is registered for nothing', change: () => arm(403, 'MissingSubscriptionRegistration') },
  { name: 'a refusal whose code is prose', change: () => arm(403, 'You may not read this.') },
  { name: 'a refusal whose code is the token', change: () => arm(403, accessToken) },
  {
    name: 'an answer with the token in its headers',
    change: (normal) => ({ ...normal, headers: { ...normal.headers, 'x-ms-request-id': `of ${accessToken}` } }),
  },
];

/** What Azure says of its limit, and what is none. */
const limits = ['0', '1', '-5', 'many', '99999999999999999999'].map(
  (reads): Trouble => ({
    name: `${reads} reads left, as Azure says`,
    change: (normal) => ({
      ...normal,
      headers: { ...normal.headers, 'x-ms-ratelimit-remaining-subscription-reads': reads },
    }),
  }),
);

const slow: readonly Trouble[] = [
  { name: 'an answer after 25 s', delay: 25_000, change: (normal) => normal },
  { name: 'an answer after 29.9 s', delay: 29_900, change: (normal) => normal },
  { name: 'an answer after 31 s', delay: 31_000, change: (normal) => normal },
  { name: 'an answer after 10 min', delay: 600_000, change: (normal) => normal },
];

const status = (code: number, headers: Answer['headers'] = {}): Answer => ({
  status: code,
  headers,
  body: { error: { code: 'X', message: 'Try again.' } },
});
const waits: readonly Trouble[] = ['40', '90', '119', '121', '3600', '9999999999999'].flatMap((seconds) => [
  { name: `429, Retry-After ${seconds}`, change: () => status(429, { 'retry-after': seconds }) },
  { name: `503, Retry-After ${seconds}`, change: () => status(503, { 'retry-after': seconds }) },
]);

export const troubles: readonly Trouble[] = [...refusals, inHtml, ...words, ...twists, ...limits, ...slow, ...waits];

export const troubleNamed = (name: string): Trouble => {
  const found = troubles.find((trouble) => trouble.name === name);
  if (!found) throw new Error(`no trouble is called ${name}`);
  return found;
};
