import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { HttpClient } from '@azure/core-rest-pipeline';
import { azureCollector, createCredential, createWire, Share } from '../../collectors';
import type { Part } from '../../collectors/azure/shard';
import type { AzureOptions } from '../../collectors/azure/tenant';
import {
  type EmulatedRequest,
  Emulator,
  emulatorHttpClient,
  isEndless,
  serveEmulator,
  type Tenant,
} from '../../emulator';
import { runScan } from '../../engine/scan';
import { selectPlugins } from '../../engine/select';
import { CutShort } from '../../helpers/cutShort';
import { plugins } from '../../plugins';
import type { Clock, ForeignPlugin, Progress, Report, Settings } from '../../types';
import { loopbackCertificate } from './certificate';
import { VirtualClock } from './clock';
import { fourPlugins } from './fourPlugins';
import { listenToSdk } from './sdkLog';
import { accessToken, assertNoSecret } from './secrets';

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
  readonly foreignPlugins?: readonly ForeignPlugin[];
  readonly settings?: Settings;
  readonly shard?: Part;
  readonly signal?: AbortSignal;
  /** Milliseconds of the virtual clock for the whole scan. */
  readonly timeout?: number;
  readonly onProgress?: (progress: Progress) => void;
  /** Without the loopback HTTPS: sooner, where the wire is not what is tested. */
  readonly inProcess?: boolean;
  /** Called with each request, before it is answered. */
  readonly onRequest?: (request: EmulatedRequest) => void;
  /** Signs in to the tenant's directory, as a job of GitHub does, by Azure's own credential. */
  readonly signIn?: boolean;
  /** Connections that lead elsewhere: to an origin where nothing good is. */
  readonly detour?: Detour;
}

export interface Detour {
  readonly on: RegExp;
  /** Requests that take it; all, if left out. */
  readonly times?: number | undefined;
  readonly to: string;
  /** PEM: what is trusted there. */
  readonly ca?: string | undefined;
  /** Nothing ever comes back. */
  readonly endless?: boolean | undefined;
}

/**
 * Scans a tenant that is served over loopback HTTPS, if not in this process, with the real SDKs and a virtual clock. Whatever
 * the test is about, no request writes or leaves for another origin, and no secret is in the report, in an error, in our log or in the
 * SDK's at its most talkative.
 */
export async function scanTenant(tenant: Tenant, options: ScanTenantOptions = {}): Promise<Scanned> {
  const clock = new VirtualClock();
  const sdkLog = listenToSdk();
  const log: string[] = [];
  try {
    const scanned = await scanWith(clock, log, tenant, options);
    assertNoSecret('report', JSON.stringify(scanned.report));
    return scanned;
  } catch (error) {
    assertNoSecret('error', inspect(error, { depth: 9 }));
    throw error;
  } finally {
    assertNoSecret('log', log.join('\n'));
    assertNoSecret("SDK's log", sdkLog());
  }
}

async function scanWith(
  clock: VirtualClock,
  log: string[],
  tenant: Tenant,
  options: ScanTenantOptions,
): Promise<Scanned> {
  const silent = new Set<string>();
  const emulator = new (class extends Emulator {
    /** A request that nobody will answer is none that the clock waits for. */
    override answer(request: EmulatedRequest) {
      options.onRequest?.(request);
      const answer = super.answer(request);
      if (isEndless(answer)) {
        silent.add(request.url);
        clock.busy--;
      }
      return answer;
    }
  })(tenant, clock);
  const { server, wire } = await (options.inProcess ? inProcess(emulator) : onLoopback(emulator, options.detour?.ca));
  const startedAt = clock.now();
  const cut = new AbortController();
  if (options.timeout !== undefined) clock.after(options.timeout, () => cut.abort(new CutShort('timeout')));
  const share = options.shard && new Share(options.shard);
  const choice = { subscriptions: [], excludeSubscriptions: [], managementGroups: [] };
  const armEndpoint = server.endpoint;
  const httpClient = counted(wire, clock, silent, server.endpoint, options.detour);
  try {
    const report = await runScan({
      collector: azureCollector({
        credential: options.signIn
          ? githubActions(emulator, server.endpoint, httpClient, clock)
          : { getToken: async () => ({ token: accessToken, expiresOnTimestamp: clock.now() + 3_600_000 }) },
        httpClient,
        cloud: { armEndpoint: server.endpoint, audience: server.endpoint },
        subscriptions: [],
        excludeSubscriptions: [],
        managementGroups: [],
        share,
        concurrency: 32,
        clock,
        random: () => 0,
        log: (line) => log.push(line),
        ...options,
      }),
      plugins: selectPlugins(plugins, { ids: options.plugins ?? fourPlugins }),
      foreignPlugins: options.foreignPlugins ?? [],
      settings: options.settings ?? {},
      choice,
      shard: share && (() => ({ ...share.part, armEndpoint, choice, subscriptions: share.subscriptions })),
      clock,
      tool: { name: 'pgposture', version: '0' },
      signal: options.signal ?? cut.signal,
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

async function onLoopback(emulator: Emulator, ca = '') {
  const { cert, key } = await loopbackCertificate();
  return {
    server: await serveEmulator(emulator, { cert, key }),
    wire: createWire({ maxSockets: 32, ca: `${cert}\n${ca}` }),
  };
}

const inProcess = async (emulator: Emulator) => ({
  server: { endpoint: 'https://localhost', close: async () => undefined },
  wire: { ...emulatorHttpClient(emulator), close: () => undefined },
});

/** As a job of GitHub signs in: a word of GitHub's for a token of Entra's. */
export function githubActions(emulator: Emulator, endpoint: string, httpClient: HttpClient, clock: Clock) {
  const given = { tenant: emulator.tenant.tenantId, clientId: directory.applications[0].clientId };
  const env = {
    ACTIONS_ID_TOKEN_REQUEST_URL: `${endpoint}/github/idtoken`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: directory.jobToken,
  };
  const cloud = { armEndpoint: endpoint, audience: endpoint, authorityHost: endpoint };
  return createCredential('github-actions', given, { cloud, httpClient, env, clock, random: () => 0 });
}

/** For the tenants that are signed in to. */
export const directory = {
  jobToken: `job-${accessToken}`,
  applications: [
    { clientId: '10000000-0000-4000-8000-00000000000a', federatedAudience: 'api://AzureADTokenExchange' },
  ] as const,
};

/**
 * Tells the clock of each request that is on its way; the silent ones it has been told of. None may write, nor leave for an
 * origin other than Azure's, but for those that the test leads astray.
 */
function counted(
  wire: HttpClient,
  clock: VirtualClock,
  silent: Set<string>,
  endpoint: string,
  detour: Detour | undefined,
): HttpClient {
  let taken = 0;
  return {
    async sendRequest(request) {
      const { origin, pathname } = new URL(request.url);
      assert.equal(origin, endpoint);
      assert.equal(request.method, pathname.endsWith('/oauth2/v2.0/token') ? 'POST' : 'GET');
      const away = detour?.on.test(request.url.slice(endpoint.length)) && taken++ < (detour.times ?? Infinity);
      const url = away ? request.url.replace(endpoint, detour?.to ?? '') : request.url;
      if (away && detour?.endless) return wire.sendRequest({ ...request, url });
      clock.busy++;
      clock.mostBusy = Math.max(clock.mostBusy, clock.busy);
      try {
        return await wire.sendRequest({ ...request, url });
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
