import { isView } from '../helpers/kind';
import { fillTemplate, shown } from '../helpers/template';
import type {
  Fact,
  Gap,
  Json,
  Kind,
  Message,
  Need,
  Plugin,
  Resource,
  ResourceReference,
  Result,
  Scope,
  Settings,
} from '../types';

/** A need, met: the plugin may see the value (undefined only if the need is optional). Or why it is not. */
type Reading = { readonly value: unknown } | { readonly gap: Gap };

/**
 * One plugin's word on one resource. The plugin sees what it needs, read; where a needed fact could not be had, is
 * absent or unreadable, the engine answers UNKNOWN in its place; of one that is needed only if it is known, once the plugin names
 * it. A plugin that throws is UNKNOWN too.
 *
 * @param where the resource in the result; to be shared by the results of all plugins.
 */
export function evaluate(
  plugin: Plugin,
  resource: Resource,
  settings: Settings,
  where: ResourceReference = asReference(resource),
): Result {
  const evidence: Record<string, Json> = {};
  try {
    const facts: Record<string, unknown> = {};
    const lacking: Record<string, Gap> = {};
    let gap: Gap | undefined;
    for (const [name, need] of Object.entries(plugin.needs)) {
      const fact = own(resource.facts, name) ?? notCollected(name);
      const spelled = fact.known && fact.value !== undefined ? need.spelled(fact.value) : undefined;
      if (spelled !== undefined) evidence[name] = spelled;
      const reading = read(name, need, fact, spelled, plugin.kind);
      if (!('gap' in reading)) facts[name] = reading.value;
      else if (need.ifKnown) lacking[name] = reading.gap;
      else gap ??= reading.gap;
    }
    if (gap) return unknown(plugin, where, evidence, gap);

    const chosen = Object.fromEntries(Object.keys(plugin.settings).map((name) => [name, settings[name]]));
    const said: unknown = plugin.evaluate(facts as never, chosen as never);
    // Who promises a message has named none, and if the promise fails, that must not end the process.
    if (said instanceof Promise) said.catch(() => undefined);
    const lack = own(lacking, said as string);
    if (lack) return unknown(plugin, where, evidence, lack);
    const message = own(plugin.messages, said as string);
    if (!message) throw new Error('it named a message that it does not have');
    const text = fillTemplate(message.text, { ...evidence, ...settings });
    return judged(plugin, where, evidence, { status: message.status, message: text });
  } catch (error) {
    return unknown(plugin, where, evidence, crashed(plugin, error));
  }
}

/** The plugin's UNKNOWN for a scope that did not show every resource of the plugin's kind. */
export function unseen(plugin: Heading, { id, name, type, subscriptionId }: Scope, gap: Gap): Result {
  return unknown(plugin, { id, name, type, location: null, resourceGroup: null, subscriptionId }, {}, gap);
}

/** `constructor` is the name of no fact and of no message, unless somebody gave one that name. */
const own = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;

function read(name: string, need: Need<unknown>, fact: Fact, spelled: Json | undefined, kind: Kind): Reading {
  if (!fact.known) return { gap: fact.gap };
  const value = fact.value === undefined ? undefined : need.read(structuredClone(fact.value));
  if (value !== undefined || need.optional) return { value };
  return {
    gap: spelled === undefined || spelled === null ? absent(name, kind) : unreadable(name, need, spelled, kind),
  };
}

/** What each result says of its plugin. */
type Heading = Pick<Plugin, 'id' | 'title' | 'severity'>;

/**
 * What a plugin said. Written out, here and in `unknown`: for each object that another is spread into, Node 20 makes a hidden class, which
 * takes twice the room of the row itself.
 */
export function judged(
  { id: plugin, title, severity }: Heading,
  resource: ResourceReference,
  evidence: Result['evidence'],
  { status, message }: Pick<Message, 'status'> & Pick<Result, 'message'>,
): Result {
  return { plugin, title, severity, resource, status, message, evidence };
}

/** Where a resource is, and no more of it. */
export const asReference = ({
  id,
  name,
  type,
  location,
  resourceGroup,
  subscriptionId,
}: ResourceReference): ResourceReference => ({ id, name, type, location, resourceGroup, subscriptionId });

export function unknown(
  { id: plugin, title, severity }: Heading,
  resource: ResourceReference,
  evidence: Result['evidence'],
  reason: Gap,
): Result {
  return { plugin, title, severity, resource, status: 'UNKNOWN', message: reason.detail, evidence, reason };
}

const absent = (name: string, kind: Kind): Gap => ({
  kind: 'absent',
  detail: `${isView(kind) ? "The server's" : "Azure's"} answer holds no ${name}.`,
  remedy: isView(kind)
    ? 'A server of an old version may not have it, and needs an upgrade.'
    : `Look at ${name} in the Azure portal; a server of an old version may not have it, and needs an upgrade.`,
});

const unreadable = (name: string, need: Need<unknown>, spelled: Json, kind: Kind): Gap => ({
  kind: 'unreadable',
  detail: `${name} is ${shown(spelled)}, which is not ${need.expects}.`,
  remedy: `Look at ${name} ${isView(kind) ? 'on the server' : 'in the Azure portal'}; if the value is right, tell the authors of pgposture.`,
});

const notCollected = (name: string): Fact => ({
  known: false,
  gap: {
    kind: 'not-collected',
    detail: `Nobody asked for ${name}.`,
    remedy: 'Collect it: no collector of this scan reads it.',
  },
});

export const crashed = (plugin: Heading, error: unknown): Gap => ({
  kind: 'plugin-crashed',
  detail: `The plugin ${plugin.id} failed: ${error instanceof Error ? error.message : `it threw a ${typeof error}`}.`,
  remedy: 'This is a bug of the plugin, not a finding about the server: tell its authors.',
});
