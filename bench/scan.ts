import { startAzure } from './azure';
import { inTurn } from './measure';
import { floor, ours } from './ours';
import { ratio } from './table';

async function main() {
  const rounds = Number(process.argv[2] ?? 3);
  const azure = await startAzure({
    size: { subscriptions: 1, flexibleServers: 1000, singleServers: 50 },
    latency: 100,
  });
  // warm up
  await ours(azure, 32);
  console.log(await azure.asked().then(({ requests, refused }) => ({ requests, refused })));
  const m = await inTurn(rounds, {
    floor: () => floor(azure, 32),
    ours: () => ours(azure, 32),
    ours64: () => ours(azure, 64),
    floor10: () => floor(azure, 10),
  });
  console.log(m);
  for (const k of ['ours', 'ours64'] as const)
    console.log(
      k,
      ratio(m[k].wall, m.floor.wall),
      ratio(m[k].cpu, m.floor.cpu),
      ratio(m[k].memory, m.floor.memory),
      ratio(m[k].wall, m.floor10.wall),
    );
  azure.close();
}
main();
