import { selectPlugins } from '../engine/select';
import { printable } from '../helpers/printable';
import { plugins as ours } from '../plugins';
import { scan } from '../scan';
import type { Collector, Kind } from '../types';
import { conclude, gated, readGate } from './gate';
import { interruption } from './interrupt';
import type { Io } from './io';
import { ofKinds } from './ofKinds';
import { checkAllWritable } from './output';
import { progressMode, showProgress } from './progress';
import type { LiveRequest } from './request';
import { tell } from './tell';

/** What looks, and is told on the way what goes on. */
export type Look = (log: (line: string) => void, signal: AbortSignal) => Promise<Collector>;

/** `probe` and `audit`: looks without asking Azure, judges, tells as a scan does, and returns the exit code. */
export async function liveCommand(kind: Kind, request: LiveRequest, io: Io, look: Look): Promise<number> {
  const { plugins: ids, severity } = request;
  const plugins = selectPlugins(ofKinds(ours, [kind], ids), { ids, severity });
  await checkAllWritable(request.files);
  const gate = await readGate(request, io);
  const display = showProgress(io.stderr, progressMode(request, io));
  const log = (line: string) => void (request.verbose && display.say(printable(line)));
  const cut = interruption(request.timeout, io, display.say);
  try {
    const scanned = await scan({
      collector: await look(log, cut.signal),
      plugins,
      settings: request.settings,
      signal: cut.signal,
      onProgress: (progress) => display.update(progress),
    });
    display.end();
    const report = gated(
      scanned,
      gate,
      ours.map(({ id }) => id),
    );
    await tell(report, request, io, plugins);
    const code = await conclude(report, request, io);
    return cut.stopped ? 2 : code;
  } finally {
    display.end();
    cut.end();
  }
}
