import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Report } from '../types';
import { startAzure } from './azure';
import { measure, type Running } from './measure';
import { benchOptions, tenth } from './options';
import { readReport, runScan } from './ours';
import { rowsOf } from './rows';
import { machine, printTable, type Row, ratio } from './table';
import type { Size } from './tenant';
import { assertTrue, truthOf } from './truth';
import type { Memory } from './usage';

const { short } = benchOptions(1);
const scale = (number: number) => (short ? tenth(tenth(number)) : number);
const size: Size = {
  subscriptions: scale(200),
  flexibleServers: scale(49_000),
  singleServers: scale(1_000),
};
const pageSize = 50;
const faulty = { share: 0.02, brief: short };
const truth = truthOf(size, pageSize, faulty);

/** MB that the heap may have: without it, Node lets garbage lie until there are gigabytes. */
const bar = 128;

/** The process of a scan, when so many servers had been asked for their parameters. */
interface Sample extends Memory {
  readonly servers: number;
}

interface Soaked {
  /** At each tenth of the servers. */
  readonly samples: readonly Sample[];
  /** What was resident at most, until the report was written. */
  readonly peak: number;
  /** What the rows of the report take. */
  readonly rows: number;
  readonly report: Report;
  readonly requests: number;
  readonly faults: number;
}

/** One scan, right about every server, or it throws. */
async function soak(node: readonly string[]): Promise<Soaked> {
  const azure = await startAzure({ size, latency: 20, pageSize, faulty });
  try {
    const samples: Sample[] = [];
    let requests = 0;
    const watch = async (running: Running) => {
      while (!running.hasEnded) {
        const asked = await azure.asked();
        requests += asked.requests;
        if (tenthsOf(asked.servers) > tenthsOf(samples.at(-1)?.servers ?? 0)) {
          const memory = await running.memory();
          if (memory) samples.push({ servers: asked.servers, ...memory });
        }
        await sleep(short ? 20 : 200);
      }
    };
    const { memory: peak } = await runScan(azure, { node, watch });
    const { requests: last, faults } = await azure.asked();
    const report = readReport(azure);
    assertTrue(report, truth);
    return { samples, peak, rows: await rowsOf(azure), report, requests: requests + last, faults };
  } finally {
    azure.close();
  }
}

const tenthsOf = (servers: number) => Math.floor((10 * servers) / truth.askable);

const mb = (number: number) => `${number.toFixed(0)} MB`;

/** The two scans side by side, at each tenth of the servers, and how much the rest is of what it was at a fifth of them. */
function curve(tight: Soaked, usual: Soaked): Row[] {
  const rowsAt = ({ servers }: Sample) => (tight.rows * servers) / truth.askable;
  const early = tight.samples.find(({ servers }) => tenthsOf(servers) >= 2);
  return tight.samples.map((sample) => {
    const rows = rowsAt(sample);
    const beside = usual.samples.find(({ servers }) => tenthsOf(servers) === tenthsOf(sample.servers));
    const toEarly = (of: (sample: Sample) => number) =>
      early && early.servers <= sample.servers ? ratio(of(sample) - rows, of(early) - rowsAt(early)) : '';
    return {
      servers: String(sample.servers),
      rows: mb(rows),
      alive: mb(sample.heap),
      'but for rows': mb(sample.heap - rows),
      'to 20 %': toEarly(({ heap }) => heap),
      '░ that, █ rows: 2 MB each': plot(sample.heap - rows, rows),
      resident: mb(sample.resident),
      'but for rows, to 20 %': toEarly(({ resident }) => resident),
      'resident as installed': beside ? mb(beside.resident) : '',
    };
  });
}

const plot = (rest: number, rows: number) =>
  `${'░'.repeat(Math.round(rest / 2))}${'█'.repeat(Math.round((rest + rows) / 2) - Math.round(rest / 2))}`;

/** How many results are UNKNOWN, by kind of reason. */
function unknowns({ results }: Report): string {
  const counts = new Map<string, number>();
  for (const { reason } of results) if (reason) counts.set(reason.kind, (counts.get(reason.kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => `${count} ${kind}`).join(', ');
}

/** What is resident at most in a process that makes a report of as many servers and writes it. A table for eyes is none for so many. */
async function formats(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'pgposture-bench-'));
  const file = join(folder, 'report');
  const peak = async (...format: string[]) => {
    const argv = [join(__dirname, 'written.js'), String(size.flexibleServers + size.singleServers), file, ...format];
    return (await measure({ argv, codes: [0] })).memory;
  };
  try {
    const rows: Row[] = [{ format: 'none', file: '', 'peak memory': mb(await peak()) }];
    for (const format of ['json', 'sarif', 'junit', 'html', 'csv', 'ocsf', 'markdown', 'text']) {
      const memory = await peak(format);
      rows.push({ format, file: mb(statSync(file).size / 1024 / 1024), 'peak memory': mb(memory) });
    }
    return rows;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function main(): Promise<void> {
  // At once, since memory does not mind: much of a scan is waiting for calls that nobody answers.
  const [usual, tight] = await Promise.all([soak([]), soak(['--expose-gc', `--max-old-space-size=${bar}`])]);
  const { summary } = usual.report;
  console.log(
    `${usual.report.results.length} results as they should be: ${summary.PASS} PASS, ${summary.WARN} WARN, ${summary.FAIL} FAIL, ` +
      `${summary.UNKNOWN} UNKNOWN (${unknowns(usual.report)}); ${usual.requests} requests, ${usual.faults} calls that met a fault`,
  );
  printTable(`A scan with a heap of ${bar} MB, and one as installed; ${machine()}`, curve(tight, usual));
  printTable('Resident at most, until the report was written', [
    { scan: 'as installed', 'peak memory': mb(usual.peak) },
    { scan: `with a heap of ${bar} MB`, 'peak memory': mb(tight.peak) },
  ]);
  printTable('A report of as many servers, made and written', await formats());
}

main();
