import { networkInterfaces } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type ClientConfig } from 'pg';
import type { Report, Result } from '../../types';
import { type MainOptions, type Outcome, runMain } from './cli';
import type { Postgres } from './postgres';

/** An address of this machine that is no loopback: who comes from there comes over the network. */
export const networkAddress = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ internal, family }) => !internal && family === 'IPv4')?.address;

export interface Audited extends Outcome {
  readonly report: Report;
  /** By plugin, without the `database` that all of them begin with. */
  readonly results: Readonly<Record<string, Result | undefined>>;
  /** The same, in short: `PASS`, or `UNKNOWN forbidden`. */
  readonly verdicts: Readonly<Record<string, string>>;
}

/** `pgposture audit`, of one database, as the JSON on stdout tells it. */
export async function audit(argv: readonly string[], options?: MainOptions): Promise<Audited> {
  const outcome = await runMain(['audit', ...argv, '--json', '-', '--no-annotations'], options);
  const report = JSON.parse(outcome.stdout) as Report;
  const named = report.results.map((result) => [result.plugin.replace(/^database/, ''), result] as const);
  return {
    ...outcome,
    report,
    results: Object.fromEntries(named),
    verdicts: Object.fromEntries(
      named.map(([name, { status, reason }]) => [name, reason ? `${status} ${reason.kind}` : status]),
    ),
  };
}

/** Why nothing at all could be asked, if all plugins say the same. */
export function reasonOf({ report }: Audited): string {
  const reasons = new Set(report.results.map(({ status, reason }) => `${status} ${reason?.kind}: ${reason?.detail}`));
  return [...reasons].join('\n');
}

/** A client that stays until it is ended. */
export async function connected(config: ClientConfig): Promise<Client> {
  const client = new Client(config);
  // The server may stop first.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Loads the configuration once more, so late that it has for sure been loaded since it was written: that is told by the second. */
export async function loadedForSure({ sql }: Postgres): Promise<void> {
  await sleep(1050);
  const before = await sql('select pg_conf_load_time()');
  await sql('select pg_reload_conf()');
  while ((await sql('select pg_conf_load_time()')) === before) await sleep(5);
  // The next one comes in after all of it.
  await sql('');
}
