import { merge } from '../engine/merge';
import type { Report } from '../types';
import { labelled } from './compliance';
import { conclude, gated, readGate } from './gate';
import type { Io } from './io';
import { checkAllWritable } from './output';
import { described, loadPlugins } from './pluginModules';
import { readReport } from './reportFile';
import type { MergeRequest } from './request';
import { tell } from './tell';

/** `pgposture merge`: reads the reports of all shards, tells the one that they make, and returns the exit code. */
export async function mergeCommand(request: MergeRequest, io: Io): Promise<number> {
  const plugins = described(await loadPlugins(request.pluginModules));
  const { reports: paths, files } = request;
  await checkAllWritable(files);
  const gate = await readGate(request, io);
  const reports: Report[] = [];
  for (const path of paths) reports.push(await readReport(path, remedy));
  const merged = merge(
    reports,
    paths.map((path) => `"${path}"`),
  );
  const judged = gated(
    merged,
    gate,
    plugins.map(({ id }) => id),
  );
  const report = labelled(judged, plugins, request.frameworks);
  await tell(report, request, io, plugins);
  return conclude(report, request, io);
}

const remedy = 'Give what pgposture scan --shard wrote with --json, and whole.';
