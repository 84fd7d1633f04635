import type * as Async from 'async';
import { incompleteList } from '../../helpers/gap';
import { byCodeUnit } from '../../helpers/resourceId';
import { ScanError } from '../../helpers/scanError';
import type { Gap } from '../../types';
import type { Arm } from './arm';
import { ArmError, gapOf } from './gap';
import { readList } from './list';
import type { BrokenList, Subscription, SubscriptionList } from './subscriptions';

/** Who names hundreds of them need not wait for each. */
const groupsAtOnce = 8;

const prefix = '/providers/Microsoft.Management/managementGroups/';

/**
 * The subscriptions under management groups, at any depth, as far as the identity sees them. One that it does not see
 * is not asked: without a role there, Azure may answer with an empty list.
 * Throws a ScanError if there is no answer at all about a group.
 *
 * @param groups their ids, bare.
 */
export async function subscriptionsBelow(
  arm: Arm,
  groups: readonly string[],
  visible: SubscriptionList,
): Promise<SubscriptionList> {
  const members = new Map<string, string>();
  // Loaded here: most scans name no group.
  const { mapLimit } = require('async') as typeof Async;
  const lists = await mapLimit([...new Set(groups)], groupsAtOnce, async (name: string) => {
    const reason = await listDescendants(arm, name, members);
    const list = { id: `${prefix}${name}`, type: 'Microsoft.Management/managementGroups', name } as const;
    return reason ? [{ ...list, reason }] : [];
  });
  const incomplete: BrokenList[] = lists.flat();
  const seen = new Map(visible.subscriptions.map((each) => [each.subscriptionId.toLowerCase(), each]));
  const subscriptions = [...members].map(([subscriptionId, displayName]): Subscription => {
    const hidden = new ArmError('forbidden', 'The identity does not see this subscription.');
    const unseen = visible.incomplete[0]?.reason ?? gapOf(hidden, `the subscription ${subscriptionId}`);
    return seen.get(subscriptionId) ?? { subscriptionId, displayName, state: 'unknown', unseen };
  });
  return {
    subscriptions: subscriptions.sort((a, b) => byCodeUnit(a.subscriptionId, b.subscriptionId)),
    incomplete,
    outside: visible.subscriptions.filter(({ subscriptionId }) => !members.has(subscriptionId.toLowerCase())),
  };
}

/**
 * Adds the display names of a group's subscriptions, by lower-cased id; returns why they may not be all.
 * https://learn.microsoft.com/rest/api/managementgroups/management-groups/get-descendants
 */
async function listDescendants(arm: Arm, name: string, members: Map<string, string>): Promise<Gap | undefined> {
  let malformed = 0;
  const url = `${arm.endpoint}${prefix}${encodeURIComponent(name)}/descendants?api-version=2020-05-01`;
  const end = await readList(arm, url, { lane: '' }, (items) => {
    for (const { id, properties } of items) {
      const [, subscriptionId] =
        /^\/subscriptions\/([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/i.exec(String(id)) ?? [];
      const displayName = properties?.displayName;
      if (subscriptionId) {
        const named = typeof displayName === 'string' && displayName !== '' ? displayName : subscriptionId;
        members.set(subscriptionId.toLowerCase(), named);
      } else if (!isGroup(String(id))) malformed++;
    }
  });
  if (!end.whole && end.pages === 0) throw unavailable(name, end.error);
  if (!end.whole) return incompleteList(end.error.message, end.error.code);
  if (malformed === 0) return undefined;
  return incompleteList(`${malformed} of its items are no subscription and no management group.`);
}

/** Nothing more behind the name: what is below a group, in whatever spelling, is no group that can be passed over. */
const isGroup = (id: string) =>
  id.toLowerCase().startsWith(prefix.toLowerCase()) && /^[^/]+$/.test(id.slice(prefix.length));

/** The id of a management group, bare; given so, or as a resource id. Throws a ScanError, `bad-option`. */
export function groupName(word: string): string {
  const name = word.toLowerCase().startsWith(prefix.toLowerCase()) ? word.slice(prefix.length) : word;
  // https://learn.microsoft.com/azure/governance/management-groups/overview: letters, digits, -_(). and at most 90.
  if (/^[\p{L}\p{N}_().-]{1,90}$/u.test(name) && !name.endsWith('.')) return name;
  throw new ScanError(
    'bad-option',
    `"${word}" is not the id of a management group.`,
    'Give the ID that the Azure portal shows beside its name; "az account management-group list" lists them.',
  );
}

function unavailable(name: string, error: ArmError): ScanError {
  const { detail, remedy } = gapOf(error, `the management group ${name}`);
  const mistyped = error.kind === 'forbidden' || error.kind === 'not-found';
  return new ScanError(
    'management-group-unavailable',
    `The management group "${name}" could not be read. ${detail}`,
    mistyped
      ? 'Check that it is the ID, not the display name, and that the identity that scans has the role Reader on it.'
      : remedy,
  );
}
