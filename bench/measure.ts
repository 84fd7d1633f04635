import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { median } from './table';
import type { Memory, Usage } from './usage';

/** A program that is measured, from its start to its end. */
export interface Program {
  readonly argv: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes with which it has done its work. */
  readonly codes: readonly number[];
  /** Looks at it while it runs. */
  readonly watch?: (running: Running) => Promise<void>;
}

/** A program that runs. */
export interface Running {
  readonly hasEnded: boolean;
  /** Undefined if it has ended meanwhile. */
  memory(): Promise<Memory | undefined>;
}

export interface Measured extends Usage {
  /** Milliseconds. */
  readonly wall: number;
  readonly stdout: string;
  readonly startedAt: number;
}

/** Runs it once. Throws if it did not do its work. */
export async function measure({ argv, env = {}, codes, watch }: Program): Promise<Measured> {
  const startedAt = performance.timeOrigin + performance.now();
  const child = spawn(process.execPath, ['--require', join(__dirname, 'usage.js'), ...argv], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', ...(watch ? (['ipc'] as const) : [])],
  });
  const watched = watch?.(running(child));
  const [, out, errors, usage] = child.stdio as unknown as NodeJS.ReadableStream[];
  const all = Promise.all([out, errors, usage].map((stream) => text(stream as NodeJS.ReadableStream)));
  const [code] = (await once(child, 'exit')) as [number | null];
  const wall = performance.timeOrigin + performance.now() - startedAt;
  const [stdout = '', stderr = '', used = ''] = await all;
  await watched;
  if (!codes.includes(code ?? -1)) throw new Error(`${argv.join(' ')} exited with ${code}: ${stderr}`);
  return { wall, stdout, startedAt, ...(JSON.parse(used) as Usage) };
}

const running = (child: ChildProcess): Running => ({
  get hasEnded() {
    return child.exitCode !== null || child.signalCode !== null;
  },
  memory: () =>
    new Promise((resolve) => {
      const tell = (memory?: Memory) => {
        child.off('message', tell);
        child.off('exit', none);
        resolve(memory);
      };
      const none = () => tell();
      child.on('message', tell);
      child.on('exit', none);
      child.send({}, (error) => error && none());
    }),
});

/** Each program in turn, and all of them again, so that what slows the machine down slows all of them. */
export async function inTurn<K extends string>(
  rounds: number,
  programs: Readonly<Record<K, () => Promise<Measured>>>,
): Promise<Record<K, Pick<Measured, 'wall' | 'cpu' | 'memory'>>> {
  const names = Object.keys(programs) as K[];
  const measured = new Map<K, Measured[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const name of names) measured.get(name)?.push(await programs[name]());
  }
  const medians = (runs: readonly Measured[]) => ({
    wall: median(runs.map(({ wall }) => wall)),
    cpu: median(runs.map(({ cpu }) => cpu)),
    memory: median(runs.map(({ memory }) => memory)),
  });
  return Object.fromEntries([...measured].map(([name, runs]) => [name, medians(runs)])) as Record<
    K,
    ReturnType<typeof medians>
  >;
}
