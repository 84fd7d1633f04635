import { CutShort } from '../helpers/cutShort';
import { parseResourceId, sameName } from '../helpers/resourceId';
import type { Finding, ForeignPlugin, Gap, Resource, ResourceReference, Result, Scope } from '../types';
import { asReference, crashed, judged, unknown, unseen } from './evaluate';

/**
 * No parameter and no property is called so. Whoever needs it learns whether all that Azure tells of a server came: it is
 * known to be absent, or there is a gap.
 */
export const wholeness = '';

/**
 * A foreign plugin's word on a subscription: on each server of its kinds, whether it spoke of it or not, and on the
 * subscription itself, if that was not seen whole or the plugin cannot judge it. Its OK about nothing in particular is no
 * finding.
 */
export function judgeForeign(plugin: ForeignPlugin, scope: Scope, told: readonly Resource[]): Result[] {
  const { findings, fault } = findingsOf(plugin, scope);
  const servers = new Map(
    told.filter((server) => judges(plugin, server)).map((server) => [server.id.toLowerCase(), server]),
  );
  const silent = new Map(servers);
  const results: Result[] = [];
  const about: Gap[] = [];
  for (const finding of findings) {
    const { resource, message, status } = finding;
    if (resource === null) {
      if (status !== 'PASS') about.push({ kind: 'unreadable', detail: message, remedy: askAuthors(plugin) });
      continue;
    }
    const server = servers.get(resource.toLowerCase());
    silent.delete(resource.toLowerCase());
    results.push(resultOf(plugin, finding, server ?? referenceOf(resource, scope), server && gapIn(server)));
  }
  for (const server of silent.values())
    results.push(unknown(plugin, asReference(server), {}, fault ?? saidNothing(plugin)));

  const [unanswered] = plugin.kinds.flatMap((kind) => {
    const coverage = scope.kinds[kind];
    return coverage && !coverage.answered ? [coverage.reason] : [];
  });
  const gap = unanswered ?? (servers.size === 0 ? fault : undefined) ?? about[0];
  return gap ? [...results, unseen(plugin, scope, gap)] : results;
}

/** Its word on servers of which no subscription was told. */
export const judgeUnscoped = (plugin: ForeignPlugin, servers: readonly Resource[]): Result[] =>
  servers.flatMap((server) => (judges(plugin, server) ? [unknown(plugin, asReference(server), {}, unscoped)] : []));

const judges = ({ kinds }: ForeignPlugin, { type }: Resource) => kinds.some((kind) => sameName(kind, type));

function findingsOf(plugin: ForeignPlugin, { subscriptionId }: Scope): { findings: readonly Finding[]; fault?: Gap } {
  if (subscriptionId === null) return { findings: [] };
  try {
    return { findings: plugin.findings(subscriptionId) };
  } catch (error) {
    return { findings: [], fault: error instanceof CutShort ? notReached(error) : crashed(plugin, error) };
  }
}

function resultOf(
  plugin: ForeignPlugin,
  { status, message }: Finding,
  resource: ResourceReference,
  gap: Gap | undefined,
): Result {
  const where = asReference(resource);
  if (status !== 'UNKNOWN') return judged(plugin, where, {}, { status, message });
  const reason = gap ?? { kind: 'unreadable', remedy: askAuthors(plugin) };
  return unknown(plugin, where, {}, { ...reason, detail: message });
}

/** Why Azure told less of the server than there is. */
function gapIn({ facts }: Resource): Gap | undefined {
  for (const fact of Object.values(facts)) if (!fact.known) return fact.gap;
  return undefined;
}

function referenceOf(id: string, { subscriptionId }: Scope): ResourceReference {
  const nameless = { name: id, type: 'unknown', resourceGroup: null, subscriptionId };
  return { id, location: null, ...nameless, ...parseResourceId(id) };
}

const notReached = ({ kind, message }: CutShort): Gap => ({
  kind,
  detail: `${message} The plugin had not judged this by then.`,
  remedy: 'Scan again, with a longer --timeout if you gave one.',
});

const askAuthors = ({ id }: ForeignPlugin) => `Ask the authors of ${id} what it could not judge.`;

const unscoped: Gap = {
  kind: 'not-collected',
  detail: 'The collector told no subscription of this server.',
  remedy: 'This is a bug of the collector: tell its authors.',
};

const saidNothing = (plugin: ForeignPlugin): Gap => ({
  kind: 'plugin-crashed',
  detail: `The plugin ${plugin.id} said nothing of this server.`,
  remedy: 'Plugins of CloudSploit look only at regions in its table; if this is one of them, tell their authors.',
});
