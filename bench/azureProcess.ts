import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { type Answer, type EmulatedRequest, Emulator, serveEmulator, type WireFault } from '../emulator';
import { parameterItems } from '../emulator/parameters';
import { systemClock } from '../helpers/clock';
import { loopbackCertificate } from '../test/support/certificate';
import type { Asked, AskedOfOne, AzureSpec, Started } from './azure';
import { Faults } from './faults';
import { tenantOf } from './tenant';

const nobody = { name: '/server' };
const many = parameterItems(nobody.name, nobody, 437);
const few = new Set(parameterItems(nobody.name, nobody, 0).map((item) => JSON.stringify(item)));
/** The parameters that no check looks at, as text: most of an answer. */
const others = many
  .map((item) => JSON.stringify(item))
  .filter((text) => !few.has(text))
  .join();

/** Counts, and is quick enough to keep a scanner busy from one core: of a list of parameters, only those that differ are made anew. */
class QuickEmulator extends Emulator {
  requested = 0;
  refused = 0;
  readonly subscriptions = new Map<string, AskedOfOne>();
  /** Ids of servers whose parameters were asked for. */
  readonly servers = new Set<string>();
  faults: Faults | undefined;

  override answer(request: EmulatedRequest): Answer | WireFault {
    const answer = this.#whole(request, super.answer(request) as Answer);
    this.requests.length = 0;
    this.requested++;
    if (answer.status === 429) this.refused++;
    const [, subscription] = /\/subscriptions\/([^/?]+)/.exec(request.url) ?? [];
    if (subscription !== undefined) {
      const { requests = 0 } = this.subscriptions.get(subscription) ?? {};
      this.subscriptions.set(subscription, { requests: requests + 1, last: systemClock.now() });
    }
    return this.faults?.instead(request, answer) ?? answer;
  }

  #whole({ url }: EmulatedRequest, answer: Answer): Answer {
    const [, server] = /(\/subscriptions.*)\/configurations\?/.exec(url) ?? [];
    if (server === undefined || answer.status !== 200) return answer;
    this.servers.add(server);
    const { value } = answer.body as { readonly value: readonly unknown[] };
    const own = value.map((item) => JSON.stringify(item)).join();
    return { ...answer, body: `{"value":[${own},${others.replaceAll(nobody.name, server)}]}` };
  }
}

function tell({ requested: requests, refused, subscriptions, servers, faults }: QuickEmulator): Asked {
  return {
    requests,
    refused,
    servers: servers.size,
    faults: faults?.met.size ?? 0,
    subscriptions: Object.fromEntries(subscriptions),
  };
}

function forget(emulator: QuickEmulator): void {
  emulator.requested = 0;
  emulator.refused = 0;
  emulator.subscriptions.clear();
}

const compressed = new Map<string, Buffer>();

function compress(text: Buffer, url: string): Buffer {
  // A refusal is another text.
  const key = `${text.length} ${url}`;
  const bytes = compressed.get(key) ?? gzipSync(text);
  if (url.includes('/configurations')) compressed.set(key, bytes);
  return bytes;
}

/** A managed identity of Azure App Service, which gives anybody a token. */
async function startIdentity(): Promise<string> {
  const server = createServer((_request, response) => {
    const tomorrow = Math.floor(Date.now() / 1000) + 24 * 3600;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ access_token: 'token', expires_on: tomorrow, token_type: 'Bearer' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/msi/token`;
}

async function start({ size, latency, reads, pageSize, faulty, certificate: path }: AzureSpec): Promise<Started> {
  const more = { ...(reads && { reads }), ...(pageSize && { pageSize }) };
  const emulator = new QuickEmulator({ ...tenantOf(size), parameterCount: 0, latency, ...more }, systemClock);
  if (faulty) emulator.faults = new Faults(faulty);
  const certificate = await loopbackCertificate();
  writeFileSync(path, certificate.cert);
  const { endpoint } = await serveEmulator(emulator, certificate, compress);
  process.on('message', () => {
    process.send?.(tell(emulator));
    forget(emulator);
  });
  return { endpoint, identityEndpoint: await startIdentity() };
}

process.once('message', (spec: AzureSpec) => {
  start(spec).then((started) => process.send?.(started));
});
process.once('disconnect', () => process.exit());
