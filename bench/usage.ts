import { writeSync } from 'node:fs';

/** What a process has used, as it says itself at its end. */
export interface Usage {
  /** Milliseconds of CPU. */
  readonly cpu: number;
  /** MB: the most that was resident. */
  readonly memory: number;
}

/** What a process has in memory, as it says itself when its parent asks; in MB. */
export interface Memory {
  readonly resident: number;
  /** JavaScript's heap: only what is alive in it, if the process runs with `--expose-gc`. */
  readonly heap: number;
  /** Beside the heap, such as the bytes of answers. */
  readonly bytes: number;
}

const mb = (bytes: number) => bytes / 1024 / 1024;

/** The file that it is written to: one that the parent opened for it. */
const usageFile = 3;

// Loaded before the program, by `node --require`.
process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const usage: Usage = { cpu: (userCPUTime + systemCPUTime) / 1000, memory: maxRSS / 1024 };
  writeSync(usageFile, JSON.stringify(usage));
});

if (process.send) {
  process.on('message', () => {
    const { rss } = process.memoryUsage();
    global.gc?.();
    const { heapUsed, external } = process.memoryUsage();
    process.send?.({ resident: mb(rss), heap: mb(heapUsed), bytes: mb(external) } satisfies Memory);
  });
  // Nobody waits for its parent's questions.
  process.channel?.unref();
}
