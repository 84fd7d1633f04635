import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { type Failure, failureOf, told } from './check';

/** Every `step`th schedule from `seed` on, up to the one before `end`. */
interface Share {
  readonly seed: number;
  readonly end: number;
  readonly step: number;
}

/** What a thread says: how many schedules it has played since it last said so, and what came of the last. */
interface Said {
  readonly played: number;
  readonly failure?: string;
}

/** `--runs N --seed S`: the schedules from S to S + N - 1. */
function options(): { readonly seed: number; readonly runs: number } {
  const { values } = parseArgs({ options: { runs: { type: 'string' }, seed: { type: 'string' } } });
  const read = (name: 'runs' | 'seed', usual: number): number => {
    const number = Number(values[name] ?? usual);
    if (Number.isSafeInteger(number) && number >= 1 && number < 2 ** 31) return number;
    console.error(`--${name} cannot be "${values[name]}". Give a whole number from 1 on, below 2^31.`);
    process.exit(2);
  };
  return { runs: read('runs', 2_000), seed: read('seed', randomInt(1, 1_000_000_000)) };
}

async function explore(): Promise<void> {
  const { seed, runs } = options();
  const threads = Math.min(availableParallelism(), runs);
  const began = performance.now();
  let played = 0;
  const tell = (end: string) => process.stderr.write(`\r${played} of ${runs} schedules, from ${seed} on${end}`);
  await Promise.all(
    Array.from({ length: threads }, (_, i) => {
      const share: Share = { seed: seed + i, end: seed + runs, step: threads };
      const worker = new Worker(__filename, { workerData: share });
      return new Promise<void>((resolve, reject) => {
        worker.on('message', ({ played: more, failure }: Said) => {
          played += more;
          if (process.stderr.isTTY) tell('');
          if (failure === undefined) return;
          if (process.stderr.isTTY) process.stderr.write('\n');
          console.log(failure);
          process.exit(1);
        });
        worker.on('error', reject);
        worker.on('exit', () => resolve());
      });
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  if (process.stderr.isTTY) tell('\n');
  console.log(`Schedules ${seed} to ${seed + runs - 1}: none with a violation, in ${seconds.toFixed(0)} s.`);
}

async function work({ seed, end, step }: Share): Promise<void> {
  let played = 0;
  for (let at = seed; at < end; at += step) {
    const failure: Failure | undefined = await failureOf(at);
    played++;
    if (!failure && played < 100 && at + step < end) continue;
    parentPort?.postMessage({ played, ...(failure && { failure: told(failure) }) } satisfies Said);
    played = 0;
  }
}

if (isMainThread) explore();
else work(workerData);
