import { exitCode } from '../engine/exitCode';
import { merge } from '../engine/merge';
import { ScanError } from '../helpers/scanError';
import { thrown } from '../helpers/thrown';
import type { Report } from '../types';
import { unreadable } from './input';
import type { Io } from './io';
import type { MergeRequest } from './options';
import { checkAllWritable } from './output';
import { described, loadPlugins } from './pluginModules';
import { chunksIn } from './special';
import { tell } from './tell';

/** `pgposture merge`: reads the reports of all shards, tells the one that they make, and returns the exit code. */
export async function mergeCommand(request: MergeRequest, io: Io): Promise<number> {
  const plugins = described(await loadPlugins(request.pluginModules));
  const { reports: paths, files } = request;
  await checkAllWritable(files);
  const reports: Report[] = [];
  for (const path of paths) reports.push(await readReport(path));
  const report = merge(
    reports,
    paths.map((path) => `"${path}"`),
  );
  await tell(report, request, io, plugins);
  return exitCode(report, { allowUnknown: new Set(request.allowUnknown) });
}

/** What it holds, `merge` checks. */
async function readReport(path: string): Promise<Report> {
  const text = await readText(path).catch((error) => Promise.reject(unreadable(path, error)));
  try {
    return JSON.parse(text) as Report;
  } catch (error) {
    const remedy = 'Give what pgposture scan --shard wrote with --json, and whole.';
    throw new ScanError('bad-report', `"${path}" is not JSON. ${thrown(error)}`, remedy);
  }
}

async function readText(path: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of chunksIn(path, new AbortController().signal)) chunks.push(chunk);
  return new TextDecoder().decode(Buffer.concat(chunks));
}
