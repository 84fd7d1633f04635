import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { evaluate } from '../../engine/evaluate';
import { runScan } from '../../engine/scan';
import { resultKey } from '../../helpers/accepted';
import { fixScript, repairsOf, undoScript, type View } from '../../reporters';
import { repair } from '../../reporters/view';
import type { Report, Resource, Result } from '../../types';
import { temporaryFolder } from '../support/folder';
import { suppressed } from '../support/gated';
import {
  clock,
  collectorOf,
  flexible,
  flexibleServer,
  hostileNames,
  known,
  mixedReport,
  plugins,
  reportOf,
  single,
  subscription,
  tool,
} from '../support/report';
import { allReports } from '../support/reports';
import { assertShellcheckClean, noShellcheck } from '../support/shellcheck';
import { noSh, stubAz, type Values, valuesOf } from '../support/stubAz';

const names = { fix: 'fix.sh', undo: 'undo.sh' };

/** Both scripts, and what is not in them. */
function scriptsOf(report: Report, known: View['plugins'] = plugins) {
  const found = repairsOf(report, known, evaluate);
  return {
    ...found,
    fix: fixScript(report, found, names, '1.0.0'),
    undo: undoScript(report, found.repairs, names, '1.0.0'),
  };
}

const folder = temporaryFolder();
let runs = 0;

/** Both scripts in a folder of their own, with an az whose servers are those of the report. */
function staged(report: Report, values: Values = valuesOf(report)) {
  const scripts = scriptsOf(report);
  runs += 1;
  const cwd = join(folder, `${runs}`);
  mkdirSync(cwd);
  writeFileSync(join(cwd, 'fix.sh'), scripts.fix);
  writeFileSync(join(cwd, 'undo.sh'), scripts.undo);
  return { ...scripts, az: stubAz(cwd, values) };
}

const singleServer = (name: string, sslEnforcement: string, minimalTlsVersion: string): Resource => ({
  ...flexibleServer(name),
  id: `/subscriptions/0/resourceGroups/fruit/providers/${single}/${name}`,
  type: single,
  facts: { sslEnforcement: known(sslEnforcement), minimalTlsVersion: known(minimalTlsVersion) },
});

/** Azure takes all of their old values back. */
const orchard = () =>
  reportOf(
    flexibleServer('apple', { require_secure_transport: 'OFF' }),
    flexibleServer('banana', { require_secure_transport: 'off' }),
    flexibleServer('cherry', { require_secure_transport: 'off' }),
    flexibleServer('damson'),
    flexibleServer('elder', { require_secure_transport: 'perhaps' }),
    flexibleServer('fig', { require_secure_transport: 'off', ssl_min_protocol_version: 'TLSv1.3' }),
    singleServer('grape', 'Disabled', 'TLS1_0'),
    subscription('0'),
  );
const isFixed: Values = {
  'apple require_secure_transport': 'on',
  'banana require_secure_transport': 'on',
  'cherry require_secure_transport': 'on',
  'fig require_secure_transport': 'on',
  'grape minimalTlsVersion': 'TLS1_2',
  'grape sslEnforcement': 'Enabled',
};

describe('the scripts, run', { skip: noSh }, () => {
  it('change what is a FAIL, and nothing else; the other one takes it back', async () => {
    const report = await orchard();
    const before = valuesOf(report);
    const { az } = staged(report);
    const fixed = az.run('fix.sh');
    assert.deepEqual([fixed.status, fixed.stderr], [0, '']);
    assert.deepEqual(az.values(), { ...before, ...isFixed });
    const undone = az.run('undo.sh');
    assert.deepEqual([undone.status, undone.stderr], [0, '']);
    assert.deepEqual(az.values(), before);
  });

  it('give az these words, and no others', async () => {
    const { az } = staged(await reportOf(flexibleServer('apple', { require_secure_transport: 'off' })));
    const server = ['--subscription=0', '--resource-group=fruit', '--server-name=apple'];
    const verb = ['postgres', 'flexible-server', 'parameter'];
    const name = '--name=require_secure_transport';
    const show = [...verb, 'show', ...server, name, '--query=value', '--output=tsv'];
    assert.deepEqual(az.run('fix.sh').calls, [show, [...verb, 'set', ...server, name, '--value=on', '--output=none']]);
    assert.deepEqual(az.run('undo.sh').calls, [
      show,
      [...verb, 'set', ...server, name, '--value=off', '--output=none'],
    ]);
  });

  it('enforce TLS on a Single Server before it has a floor, and take that back first', async () => {
    const { az } = staged(await reportOf(singleServer('grape', 'Disabled', 'TLS1_0')));
    const properties = (script: string) => az.run(script).writes.map((call) => call.at(-2));
    assert.deepEqual(properties('fix.sh'), [
      '--properties={"sslEnforcement":"Enabled"}',
      '--properties={"minimalTlsVersion":"TLS1_2"}',
    ]);
    assert.deepEqual(properties('undo.sh'), [
      '--properties={"minimalTlsVersion":"TLS1_0"}',
      '--properties={"sslEnforcement":"Disabled"}',
    ]);
  });

  it('change nothing twice', async () => {
    const { az } = staged(await orchard());
    for (const script of ['fix.sh', 'undo.sh']) {
      assert.equal(az.run(script).writes.length, 6);
      const { status, stdout, writes } = az.run(script);
      assert.deepEqual([status, writes], [0, []]);
      assert.equal(stdout.match(/ already\.$/gm)?.length, 6);
    }
  });

  it('know a value that Azure spells otherwise', async () => {
    const { az } = staged(await orchard());
    az.set({ 'apple require_secure_transport': 'off\r', 'banana require_secure_transport': ' ON ' });
    assert.equal(az.run('fix.sh').status, 0);
    az.set({ 'apple require_secure_transport': 'ON', 'banana require_secure_transport': 'on' });
    assert.equal(az.run('undo.sh').status, 0);
    assert.equal(az.values()['apple require_secure_transport'], 'OFF');
  });

  it('change no more once a setting has a third value', async () => {
    const { az } = staged(await orchard());
    az.set({ 'banana require_secure_transport': 'maybe\u001b[31m\n::error::##[group]É' });
    const { status, stderr, writes } = az.run('fix.sh');
    assert.equal(status, 1);
    assert.match(
      stderr,
      /^banana: require_secure_transport is "maybe31merrorgroup", and was "off" in the report: scan again\.\nStopped at banana: require_secure_transport: nothing after it is changed\.\n$/,
    );
    assert.deepEqual(
      writes.map((call) => call[6]),
      ['--server-name=apple'],
    );
  });

  it('leave a third value as it is, and take back the rest', async () => {
    const report = await orchard();
    const { az } = staged(report);
    az.run('fix.sh');
    az.set({ 'banana require_secure_transport': 'maybe' });
    const { status, stderr } = az.run('undo.sh');
    assert.equal(status, 1);
    assert.match(stderr, /^banana: require_secure_transport is "maybe", .*: it stays\.\n$/);
    assert.deepEqual(az.values(), { ...valuesOf(report), 'banana require_secure_transport': 'maybe' });
  });

  for (const [script, from, done] of [
    ['fix.sh', 'off', 'changed'],
    ['undo.sh', 'on', 'taken back'],
  ] as const) {
    it(`stop where az fails, and go on from there: ${script}`, async () => {
      const report = await orchard();
      const { az } = staged(report);
      if (script === 'undo.sh') az.run('fix.sh');
      const before = az.values();
      const { status, stderr, writes } = az.run(script, { fails: 'banana' });
      const stopped = `Stopped at banana: require_secure_transport: nothing after it is ${done}.`;
      assert.deepEqual([status, stderr], [1, `ServerBusy: banana require_secure_transport\n${stopped}\n`]);
      assert.equal(writes.length, 2);
      assert.equal(az.values()['banana require_secure_transport'], from);
      assert.equal(az.values()['cherry require_secure_transport'], from);
      assert.notDeepEqual(az.values(), before);
      const again = az.run(script);
      assert.deepEqual([again.status, again.writes.length], [0, 5]);
      assert.deepEqual(az.values(), script === 'fix.sh' ? { ...before, ...isFixed } : valuesOf(report));
    });
  }

  for (const script of ['fix.sh', 'undo.sh'] as const) {
    for (const into of ['>/dev/full', '>&-']) {
      for (const already of [false, true]) {
        const skip = into === '>/dev/full' && !existsSync('/dev/full') && 'there is no /dev/full';
        it(`skip nothing and end well where nobody hears them: ${script} ${into}, ${already}`, { skip }, async () => {
          const { az } = staged(await orchard());
          if (script === (already ? 'fix.sh' : 'undo.sh')) az.run('fix.sh');
          const before = az.values();
          const { status, stderr, writes } = az.run(script, { into });
          assert.deepEqual([status, writes], [2, []]);
          assert.notEqual(stderr, '');
          assert.deepEqual(az.values(), before);
        });
      }
    }

    it(`take nothing for done where tr does not work: ${script}`, async () => {
      const { az } = staged(await orchard());
      if (script === 'undo.sh') az.run('fix.sh');
      az.spoil('tr');
      const { status, stdout, stderr, writes } = az.run(script);
      assert.deepEqual([status, stdout, writes], [2, '', []]);
      assert.match(stderr, /^tr, which this script needs, does not work here\.$/m);
    });
  }

  it('say nothing of a stop at the end', async () => {
    const { az } = staged(await orchard());
    for (const script of ['fix.sh', 'undo.sh']) assert.equal(az.run(script).stderr, '');
    az.set({ 'grape sslEnforcement': 'perhaps' });
    const { status, stderr } = az.run('undo.sh');
    assert.equal(status, 1);
    assert.doesNotMatch(stderr, /Stopped/);
  });

  it('stop at a server that is gone', async () => {
    const report = await orchard();
    const { 'banana require_secure_transport': _, ...values } = valuesOf(report);
    const { status, stderr, calls } = staged(report, values).az.run('fix.sh');
    assert.equal(status, 3);
    assert.match(
      stderr,
      /^ResourceNotFound: banana .*\nStopped at banana: require_secure_transport: nothing after it is changed\.\n$/,
    );
    assert.equal(calls.length, 3);
  });

  it('take back last what Azure may refuse, and say so', async () => {
    const { fix, undo, az } = staged(
      await reportOf(
        flexibleServer('apple', { ssl_min_protocol_version: 'TLSv1.1' }),
        flexibleServer('banana', { require_secure_transport: 'off' }),
      ),
    );
    assert.match(
      fix,
      /^# undo\.sh may fail to take it back: Azure takes TLSv1\.2, TLSv1\.3, and may refuse TLSv1\.1\.$/m,
    );
    assert.match(undo, /^# Azure takes TLSv1\.2, TLSv1\.3, and may refuse TLSv1\.1\.$/m);
    az.run('fix.sh');
    assert.equal(az.run('undo.sh', { fails: 'apple' }).status, 1);
    assert.deepEqual(az.values(), {
      'apple require_secure_transport': 'on',
      'apple ssl_min_protocol_version': 'TLSv1.2',
      'banana require_secure_transport': 'off',
      'banana ssl_min_protocol_version': 'TLSv1.2',
    });
  });

  it('doubt no way back to what means a value that Azure takes', async () => {
    const words = ['OFF', 'Off', 'false', '0', 'no', 'off '];
    const { fix, undo, repairs } = scriptsOf(
      await reportOf(...words.map((word, i) => flexibleServer(`apple${i}`, { require_secure_transport: word }))),
    );
    assert.equal(repairs.length, words.length);
    for (const script of [fix, undo]) assert.doesNotMatch(script, /refuse |may fail/);
    assert.match(fix, /^# undo\.sh takes the changes back\. Keep it\.$/m);
  });

  it('count what Azure may refuse', async () => {
    const one = scriptsOf(await reportOf(flexibleServer('apple', { ssl_min_protocol_version: 'TLSv1.1' })));
    assert.match(one.fix, /^# undo\.sh takes the change back; Azure may refuse that\. Keep it\.$/m);
    assert.match(one.undo, /^# Azure may refuse that: last of all\.$/m);
    const { undo } = scriptsOf(await mixedReport());
    assert.match(undo, /^# Azure may refuse 1 of them: last of all\.$/m);
  });

  it('say of a way back that Azure closes for good that it does, and try it last of all', async () => {
    const { fix, undo, az } = staged(
      await reportOf(
        singleServer('grape', 'Disabled', 'TLSEnforcementDisabled'),
        flexibleServer('zucchini', { ssl_min_protocol_version: 'TLSv1.1' }),
      ),
    );
    const why = 'Azure lets nobody return to TLSEnforcementDisabled\\.';
    assert.match(fix, new RegExp(`^# undo\\.sh may fail to take it back: ${why}$`, 'm'));
    assert.match(undo, new RegExp(`^# ${why}$`, 'm'));
    az.run('fix.sh');
    const changed = az
      .run('undo.sh')
      .calls.filter((call) => /^(set|patch)$/.test(call.find((word) => /^(set|show|patch)$/.test(word)) ?? ''));
    assert.match(changed.at(-1)?.join(' ') ?? '', /minimalTlsVersion/);
    assert.deepEqual(az.values(), {
      'grape sslEnforcement': 'Disabled',
      'grape minimalTlsVersion': 'TLSEnforcementDisabled',
      'zucchini require_secure_transport': 'on',
      'zucchini ssl_min_protocol_version': 'TLSv1.1',
    });
  });

  for (const name of [
    ...["it's", '$(touch pwned)', '`touch pwned`', '; touch pwned', '\\', "a'\\''b", '"$HOME"', '’a” b', '*', '~'],
    ...['-x', '--yes', '-', '#', '!!', '%s%d', 'shellcheck disable=all', 'shellcheck', 'é🍏', 'a=b', '{}'],
  ]) {
    it(`hand on the name ${name} as it is`, async () => {
      const id = `/subscriptions/${name}/resourceGroups/${name}/providers/${flexible}/${name}`;
      const off = { require_secure_transport: 'off' };
      const { az, fix, undo } = staged(
        await reportOf(flexibleServer(name, off, { id, location: name, resourceGroup: name, subscriptionId: name })),
      );
      const fixed = az.run('fix.sh');
      assert.deepEqual([fixed.status, fixed.stderr], [0, '']);
      for (const call of fixed.calls) {
        const given = [`--subscription=${name}`, `--resource-group=${name}`, `--server-name=${name}`];
        assert.deepEqual(call.slice(4, 7), given);
      }
      assert.equal(az.values()[`${name} require_secure_transport`], 'on');
      assert.equal(az.run('undo.sh').status, 0);
      assert.equal(az.values()[`${name} require_secure_transport`], 'off');
      assert.ok(!/pwned$/m.test(fix.replaceAll(/^#.*$/gm, '')) && undo.startsWith('#!/bin/sh\n'));
    });
  }

  it('hand on any name', async () => {
    const awkward = fc.constantFrom(...'\'"\\$`(){}\t !*?~;&|<>#=-@%’', 'touch pwned', '--');
    const name = fc.string({ unit: fc.oneof(awkward, fc.string({ unit: 'grapheme', maxLength: 1 })), minLength: 1 });
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(name, { minLength: 1, maxLength: 12, selector: (each) => each.toLowerCase() }),
        async (some) => {
          const report = await reportOf(
            ...some.map((each) => flexibleServer(each, { require_secure_transport: 'off' })),
          );
          const { fix, repairs } = scriptsOf(report);
          const az = `az() { case $4 in show) echo off ;; *) printf '%s\\0' "$@" ;; esac; }`;
          const { status, stdout, stderr } = spawnSync('sh', ['-c', `${az}\n${fix}`], {
            cwd: folder,
            encoding: 'utf8',
          });
          assert.deepEqual([status, stderr], [0, '']);
          const given = stdout
            .split('\0')
            .flatMap((word) => (word.startsWith('--server-name=') ? [word.slice(14)] : []));
          assert.deepEqual(
            given,
            repairs.map(({ result }) => result.resource.name),
          );
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('what is not repaired', () => {
  it('is nothing but a FAIL that nobody accepts', async () => {
    const report = await mixedReport();
    const whole = scriptsOf(report);
    assert.deepEqual(
      whole.repairs.map(({ result }) => [result.status, result.resource.name]),
      [
        ['FAIL', 'banana'],
        ['FAIL', 'cherry'],
      ],
    );
    assert.deepEqual([whole.leftOut, whole.suppressed], [[], 0]);
    const accepted = scriptsOf(
      suppressed(report, ({ status, resource }) => status === 'FAIL' && resource.name === 'banana'),
    );
    assert.deepEqual(
      accepted.repairs.map(({ result }) => result.resource.name),
      ['cherry'],
    );
    assert.deepEqual([accepted.leftOut, accepted.suppressed], [[], 1]);
    assert.match(accepted.fix, /^# Not in it:\n# - 1 FAIL that a suppression accepts\.$/m);
    for (const script of [accepted.fix, accepted.undo]) assert.doesNotMatch(script, /banana/);
  });

  const id = 'flexibleServerRequireSecureTransport';
  const off = { require_secure_transport: 'off' };
  const failing = async (change: Partial<Result> = {}, settings = {}) => {
    const report = await reportOf(flexibleServer('apple', off), flexibleServer('banana', off));
    const results = report.results.map((result) =>
      result.resource.name === 'apple' && result.status === 'FAIL' ? ({ ...result, ...change } as Result) : result,
    );
    return { ...report, settings: { ...report.settings, ...settings }, results };
  };
  const at = (resource: Partial<Resource>) => {
    const { facts: _, ...apple } = flexibleServer('apple', off);
    return failing({ resource: { ...apple, ...resource } });
  };
  const foreign = {
    id: 'theirs',
    title: '',
    category: '',
    severity: 'low',
    description: '',
    moreInfo: '',
    recommendedAction: 'Look.',
    link: '',
    kinds: [flexible],
    settings: {},
  } as const;
  const such = (name: string) => `/subscriptions/0/resourceGroups/fruit/providers/${flexible}/${name}`;

  const rows: readonly (readonly [what: string, report: () => Promise<Report>, why: RegExp])[] = [
    ['an unknown plugin', () => failing({ plugin: 'ours' }), /^ours of apple: .*no such plugin; --plugin-module/],
    ['a plugin of another tool', () => failing({ plugin: 'theirs' }), /^theirs of apple: .*no command\. Look\.$/],
    ['no evidence', () => failing({ evidence: {} }), /does not hold the value that require_secure_transport has now/],
    ['evidence that is no text', () => failing({ evidence: { require_secure_transport: null } }), /does not hold/],
    [
      'evidence that is no word',
      () => failing({ evidence: { require_secure_transport: false } }),
      /is false, which is no text/,
    ],
    ['a blank value', () => failing({ evidence: { require_secure_transport: ' ' } }), /is blank\. Set/],
    [
      'a value with which it is none',
      () => failing({ evidence: { require_secure_transport: 'yes' } }),
      /by its evidence it is no FAIL: require_secure_transport is yes: a conn/,
    ],
    [
      'a value that nobody can read',
      () => failing({ evidence: { require_secure_transport: 'perhaps' } }),
      /by its evidence it is no FAIL: .* perhaps, which is not on or off/,
    ],
    ['the new value already', () => failing({ evidence: { require_secure_transport: 'ON ' } }), /is on already\. Set/],
    [
      'a value that is a file to az',
      () => failing({ evidence: { require_secure_transport: '@/etc/passwd' } }),
      /misread/,
    ],
    ['a value of two lines', () => failing({ evidence: { require_secure_transport: 'off\non' } }), /misread/],
    ['a name that is a file to az', () => at({ id: such('@x'), name: '@x' }), /^\S+ of @x: .*misread/],
    ['a name of two lines', () => at({ id: such('a\nb'), name: 'a\nb' }), /^\S+ of a\\u\{a\}b: .*misread/],
    ['no resource group', () => at({ resourceGroup: null }), /its id is not/],
    ['no subscription', () => at({ subscriptionId: null }), /its id is not/],
    ['an id that is none', () => at({ id: 'apple' }), /its id is not/],
    ['the id of another server', () => at({ id: such('other') }), /its id is not/],
    ['the id of another group', () => at({ resourceGroup: 'other' }), /its id is not/],
    ['the id of another subscription', () => at({ subscriptionId: '1' }), /its id is not/],
    ['the id of another kind', () => at({ id: such('apple').replace(flexible, single) }), /its id is not/],
    ['a folder in place of a name', () => at({ id: such('..'), name: '..' }), /its id is not/],
  ];
  for (const [what, reportOf, why] of rows) {
    it(`is named, with the reason: ${what}`, async () => {
      const { repairs, leftOut, fix } = scriptsOf(await reportOf(), [...plugins, foreign]);
      assert.deepEqual(
        repairs.map(({ result }) => result.resource.name),
        ['banana'],
      );
      assert.equal(leftOut.length, 1);
      assert.match(leftOut[0] ?? '', why);
      const comments = fix.split('\n').flatMap((line) => (line.startsWith('# ') ? line.slice(2).trim() : []));
      assert.ok(comments.join(' ').includes(leftOut[0] ?? ''), fix);
    });
  }

  for (const value of ['on', ' ON ', 'o n', 'off', 'o ff', 'no']) {
    it(`is what reports name no command for: ${value}`, async () => {
      const report = await failing({ evidence: { require_secure_transport: value } });
      const result = report.results.find(({ status }) => status === 'FAIL') ?? assert.fail();
      const plugin = plugins.find((each) => each.id === id) ?? assert.fail();
      const isAlready = /is on already/.test(scriptsOf(report).leftOut.join());
      assert.equal(repair(result, plugin, report.settings) === undefined, isAlready);
    });
  }

  it('is a higher floor than the report asks for', async () => {
    const report = await reportOf(flexibleServer('apple', { ssl_min_protocol_version: 'TLSv1.3' }));
    const results = report.results.map((result) => ({ ...result, status: 'FAIL' }) as Result);
    const { repairs, leftOut } = scriptsOf({ ...report, results });
    assert.deepEqual(repairs, []);
    assert.match(
      leftOut.join('\n'),
      /SslMinProtocolVersion of apple: by its evidence it is no FAIL: .* is TLSv1\.3: nothing older/,
    );
  });

  it('is what would still be a FAIL', async () => {
    const report = await runScan({
      collector: collectorOf(singleServer('grape', 'Enabled', 'TLSEnforcementDisabled'), flexibleServer('apple')),
      plugins,
      settings: { minimumTlsVersion: '1.3' },
      clock,
      tool,
      signal: new AbortController().signal,
    });
    const { repairs, leftOut } = scriptsOf(report);
    assert.deepEqual(
      repairs.map(({ result, to }) => [result.resource.name, to]),
      [['apple', 'TLSv1.3']],
    );
    assert.match(
      leftOut.join('\n'),
      /^singleServerMinimalTlsVersion of grape: it would still FAIL: minimalTlsVersion is TLS1_2: TLS older than 1\.3 is accepted\. Migrate/,
    );
  });

  const contradictions: readonly (readonly [what: string, change: Partial<Result>])[] = [
    ['another status', { status: 'PASS' }],
    ['other evidence', { evidence: { require_secure_transport: 'no' } }],
    [
      'another spelling of its id, and a suppression',
      { suppression: { plugin: '*', resource: '*', reason: 'Later.', source: '--suppress' } },
    ],
  ];
  for (const [what, change] of contradictions) {
    it(`is what a report says twice, with ${what}`, async () => {
      const report = await failing();
      const other = report.results.flatMap((result) =>
        result.resource.name === 'apple' && result.status === 'FAIL'
          ? [{ ...result, resource: { ...result.resource, id: result.resource.id.toUpperCase() }, ...change } as Result]
          : [],
      );
      const { repairs, leftOut } = scriptsOf({ ...report, results: [...report.results, ...other] });
      assert.deepEqual(
        repairs.map(({ result }) => result.resource.name),
        ['banana'],
      );
      assert.match(leftOut[0] ?? '', /of apple: the report says two things of it\.$/);
    });
  }

  it('is a floor that the server never learned', async () => {
    const report = await reportOf(singleServer('grape', 'Enabled', 'TLS1_2'));
    const fails = report.results.map((result) => ({ ...result, status: 'FAIL' }) as Result);
    const { repairs, leftOut } = scriptsOf({ ...report, settings: { minimumTlsVersion: '1.3' }, results: fails });
    assert.deepEqual(repairs, []);
    assert.match(
      leftOut[1] ?? '',
      /^singleServerMinimalTlsVersion of grape: minimalTlsVersion is TLS1_2 already\. Migrate/,
    );
  });

  for (const settings of [{ minimumTlsVersion: "1.2'; touch pwned; '" }, { minimumTlsVersion: '1.1' }, {}]) {
    it(`is what rests on the settings ${JSON.stringify(settings)}`, async () => {
      const report = await reportOf(flexibleServer('apple', { ...off, ssl_min_protocol_version: 'TLSv1.1' }));
      const { repairs, leftOut } = scriptsOf({ ...report, settings });
      assert.deepEqual(
        repairs.map(({ plugin }) => plugin.id),
        [id],
      );
      assert.match(leftOut.join('\n'), /^flexibleServerSslMinProtocolVersion of apple: its setting minimumTlsVersion /);
    });
  }

  it('is a second change of one setting', async () => {
    const report = await failing({});
    const twice = { ...report, results: [...report.results, ...report.results] };
    const { repairs, leftOut } = scriptsOf(twice);
    assert.equal(repairs.length, 2);
    assert.deepEqual(
      leftOut,
      ['apple', 'banana'].map((name) => `${id} of ${name}: ${id} changes the same setting.`),
    );
  });
});

describe('the text of the scripts', () => {
  it('is the same for the same report, in whatever order', async () => {
    const report = await orchard();
    const { fix, undo } = scriptsOf(report);
    const turned = scriptsOf({ ...report, results: [...report.results].reverse() });
    assert.deepEqual([turned.fix, turned.undo], [fix, undo]);
  });

  it('says where it comes from, what it does to clients, and what was not seen', async () => {
    const report = await mixedReport();
    const { fix, undo } = scriptsOf(report);
    const text = fix.replaceAll(/\n# */g, ' ');
    for (const word of [
      'fix.sh: 2 changes on 2 servers.',
      'Written by pgposture 1.0.0',
      'from the report that pgposture 0.0.0 finished at 2025-03-28 00:00 UTC',
      'Incomplete: what was not seen is UNKNOWN',
      'undo.sh takes the changes back; Azure may refuse 1 of them. Keep it.',
      ...plugins.slice(0, 2).map(({ fix }) => fix.impact.replace('{minimumTlsVersion}', '1.2')),
    ]) {
      assert.equal(text.split(word).length, 2, `not once: ${word}`);
    }
    assert.doesNotMatch(fix, new RegExp(plugins[2]?.id ?? ''));
    assert.match(undo, /^# undo\.sh: takes back what fix\.sh changes: 2 changes on 2 servers\.$/m);
  });

  it('has the old value beside each command', async () => {
    const { fix } = scriptsOf(await orchard());
    const dues = fix.match(/^if due .*$/gm) ?? [];
    assert.deepEqual(dues.slice(0, 2), [`if due "$now" 'OFF' 'on'; then`, `if due "$now" 'off' 'on'; then`]);
    assert.equal(dues.length, fix.match(/^ {2}az /gm)?.length);
  });

  it('has nothing of a hostile name outside of quotes and comments', async () => {
    for (const name of hostileNames) {
      const report = await reportOf(
        flexibleServer('apple', { require_secure_transport: 'off' }, { location: name }),
        flexibleServer(name, { require_secure_transport: 'off' }),
        { ...subscription('0'), name },
      );
      for (const script of Object.values(scriptsOf(report)).filter((each) => typeof each === 'string')) {
        for (const line of script.split('\n')) {
          assert.match(
            line,
            /^($|#|set -eu|export |spelled|harmless|due|others=|at=|trap |now=|if due "|fi$|\}|exit "|printf '| {2,})/,
            line,
          );
        }
        // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
        assert.doesNotMatch(script, /[\u0000-\u0009\u000b-\u001f\u202e\u2028]/);
      }
    }
  });

  it('is what shellcheck has nothing to say of, for every report and any name', { skip: noShellcheck }, async () => {
    const quotes = Array.from(
      '\'"`$\\(){}*?~!#&|;<>-@%= \u00a0\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u2032\u2033\u2036',
    );
    const parts = [...quotes, 'a', 'shellcheck disable=all', 'shellcheck', '--'];
    const random = fc.sample(fc.string({ unit: fc.constantFrom(...parts), minLength: 1, maxLength: 8 }), 40);
    const awkward = [...new Set([...parts, ...quotes.map((each) => `a${each}`), ...random])];
    const facts = { require_secure_transport: 'off', ssl_min_protocol_version: 'TLSv1' };
    const hostile = [...(await allReports()).values()].flatMap(({ results }) =>
      results.filter(({ status, suppression }) => status === 'FAIL' && !suppression),
    );
    // Two of them may speak of one server, and say two things of it.
    const each = new Map(hostile.map((result) => [resultKey(result), result]));
    const reports = [
      await reportOf(...awkward.map((name) => flexibleServer(name, facts)), {
        ...subscription('0'),
        name: 'shellcheck disable=x',
      }),
      await reportOf(...awkward.slice(0, 30).map((name) => singleServer(name, 'Disabled', 'TLSEnforcementDisabled'))),
      { ...(await mixedReport()), results: [...each.values()] },
    ];
    const scripts = reports.map((report) => scriptsOf({ ...report, settings: { minimumTlsVersion: '1.2' } }));
    for (const { repairs } of scripts) assert.ok(repairs.length > 0);
    assertShellcheckClean(
      folder,
      scripts.flatMap(({ fix, undo }) => [fix, undo]),
    );
  });
});
