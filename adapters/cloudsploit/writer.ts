import { byCodeUnit } from '../../helpers/resourceId';
import type {
  Clock,
  Coverage,
  Gap,
  Json,
  ParametersAnswer,
  Recorder,
  Report,
  ResourceReference,
  Scope,
  ServerKind,
  Settings,
} from '../../types';
import { isObject } from './cache';
import { calls, locationKey, nowhere } from './calls';
import { allAnswered, type Header } from './header';

/** A text that a draft keeps. */
export interface Piece {
  readonly offset: number;
  readonly length: number;
}

/** A collection as it grows: what comes is kept aside, in any order, and put together at the end. */
export interface Draft {
  keep(text: string): Promise<Piece>;
  finish(parts: Iterable<string | Piece>): Promise<void>;
}

/** Where collections go: one for each subscription. What it throws ends the scan. */
export interface Drafts {
  /** Told once which subscriptions are to come. */
  begin(subscriptionIds: readonly string[]): void;
  open(subscriptionId: string): Draft;
}

/** In bytes: the least that is worth a write. */
const chunkSize = 65_536;

/** The text of a collection, in chunks that are worth a write each. */
export async function* chunksOf(
  parts: Iterable<string | Piece>,
  read: (piece: Piece) => Promise<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let gathered: Uint8Array[] = [];
  let length = 0;
  for (const part of parts) {
    const bytes = typeof part === 'string' ? Buffer.from(part) : await read(part);
    gathered.push(bytes);
    length += bytes.length;
    if (length < chunkSize) continue;
    yield Buffer.concat(gathered);
    gathered = [];
    length = 0;
  }
  yield Buffer.concat(gathered);
}

export interface WriterOptions {
  readonly drafts: Drafts;
  readonly clock: Clock;
  readonly tool: Report['tool'];
  /** The settings in force. */
  readonly settings: Settings;
}

/** One server, or its parameters. */
interface Kept {
  readonly id: string;
  readonly piece: Piece;
  readonly gap?: Gap | undefined;
  readonly said?: string | undefined;
}

type ByLocation = Map<string, Kept[]>;

interface Growing {
  readonly draft: Draft;
  readonly lists: ReadonlyMap<ServerKind, ByLocation>;
  readonly parameters: ByLocation;
  /** Where each server was first listed, by its lower-cased id: an item that names it again stands beside it. */
  readonly places: Map<string, string>;
}

/**
 * Writes what was collected in CloudSploit's shape, a collection for each subscription: its services, calls and
 * locations, its lifted properties, every parameter of every server. The same answers make the same text, in whatever order
 * they came.
 */
export class CollectionWriter implements Recorder {
  readonly #growing = new Map<string, Growing>();
  #unlisted: readonly Scope[] = [];
  #startedAt = '';

  constructor(private readonly options: WriterOptions) {}

  begin(subscriptionIds: readonly string[], unlisted: readonly Scope[]): void {
    this.#startedAt = this.#now();
    this.#unlisted = unlisted;
    this.options.drafts.begin(subscriptionIds);
  }

  async servers(subscriptionId: string, kind: ServerKind, items: readonly Json[]): Promise<void> {
    const { draft, lists, places } = this.#of(subscriptionId);
    for (const item of items) {
      const piece = await draft.keep(JSON.stringify(lift(item)));
      const { id, location } = isObject(item) ? item : {};
      const place = places.get(String(id).toLowerCase()) ?? locationKey(location);
      places.set(String(id).toLowerCase(), place);
      add(lists.get(kind), place, { id: String(id), piece });
    }
  }

  async parameters(server: ResourceReference, { items, gap, said }: ParametersAnswer): Promise<void> {
    const { draft, parameters } = this.#of(server.subscriptionId ?? '');
    const piece = await draft.keep(items.map((item) => JSON.stringify(lift(item))).join(',\n'));
    add(parameters, locationKey(server.location), { id: server.id, piece, gap, said });
  }

  async scope(scope: Scope, cutShort: boolean): Promise<void> {
    const { subscriptionId } = scope;
    if (subscriptionId === null) return;
    const growing = this.#of(subscriptionId);
    this.#growing.delete(subscriptionId);
    const { tool, settings } = this.options;
    const unlisted = this.#unlisted;
    const gaps = [...growing.parameters.values()].flat().flatMap(({ id, gap }) => (gap ? [[id, gap] as const] : []));
    const header: Header = {
      schemaVersion: 1,
      tool,
      startedAt: this.#startedAt,
      finishedAt: this.#now(),
      complete: allAnswered([scope, ...unlisted]) && !cutShort,
      settings,
      scope: { ...scope, subscriptionId, kinds: inOrder(scope.kinds) },
      unlisted,
      gaps: Object.fromEntries(gaps.sort(([a], [b]) => byCodeUnit(a, b))),
    };
    await growing.draft.finish(collectionText(header, growing));
  }

  #now = () => new Date(this.options.clock.now()).toISOString();

  #of(subscriptionId: string): Growing {
    const known = this.#growing.get(subscriptionId);
    if (known) return known;
    const lists = new Map((Object.keys(calls) as ServerKind[]).map((kind) => [kind, new Map()]));
    const growing = {
      draft: this.options.drafts.open(subscriptionId),
      lists,
      parameters: new Map(),
      places: new Map(),
    };
    this.#growing.set(subscriptionId, growing);
    return growing;
  }
}

const inOrder = (kinds: Scope['kinds']): Scope['kinds'] =>
  Object.fromEntries(Object.entries(kinds).sort(([a], [b]) => byCodeUnit(a, b)));

function add(to: ByLocation | undefined, location: string, kept: Kept): void {
  const there = to?.get(location);
  if (there) there.push(kept);
  else to?.set(location, [kept]);
}

/** Its `properties` at the top, as CloudSploit has them: over what stands there, but for what says which item it is. */
function lift(item: Json): unknown {
  if (!isObject(item)) return item;
  const { properties, ...top } = item;
  const { id, name, location } = top;
  return isObject(properties) ? Object.assign(top, properties, { id, name, location }) : item;
}

type Text = Iterable<string | Piece>;

function* collectionText(header: Header, { lists, parameters }: Growing): Text {
  const services = new Map<string, Map<string, Text>>();
  const put = ([service, call]: readonly [string, string], text: Text) =>
    services.set(service, (services.get(service) ?? new Map<string, Text>()).set(call, text));
  for (const [kind, coverage] of Object.entries(header.scope.kinds) as [ServerKind, Coverage][]) {
    const { list, parameters: call } = calls[kind];
    put(list, listText(lists.get(kind) ?? new Map(), coverage.answered ? undefined : coverage.reason));
    if (call) put(call, parametersText(parameters));
  }
  yield* object([
    ['pgposture', [JSON.stringify(header, null, 2)]],
    ...[...services].map(([service, byCall]) => [service, object(byCall)] as const),
  ]);
  yield '\n';
}

/** A list that broke off has an error under the location for nowhere: its servers are to be judged all the same. */
const listText = (locations: ByLocation, gap: Gap | undefined): Text => {
  const all = gap || locations.size === 0 ? new Map([[nowhere, []], ...locations]) : locations;
  return object(
    sorted(all).map(([location, kept]) => [location, entryText(kept, location === nowhere ? gap?.detail : undefined)]),
  );
};

const parametersText = (locations: ByLocation): Text =>
  object(
    sorted(locations).map(([location, kept]) => [
      location,
      object(
        byId(kept).map((each) => [each.id, entryText([each], each.gap && (each.said ?? each.gap.detail))] as const),
      ),
    ]),
  );

const sorted = (locations: ByLocation) => [...locations].sort(([a], [b]) => byCodeUnit(a, b));
const byId = (kept: readonly Kept[]) => kept.toSorted((a, b) => byCodeUnit(a.id.toLowerCase(), b.id.toLowerCase()));

/** `{ err }`, `{ data }`, or both, if some of it came. The error is Azure's own sentence, as CloudSploit has it, where there is one. */
function entryText(kept: readonly Kept[], err: string | undefined): Text {
  const items = byId(kept).filter(({ piece }) => piece.length > 0);
  return object([
    ...(err ? [['err', [JSON.stringify(err)]] as const] : []),
    ...(err && items.length === 0 ? [] : [['data', array(items.map(({ piece }) => piece))] as const]),
  ]);
}

function* object(members: Iterable<readonly [name: string, text: Text]>): Text {
  let separator = '{\n';
  for (const [name, text] of members) {
    yield `${separator}${JSON.stringify(name)}: `;
    yield* text;
    separator = ',\n';
  }
  yield separator === ',\n' ? '\n}' : '{}';
}

function* array(pieces: readonly Piece[]): Text {
  yield '[';
  for (const [i, piece] of pieces.entries()) {
    yield i > 0 ? ',\n' : '\n';
    yield piece;
  }
  yield ']';
}
