import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020';
import { reporters } from '../reporters';
import {
  type AssessedControl,
  type Change,
  type ChangeSide,
  type Choice,
  type Comparison,
  type Compliance,
  type Coverage,
  controlStates,
  frameworks,
  type Gap,
  type Json,
  type PluginThatRan,
  type Report,
  type ResourceReference,
  type Result,
  reasonKinds,
  type Scope,
  type Shard,
  type Suppression,
  severities,
  statuses,
  type TriedSuppression,
} from '../types';
import { runMain } from './support/cli';
import {
  flexibleServer,
  gap,
  hostileNames,
  hostileReport,
  mixedReport,
  reportOf,
  single,
  subscription,
  tenant,
  view,
} from './support/report';
import { root } from './support/root';
import { reportTypes, type Schema } from './support/schema';

import schema = require('../schema');

const rule = 'Within version 1 the report only grows: see the rule in docs/report.md.';

type FieldOf<T> = T extends unknown ? keyof T : never;
/** For each field, whether every report has it. One that types.ts requires is optional if older reports lack it. */
type Fields<T> = {
  readonly [Name in FieldOf<T>]: ([T] extends [{ [N in Name]: unknown }] ? 'required' : never) | 'optional';
};

const promisedOfSuppression: Fields<Suppression> = {
  plugin: 'required',
  resource: 'required',
  location: 'optional',
  reason: 'required',
  owner: 'optional',
  expires: 'optional',
  source: 'required',
};

/** What version 1 promises: here optional fields may come, and nothing may go. The compiler asks for all of types.ts. */
const promised: {
  readonly Report: Fields<Report>;
  readonly Tool: Fields<Report['tool']>;
  readonly Shard: Fields<Shard>;
  readonly Choice: Fields<Choice>;
  readonly PluginThatRan: Fields<PluginThatRan>;
  readonly Scope: Fields<Scope>;
  readonly Coverage: Fields<Coverage>;
  readonly Summary: Fields<Report['summary']>;
  readonly Result: Fields<Result>;
  readonly Suppression: Fields<Suppression>;
  readonly TriedSuppression: Fields<TriedSuppression>;
  readonly Comparison: Fields<Comparison>;
  readonly Baseline: Fields<Comparison['baseline']>;
  readonly ChangeSummary: Fields<Comparison['summary']>;
  readonly Change: Fields<Change>;
  readonly ChangeSide: Fields<ChangeSide>;
  readonly Compliance: Fields<Compliance>;
  readonly AssessedControl: Fields<AssessedControl>;
  readonly ControlSummary: Fields<AssessedControl['summary']>;
  readonly ResourceReference: Fields<ResourceReference>;
  readonly Gap: Fields<Gap>;
} = {
  Report: {
    schemaVersion: 'required',
    tool: 'required',
    startedAt: 'required',
    finishedAt: 'required',
    complete: 'required',
    settings: 'required',
    choice: 'optional',
    plugins: 'optional',
    shard: 'optional',
    suppressions: 'optional',
    comparison: 'optional',
    compliance: 'optional',
    scopes: 'required',
    summary: 'required',
    results: 'required',
  },
  Tool: { name: 'required', version: 'required' },
  Shard: {
    index: 'required',
    count: 'required',
    armEndpoint: 'required',
    choice: 'required',
    plugins: 'required',
    subscriptions: 'required',
  },
  Choice: { subscriptions: 'required', excludeSubscriptions: 'required', managementGroups: 'required' },
  PluginThatRan: { id: 'required', title: 'required', severity: 'required', kinds: 'required' },
  Scope: {
    id: 'required',
    type: 'required',
    subscriptionId: 'required',
    name: 'required',
    state: 'required',
    collectedAt: 'optional',
    kinds: 'required',
  },
  Coverage: { answered: 'required', servers: 'required', reason: 'optional' },
  Summary: {
    FAIL: 'required',
    UNKNOWN: 'required',
    WARN: 'required',
    PASS: 'required',
    servers: 'required',
    subscriptions: 'required',
  },
  Result: {
    plugin: 'required',
    title: 'required',
    severity: 'required',
    status: 'required',
    message: 'required',
    resource: 'required',
    evidence: 'required',
    reason: 'optional',
    suppression: 'optional',
  },
  Suppression: promisedOfSuppression,
  TriedSuppression: { ...promisedOfSuppression, state: 'required', results: 'required' },
  Comparison: { baseline: 'required', summary: 'required', changes: 'required' },
  Baseline: {
    tool: 'required',
    startedAt: 'required',
    finishedAt: 'required',
    complete: 'required',
    settings: 'required',
    summary: 'required',
  },
  ChangeSummary: {
    new: 'required',
    worse: 'required',
    unknown: 'required',
    better: 'required',
    fixed: 'required',
    gone: 'required',
    same: 'required',
  },
  Change: {
    change: 'required',
    plugin: 'required',
    title: 'required',
    severity: 'required',
    resource: 'required',
    before: 'required',
    after: 'required',
  },
  ChangeSide: { status: 'required', message: 'required', reason: 'optional', suppression: 'optional' },
  Compliance: { framework: 'required', name: 'required', controls: 'required' },
  AssessedControl: {
    edition: 'required',
    control: 'required',
    level: 'optional',
    own: 'required',
    state: 'required',
    plugins: 'required',
    notRun: 'required',
    summary: 'required',
    suppressed: 'required',
  },
  ControlSummary: { FAIL: 'required', UNKNOWN: 'required', WARN: 'required', PASS: 'required' },
  ResourceReference: {
    id: 'required',
    name: 'required',
    type: 'required',
    location: 'required',
    resourceGroup: 'required',
    subscriptionId: 'required',
  },
  Gap: { kind: 'required', code: 'optional', detail: 'required', remedy: 'required' },
};

/** The fields that may be null. */
const nullable = [
  'Scope.subscriptionId',
  'Scope.state',
  'Scope.collectedAt',
  'Change.before',
  'Change.after',
  'ResourceReference.location',
  'ResourceReference.resourceGroup',
  'ResourceReference.subscriptionId',
];

/** The kinds of reason of 0.1.0; a later one is not written here. */
const promisedKinds = [
  'forbidden',
  'unauthenticated',
  'throttled',
  'timeout',
  'network',
  'server-error',
  'bad-response',
  'incomplete-list',
  'not-found',
  'stopped',
  'provisioning',
  'subscription-disabled',
  'api-version',
  'absent',
  'unreadable',
  'not-collected',
  'plugin-crashed',
];

/** A schema that knows no field but those that it names. */
const closed = (node: Json): Json => {
  if (Array.isArray(node)) return node.map(closed);
  if (typeof node !== 'object' || node === null) return node;
  const copy = Object.fromEntries(Object.entries(node).map(([name, each]) => [name, closed(each)]));
  return copy.type === 'object' && copy.properties ? { ...copy, additionalProperties: false } : copy;
};

const compiled = (schema: Json) => new Ajv2020({ strict: true, allErrors: true }).compile(schema as object);
const shipped = compiled(schema);
const strict = compiled(closed(schema));

function assertValid(report: unknown, message: string): void {
  for (const [name, validate] of Object.entries({ shipped, strict })) {
    const ok = validate(report);
    assert.ok(ok, `${name}: ${message}\n${JSON.stringify(validate.errors, undefined, 2)}`);
  }
}

/** What 0.1.0 made of the collections in test/fixtures/collection-1: see test/golden.test.ts. Never written again. */
const golden = JSON.parse(readFileSync(join(root, 'test/fixtures/report-1.json'), 'utf8')) as Report;

/** It was not split, nor held against anything; for the fields that came with that. */
const shard: Shard = {
  index: 1,
  count: 2,
  armEndpoint: 'https://management.azure.com',
  choice: { subscriptions: [], excludeSubscriptions: [], managementGroups: [] },
  plugins: [{ id: 'taster', title: 'Ripe', severity: 'high', kinds: [single] }],
  subscriptions: ['0'],
};

const suppression: Suppression = {
  plugin: '*',
  resource: '/x',
  location: '*',
  reason: 'Known.',
  owner: 'Ann',
  expires: '2027-03-31',
  source: 'x.yaml:1',
};

const control: AssessedControl = {
  edition: 'DSS 4.0.1',
  control: '4.2.1',
  level: 1,
  own: false,
  state: 'unknown',
  plugins: ['taster'],
  notRun: ['grower'],
  summary: { FAIL: 0, UNKNOWN: 0, WARN: 0, PASS: 1 },
  suppressed: 0,
};

type Path = readonly (string | number)[];

/** The golden report with one thing changed, or, if it is undefined, taken out. */
function changed(path: Path, value: Json | undefined): unknown {
  const { tool, startedAt, finishedAt, complete, settings, summary, results } = golden;
  const [{ plugin, title, severity, resource } = results[0] as Result] = results;
  const side: ChangeSide = { status: 'UNKNOWN', message: 'x', reason: gap, suppression };
  const report = structuredClone({
    ...golden,
    results: results.map((result) => (result.reason?.code === undefined ? result : { ...result, suppression })),
    choice: shard.choice,
    plugins: shard.plugins,
    shard,
    suppressions: [{ ...suppression, state: 'used', results: 1 }],
    comparison: {
      baseline: { tool, startedAt, finishedAt, complete, settings, summary },
      summary: { new: 1, worse: 0, unknown: 0, better: 0, fixed: 0, gone: 0, same: 0 },
      changes: [{ change: 'new', plugin, title, severity, resource, before: side, after: side }],
    },
    compliance: [{ framework: 'pci', name: 'PCI', controls: [control] }],
  });
  let node = report as unknown as Record<string | number, unknown>;
  for (const name of path.slice(0, -1)) node = node[name] as typeof node;
  const name = path.at(-1) as string | number;
  if (value === undefined) delete node[name];
  else node[name] = value;
  return report;
}

const indexOf = (fits: (result: Result) => boolean) => golden.results.findIndex(fits);
const unknown: Path = ['results', indexOf(({ reason }) => reason?.code !== undefined)];
const pass: Path = ['results', indexOf(({ status }) => status === 'PASS')];
const answered: Path = ['scopes', 0, 'kinds', single];
const unseen: Path = ['scopes', 3, 'kinds', single];

/** Where the golden report has one of each. */
const where: Readonly<Record<keyof typeof promised, Path>> = {
  Report: [],
  Tool: ['tool'],
  Shard: ['shard'],
  Choice: ['shard', 'choice'],
  PluginThatRan: ['shard', 'plugins', 0],
  Scope: ['scopes', 3],
  Coverage: unseen,
  Summary: ['summary'],
  Result: unknown,
  Suppression: [...unknown, 'suppression'],
  TriedSuppression: ['suppressions', 0],
  Comparison: ['comparison'],
  Baseline: ['comparison', 'baseline'],
  ChangeSummary: ['comparison', 'summary'],
  Change: ['comparison', 'changes', 0],
  ChangeSide: ['comparison', 'changes', 0, 'before'],
  Compliance: ['compliance', 0],
  AssessedControl: ['compliance', 0, 'controls', 0],
  ControlSummary: ['compliance', 0, 'controls', 0, 'summary'],
  ResourceReference: [...unknown, 'resource'],
  Gap: [...unknown, 'reason'],
};
const types = Object.entries(promised).map(([type, fields]) => ({
  type,
  fields: Object.entries(fields),
  path: where[type as keyof typeof promised],
}));

describe('the schema of the report', () => {
  it('is a valid schema', () => {
    const ajv = new Ajv2020();
    assert.ok(ajv.validateSchema(schema), ajv.errorsText());
  });

  it('takes a time for one only if its day was there, as its calendar has it', () => {
    const { Timestamp, Scope } = reportTypes;
    const [pattern, collectedAt] = [Timestamp, Scope?.properties?.collectedAt].map(
      (type) => new RegExp((type as { readonly pattern: string }).pattern),
    );
    assert.ok(pattern);
    assert.deepEqual(collectedAt, pattern);
    for (const year of ['1900', '2000', '2024', '2026', '2027', '2100', '2400']) {
      for (let month = 0; month <= 13; month++) {
        for (let day = 0; day <= 32; day++) {
          const [mm, dd] = [month, day].map((part) => `${part}`.padStart(2, '0'));
          const text = `${year}-${mm}-${dd}T23:59:59.999Z`;
          const time = Date.parse(text);
          const isThere = !Number.isNaN(time) && new Date(time).toISOString() === text;
          assert.equal(pattern.test(text), isThere, text);
        }
      }
    }
  });

  it('describes every type, every field and every kind of reason', () => {
    const described = (where: string, { description, properties = {}, anyOf = [] }: Schema): void => {
      assert.match(description ?? '', /^[A-Z].*\.$/, where);
      for (const [name, each] of Object.entries(properties)) described(`${where}.${name}`, each);
      for (const each of anyOf) described(`${where}: ${each.const}`, each);
    };
    for (const [name, type] of Object.entries(reportTypes)) described(name, type);
  });

  it('names the statuses, severities, kinds of reason, kinds of scope, frameworks and states that there are', () => {
    const { Status, Severity, ReasonKind, Scope, Framework, AssessedControl } = reportTypes;
    const scopes: Readonly<Record<Scope['type'] | 'Microsoft.Management/managementGroups', true>> = {
      'Microsoft.Resources/subscriptions': true,
      'Microsoft.Resources/tenants': true,
      'Microsoft.Management/managementGroups': true,
      'PostgreSQL/databases': true,
      'PostgreSQL/endpoints': true,
    };
    assert.deepEqual(Status?.enum, statuses);
    assert.deepEqual(Severity?.enum, severities);
    assert.deepEqual(
      ReasonKind?.anyOf?.flatMap((kind) => kind.const ?? []),
      reasonKinds,
    );
    assert.deepEqual(Scope?.properties?.type?.enum, Object.keys(scopes));
    assert.deepEqual(
      Framework?.anyOf?.flatMap((framework) => framework.const ?? []),
      frameworks,
    );
    assert.deepEqual(AssessedControl?.properties?.state?.enum, controlStates);
  });
});

describe('a report that fits the schema', () => {
  const told = async (report: Promise<Report>) => reporters.json(await report, view);
  const rows: Readonly<Record<string, () => Promise<string>>> = {
    'of the demo': async () => (await runMain(['scan', '--demo', '--json', '-'])).stdout,
    'of controls': async () => (await runMain(['scan', '--demo', '--json', '-', '--compliance', 'cis'])).stdout,
    'of a shard': async () => (await runMain(['scan', '--demo', '--json', '-', '--shard', '2/3'])).stdout,
    'of a scan cut short': async () => {
      const argv = ['scan', '--demo', '--json', '-', '--verbose'];
      return (await runMain(argv, { interruptWhen: /visible subscriptions are scanned/ })).stdout;
    },
    'of nothing': () => told(reportOf()),
    'of every status': () => told(mixedReport()),
    'of every kind of reason': () =>
      told(
        reportOf(
          ...reasonKinds.flatMap((kind) => {
            const missing = { known: false, gap: { ...gap, kind } } as const;
            const facts = { require_secure_transport: missing, ssl_min_protocol_version: missing };
            return [
              flexibleServer(kind, {}, { facts }),
              subscription(kind, { [single]: { answered: false, servers: 0, reason: { ...gap, kind } } }),
            ];
          }),
        ),
      ),
    'of a tenant whose list of subscriptions broke off': () => told(reportOf(tenant)),
    ...Object.fromEntries(
      hostileNames.map((name) => [`of the name ${JSON.stringify(name)}`, () => told(hostileReport(name))]),
    ),
  };
  for (const [name, make] of Object.entries(rows)) {
    it(`is that ${name}`, async () => assertValid(JSON.parse(await make()), 'types.ts and the schema differ.'));
  }

  const later: readonly (readonly [name: string, path: Path, value: Json])[] = [
    ...types.map(({ type, path }) => [`a new field in ${type}`, [...path, 'novelty'], { any: 1 }] as const),
    ['a new kind of reason', [...unknown, 'reason', 'kind'], 'server-asleep'],
    ['a new framework', ['compliance', 0, 'framework'], 'dora-2'],
    ['a new kind of server', ['scopes', 0, 'kinds', 'Microsoft.DBforPostgreSQL/x'], { answered: true, servers: 1 }],
  ];
  for (const [name, path, value] of later) {
    it(`may, in a later release, have ${name}`, () => assert.ok(shipped(changed(path, value))));
  }

  for (const { type, path } of types) {
    it(`has no field in ${type} that the schema does not name`, () =>
      assert.ok(!strict(changed([...path, 'novelty'], 1))));
  }

  const possible: readonly (readonly [name: string, path: Path, value: Json])[] = [
    ['a management group as a scope', ['scopes', 3, 'type'], 'Microsoft.Management/managementGroups'],
    ['any JSON for evidence', [...pass, 'evidence'], { text: '', number: 1.5, nothing: null, list: [{ any: true }] }],
  ];
  for (const [name, path, value] of possible) it(`may have ${name}`, () => assertValid(changed(path, value), name));
});

describe('a report that does not fit the schema', () => {
  const rows: readonly (readonly [name: string, path: Path, value: Json | undefined])[] = [
    ['another version', ['schemaVersion'], 2],
    ['the version as text', ['schemaVersion'], '1'],
    ['a day for a time', ['startedAt'], '2025-03-28'],
    ['a month 13', ['startedAt'], '2025-13-28T00:00:00.000Z'],
    ['an hour 24', ['startedAt'], '2025-03-28T24:00:00.000Z'],
    ['a time without milliseconds', ['finishedAt'], '2025-03-28T00:00:00Z'],
    ['a local time', ['finishedAt'], '2025-03-28T00:00:00.000+01:00'],
    ['"false"', ['complete'], 'false'],
    ['a setting that is no text', ['settings', 'minimumTlsVersion'], 1.2],
    ['an object for the scopes', ['scopes'], {}],
    ['a scope that is null', ['scopes', 0], null],
    ['a scope of another type', ['scopes', 0, 'type'], 'Microsoft.Resources/resourceGroups'],
    ['a scope by its name', ['scopes', 0, 'id'], 'Shop - Production'],
    ['a list for the kinds', ['scopes', 0, 'kinds'], []],
    ['a kind without coverage', answered, {}],
    ['a new kind without coverage', ['scopes', 0, 'kinds', 'Microsoft.DBforPostgreSQL/x'], {}],
    ['an answer with a reason', [...answered, 'reason'], { ...gap }],
    ['a gap without a reason', [...unseen, 'reason'], undefined],
    ['a gap that is called answered', [...unseen, 'answered'], true],
    ['less than no servers', [...answered, 'servers'], -1],
    ['half a server', [...answered, 'servers'], 0.5],
    ['less than no PASS', ['summary', 'PASS'], -1],
    ['another status', [...pass, 'status'], 'ERROR'],
    ['a status in small letters', [...pass, 'status'], 'pass'],
    ['another severity', [...pass, 'severity'], 'critical'],
    ['a PASS with a reason', [...pass, 'reason'], { ...gap }],
    ['a PASS that is called UNKNOWN', [...pass, 'status'], 'UNKNOWN'],
    ['an UNKNOWN without a reason', [...unknown, 'reason'], undefined],
    ['an UNKNOWN that is called WARN', [...unknown, 'status'], 'WARN'],
    ['an UNKNOWN with an empty reason', [...unknown, 'reason'], {}],
    ['a kind of reason that is none', [...unknown, 'reason', 'kind'], ''],
    ['a sentence for a kind of reason', [...unknown, 'reason', 'kind'], 'Azure did not answer.'],
    ['a control that is neither', [...where.AssessedControl, 'state'], 'passed'],
    ['a sentence for a framework', ['compliance', 0, 'framework'], 'PCI DSS'],
    ['a list for the evidence', [...pass, 'evidence'], []],
    ['a resource by its id', [...pass, 'resource'], '/subscriptions/0'],
    ['a resource without an id', [...pass, 'resource', 'id'], ''],
  ];
  for (const [name, path, value] of rows) {
    it(`has ${name}`, () => assert.ok(!shipped(changed(path, value))));
  }

  for (const { type, fields, path } of types) {
    it(`has no field of ${type} missing, null or of another type`, () => {
      for (const [name, need] of fields) {
        const fits = (value: Json | undefined) => shipped(changed([...path, name], value));
        const field = `${type}.${name}`;
        if (need === 'required') assert.ok(!fits(undefined), `${field} missing`);
        assert.equal(fits(null), nullable.includes(field), `${field} null`);
        for (const wrong of [-1, 0.5]) assert.ok(!fits(wrong), `${field} is ${wrong}`);
      }
    });
  }
});

describe('version 1', () => {
  it('fits the report that 0.1.0 wrote', () => assertValid(golden, rule));

  it('has the types that it promises', () => {
    const withFields = Object.entries(reportTypes).filter(([, { properties }]) => properties);
    assert.deepEqual(withFields.map(([name]) => name).sort(), Object.keys(promised).sort(), rule);
  });

  for (const { type, fields } of types) {
    it(`has the fields that it promises in ${type}`, () => {
      const { properties = {}, required = [] } = reportTypes[type] ?? {};
      const sorted = (names: Iterable<string>) => [...names].sort().join(', ');
      const promisedAlways = fields.filter(([, need]) => need === 'required').map(([name]) => name);
      assert.equal(sorted(required), sorted(promisedAlways), rule);
      assert.equal(sorted(Object.keys(properties)), sorted(fields.map(([name]) => name)), rule);
    });
  }

  it('has the words that it promises', () => {
    assert.equal(statuses.join(), 'FAIL,UNKNOWN,WARN,PASS', rule);
    assert.equal(severities.join(), 'low,medium,high', rule);
    assert.equal(controlStates.join(), 'failed,unknown,warning,met,not-assessed', rule);
    for (const kind of promisedKinds) assert.ok((reasonKinds as readonly string[]).includes(kind), `${kind}. ${rule}`);
  });
});
