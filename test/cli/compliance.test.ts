import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { complianceOf } from '../../helpers/assessed';
import { plugins } from '../../plugins';
import { frameworks, type Report } from '../../types';
import { demoReport, runMain } from '../support/cli';
import { consumer } from '../support/consumer';
import { fourPluginOptions, fourPlugins } from '../support/fourPlugins';
import { cloudsploitModule, ownPlugin, requirePgposture, seesAll } from '../support/pluginModules';
import { timeless } from '../support/shards';

let folder: string;
before(() => {
  folder = consumer({});
});
after(() => rmSync(folder, { recursive: true }));

const at = (name: string) => join(folder, name);
const reportIn = (name: string) => JSON.parse(readFileSync(at(name), 'utf8')) as Report;
const written = (name: string, text: string) => {
  writeFileSync(at(name), text);
  return at(name);
};

const ran = ({ plugins = [] }: Report) => plugins.map(({ id }) => id);

/** What stands in the report of each control: `4.2.1 ours`. */
const states = ({ compliance = [] }: Report) =>
  Object.fromEntries(
    compliance.flatMap(({ controls }) =>
      controls.map(({ control, own, state }) => [`${control}${own ? ' ours' : ''}`, state]),
    ),
  );

const staging = ['--subscription', 'Shop - Staging & Test (do not delete!)'];
const production = ['--subscription', 'Shop - Production'];

/** A module with a plugin that is mapped to a control of its own. */
const newcomer = () => {
  const source = ownPlugin('newcomer').replace(
    'compliance: []',
    "compliance: pgposture.own('pci', 'DSS 4.0.1', '2.2.7')",
  );
  return ['--plugin-module', written('newcomer.js', `${requirePgposture}module.exports = ${source};`)];
};

describe('scan --compliance', () => {
  for (const [words, ids] of [
    [['cis'], fourPlugins.filter((id) => id !== 'singleServerMinimalTlsVersion')],
    [['CIS'], fourPlugins.filter((id) => id !== 'singleServerMinimalTlsVersion')],
    [['cis-controls'], fourPlugins],
    [['cis', 'HIPAA', 'cis'], fourPlugins],
  ] as const) {
    it(`runs what is mapped to ${words.join(' or ')}, by us or not, and no other plugin`, async () => {
      const options = words.flatMap((word) => ['--compliance', word]);
      const report = await demoReport(...options);
      assert.deepEqual(ran(report), ids);
      const named = frameworks.filter((each) => words.some((word) => word.toLowerCase() === each));
      assert.deepEqual(
        report.compliance?.map(({ framework }) => framework),
        named,
      );
    });
  }

  it('tells the state of each control, what is published and what is ours apart', async () => {
    assert.deepEqual(states(await demoReport('--compliance', 'pci')), { '4.2.1': 'failed', '4.2.1 ours': 'failed' });
    const unanswered = await demoReport(...staging, '--compliance', 'pci');
    assert.deepEqual(states(unanswered), { '4.2.1': 'unknown', '4.2.1 ours': 'unknown' });
    const empty = await demoReport('--subscription', 'Pay-As-You-Go', '--compliance', 'pci');
    assert.deepEqual(states(empty), { '4.2.1': 'not-assessed', '4.2.1 ours': 'not-assessed' });
  });

  it('says nothing of controls unless it is asked', async () => assert.ok(!('compliance' in (await demoReport()))));

  it('changes neither the results nor the exit code', async () => {
    const { compliance, ...report } = await demoReport('--compliance', 'pci');
    assert.ok(compliance);
    assert.deepEqual(report.results, (await demoReport()).results);
    assert.equal(report.code, 1);
  });

  for (const [options, notRun] of [
    [['--severity', 'high'], ['flexibleServerSslMinProtocolVersion']],
    [
      ['--plugin', 'singleServerSslEnforcement'],
      ['flexibleServerRequireSecureTransport', 'flexibleServerSslMinProtocolVersion'],
    ],
  ] as const) {
    it(`leaves what ${options.join(' ')} left out unknown`, async () => {
      const { compliance = [] } = await demoReport(
        '--subscription',
        'Pay-As-You-Go',
        ...options,
        '--compliance',
        'cis',
      );
      const controls = compliance.flatMap((framework) => framework.controls);
      const left = controls.filter((control) => control.notRun.length > 0);
      const ids = left.flatMap((control) => control.notRun).filter((id) => fourPlugins.includes(id));
      assert.deepEqual([...new Set(ids)].sort(), notRun);
      for (const { state } of left) assert.equal(state, 'unknown');
    });
  }

  it('counts what is suppressed, and takes it for what it is', async () => {
    const suppressed = ['--suppress', 'flexibleServerRequireSecureTransport:*:*/shop-payments'];
    const { code, stdout } = await runMain([
      ...['scan', '--demo', '--json', '-', '--quiet', ...production, '--compliance', 'cis'],
      ...['--plugin', 'flexibleServerRequireSecureTransport', ...suppressed],
    ]);
    assert.equal(code, 0);
    const { compliance = [] } = JSON.parse(stdout) as Report;
    const control = compliance.flatMap(({ controls }) => controls).find(({ control }) => control === '6.10');
    assert.deepEqual([control?.state, control?.suppressed, control?.summary.FAIL], ['failed', 1, 1]);
  });

  it('counts a subscription that is not seen any more as what it is: unknown', async () => {
    const before = { ...(await demoReport(...production)), code: undefined };
    const scope = '/subscriptions/90000000-0000-4000-8000-000000000009';
    const lost = {
      ...before,
      choice: { subscriptions: [], excludeSubscriptions: [], managementGroups: [] },
      scopes: [...before.scopes, { ...before.scopes[0], id: scope, subscriptionId: scope.split('/').at(-1) }],
    };
    const baseline = ['--baseline', written('lost.json', JSON.stringify(lost))];
    const only = ['--plugin', 'singleServerSslEnforcement'];
    const { compliance, results } = await demoReport(...only, ...baseline, '--compliance', 'soc2');
    const unseen = results.filter(({ resource }) => resource.id === scope);
    assert.equal(unseen.length, 1);
    const report = await demoReport(...only, '--compliance', 'soc2');
    const unknown = (found: Report['compliance']) =>
      found?.[0]?.controls.find(({ control }) => control === 'CC6.1')?.summary.UNKNOWN ?? Number.NaN;
    assert.equal(unknown(compliance), unknown(report.compliance) + 1);
  });

  it('meets nothing in a scan that was cut short', async () => {
    const argv = ['scan', '--demo', '--json', '-', '--verbose', ...fourPluginOptions, '--compliance', 'pci'];
    const { stdout } = await runMain(argv, { interruptWhen: /visible subscriptions are scanned/ });
    const report = JSON.parse(stdout) as Report;
    for (const state of Object.values(states(report))) assert.match(state, /^(unknown|failed)$/);
    assert.equal(Object.values(states(report)).length, 2);
  });

  it('knows the controls of plugins of your own, and that those of CloudSploit have none', async () => {
    const theirs = ['--plugin-module', written('taster.js', cloudsploitModule(seesAll))];
    const { stdout } = await runMain([
      'scan',
      '--demo',
      '--json',
      '-',
      ...newcomer(),
      ...theirs,
      '--compliance',
      'pci',
    ]);
    const report = JSON.parse(stdout) as Report;
    assert.ok(ran(report).includes('newcomer'));
    assert.ok(!ran(report).includes('taster'));
    assert.equal(states(report)['2.2.7 ours'], 'failed');
  });

  it('may stand in a configuration', async () => {
    const config = ['--config', written('posture.yaml', 'compliance: [pci, iso27001]\n')];
    const report = await demoReport('--subscription', 'Pay-As-You-Go', ...config);
    assert.deepEqual(
      report.compliance?.map(({ framework }) => framework),
      ['pci', 'iso27001'],
    );
  });

  for (const [argv, what, todo] of [
    [['--compliance', 'cis1'], /--compliance knows no framework "cis1"\.$/, /^Did you mean cis/],
    [['--compliance', 'pci,cis'], /knows no framework "pci,cis"\.$/, /^There are: cis, cis-controls, mcsb, nist, /],
    [['--compliance', 'dora'], /knows no framework "dora"\.$/, /^There are: /],
    [['--compliance='], /--compliance was given nothing\.$/, /leave it out/],
    [
      ['--plugin', 'singleServerMinimalTlsVersion', '--compliance', 'cis'],
      /No selected plugin is mapped to a control of CIS\.$/,
      /other plugins or frameworks/,
    ],
    [
      ['--plugin', 'singleServerMinimalTlsVersion', '--severity', 'high', '--compliance', 'pci'],
      /has severity high or above and is mapped to a control of PCI\.$/,
      /Lower --severity/,
    ],
  ] as const) {
    it(`refuses ${argv.join(' ')}`, async () => {
      const { code, stdout, stderr } = await runMain(['scan', '--demo', ...argv]);
      assert.deepEqual([code, stdout], [2, '']);
      const [first = '', second = ''] = stderr.split('\n');
      assert.match(first, what);
      assert.match(second, todo);
    });
  }
});

describe('merge --compliance', () => {
  /** The paths of two shards, and what one scan says. */
  async function both(name: string, ...options: readonly string[]) {
    const scan = ['scan', '--demo', ...fourPluginOptions, ...options];
    const paths = [1, 2].map((index) => at(`${name}-${index}.json`));
    for (const [i, path] of paths.entries()) {
      await runMain([...scan, '--shard', `${i + 1}/2`, '--json', path, '--console', 'none']);
    }
    const whole = await runMain([...scan, '--json', at(`${name}.json`)]);
    return { paths, whole };
  }

  it('says of controls what one scan says, byte for byte but for the times', async () => {
    const options = ['--compliance', 'cis', '--compliance', 'mcsb'];
    const { paths, whole } = await both('labelled', ...options);
    assert.deepEqual(await runMain(['merge', ...paths, '--json', at('merged.json'), ...options]), whole);
    assert.equal(timeless(reportIn('merged.json')), timeless(reportIn('labelled.json')));
    assert.ok(reportIn('merged.json').compliance);
  });

  it('finds shards that select, and say nothing of controls: the part of one would meet what another fails', async () => {
    const { paths } = await both('selected', '--compliance', 'cis');
    const reports = ['selected-1.json', 'selected-2.json'].map(reportIn);
    for (const { shard, compliance } of reports) {
      assert.deepEqual([shard?.plugins.length, compliance], [3, undefined]);
    }
    await runMain(['merge', ...paths, '--json', at('plain.json')]);
    assert.ok(!('compliance' in reportIn('plain.json')));
  });

  it('selects nothing: a control is unknown whose plugin the shards left out', async () => {
    const { paths } = await both('narrow', '--compliance', 'cis', '--subscription', 'Pay-As-You-Go');
    await runMain(['merge', ...paths, '--json', at('wide.json'), '--compliance', 'pci']);
    assert.deepEqual(states(reportIn('wide.json')), { '4.2.1': 'not-assessed', '4.2.1 ours': 'unknown' });
  });

  it('counts what is suppressed', async () => {
    const { paths } = await both('accepted', '--compliance', 'cis');
    const suppressed = ['--suppress', 'flexibleServerRequireSecureTransport:*:*/shop-payments'];
    await runMain(['merge', ...paths, '--json', at('suppressed.json'), '--compliance', 'cis', ...suppressed]);
    const { compliance = [] } = reportIn('suppressed.json');
    const control = compliance[0]?.controls.find((each) => each.control === '6.10');
    assert.deepEqual([control?.state, control?.suppressed], ['failed', 1]);
  });

  it('refuses a plugin that it does not know, whose controls nobody can tell; and takes it, if it is loaded', async () => {
    const { paths } = await both('strange', ...newcomer(), '--plugin', 'newcomer');
    const merge = ['merge', ...paths, '--console', 'none'];
    assert.equal((await runMain(merge)).code, 1);
    const { code, stderr } = await runMain([...merge, '--compliance', 'pci']);
    assert.equal(code, 2);
    assert.match(
      stderr,
      /^pgposture: The plugin "newcomer" has run, and is not known here,.*\n.*--plugin-module FILE\.\n$/,
    );
    await runMain([...merge, '--compliance', 'pci', ...newcomer(), '--json', at('known.json')]);
    assert.equal(states(reportIn('known.json'))['2.2.7 ours'], 'failed');
  });

  it('refuses a shard to which somebody has added what it says of controls', async () => {
    const { paths } = await both('labelled-shard', '--subscription', 'Pay-As-You-Go');
    const shard = reportIn('labelled-shard-1.json');
    const path = written('added.json', JSON.stringify({ ...shard, compliance: complianceOf(shard, plugins, ['pci']) }));
    const { code, stderr } = await runMain(['merge', path, paths[1] ?? '']);
    assert.equal(code, 2);
    assert.match(stderr, /added\.json" was held against suppressions, a baseline or controls\.\n/);
  });

  it('refuses a framework that it does not know', async () => {
    const { code, stderr } = await runMain(['merge', at('x.json'), '--compliance', 'soc']);
    assert.equal(code, 2);
    assert.match(stderr, /knows no framework "soc"\.\nDid you mean soc2\?\n$/);
  });
});
