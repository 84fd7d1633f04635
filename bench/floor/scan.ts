import { readFileSync } from 'node:fs';
import { Agent, get as request } from 'node:https';

/**
 * The least that a scan can cost: the same requests, as many at once, by bare `node:https` with its connections kept alive, and
 * `JSON.parse`. It checks nothing, and finds nothing out.
 *
 *     node floor/scan.js ENDPOINT CERTIFICATE CONCURRENCY
 */
const [endpoint = '', certificate = '', concurrency = ''] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: Number(concurrency), ca: readFileSync(certificate) });

interface List {
  readonly value: readonly { readonly id: string; readonly subscriptionId: string }[];
}

function get(path: string): Promise<List> {
  return new Promise((resolve, reject) => {
    request(`${endpoint}${path}`, { agent, headers: { Authorization: 'Bearer token' } }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString()) as List));
    }).on('error', reject);
  });
}

const todo: (() => void)[] = [];
let free = Number(concurrency);

/** When there is a place for it. */
async function list(path: string): Promise<List['value']> {
  if (free > 0) free--;
  else await new Promise<void>((resolve) => todo.push(resolve));
  const { value } = await get(path);
  const next = todo.shift();
  if (next) next();
  else free++;
  return value;
}

async function main(): Promise<void> {
  let parameters = 0;
  const subscriptions = await list('/subscriptions?api-version=2022-12-01');
  await Promise.all(
    subscriptions.map(async ({ subscriptionId }) => {
      const provider = `/subscriptions/${subscriptionId}/providers/Microsoft.DBforPostgreSQL`;
      const [servers] = await Promise.all([
        list(`${provider}/flexibleServers?api-version=2025-08-01`),
        list(`${provider}/servers?api-version=2017-12-01`),
      ]);
      const ids = servers.map(({ id }) => id);
      await Promise.all(
        ids.map(async (id) => {
          const { length } = await list(`${id}/configurations?api-version=2025-08-01`);
          parameters += length;
        }),
      );
    }),
  );
  console.log(parameters);
  agent.destroy();
}

main();
