import assert from 'node:assert/strict';
import { endpointCollector } from '../../collectors/endpoint/endpoints';
import type { ProbeOptions } from '../../collectors/endpoint/probe';
import { runScan } from '../../engine/scan';
import { systemClock } from '../../helpers/clock';
import { plugins } from '../../plugins';
import type { Clock, Fact, Report, Resource } from '../../types';
import { tool } from './report';

/** What a probe has found, and what the plugins make of it. */
export interface Probed {
  /** By name: the value, or `UNKNOWN <kind of the reason>`. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** By plugin. */
  readonly verdicts: Readonly<Record<string, string>>;
  readonly resource: Resource;
  readonly report: Report;
}

export interface ProbedOptions extends Pick<ProbeOptions, 'ca'> {
  readonly host?: string;
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
}

const short: Readonly<Record<string, string>> = {
  endpointPlaintextRefused: 'plaintext',
  endpointMinimumTlsVersion: 'versions',
  endpointCertificate: 'certificate',
};

/** Probes a port as the command line does. */
export async function probed(port: number, options: ProbedOptions = {}): Promise<Probed> {
  const { host = 'localhost', clock = systemClock, signal = new AbortController().signal, ca } = options;
  const told: Resource[] = [];
  const collector = endpointCollector([{ host, port }], { ca, clock, log: () => undefined });
  const report = await runScan({
    collector: {
      ...collector,
      collect: (needs, sink, cut) =>
        collector.collect(
          needs,
          {
            ...sink,
            resource(resource) {
              told.push(resource);
              sink.resource(resource);
            },
          },
          cut,
        ),
    },
    plugins: plugins.filter(({ kind }) => kind === 'PostgreSQL/endpoints'),
    clock,
    tool,
    signal,
  });
  const [resource] = told;
  assert.ok(resource);
  return {
    facts: Object.fromEntries(Object.entries(resource.facts).map(([name, fact]) => [name, inWords(fact)])),
    verdicts: Object.fromEntries(
      report.results.map(({ plugin, status, reason }) => [
        short[plugin] ?? plugin,
        reason ? `${status} ${reason.kind}` : status,
      ]),
    ),
    resource,
    report,
  };
}

const inWords = (fact: Fact): unknown => (fact.known ? fact.value : `UNKNOWN ${fact.gap.kind}`);
