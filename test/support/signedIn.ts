import { join } from 'node:path';
import { demoTenant, type Tenant } from '../../emulator';
import { startEmulator } from './emulator';
import { certificateFile } from './folder';
import { startProxy } from './proxy';
import { secret } from './secrets';

/** A tenant that somebody may sign in to, and their environment but for the way there; stopped after the test. */
async function startAzure(tenant: Tenant, folder: string) {
  const clientId = '10000000-0000-4000-8000-00000000000a';
  const directory = { applications: [{ clientId, secret: secret('right') }] };
  const { endpoint } = await startEmulator({ ...tenant, directory });
  const ca = await certificateFile(folder);
  const env = {
    AZURE_TENANT_ID: tenant.tenantId,
    AZURE_CLIENT_ID: clientId,
    AZURE_CLIENT_SECRET: secret('right'),
    NODE_EXTRA_CA_CERTS: ca,
  };
  return { endpoint, env };
}

/**
 * The environment of somebody who has an Azure: the sample tenant, behind a proxy that stands for the internet. Its
 * certificate is written into the folder. All is closed after the test.
 */
export async function signedIn(folder: string): Promise<Record<string, string>> {
  const { endpoint, env } = await startAzure(demoTenant, folder);
  const { url } = await startProxy({ leadsTo: endpoint });
  return { ...env, HTTPS_PROXY: url };
}

/** The same with this tenant, for a program that knows no proxy: whatever host it asks, the tenant answers. */
export async function signedInWithoutProxy(folder: string, tenant: Tenant): Promise<Record<string, string>> {
  const { endpoint, env } = await startAzure(tenant, folder);
  const connections = join(__dirname, 'insideCloudsploit', 'connections.js');
  return { ...env, NODE_OPTIONS: `--require ${JSON.stringify(connections)}`, PGPOSTURE_EMULATOR: endpoint };
}
