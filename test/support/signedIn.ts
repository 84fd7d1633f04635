import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { demoTenant } from '../../emulator';
import { loopbackCertificate } from './certificate';
import { startEmulator } from './emulator';
import { startProxy } from './proxy';

/**
 * The environment of somebody who has an Azure: the sample tenant, behind a proxy that stands for the internet. Its
 * certificate is written into the folder. All is closed after the test.
 */
export async function signedIn(folder: string): Promise<Record<string, string>> {
  const clientId = '10000000-0000-4000-8000-00000000000a';
  const directory = { applications: [{ clientId, secret: 'right' }] };
  const { endpoint } = await startEmulator({ ...demoTenant, directory });
  const { url } = await startProxy({ leadsTo: endpoint });
  const ca = join(folder, 'ca.pem');
  writeFileSync(ca, (await loopbackCertificate()).cert);
  return {
    AZURE_TENANT_ID: demoTenant.tenantId,
    AZURE_CLIENT_ID: clientId,
    AZURE_CLIENT_SECRET: 'right',
    HTTPS_PROXY: url,
    NODE_EXTRA_CA_CERTS: ca,
  };
}
