import type { HttpClient } from '@azure/core-rest-pipeline';
import { azureCollector, createWire } from '../../collectors';
import type { AzureOptions } from '../../collectors/azure/tenant';
import { type EmulatedRequest, Emulator, emulatorHttpClient, serveEmulator, type Tenant } from '../../emulator';
import { runScan } from '../../engine/scan';
import { selectPlugins } from '../../engine/select';
import { plugins } from '../../plugins';
import type { Progress, Report, Settings } from '../../types';
import { loopbackCertificate } from './certificate';
import { VirtualClock } from './clock';
import { fourPlugins } from './fourPlugins';

export interface Scanned {
  readonly report: Report;
  /** All that the emulator was asked, as `GET /path?query`. */
  readonly requests: readonly string[];
  readonly asked: readonly EmulatedRequest[];
  readonly log: readonly string[];
  /** Requests that were on their way at once. */
  readonly mostInFlight: number;
  /** Milliseconds of the virtual clock that the scan took. */
  readonly took: number;
}

export interface ScanTenantOptions extends Partial<AzureOptions> {
  readonly plugins?: readonly string[];
  readonly settings?: Settings;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** Without the loopback HTTPS: sooner, where the wire is not what is tested. */
  readonly inProcess?: boolean;
  /** Called with each request, before it is answered. */
  readonly onRequest?: (request: EmulatedRequest) => void;
}

/** Scans a tenant that is served over loopback HTTPS, if not in this process, with the real SDKs and a virtual clock. */
export async function scanTenant(tenant: Tenant, options: ScanTenantOptions = {}): Promise<Scanned> {
  const clock = new VirtualClock();
  const silent = new Set<string>();
  const emulator = new (class extends Emulator {
    /** A request that nobody will answer is none that the clock waits for. */
    override answer(request: EmulatedRequest) {
      options.onRequest?.(request);
      const answer = super.answer(request);
      if (answer === 'silence' || answer === 'stall') {
        silent.add(request.url);
        clock.busy--;
      }
      return answer;
    }
  })(tenant, clock);
  const { server, wire } = await (options.inProcess ? inProcess(emulator) : onLoopback(emulator));
  const log: string[] = [];
  const startedAt = clock.now();
  try {
    const report = await runScan({
      collector: azureCollector({
        credential: { getToken: async () => ({ token: 'secret', expiresOnTimestamp: clock.now() + 3_600_000 }) },
        httpClient: counted(wire, clock, silent),
        cloud: { armEndpoint: server.endpoint, audience: server.endpoint },
        subscriptions: [],
        excludeSubscriptions: [],
        managementGroups: [],
        concurrency: 32,
        clock,
        random: () => 0,
        log: (line) => log.push(line),
        ...options,
      }),
      plugins: selectPlugins(plugins, { ids: options.plugins ?? fourPlugins }),
      settings: options.settings ?? {},
      clock,
      tool: { name: 'pgposture', version: '0' },
      signal: options.signal ?? new AbortController().signal,
      ...(options.onProgress && { onProgress: options.onProgress }),
    });
    const requests = emulator.requests.map(({ method, url }) => `${method} ${url.slice(server.endpoint.length)}`);
    return {
      report,
      requests,
      asked: emulator.requests,
      log,
      took: clock.now() - startedAt,
      mostInFlight: clock.mostBusy,
    };
  } finally {
    wire.close();
    await server.close();
  }
}

async function onLoopback(emulator: Emulator) {
  const { cert, key } = await loopbackCertificate();
  return { server: await serveEmulator(emulator, { cert, key }), wire: createWire({ maxSockets: 32, ca: cert }) };
}

const inProcess = async (emulator: Emulator) => ({
  server: { endpoint: 'https://localhost', close: async () => undefined },
  wire: { ...emulatorHttpClient(emulator), close: () => undefined },
});

/** Tells the clock of each request that is on its way; the silent ones it has been told of. */
function counted(wire: HttpClient, clock: VirtualClock, silent: Set<string>): HttpClient {
  return {
    async sendRequest(request) {
      clock.busy++;
      clock.mostBusy = Math.max(clock.mostBusy, clock.busy);
      try {
        return await wire.sendRequest(request);
      } finally {
        if (!silent.delete(request.url)) clock.busy--;
      }
    },
  };
}

/** `name plugin: STATUS` of each row, or its reason kind: what a table of expectations compares. */
export function verdicts({ results }: Report): string[] {
  return results.map(({ resource, plugin, status, reason }) => `${resource.name} ${plugin}: ${reason?.kind ?? status}`);
}
