import assert from 'node:assert/strict';
import { startAzure } from './azure';
import { benchOptions, tenth } from './options';
import { ours } from './ours';
import { machine, median, printTable, ratio } from './table';
import { type Size, subscriptionId } from './tenant';

const { rounds, short } = benchOptions(3);
const scale = (number: number) => (short ? tenth(number) : number);
/** What Azure grants a subscription: https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling. */
const reads = { bucket: scale(250), perSecond: short ? 250 : 25 };

const small: Size = { subscriptions: scale(200) + 1, flexibleServers: scale(200) + 1, singleServers: scale(200) + 1 };
const withALargeOne: Size = { ...small, inTheFirst: scale(1_000) };

interface Throttled {
  readonly wall: number;
  /** Of the first subscription. */
  readonly requests: number;
  readonly refused: number;
  readonly all: number;
  /** When the last request of the others came, after the start, in milliseconds. */
  readonly othersEnded: number;
}

async function scan(size: Size): Promise<Throttled> {
  // A new one each time: its buckets are full.
  const azure = await startAzure({ size, latency: 50, reads });
  try {
    const { wall, startedAt, asked } = await ours(azure, size);
    const { [subscriptionId(0)]: first, ...others } = asked.subscriptions;
    const othersEnded = Math.max(...Object.values(others).map(({ last }) => last)) - startedAt;
    return { wall, requests: first?.requests ?? 0, refused: asked.refused, all: asked.requests, othersEnded };
  } finally {
    azure.close();
  }
}

async function main(): Promise<void> {
  const runs: { readonly alone: Throttled; readonly beside: Throttled }[] = [];
  for (let round = 0; round < rounds; round++)
    runs.push({ alone: await scan(small), beside: await scan(withALargeOne) });
  const of = (pick: (run: (typeof runs)[number]) => number) => median(runs.map(pick));
  for (const { beside } of runs) assert.ok(beside.refused <= beside.all / 100, `${beside.refused} refused`);

  const requests = of(({ beside }) => beside.requests);
  const least = ((requests - reads.bucket) / reads.perSecond) * 1000;
  const wall = of(({ beside }) => beside.wall);
  const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(2)} s`;
  const [ended, alone] = [of(({ beside }) => beside.othersEnded), of(({ alone }) => alone.othersEnded)];
  printTable(`A throttled subscription beside ${scale(200)} small ones, medians of ${rounds}; ${machine()}`, [
    {
      what: `wall, of ${requests} requests to it: (requests - ${reads.bucket}) / ${reads.perSecond} s`,
      measured: seconds(wall),
      least: seconds(least),
      ratio: ratio(wall, least),
      'at most': '1.10',
    },
    {
      what: 'last request of the small ones: without the large one',
      measured: seconds(ended),
      least: seconds(alone),
      ratio: ratio(ended, alone),
      'at most': 'as if alone',
    },
    {
      what: `requests that were refused, of ${of(({ beside }) => beside.all)}`,
      measured: String(of(({ beside }) => beside.refused)),
      least: '0',
      ratio: '',
      'at most': '1 %',
    },
  ]);
}

main();
