import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tenant } from '../emulator';
import type { Faulty } from './faults';
import type { Size } from './tenant';

/** What the process of the emulator is told. */
export interface AzureSpec {
  readonly size: Size;
  /** Milliseconds before each answer. */
  readonly latency: number;
  readonly reads?: Tenant['reads'];
  /** Items in a page of a list of subscriptions or servers; no paging if left out. */
  readonly pageSize?: number;
  readonly faulty?: Faulty;
  /** Where it writes its certificate. */
  readonly certificate: string;
}

/** What it says when it has started. */
export interface Started {
  readonly endpoint: string;
  /** Of a managed identity, over plain HTTP. */
  readonly identityEndpoint: string;
}

/** What it was asked since somebody last wanted to know. */
export interface Asked {
  readonly requests: number;
  /** With 429. */
  readonly refused: number;
  /** Servers whose parameters were asked for since it has started, and calls that have met a fault since then. */
  readonly servers: number;
  readonly faults: number;
  /** By id. */
  readonly subscriptions: { readonly [subscriptionId: string]: AskedOfOne };
}

export interface AskedOfOne {
  readonly requests: number;
  /** When the last one came, in milliseconds since 1970. */
  readonly last: number;
}

/** An Azure in a process of its own, so that only the scanner's work is counted as the scanner's. */
export interface Azure extends Started {
  readonly certificate: string;
  /** Where the report of a scan of it is written. */
  readonly report: string;
  asked(): Promise<Asked>;
  close(): void;
}

export async function startAzure(spec: Omit<AzureSpec, 'certificate'>): Promise<Azure> {
  const folder = mkdtempSync(join(tmpdir(), 'pgposture-bench-'));
  const certificate = join(folder, 'azure.pem');
  const child = fork(join(__dirname, 'azureProcess.js'));
  const answer = async <T>(message: object): Promise<T> => {
    child.send(message);
    return (await once(child, 'message'))[0] as T;
  };
  const started = await answer<Started>({ ...spec, certificate } satisfies AzureSpec);
  return {
    ...started,
    certificate,
    report: join(folder, 'report.json'),
    asked: () => answer<Asked>({}),
    close() {
      child.disconnect();
      rmSync(folder, { recursive: true });
    },
  };
}
