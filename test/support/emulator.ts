import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after } from 'node:test';
import { Emulator, type EmulatorServer, serveEmulator, type Tenant } from '../../emulator';
import { systemClock } from '../../helpers/clock';
import type { Clock } from '../../types';
import { loopbackCertificate } from './certificate';

export interface StartedEmulator extends EmulatorServer {
  readonly emulator: Emulator;
}

/** A tenant on loopback HTTPS, with the certificate for it; closed after the test at the latest. */
export async function startEmulator(tenant: Tenant, clock: Clock = systemClock): Promise<StartedEmulator> {
  const emulator = new Emulator(tenant, clock);
  const { endpoint, close } = await serveEmulator(emulator, await loopbackCertificate());
  after(close);
  return { emulator, endpoint, close };
}

/**
 * A managed identity as Azure App Service has one: a token from loopback HTTP, for whoever sends the header.
 * Returns the environment in which Azure's own sign-in finds it.
 */
export async function startManagedIdentity(token: string): Promise<Record<string, string>> {
  const header = 'only-for-this-test';
  const server = createServer((request, response) => {
    const known = request.headers['x-identity-header'] === header;
    const in24Hours = Math.floor(Date.now() / 1000) + 24 * 3600;
    response.writeHead(known ? 200 : 401, { 'content-type': 'application/json' });
    response.end(JSON.stringify(known ? { access_token: token, expires_on: in24Hours, token_type: 'Bearer' } : {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => {
    server.close();
    server.closeAllConnections();
  });
  return {
    AZURE_TOKEN_CREDENTIALS: 'ManagedIdentityCredential',
    IDENTITY_ENDPOINT: `http://127.0.0.1:${(server.address() as AddressInfo).port}/msi/token`,
    IDENTITY_HEADER: header,
  };
}
