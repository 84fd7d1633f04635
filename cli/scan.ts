import { createReadStream } from 'node:fs';
import type { Collection } from '../adapters/cloudsploit/reader';
import type { ForeignRunner, RunnerOptions } from '../adapters/cloudsploit/runner';
import type { Drafts } from '../adapters/cloudsploit/writer';
import { needsOf, selectPlugins, settingsOf } from '../engine/select';
import { systemClock } from '../helpers/clock';
import { serverKinds } from '../helpers/kind';
import { printable } from '../helpers/printable';
import { ScanError } from '../helpers/scanError';
import { type ScanOptions, scan, tool } from '../scan';
import type { ForeignDescription, Kind, Recorder, Scope, Settings } from '../types';
import { conclude, gated, readGate } from './gate';
import { interruption } from './interrupt';
import type { Io } from './io';
import { ofKinds } from './ofKinds';
import { placeholder } from './options';
import { checkAllWritable } from './output';
import { described, foreignOf, type LoadedPlugins, loadPlugins } from './pluginModules';
import { progressMode, showProgress } from './progress';
import type { ScanRequest } from './request';
import { isSpecial } from './special';
import { tell } from './tell';

// What only some scans need, and what no scan needs before Azure is asked, is loaded where it is used.
const loadCertificates = () => require('./certificates') as typeof import('./certificates');
const loadReplay = () => require('../adapters/cloudsploit/replay') as typeof import('../adapters/cloudsploit/replay');
const loadRunner = () => require('../adapters/cloudsploit/runner') as typeof import('../adapters/cloudsploit/runner');
const loadWriter = () => require('../adapters/cloudsploit/writer') as typeof import('../adapters/cloudsploit/writer');
const loadCompliance = () => require('./compliance') as typeof import('./compliance');
const loadCollection = () => require('./collection') as typeof import('./collection');

/** `pgposture scan`: asks, judges, tells, and returns the exit code. */
export async function scanCommand(request: ScanRequest, io: Io): Promise<number> {
  const loaded = await loadPlugins(request.pluginModules);
  const selected = selectedOf(loaded, request);
  await checkAllWritable([...request.files, ...collectionOf(request)]);
  // Of a shard nothing is accepted: that is for the gate that has all results.
  const gate = request.shard ? undefined : await readGate(request, io);
  const files =
    request.collection === undefined
      ? undefined
      : new (loadCollection().CollectionFiles)(request.collection, io, request.shard);
  const { caFile } = request;
  // Before a signal only asks for an end: a pipe may never say anything.
  const ca = caFile === undefined ? undefined : await loadCertificates().readCertificates(caFile);
  const display = showProgress(io.stderr, progressMode(request, io));
  const say = (line: string) => display.say(printable(line));
  const log = (line: string) => void (request.verbose && say(line));
  const cut = interruption(request.timeout, io, say);
  let runner: ForeignRunner | undefined;
  try {
    const collections = request.fromCollections.length > 0 ? await read(request, selected, cut.signal, log) : [];
    const settings =
      collections.length > 0
        ? loadReplay().collectedSettings(collections, request.settings, [...selected.plugins, ...selected.foreign])
        : request.settings;
    runner = runnerFor(selected, { settings, signal: cut.signal, log });
    const source = collections.length > 0 ? replay(collections, runner) : await live(request, ca);
    const scanned = await scan({
      ...source,
      subscriptions: request.subscriptions,
      excludeSubscriptions: request.excludeSubscriptions,
      managementGroups: request.managementGroups,
      shard: request.shard,
      probe: request.probe,
      plugins: selected.plugins,
      foreignPlugins: runner?.plugins,
      settings,
      recorder: recorderFor(
        [files, collections.length === 0 && runner ? loadRunner().inMemory(runner) : undefined],
        settingsOf([...selected.plugins, ...selected.foreign], settings),
      ),
      concurrency: request.concurrency,
      signal: cut.signal,
      onSignInPrompt: say,
      onScope: (scope) => log(scopeLine(scope)),
      onProgress: (progress) => display.update(progress),
      log,
    });
    display.end();
    const known = described(loaded);
    const ids = known.map(({ id }) => id);
    const judged = gate ? gated(scanned, gate, ids) : scanned;
    const report = loadCompliance().labelled(judged, known, request.frameworks);
    const failed = files?.failed ?? [];
    await tell(report, { ...request, failed }, io, [...selected.plugins, ...selected.foreign], known);
    const code = await conclude(report, request, io);
    return cut.stopped ? 2 : code;
  } finally {
    await runner?.close();
    files?.close();
    display.end();
    cut.end();
  }
}

/** Where it goes; in a name, the id of a subscription takes more room than what stands for it. */
const collectionOf = ({ collection: path }: ScanRequest) =>
  path === undefined ? [] : [{ path, sample: path.replaceAll(placeholder, '00000000-0000-0000-0000-000000000000') }];

/** The plugins that are to run. */
interface Selected extends LoadedPlugins {
  /** What those of CloudSploit's shape say of themselves. */
  readonly foreign: readonly ForeignDescription[];
}

function selectedOf(loaded: LoadedPlugins, { plugins: ids, severity, frameworks, probe }: ScanRequest): Selected {
  const told: readonly Kind[] = probe ? [...serverKinds, 'PostgreSQL/endpoints'] : serverKinds;
  const fitting = ofKinds(described(loaded), told, ids);
  const chosen = new Set(selectPlugins(fitting, { ids, severity, frameworks }).map(({ id }) => id));
  const cloudsploit = new Map([...loaded.cloudsploit].filter(([id]) => chosen.has(id)));
  return {
    ...loaded,
    plugins: loaded.plugins.filter(({ id }) => chosen.has(id)),
    cloudsploit,
    foreign: foreignOf(cloudsploit),
  };
}

function runnerFor(
  { cloudsploit: plugins, modules, foreign }: Selected,
  { settings, ...options }: Pick<RunnerOptions, 'settings' | 'signal' | 'log'>,
): ForeignRunner | undefined {
  if (plugins.size === 0) return undefined;
  return new (loadRunner().ForeignRunner)({ ...options, plugins, modules, settings: settingsOf(foreign, settings) });
}

function recorderFor(drafts: readonly (Drafts | undefined)[], settings: Settings): Recorder | undefined {
  const writers = drafts.flatMap((each) =>
    each ? [new (loadWriter().CollectionWriter)({ drafts: each, clock: systemClock, tool, settings })] : [],
  );
  return writers.length > 1 ? together(writers) : writers[0];
}

/** Each is told the same. */
const together = (recorders: readonly Recorder[]): Recorder => ({
  begin: (...told) => recorders.forEach((each) => void each.begin(...told)),
  servers: async (...told) => void (await Promise.all(recorders.map((each) => each.servers(...told)))),
  parameters: async (...told) => void (await Promise.all(recorders.map((each) => each.parameters(...told)))),
  scope: async (...told) => void (await Promise.all(recorders.map((each) => each.scope(...told)))),
});

const read = (
  { fromCollections }: ScanRequest,
  { plugins, foreign }: Selected,
  signal: AbortSignal,
  log: (line: string) => void,
): Promise<Collection[]> => loadCollection().readCollections(fromCollections, needsOf(plugins, foreign), signal, log);

/** What was collected before. Plugins of CloudSploit's shape read all of it, and so read the file themselves. */
function replay(collections: readonly Collection[], runner: ForeignRunner | undefined): ScanOptions {
  const once = runner && collections.find(({ name }) => isSpecial(name));
  if (once) {
    const what = `"${once.name}" can be read only once, and the plugins in the shape of CloudSploit have to read it again.`;
    throw new ScanError('unreadable-input', what, 'Keep it in a file, and name that.');
  }
  return {
    collector: loadReplay().collectionsCollector(collections, async ({ name }, subscriptionIds) =>
      runner?.run(subscriptionIds, () => createReadStream(name)),
    ),
  };
}

function scopeLine({ name, id, kinds }: Scope): string {
  const lists = Object.entries(kinds).map(([kind, coverage]) =>
    coverage.answered ? `${kind} ${coverage.servers}` : `${kind} ${coverage.servers} (${coverage.reason.kind})`,
  );
  return `${name} (${id}): ${lists.join(', ')}`;
}

const live = (request: ScanRequest, ca: string | undefined): ScanOptions =>
  request.demo ? demo() : azure(request, ca);

function azure(request: ScanRequest, ca: string | undefined): ScanOptions {
  // Azure's SDK asks of each request whether it has a form, and to answer Node would load a second HTTP client: a tenth of a start.
  if (request.pluginModules.length === 0) Reflect.deleteProperty(globalThis, 'FormData');
  const { credential, tenant, clientId, serviceConnectionId, cloud } = request;
  return { credential, tenant, clientId, serviceConnectionId, cloud, ca };
}

/** The same path as a scan of Azure, SDKs included; only the last step of a request stays in this process. */
function demo(): ScanOptions {
  const { demoTenant, Emulator, emulatorHttpClient } = require('../emulator') as typeof import('../emulator');
  return {
    credential: { getToken: async () => ({ token: 'demo', expiresOnTimestamp: Number.MAX_SAFE_INTEGER }) },
    httpClient: emulatorHttpClient(new Emulator(demoTenant, systemClock)),
    cloud: { armEndpoint: 'https://management.demo.invalid' },
  };
}
