import { startAzure } from './azure';
import { inTurn } from './measure';
import { benchOptions, tenth } from './options';
import { ours } from './ours';
import { rowsOf } from './rows';
import { machine, printTable, ratio } from './table';
import type { Size } from './tenant';

const { rounds, short } = benchOptions(3);
const sizeOf = (flexibleServers: number): Size => ({
  subscriptions: 10,
  flexibleServers: short ? tenth(tenth(flexibleServers)) : flexibleServers,
  singleServers: 50,
});
const [few, many] = [sizeOf(1_000), sizeOf(10_000)];

async function main(): Promise<void> {
  const azures = await Promise.all([few, many].map((size) => startAzure({ size, latency: 20 })));
  const [small, large] = azures as [(typeof azures)[number], (typeof azures)[number]];
  try {
    const measured = await inTurn(rounds, { few: () => ours(small, few), many: () => ours(large, many) });
    const [rowsOfFew, rowsOfMany] = [await rowsOf(small), await rowsOf(large)];
    const apart = measured.few.memory - rowsOfFew;
    const row = ({ flexibleServers }: Size, memory: number, rows: number) => ({
      'flexible servers': String(flexibleServers),
      'peak memory': `${memory.toFixed(0)} MB`,
      'rows of the report': `${rows.toFixed(0)} MB`,
      'the rest': `${(memory - rows).toFixed(0)} MB`,
      ratio: ratio(memory - rows, apart),
      'at most': flexibleServers === many.flexibleServers ? '1.25' : '',
    });
    printTable(`Memory, medians of ${rounds}, by turns; ${machine()}`, [
      row(few, measured.few.memory, rowsOfFew),
      row(many, measured.many.memory, rowsOfMany),
    ]);
  } finally {
    for (const azure of azures) azure.close();
  }
}

main();
