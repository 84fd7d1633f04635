import { type Azure, startAzure } from './azure';
import { ours } from './ours';
import { machine, printTable, ratio } from './table';
import { type Size, subscriptionId } from './tenant';

const reads = { bucket: 250, perSecond: 25 };
const small: Size = { subscriptions: 201, flexibleServers: 201, singleServers: 201 };
const latency = 50;

async function scanOf(size: Size) {
  const azure = await startAzure({ size, latency, reads });
  try {
    const { wall, report, startedAt } = await ours(azure);
    const { requests, refused, subscriptions } = await azure.asked();
    const { [subscriptionId(0)]: large, ...others } = subscriptions;
    const last = Math.max(...Object.values(others).map(({ last }) => last)) - startedAt;
    return { wall, requests, refused, large: large?.requests ?? 0, last, summary: report.summary };
  } finally {
    azure.close();
  }
}
async function main() {
  const alone = await scanOf(small);
  console.log(alone);
  const m = await scanOf({ ...small, inTheFirst: Number(process.argv[2] ?? 1000) });
  const least = ((m.large - 250) / 25) * 1000;
  console.log(m, { least, ratio: ratio(m.wall, least), last: ratio(m.last, alone.last) });
}
main();
