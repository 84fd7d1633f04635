import type { HttpClient } from '@azure/core-rest-pipeline';
import { Arm } from '../../collectors/azure/arm';
import type { CachedCredential } from '../../collectors/azure/signIn';
import { VirtualClock } from './clock';

/** Azure Resource Manager at https://arm.example, of which this client tells. */
export const armOf = (sendRequest: HttpClient['sendRequest'], getToken: CachedCredential['getToken']): Arm =>
  new Arm({
    endpoint: 'https://arm.example',
    audience: 'https://arm.example',
    credential: { getToken, generation: 0, discard: () => false },
    httpClient: { sendRequest },
    concurrency: 1,
    wanted: { whole: false, properties: new Set(), parameters: new Set() },
    clock: new VirtualClock(),
    random: () => 0,
    log: () => {},
    signal: new AbortController().signal,
    changed: () => {},
  });
