import assert from 'node:assert/strict';
import { createReadStream, rmSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ForeignRunner, type RunnerOptions } from '../../../adapters/cloudsploit/runner';
import { loadPlugins } from '../../../cli/pluginModules';
import { CutShort } from '../../../helpers/cutShort';
import type { Finding } from '../../../types';
import { frozen } from '../../support/collection';
import { consumer } from '../../support/consumer';
import { apis, cloudsploitModule, seesAll } from '../../support/pluginModules';
import { flexible, flexibleServer, single } from '../../support/report';

const production = '11f7a4c2-0c1d-4a64-9d0e-3a5b7c9d1e01';
const staging = '22a9c3d4-1b2c-4e5f-8a90-5c6d7e8f9a02';
const servers: Readonly<Record<string, readonly string[]>> = {
  [production]: ['partner-gateway', 'shop-orders', 'shop-payments', 'shop-payments-replica'],
  [staging]: ['loadtest-2024', 'new-feature-db', 'pg11-forgotten', 'staging-db'],
};
const seen = (subscription: string) => servers[subscription]?.map((name) => `PASS ${name}: seen`).sort();

type Chunks = Parameters<ForeignRunner['run']>[1];

const chunksOf = (collection: string): Chunks =>
  async function* () {
    yield Buffer.from(collection);
  };

interface Running {
  readonly runner: ForeignRunner;
  readonly log: readonly string[];
  /** What the plugins say of a collection, by plugin; or their fault. */
  on(subscription: string, chunks?: Chunks): Promise<Record<string, unknown>>;
}

/** Runs plugins, by their ids and in that order, with less patience than users have. */
async function running<T>(
  sources: Readonly<Record<string, string>>,
  use: (running: Running) => Promise<T>,
  options: Partial<RunnerOptions> = {},
): Promise<T> {
  const files = Object.entries(sources).map(([id, source]) => [`${id}.js`, source] as const);
  const folder = consumer(Object.fromEntries(files));
  const { cloudsploit: plugins, modules } = await loadPlugins(files.map(([name]) => join(folder, name)));
  const log: string[] = [];
  const runner = new ForeignRunner({
    ...{ modules, plugins, settings: {}, patience: 1_000, signal: new AbortController().signal },
    log: (line) => log.push(line),
    ...options,
  });
  const collection = (subscription: string) => frozen.find((path) => path.includes(subscription)) ?? assert.fail();
  try {
    return await use({
      runner,
      log,
      async on(subscription, chunks = () => createReadStream(collection(subscription))) {
        await runner.run([subscription], chunks);
        return Object.fromEntries(runner.plugins.map(({ id, findings }) => [id, said(() => findings(subscription))]));
      },
    });
  } finally {
    await runner.close();
    rmSync(folder, { recursive: true });
  }
}

function said(findings: () => readonly Finding[]): unknown {
  try {
    return findings()
      .map(({ status, resource, message }) => `${status} ${resource?.split('/').at(-1) ?? '-'}: ${message}`)
      .sort();
  } catch (error) {
    return error instanceof Error ? error.message : error;
  }
}

const good = cloudsploitModule(seesAll);
const slow = cloudsploitModule(`setTimeout(() => { ${seesAll} }, 50);`);

describe('a plugin of CloudSploit', () => {
  it('says what it says of one collection after another', () =>
    running({ good, slow }, async ({ on }) => {
      assert.deepEqual(await on(production), { good: seen(production), slow: seen(production) });
      assert.deepEqual(await on(staging), { good: seen(staging), slow: seen(staging) });
    }));

  const rows: readonly (readonly [name: string, run: string, said: readonly string[]])[] = [
    [
      'may give every status',
      `callback(null, [0, 1, 2, 3].map((i) => row(i, 'x')));`,
      ['FAIL', 'PASS', 'UNKNOWN', 'WARN'],
    ],
    ['may name no resource in other words', `callback(null, [{ ...row(0, 'x'), resource: '' }]);`, ['PASS']],
    ['may give no row', 'callback(null, []);', []],
    ['may say that there is no error in other words', `callback(undefined, [row(0, 'x')]);`, ['PASS']],
    ['may use this', `if (this.title) callback(null, [row(0, 'x')]);`, ['PASS']],
    ['may be asynchronous', `return (async () => callback(null, [row(0, 'x')]))();`, ['PASS']],
    ['is heard once', `callback(null, [row(0, 'x')]); callback(null, [row(2, 'x')]);`, ['PASS']],
    ['is not heard when it throws after that', `callback(null, [row(0, 'x')]); throw new Error();`, ['PASS']],
    ['is not heard when it has an error after that', `callback(null, [row(0, 'x')]); callback('x');`, ['PASS']],
  ];
  for (const [name, run, statuses] of rows) {
    it(name, () =>
      running({ plugin: cloudsploitModule(run) }, async ({ on }) => {
        assert.deepEqual(await on(production), { plugin: statuses.map((status) => `${status} -: x`) });
      }),
    );
  }

  it('sees its own settings that were chosen, and whether it is in the cloud of the US government', () => {
    const declared = { days: '7', hours: 24, strict: false, weeks: '1' };
    const settings = Object.fromEntries(
      Object.entries(declared).map(([name, standard]) => [name, { description: name, regex: '', default: standard }]),
    );
    const plugin = cloudsploitModule('callback(null, [row(0, JSON.stringify(settings))]);', { settings });
    const use = async ({ on }: Running) => {
      const government = { servers: { listPostgresFlexibleServer: { usgovvirginia: { data: [] } } } };
      const collection = chunksOf(JSON.stringify(government));
      assert.deepEqual(await on(production), { plugin: ['PASS -: {"days":"8","govcloud":false}'] });
      assert.deepEqual(await on('0', collection), { plugin: ['PASS -: {"days":"8","govcloud":true}'] });
    };
    return running({ plugin }, use, { settings: { days: '8', hours: '24', strict: 'false', other: 'x' } });
  });

  it('speaks of a server in the subscription of that server, and of nothing in particular in each', () => {
    const plugin = cloudsploitModule(
      `callback(null, [row(3, 'odd'), ...servers.map((each) => row(0, 'seen', each))]);`,
    );
    return running({ plugin }, async ({ runner }) => {
      const data = ['A', 'b'].map((id) => ({ id: flexibleServer(`of-${id}`).id.replace('/0/', `/${id}/`) }));
      const collection = { servers: { listPostgresFlexibleServer: { eastus: { data } } } };
      await runner.run(['a', 'B'], chunksOf(JSON.stringify(collection)));
      const all = runner.plugins.map(({ findings }) => ['a', 'B'].map((id) => said(() => findings(id))));
      assert.deepEqual(all, [
        [
          ['PASS of-A: seen', 'UNKNOWN -: odd'],
          ['PASS of-b: seen', 'UNKNOWN -: odd'],
        ],
      ]);
    });
  });

  it('prints nowhere but in the log', () => {
    const prints = `console.log('one\\ntwo'); process.stdout.write('three'); console.error('four');`;
    return running({ plugin: cloudsploitModule(`${prints} ${seesAll}`) }, async ({ on, log }) => {
      await on(production);
      while (log.length < 4) await sleep(5);
      const lines = ['four', 'one', 'three', 'two'];
      assert.deepEqual(
        [...log].sort(),
        lines.map((line) => `plugin module: ${line}`),
      );
    });
  });

  it('says of itself what it says, in the words of pgposture', () => {
    const settings = { days: { name: 'Days', description: 'How long.', regex: '^[0-9]+$', default: 7 } };
    const plugin = cloudsploitModule(seesAll, { severity: 'Critical', apis: [apis.single, apis.flexible], settings });
    return running({ plugin }, async ({ runner }) => {
      const [{ findings, ...described } = assert.fail()] = runner.plugins;
      assert.deepEqual(described, {
        id: 'plugin',
        title: 'Server is seen',
        category: 'PostgreSQL Server',
        severity: 'high',
        description: 'Looks at servers.',
        moreInfo: 'Who is not looked at is not seen.',
        recommendedAction: 'Look.',
        link: 'https://example.org/look',
        kinds: [single, flexible],
        settings: { days: { description: 'How long.', regex: '^[0-9]+$', default: '7' } },
      });
    });
  });
});

/** What it does, what is said of it, and whether it is given up. */
const faults: readonly (readonly [what: string, run: string, fault: RegExp, final?: 'given up'])[] = [
  ['throws', `throw new Error('boom');`, /^it threw Error: boom$/],
  ['throws a word', `throw 'boom';`, /^it threw boom$/],
  ['throws nothing', 'throw undefined;', /^it threw undefined$/],
  ['throws what cannot be a text', 'throw Object.create(null);', /^it threw something/],
  ['throws more than a line', `throw new Error('boom\\n::error::x');`, /^it threw Error: boom$/],
  ['throws a book', `throw 'x'.repeat(1e6);`, /^it threw x{299}…$/],
  ['throws later', `setTimeout(() => { throw new Error('late'); }, 5);`, /^it threw Error: late$/],
  ['throws in a microtask', `queueMicrotask(() => { throw new Error('late'); });`, /^it threw Error: late$/],
  ['gives a promise that fails', `return Promise.reject(new Error('lost'));`, /^it threw Error: lost$/],
  ['lets a promise fail', `setTimeout(() => Promise.reject(new Error('lost')), 5);`, /^it threw Error: lost$/],
  ['has an error that nobody hears', `new (require('events'))().emit('error', new Error('x'));`, /^it threw Error: x$/],
  ['calls back with an error', `callback(new Error('no'), []);`, /^it called back with the error Error: no$/],
  ['calls back with a word', `callback('no');`, /^it called back with the error no$/],
  ['calls back with an odd error', 'callback(Object.create(null));', /^it called back with the error something/],
  ['calls back with nothing', 'callback();', /without a list of results$/],
  ['calls back with no list', 'callback(null, { length: 0 });', /without a list of results$/],
  ...[
    ...['null', '[]', '{}', `{ ...row(0, 'x'), status: undefined }`, 'row(0)', 'row(0, 1)', `row(0, 'x', { id: {} })`],
    ...['4', '-1', '0.5', 'NaN', `'0'`, `'map'`, '[0]'].map((status) => `row(${status}, 'x')`),
  ].map((odd) => [`gives ${odd}`, `callback(null, [row(0, 'x'), ${odd}]);`, /^it called back with a result/] as const),
  ['gives a row that throws', `callback(null, [{ get status() { throw new Error('x'); } }]);`, /^it threw Error: x$/],
  ['never calls back', '', /^it did not call back within 1 s$/, 'given up'],
  ['blocks its thread', 'for (;;);', /^it kept its thread busy for more than 1 s$/, 'given up'],
  ['never comes to rest', '(async () => { for (;;) await 0; })();', /^it kept its thread busy/, 'given up'],
  ['ends its process', 'process.exit(0);', /^it ended the thread in which it ran$/, 'given up'],
  ['ends its process later', 'setTimeout(() => process.exit(1), 5);', /^it ended the thread/, 'given up'],
];

describe('one that fails among others that do not', () => {
  /** Each with one that is quick and one that is slow behind it. */
  const beside = (i: number) => ({
    [`good${i}`]: good,
    [`slow${i}`]: cloudsploitModule(`setTimeout(() => { ${seesAll} }, 5);`),
  });
  let all: Readonly<Record<string, Record<string, unknown>>> = {};
  before(async () => {
    const plugins = faults.map(([, run], i) => ({ [`bad${i}`]: cloudsploitModule(run), ...beside(i) }));
    all = await running(Object.assign({}, beside(faults.length), ...plugins), async ({ on }) => ({
      [production]: await on(production),
      [staging]: await on(staging),
    }));
  });

  for (const [i, [what, , fault, final]] of faults.entries()) {
    it(`says that it ${what}${final ? ', and is not tried again' : ''}`, () => {
      assert.match(String(all[production]?.[`bad${i}`]), fault);
      const again = String(all[staging]?.[`bad${i}`]);
      assert.match(again.replace(/, and was not run again$/, ''), fault);
      assert.equal(/not run again$/.test(again), final !== undefined);
    });
  }

  for (const subscription of [production, staging]) {
    it(`leaves the others right, on ${subscription}`, () => {
      const others = Object.entries(all[subscription] ?? {}).filter(([id]) => !id.startsWith('bad'));
      assert.equal(others.length, 2 * faults.length + 2);
      for (const [id, findings] of others) assert.deepEqual(findings, seen(subscription), id);
    });
  }

  const here = `require('node:worker_threads').isMainThread`;
  for (const [what, source, fault] of [
    ['does not load in a thread', `if (!${here}) throw new Error('here'); ${good}`, /^it threw Error: here$/],
    ['has no id in a thread', `${good} if (!${here}) module.exports = { other: module.exports };`, /something else/],
  ] as const) {
    it(`says that it ${what}`, () =>
      running({ bad: source, good }, async ({ on }) => {
        const { bad, ...others } = await on(production);
        assert.match(String(bad), fault);
        assert.deepEqual(others, { good: seen(production) });
      }));
  }
});

describe('what a plugin does after it has said all', () => {
  const late = (what: string) => cloudsploitModule(`${seesAll} setTimeout(() => { ${what} }, 20);`);
  for (const [name, what] of [
    ['throws', `throw new Error('late');`],
    ['lets a promise fail', `Promise.reject(new Error('late'));`],
    ['calls back again', 'callback(null, []);'],
  ] as const) {
    it(`is no fault of the next one, if it ${name}`, () =>
      running({ first: late(what), slow }, async ({ on }) => {
        assert.deepEqual(await on(production), { first: seen(production), slow: seen(production) });
        assert.deepEqual(await on(staging), { first: seen(staging), slow: seen(staging) });
      }));
  }

  it('is no fault of the next one, if it ends the process', () =>
    running({ first: late('process.exit(0);'), slow }, async ({ on }) => {
      assert.deepEqual(await on(production), { first: seen(production), slow: seen(production) });
      const first = 'it ended the thread in which it ran, and was not run again';
      assert.deepEqual(await on(staging), { first, slow: seen(staging) });
    }));

  it('keeps nobody waiting, if it ends the process between two collections', () =>
    running({ first: late('process.exit(0);'), good }, async ({ on }) => {
      await on(production);
      await sleep(150);
      assert.deepEqual((await on(staging)).good, seen(staging));
    }));
});

describe('a plugin cannot change what another one sees', () => {
  for (const [how, run] of [
    ['by changing an answer', 'for (const each of Object.values(cache.servers)) for (const x in each) each[x] = {};'],
    ['by taking answers away', 'delete cache.servers;'],
  ] as const) {
    it(how, () =>
      running({ vandal: cloudsploitModule(`${run} callback(null, []);`), good }, async ({ on }) => {
        assert.deepEqual(await on(production), { vandal: [], good: seen(production) });
      }),
    );
  }
});

describe('a scan that is cut short', () => {
  for (const [what, run] of [
    ['hangs', ''],
    ['blocks', 'for (;;);'],
  ] as const) {
    it(`waits for no plugin that ${what}, and says which have not judged`, () => {
      const cut = new AbortController();
      const use = async ({ on }: Running) => {
        const late = 'The time for the scan was up.';
        assert.deepEqual(await on(production), { good: seen(production), bad: late, slow: late });
        assert.deepEqual(await on(staging), { good: late, bad: late, slow: late });
      };
      const log = (line: string) => void (line.includes('begun') && cut.abort(new CutShort('timeout')));
      const bad = cloudsploitModule(`console.log('begun'); ${run}`);
      return running({ good, bad, slow }, use, { signal: cut.signal, patience: 60_000, log });
    });
  }
});

it('a collection that cannot be read is no wait for ever', () =>
  running({ good }, async ({ on }) => {
    const { good: fault } = await on('0', chunksOf('{"servers": {'));
    assert.match(String(fault), /^it could not be shown the collection: .* breaks off in line 1/);
    assert.deepEqual(await on(production), { good: seen(production) });
  }));

it('a subscription of which there was no collection is a fault', () =>
  running({ good }, async ({ runner }) => {
    const [fault] = runner.plugins.map(({ findings }) => said(() => findings('0')));
    assert.equal(fault, 'it was not run on this subscription');
  }));
