import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import type { GetTokenOptions, TokenCredential } from '@azure/core-auth';
import { Emulator, emulatorHttpClient, type Fault, type Tenant } from '../emulator';
import { merge } from '../engine/merge';
import { systemClock } from '../helpers/clock';
import { plugins as all } from '../plugins';
import { type ScanOptions, scan as scanOf } from '../scan';
import type { Clock, Progress, Report, Result } from '../types';
import { VirtualClock } from './support/clock';
import { fourPlugins } from './support/fourPlugins';
import { calls, fruit, fruitWith, truth } from './support/orchard';
import { collectorOf } from './support/report';
import { scanTenant, verdicts } from './support/scanTenant';
import { accessToken, assertNoSecret } from './support/secrets';

const plugins = all.filter(({ id }) => fourPlugins.includes(id));

/** As a library does it, but for the network: what it asks is answered in this process. */
const optionsFor = (tenant: Tenant): ScanOptions => ({
  httpClient: emulatorHttpClient(new Emulator(tenant, systemClock)),
  credential: { getToken: async () => ({ token: accessToken, expiresOnTimestamp: Number.MAX_SAFE_INTEGER }) },
  plugins,
});

/** Whatever the test is about, no secret is in the report, nor in an error. */
function scan(options: ScanOptions) {
  const running = scanOf(options);
  running.then(
    (report) => assertNoSecret('report', JSON.stringify(report)),
    (error) => assertNoSecret('error', inspect(error, { depth: 9 })),
  );
  return running;
}

const orchardId = 'aaaaaaaa-0000-4000-8000-000000000001';
const silent: Fault = { on: calls.parameters, fault: 'silence' };
const keysOf = (results: Iterable<Result>) =>
  [...results].map(({ resource, plugin }) => `${resource.id} ${plugin}`).sort();
/** What was not read, and why. */
const unread = ({ results }: Report) =>
  results.flatMap(({ resource, reason }) => (reason ? [`${resource.name} ${reason.kind}`] : []));

describe('scan', () => {
  it('resolves to the report', async () => {
    const report = await scan(optionsFor(fruit));
    assert.deepEqual(verdicts(report), truth);
    assert.deepEqual([report.complete, report.tool.name, report.schemaVersion], [true, 'pgposture', 1]);
  });

  it('scans one shard, and merge makes one report of all', async () => {
    const [one, two] = await Promise.all(
      [1, 2].map((index) =>
        scan({ ...optionsFor(fruit), shard: { index, count: 2 }, excludeSubscriptions: ['Garden', 'Garden'] }),
      ),
    );
    assert.ok(one?.shard && two?.shard);
    const { plugins: ran, subscriptions, ...shard } = one.shard;
    assert.deepEqual(shard, {
      index: 1,
      count: 2,
      armEndpoint: 'https://management.azure.com',
      choice: { subscriptions: [], excludeSubscriptions: ['Garden'], managementGroups: [] },
    });
    assert.deepEqual(
      ran,
      plugins.map(({ id, title, severity, kind }) => ({ id, title, severity, kinds: [kind] })),
    );
    assert.deepEqual([subscriptions, two.shard.subscriptions], [[orchardId], [orchardId]]);
    assert.deepEqual(verdicts(merge([two, one])), truth.slice(0, 8));
  });

  it('gives each result as soon as it is known, and the report after the last', async () => {
    const running = scan({ ...optionsFor(fruitWith(silent)), timeout: 300 });
    const seen: Result[] = [];
    let whenApple = 0;
    for await (const result of running) {
      if (result.resource.name === 'apple') whenApple ||= seen.length;
      seen.push(result);
    }
    const report = await running;
    assert.deepEqual(keysOf(seen), keysOf(report.results));
    assert.equal(whenApple, seen.length - 2, 'the rest did not come before the one that is silent');
  });

  it('gives all results to whoever comes late, or twice', async () => {
    const running = scan(optionsFor(fruit));
    const { results } = await running;
    for (let i = 0; i < 2; i++) {
      const seen: Result[] = [];
      for await (const result of running) seen.push(result);
      assert.deepEqual(keysOf(seen), keysOf(results));
    }
  });

  it('ends when somebody leaves the iteration', async () => {
    const running = scan(optionsFor(fruitWith(silent)));
    for await (const result of running) {
      assert.ok(result);
      break;
    }
    const report = await running;
    assert.equal(report.complete, false);
    assert.ok(unread(report).includes('apple not-collected'));
  });

  for (const [name, begin] of [
    ['before the first result', () => {}],
    ['while it waits for a result', (results: AsyncIterator<Result>) => void results.next()],
  ] as const) {
    it(`ends when somebody leaves the iteration ${name}`, async () => {
      const running = scan(optionsFor(fruitWith({ on: calls.subscriptions, fault: 'silence' })));
      const results = running[Symbol.asyncIterator]();
      begin(results);
      assert.deepEqual(await results.return?.(), { done: true, value: undefined });
      await assert.rejects(running, { name: 'ScanError' });
    });
  }

  it('goes on for one who iterates when another has left', async () => {
    const running = scan(optionsFor(fruitWith(silent)));
    for await (const _ of running) break;
    const seen: Result[] = [];
    for await (const result of running) seen.push(result);
    assert.deepEqual(keysOf(seen), keysOf((await running).results));
  });

  it('throws what went wrong to whoever iterates, and to nobody else', async () => {
    const running = scan({ ...optionsFor(fruit), subscriptions: ['Orchid'] });
    await assert.rejects(
      async () => {
        for await (const _ of running) assert.fail('a result');
      },
      { name: 'ScanError', code: 'unknown-subscription' },
    );
  });

  const refused: readonly [name: string, options: ScanOptions, code: string, says: RegExp][] = [
    ['an unknown credential', { credential: 'az' as never }, 'bad-option', /"az"/],
    ['an unknown cloud', { cloud: 'mars' as never }, 'bad-option', /"mars"/],
    ['an endpoint that is none', { cloud: { armEndpoint: 'http://arm.example' } }, 'bad-option', /http:\/\/arm/],
    [
      'a token of one cloud for another',
      { cloud: { armEndpoint: 'https://arm.example', audience: 'https://management.azure.com' } },
      'bad-option',
      /token for https:\/\/management\.azure\.com is not for/,
    ],
    ['no plugin', { plugins: [] }, 'unknown-plugin', /no plugin to run/],
    ['a plugin twice', { plugins: [...plugins, ...plugins] }, 'unknown-plugin', /Two plugins .*"flexibleServerRequire/],
    ['a shard that cannot be', { shard: { index: 5, count: 4 } }, 'bad-option', /no shard 5 of 4/],
    ['a shard in words', { shard: { index: '1', count: '4' } as never }, 'bad-option', /no shard 1 of 4/],
    ['too many shards', { shard: { index: 1, count: 1001 } }, 'bad-option', /no shard 1 of 1001/],
    ['a shard of a collector', { shard: { index: 1, count: 4 }, collector: collectorOf() }, 'bad-option', /collector/],
    ['a concurrency of nothing', { concurrency: 0 }, 'bad-option', /concurrency cannot be 0/],
    ['a timeout that is over', { timeout: -1 }, 'bad-option', /timeout cannot be -1/],
    ['a timeout in words', { timeout: '10m' as never }, 'bad-option', /timeout cannot be 10m/],
    ['a timeout that no timer holds', { timeout: 2 ** 31 }, 'bad-option', /24 days|2147483648/],
    ['a tenant with a space', { credential: 'azure-cli', tenant: 'my tenant' }, 'bad-option', /"my tenant"/],
    ['a group by its name', { managementGroups: ['My Group'] }, 'bad-option', /"My Group"/],
    ['a setting that no plugin has', { settings: { maximumTlsVersion: '1.3' } }, 'bad-setting', /maximumTlsVersion/],
    ['a setting out of range', { settings: { minimumTlsVersion: '1.1' } }, 'bad-setting', /1\.1/],
    ['subscriptions and groups', { subscriptions: ['a'], managementGroups: ['b'] }, 'bad-option', /Both/],
    ['device-code without a way to tell', { credential: 'device-code' }, 'bad-option', /onSignInPrompt/],
    ['a timeout that no timer holds', { timeout: 2 ** 31 }, 'bad-option', /2147483648/],
    ['a timeout without end', { timeout: Number.POSITIVE_INFINITY }, 'bad-option', /Infinity/],
    ['a timeout of nothing', { timeout: 0 }, 'bad-option', /cannot be 0/],
    ['less than no request', { concurrency: -1 }, 'bad-option', /-1/],
    ['a concurrency that is no number', { concurrency: Number.NaN }, 'bad-option', /NaN/],
    [
      'an option that the credential has no use for',
      { credential: 'azure-cli', clientId: 'x' },
      'bad-option',
      /client/,
    ],
  ];
  for (const [name, options, code, says] of refused) {
    it(`rejects ${name}, and asks nothing`, async () => {
      const emulator = new Emulator(fruit, systemClock);
      const httpClient = emulatorHttpClient(emulator);
      await assert.rejects(scan({ ...optionsFor(fruit), httpClient, ...options }), {
        name: 'ScanError',
        code,
        message: says,
      });
      assert.deepEqual(emulator.requests, []);
    });
  }
});

describe('the end of a scan', () => {
  for (const [name, options, kind] of [
    ['its timeout', () => ({ timeout: 300 }), 'timeout'],
    ['an AbortSignal.timeout', () => ({ signal: AbortSignal.timeout(300) }), 'timeout'],
  ] as const) {
    it(`by ${name} leaves UNKNOWN what was not read`, async () => {
      const report = await scan({ ...optionsFor(fruitWith(silent)), ...options() });
      assert.deepEqual([report.complete, unread(report)], [false, [`apple ${kind}`, `apple ${kind}`]]);
    });
  }

  it('by an abort leaves UNKNOWN what was not read', async () => {
    const stop = new AbortController();
    const onScope = () => stop.abort();
    const report = await scan({ ...optionsFor(fruitWith(silent)), signal: stop.signal, onScope });
    assert.deepEqual([report.complete, unread(report)], [false, ['apple not-collected', 'apple not-collected']]);
  });

  for (const [name, getToken, code] of [
    ['while somebody signs in', () => new Promise<never>(() => {}), 'cut-short'],
    [
      'by a credential that throws at once',
      () => {
        throw new Error('no');
      },
      'sign-in-failed',
    ],
  ] as const) {
    it(`${name} leaves no timer that keeps a process alive, and no sign-in that goes on`, async () => {
      let timers = 0;
      let asked: GetTokenOptions | undefined;
      const clock: Clock = {
        ...systemClock,
        after(milliseconds, callback) {
          timers++;
          let end = () => {
            timers--;
            end = () => {};
          };
          const cancel = systemClock.after(milliseconds, () => {
            end();
            callback();
          });
          return () => {
            end();
            cancel();
          };
        },
      };
      const credential: TokenCredential = {
        getToken(_, options) {
          asked = options;
          return getToken();
        },
      };
      await assert.rejects(scan({ ...optionsFor(fruit), credential, clock, timeout: 100 }), { code });
      assert.equal(timers, 0);
      assert.equal(asked?.abortSignal?.aborted, code === 'cut-short');
    });
  }

  it('before it began is an error', async () => {
    await assert.rejects(scan({ ...optionsFor(fruit), signal: AbortSignal.abort() }), { code: 'cut-short' });
  });
});

describe('a function of the caller that throws', () => {
  const again: Fault = { on: calls.parameters, times: 1, fault: { status: 503, body: '' } };
  for (const name of ['onProgress', 'onScope', 'log'] as const) {
    it(`ends the scan with what ${name} threw, whenever it throws`, async () => {
      for (let when = 0; ; when++) {
        let calls = 0;
        const boom = new Error('boom');
        const running = scan({
          ...optionsFor(fruitWith(again)),
          [name]() {
            if (calls++ === when) throw boom;
          },
        });
        const outcome = await running.catch((error) => error);
        if (calls <= when) return assert.ok(when > 0);
        assert.equal(outcome, boom, `call ${when + 1}`);
      }
    });
  }
});

describe('the progress of a scan', () => {
  const progressOf = async (tenant: Tenant) => {
    const told: Progress[] = [];
    const { report, requests, took } = await scanTenant(tenant, { onProgress: (progress) => told.push(progress) });
    return { told, last: told.at(-1) ?? assert.fail('nothing was told'), report, requests, took };
  };

  it('goes from the sign-in to the end, and never back', async () => {
    const { told, last, report, requests } = await progressOf(fruit);
    const phases = told.map(({ phase }) => phase);
    assert.deepEqual([...new Set(phases)], ['sign-in', 'subscriptions', 'servers']);
    for (const [i, { subscriptions, servers, requests, summary }] of told.entries()) {
      const before = told[i - 1];
      if (!before) continue;
      assert.ok(subscriptions.done >= before.subscriptions.done && servers >= before.servers);
      assert.ok(requests.done >= before.requests.done && requests.ahead >= 0);
      assert.ok(summary.FAIL >= before.summary.FAIL);
    }
    const { PASS, WARN, FAIL, UNKNOWN, servers } = report.summary;
    assert.deepEqual(last, {
      phase: 'servers',
      subscriptions: { done: 2, total: 2 },
      servers,
      summary: { PASS, WARN, FAIL, UNKNOWN },
      requests: { done: requests.length, ahead: 0 },
      waitingFor: null,
    });
  });

  it('knows what is ahead once it is listed: every list, and every server', async () => {
    const { told } = await progressOf(fruit);
    const atStart = told.find(({ phase }) => phase === 'servers');
    assert.equal(atStart?.requests.ahead, 4);
  });

  it('names the subscription that Azure told to wait, and until when', async () => {
    const clock = new VirtualClock();
    const throttled: Fault = {
      on: calls.flexibleServers,
      times: 1,
      fault: { status: 429, headers: { 'retry-after': '7' }, body: '' },
    };
    const { told, took } = await progressOf(fruitWith(throttled));
    const waits = told.flatMap(({ waitingFor }) => (waitingFor?.until ? [waitingFor] : []));
    assert.ok(took >= 7_000);
    assert.deepEqual(new Set(waits.map(({ name }) => name)), new Set(['Orchard']));
    assert.equal((waits[0]?.until ?? 0) - clock.now() >= 7_000, true);
  });

  it('names what it is waiting for when little is left', async () => {
    const { told } = await progressOf(fruit);
    assert.ok(told.some(({ waitingFor }) => waitingFor?.until === null && waitingFor.name === 'Orchard'));
  });
});
