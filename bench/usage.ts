import { writeSync } from 'node:fs';

/** What a process has used, as it says itself at its end. */
export interface Usage {
  /** Milliseconds of CPU. */
  readonly cpu: number;
  /** MB: the most that was resident. */
  readonly memory: number;
}

/** The file that it is written to: one that the parent opened for it. */
const usageFile = 3;

// Loaded before the program, by `node --require`.
process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const usage: Usage = { cpu: (userCPUTime + systemCPUTime) / 1000, memory: maxRSS / 1024 };
  writeSync(usageFile, JSON.stringify(usage));
});
