import type { Tenant } from '../../emulator';
import { reporters } from '../../reporters';
import type { Report } from '../../types';
import { view } from './report';
import { type ScanTenantOptions, scanTenant } from './scanTenant';

/** The reports of all shards of a tenant; each may see another one. */
export const shardReports = (
  count: number,
  tenant: Tenant | ((index: number) => Tenant),
  options: ScanTenantOptions = {},
): Promise<Report[]> =>
  Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const seen = typeof tenant === 'function' ? tenant(i + 1) : tenant;
      const shard = { index: i + 1, count };
      return (await scanTenant(seen, { inProcess: true, ...options, shard })).report;
    }),
  );

/** What `--json` writes, but for the times. */
export const timeless = (report: Report): string =>
  reporters.json({ ...report, startedAt: 'then', finishedAt: 'later' }, view);

/** As a file has it. */
export const read = (report: Report): Report => JSON.parse(reporters.json(report, view)) as Report;
