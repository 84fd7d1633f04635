import { endpointCollector } from '../collectors/endpoint/endpoints';
import { systemClock } from '../helpers/clock';
import { readCertificates } from './certificates';
import type { Io } from './io';
import { liveCommand } from './live';
import type { ProbeRequest } from './request';

/** `pgposture probe`: asks ports what they accept. */
export async function probeCommand(request: ProbeRequest, io: Io): Promise<number> {
  const { caFile, addresses } = request;
  const ca = caFile === undefined ? undefined : [await readCertificates(caFile)];
  return liveCommand('PostgreSQL/endpoints', request, io, async (log) =>
    endpointCollector(addresses, { ca, clock: systemClock, log }),
  );
}
