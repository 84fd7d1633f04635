import type { Collection } from '../adapters/cloudsploit/reader';
import { collectedSettings, collectionsCollector } from '../adapters/cloudsploit/replay';
import { CollectionWriter, type Drafts } from '../adapters/cloudsploit/writer';
import { demoTenant, Emulator, emulatorHttpClient } from '../emulator';
import { exitCode } from '../engine/exitCode';
import { needsOf, selectPlugins, settingsOf } from '../engine/select';
import { systemClock } from '../helpers/clock';
import { CutShort } from '../helpers/cutShort';
import { printable } from '../helpers/printable';
import { plugins } from '../plugins';
import { reporters, type View } from '../reporters';
import { type ScanOptions, scan, tool } from '../scan';
import type { Plugin, Report, Scope } from '../types';
import { CollectionFiles, collectionPaths, readCollection } from './collection';
import { readCertificates } from './input';
import type { Io } from './io';
import type { ScanRequest } from './options';
import { checkWritable, writeOutput, writeStdout } from './output';
import { progressMode, showProgress } from './progress';
import { useColour, widthOf } from './terminal';

/** `pgposture scan`: asks, judges, tells, and returns the exit code. */
export async function scanCommand(request: ScanRequest, io: Io): Promise<number> {
  const selected = selectPlugins(plugins, { ids: request.plugins, severity: request.severity });
  for (const path of [request.json, request.collection]) {
    if (path !== undefined && path !== '-') await checkWritable(path);
  }
  const source = await sourceOf(request, selected);
  const files = request.collection === undefined ? undefined : new CollectionFiles(request.collection, io);
  const display = showProgress(io.stderr, progressMode(request, io));
  const say = (line: string) => display.say(printable(line));
  const log = (line: string) => void (request.verbose && say(line));
  const cut = new AbortController();
  let interrupted = false;
  const stopListening = io.onInterrupt(() => {
    interrupted = true;
    cut.abort(new CutShort('not-collected'));
    say('Stopping: what is known is reported. Once more ends at once.');
  });
  try {
    const report = await scan({
      ...source,
      subscriptions: request.subscriptions,
      excludeSubscriptions: request.excludeSubscriptions,
      managementGroups: request.managementGroups,
      plugins: selected,
      settings: { ...request.settings, ...source.settings },
      recorder: files && writer(files, request, selected),
      concurrency: request.concurrency,
      timeout: request.timeout,
      signal: cut.signal,
      onSignInPrompt: say,
      onScope: (scope) => log(scopeLine(scope)),
      onProgress: (progress) => display.update(progress),
      log,
    });
    display.end();
    await tell(report, request, io, selected);
    return interrupted ? 2 : exitCode(report, { allowUnknown: new Set(request.allowUnknown) });
  } finally {
    files?.close();
    display.end();
    stopListening();
  }
}

function scopeLine({ name, id, kinds }: Scope): string {
  const lists = Object.entries(kinds).map(([kind, coverage]) =>
    coverage.answered ? `${kind} ${coverage.servers}` : `${kind} ${coverage.servers} (${coverage.reason.kind})`,
  );
  return `${name} (${id}): ${lists.join(', ')}`;
}

async function tell(report: Report, request: ScanRequest, io: Io, selected: readonly Plugin[]): Promise<void> {
  const view: View = {
    width: widthOf(io, 120),
    colour: useColour(io),
    ignoreOk: request.ignoreOk,
    plugins: selected,
  };
  const { console, json } = request;
  const onStdout = [...(console === 'none' ? [] : [console]), ...(json === '-' ? (['json'] as const) : [])];
  for (const format of onStdout) await writeStdout(io, reporters[format](report, view));
  if (json !== undefined && json !== '-') await writeOutput(json, reporters.json(report, view));
}

const writer = (drafts: Drafts, request: ScanRequest, selected: readonly Plugin[]) =>
  new CollectionWriter({ drafts, clock: systemClock, tool, settings: settingsOf(selected, request.settings) });

async function sourceOf(request: ScanRequest, selected: readonly Plugin[]): Promise<ScanOptions> {
  if (request.fromCollections.length > 0) return replay(request, selected);
  return request.demo ? demo() : azure(request);
}

async function replay(request: ScanRequest, selected: readonly Plugin[]): Promise<ScanOptions> {
  const collections: Collection[] = [];
  for (const pattern of request.fromCollections) {
    for (const path of await collectionPaths(pattern)) collections.push(await readCollection(path, needsOf(selected)));
  }
  const names = selected.flatMap(({ settings }) => Object.keys(settings));
  return {
    collector: collectionsCollector(collections),
    settings: collectedSettings(collections, request.settings, names),
  };
}

async function azure(request: ScanRequest): Promise<ScanOptions> {
  const { credential, tenant, clientId, serviceConnectionId, cloud, caFile } = request;
  const ca = caFile === undefined ? undefined : await readCertificates(caFile);
  return { credential, tenant, clientId, serviceConnectionId, cloud, ca };
}

/** The same path as a scan of Azure, SDKs included; only the last step of a request stays in this process. */
const demo = (): ScanOptions => ({
  credential: { getToken: async () => ({ token: 'demo', expiresOnTimestamp: Number.MAX_SAFE_INTEGER }) },
  httpClient: emulatorHttpClient(new Emulator(demoTenant, systemClock)),
  cloud: { armEndpoint: 'https://management.demo.invalid' },
});
