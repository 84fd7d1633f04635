import assert from 'node:assert/strict';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after } from 'node:test';
import { Emulator, type EmulatorServer, type SignIn, serveEmulator, type Tenant } from '../../emulator';
import { systemClock } from '../../helpers/clock';
import type { Clock } from '../../types';
import { loopbackCertificate } from './certificate';
import { secret, secretToken } from './secrets';

export interface StartedEmulator extends EmulatorServer {
  readonly emulator: Emulator;
  /** Of a tenant that has a directory. */
  readonly signIn: SignIn;
}

/** A tenant on loopback HTTPS, with the certificate for it; closed after the test at the latest. */
export async function startEmulator(tenant: Tenant, clock: Clock = systemClock): Promise<StartedEmulator> {
  let server: EmulatorServer | undefined;
  // First of all: behind the await of what an earlier test began, node:test takes us for that test.
  after(() => server?.close());
  const emulator = new Emulator(tenant, clock);
  server = await serveEmulator(emulator, await loopbackCertificate());
  return {
    emulator,
    ...server,
    get signIn() {
      return emulator.signIn ?? assert.fail('this tenant has no directory');
    },
  };
}

/**
 * A managed identity as Azure App Service has one: a token from loopback HTTP, for whoever sends the header, and the
 * client id if there is one.
 * Returns the environment in which Azure's own sign-in finds it.
 */
export async function startManagedIdentity(
  token = secretToken('token'),
  clientId?: string,
): Promise<Record<string, string>> {
  const header = secret('header');
  const origin = await startTokenServer(token, ({ headers, url }) => {
    const asked = new URL(url ?? '', 'http://localhost').searchParams.get('client_id');
    return headers['x-identity-header'] === header && (clientId === undefined || asked === clientId);
  });
  return {
    AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential',
    IDENTITY_ENDPOINT: `${origin}/msi/token`,
    IDENTITY_HEADER: header,
  };
}

/** The same of a virtual machine, or of a pod: whoever reaches it, and says `Metadata: true`, gets a token. */
export async function startMetadataService(token: string): Promise<Record<string, string>> {
  const origin = await startTokenServer(token, (request) => request.headers.metadata === 'true');
  return { AZURE_POD_IDENTITY_AUTHORITY_HOST: origin };
}

async function startTokenServer(token: string, knows: (request: IncomingMessage) => boolean): Promise<string> {
  const server = createServer((request, response) => {
    const known = knows(request);
    const in24Hours = Math.floor(Date.now() / 1000) + 24 * 3600;
    response.writeHead(known ? 200 : 401, { 'content-type': 'application/json' });
    response.end(JSON.stringify(known ? { access_token: token, expires_on: in24Hours, token_type: 'Bearer' } : {}));
  });
  after(() => {
    server.close();
    server.closeAllConnections();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
