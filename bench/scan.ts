import assert from 'node:assert/strict';
import { startAzure } from './azure';
import { inTurn } from './measure';
import { benchOptions, tenth } from './options';
import { floor, ours, type Scanned } from './ours';
import { machine, printTable, type Row, ratio } from './table';
import type { Size } from './tenant';

const { rounds, short } = benchOptions(5);
const sized = (size: Size): Size =>
  short
    ? {
        subscriptions: tenth(size.subscriptions),
        flexibleServers: tenth(size.flexibleServers),
        singleServers: tenth(size.singleServers),
      }
    : size;

/** As many as the first row says. */
const atOnce = 32;
/** CloudSploit has ten requests on their way. */
const cloudsploit = 10;

async function oneSubscription(): Promise<Row[]> {
  const size = sized({ subscriptions: 1, flexibleServers: 1_000, singleServers: 50 });
  const azure = await startAzure({ size, latency: 100 });
  try {
    // The first of all waits for what the emulator makes only once.
    if (!short) await ours(azure, size);
    const measured = await inTurn(rounds, {
      floor: () => floor(azure, size, atOnce),
      ours: () => ours(azure, size, atOnce),
      floorOfTen: () => floor(azure, size, cloudsploit),
      oursByDefault: () => ours(azure, size),
    });
    const { floor: least, ours: same, floorOfTen, oursByDefault } = measured;
    return [
      row(`${told(size)}, 100 ms an answer: floor, 32 at a time`, least),
      row('pgposture --concurrency 32', same, least, 'wall 1.05, CPU 1.25, memory 0.85'),
      row('floor, 10 at a time', floorOfTen),
      row('pgposture', oursByDefault, floorOfTen, 'wall 0.35'),
    ];
  } finally {
    azure.close();
  }
}

async function manySubscriptions(): Promise<Row[]> {
  const size = sized({ subscriptions: 3_000, flexibleServers: 2_000, singleServers: 500 });
  const azure = await startAzure({ size, latency: 50 });
  const most = 2 * size.subscriptions + size.flexibleServers + 20;
  const asked = async (scan: Promise<Scanned>): Promise<Scanned> => {
    const scanned = await scan;
    assert.ok(scanned.asked.requests <= most, `${scanned.asked.requests} requests`);
    return scanned;
  };
  try {
    if (!short) await ours(azure, size);
    const measured = await inTurn(rounds, {
      floor: () => floor(azure, size, atOnce),
      ours: () => asked(ours(azure, size, atOnce)),
    });
    return [
      row(`${told(size)}, 50 ms: floor, 32 at a time`, measured.floor),
      row(`pgposture --concurrency 32 (at most ${most} requests)`, measured.ours, measured.floor, 'wall 1.20'),
    ];
  } finally {
    azure.close();
  }
}

const told = ({ subscriptions, flexibleServers, singleServers }: Size) =>
  `${subscriptions} subscriptions, ${flexibleServers} + ${singleServers} servers`;

type Medians = Readonly<Record<'wall' | 'cpu' | 'memory', number>>;

const row = (what: string, { wall, cpu, memory }: Medians, against?: Medians, bar = ''): Row => ({
  what,
  wall: `${(wall / 1000).toFixed(2)} s`,
  CPU: `${(cpu / 1000).toFixed(2)} s`,
  memory: `${memory.toFixed(0)} MB`,
  'to the floor above it': against
    ? [ratio(wall, against.wall), ratio(cpu, against.cpu), ratio(memory, against.memory)].join(', ')
    : '',
  'at most': bar,
});

async function main(): Promise<void> {
  const rows = [...(await oneSubscription()), ...(await manySubscriptions())];
  printTable(`Scans, medians of ${rounds}, by turns; ${machine()}`, rows);
}

main();
