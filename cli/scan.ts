import { azureCollector, createWire, defaultCredential } from '../collectors';
import { demoTenant, Emulator, emulatorHttpClient } from '../emulator';
import { exitCode } from '../engine/exitCode';
import { scan } from '../engine/scan';
import { checkSettings, selectPlugins } from '../engine/select';
import { systemClock } from '../helpers/clock';
import { CutShort } from '../helpers/cutShort';
import { printable } from '../helpers/printable';
import { plugins } from '../plugins';
import { reporters, type View } from '../reporters';
import type { Collector, Plugin, Report, Scope } from '../types';
import type { Io } from './io';
import type { ScanRequest } from './options';
import { checkWritable, unwritable, writeOutput } from './output';

/** `pgposture scan`: asks, judges, tells, and returns the exit code. */
export async function scanCommand(request: ScanRequest, io: Io, version: string): Promise<number> {
  const selected = selectPlugins(plugins, { ids: request.plugins, severity: request.severity });
  checkSettings(plugins, request.settings);
  if (request.json !== undefined && request.json !== '-') await checkWritable(request.json);

  const say = (line: string) => io.stderr.write(`${printable(line)}\n`);
  const log = (line: string) => void (request.verbose && say(line));
  const cut = new AbortController();
  let interrupted = false;
  const { collector, close } = request.demo ? demo(request, log) : azure(request, log);
  const stopTimer = request.timeout && systemClock.after(request.timeout, () => cut.abort(new CutShort('timeout')));
  const stopListening = io.onInterrupt(() => {
    interrupted = true;
    cut.abort(new CutShort('not-collected'));
    void say('Stopping: what is known is reported. Once more ends at once.');
  });
  try {
    if (io.stderr.isTTY && !request.quiet) await say(`Scanning ${request.demo ? 'the sample tenant' : 'Azure'}.`);
    const report = await scan({
      collector,
      plugins: selected,
      settings: request.settings,
      clock: systemClock,
      tool: { name: 'pgposture', version },
      signal: cut.signal,
      onScope: (scope) => log(scopeLine(scope)),
    });
    await tell(report, request, io, selected);
    return interrupted ? 2 : exitCode(report, { allowUnknown: new Set(request.allowUnknown) });
  } finally {
    if (stopTimer) stopTimer();
    stopListening();
    close();
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
    width: Math.max(60, Math.min(io.stdout.columns ?? 80, 120)),
    colour: useColour(io),
    ignoreOk: request.ignoreOk,
    plugins: selected,
  };
  const { console, json } = request;
  const onStdout = [...(console === 'none' ? [] : [console]), ...(json === '-' ? (['json'] as const) : [])];
  for (const format of onStdout) {
    await io.stdout
      .write(reporters[format](report, view))
      .catch((error) => Promise.reject(unwritable('stdout', error)));
  }
  if (json !== undefined && json !== '-') await writeOutput(json, reporters.json(report, view));
}

/** https://no-color.org, https://force-color.org */
function useColour({ stdout, env }: Io): boolean {
  if (env.NO_COLOR) return false;
  return env.FORCE_COLOR ? env.FORCE_COLOR !== '0' : stdout.isTTY && env.TERM !== 'dumb';
}

interface Source {
  readonly collector: Collector;
  close(): void;
}

type Log = (line: string) => void;

const common = ({ concurrency, subscriptions, excludeSubscriptions }: ScanRequest, log: Log) => ({
  concurrency,
  subscriptions,
  excludeSubscriptions,
  clock: systemClock,
  random: Math.random,
  log,
});

function azure(request: ScanRequest, log: Log): Source {
  const { tenant, armEndpoint: endpoint = 'https://management.azure.com', concurrency } = request;
  const wire = createWire({ maxSockets: concurrency });
  const credential = defaultCredential(tenant);
  const tenantId = tenant === undefined ? {} : { tenantId: tenant };
  const collector = azureCollector({ ...common(request, log), ...tenantId, credential, httpClient: wire, endpoint });
  return { collector, close: () => wire.close() };
}

/** The same path as a scan of Azure, SDKs included; only the last step of a request stays in this process. */
function demo(request: ScanRequest, log: Log): Source {
  const credential = { getToken: async () => ({ token: 'demo', expiresOnTimestamp: Number.MAX_SAFE_INTEGER }) };
  const httpClient = emulatorHttpClient(new Emulator(demoTenant, systemClock));
  const collector = azureCollector({
    ...common(request, log),
    credential,
    httpClient,
    endpoint: 'https://management.demo.invalid',
  });
  return { collector, close: () => undefined };
}
