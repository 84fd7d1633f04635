import { basename, dirname, join } from 'node:path';
import { checkedReport } from '../engine/checkedReport';
import { evaluate } from '../engine/evaluate';
import { printable } from '../helpers/printable';
import { ScanError } from '../helpers/scanError';
import { shellFile } from '../helpers/shell';
import type { Report } from '../types';
import type { Io } from './io';
import { makeFiles } from './newFiles';
import type { RemediateArgs } from './options';
import { described, loadPlugins } from './pluginModules';
import { readReport } from './reportFile';
import { checkApart } from './sameFile';
import { bad, once, some } from './words';

const remedy = 'Give what pgposture scan wrote with --json.';

/**
 * `pgposture remediate`: writes a script that repairs the FAILs of a report, and one that takes the changes back; or neither,
 * if there is nothing to repair. It runs none of them, and replaces no file.
 */
export async function remediateCommand(args: RemediateArgs, io: Io, version: string): Promise<void> {
  const { output, undo } = pathsOf(args);
  const plugins = described(await loadPlugins(some('plugin-module', args.pluginModule)));
  const report = checkedReport(await readReport(args.REPORT, remedy), `"${args.REPORT}"`, remedy);
  refuseShard(args.REPORT, report);
  const { changesOnServers, fixScript, notRepaired, repairsOf, takesBack, undoScript } =
    require('../reporters') as typeof import('../reporters');
  const found = repairsOf(report, plugins, evaluate);
  const { repairs } = found;
  const say = (lines: readonly string[]) => io.stderr.write([...lines, ''].map((line) => printable(line)).join('\n'));
  await say(notRepaired(found).map((line) => `Not repaired: ${line}`));
  if (repairs.length === 0) return say(['There is nothing to repair by az, so nothing is written.']);
  const names = { fix: basename(output), undo: basename(undo) };
  // Nobody is to have the changes without the way back.
  const files = [
    { path: undo, text: undoScript(report, repairs, names, version) },
    { path: output, text: fixScript(report, found, names, version) },
  ];
  await makeFiles(files, 'It may hold the only copy of old values: name other files, with --output and --undo.');
  await say([
    `"${output}": ${changesOnServers(repairs)}. "${undo}" ${takesBack(repairs)}.`,
    `Nothing has run. Read both; then: sh ${shellFile(output)}`,
  ]);
}

/** Whoever accepts a FAIL tells pgposture merge: in a shard it looks as if nobody did. Throws a ScanError, `bad-report`. */
function refuseShard(path: string, { shard }: Report): void {
  if (!shard) return;
  const what = `"${path}" is of shard ${shard.index} of ${shard.count}, which knows no suppressions.`;
  throw new ScanError('bad-report', what, 'Give it to pgposture merge first.');
}

/** Throws a ScanError, `bad-option`. */
function pathsOf(args: RemediateArgs): { readonly output: string; readonly undo: string } {
  const output = once('output', args.output) ?? '';
  const undo = once('undo', args.undo) ?? join(dirname(output), 'undo.sh');
  for (const [name, path] of Object.entries({ output, undo })) {
    if (path === '-') throw bad(`--${name} cannot be "-".`, 'Name a file: a script is to be read before it is run.');
  }
  const outputs = [
    { name: '--undo', path: undo },
    { name: '--output', path: output },
  ];
  checkApart(outputs, []);
  return { output, undo };
}
