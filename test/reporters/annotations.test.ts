import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { printable } from '../../helpers/printable';
import { annotations, type View } from '../../reporters';
import type { Report, Result } from '../../types';
import { comparedReport, comparisonOf, suppressed, suppressedReport } from '../support/gated';
import { obeyed } from '../support/pipelineLog';
import {
  answered,
  flexible,
  hostileNames,
  hostileReport,
  mixedReport,
  reportOf,
  subscription,
  view,
} from '../support/report';

const platforms = ['github', 'azure'] as const;
type Line = readonly [level: string, plugin: string, message: string];

/** What the platform shows; every line has to be a command. */
function shown(report: Report, platform: (typeof platforms)[number], some: Partial<View> = {}): Line[] {
  const output = annotations(report, { ...view, ...some }, platform);
  const commands = obeyed(output, platform);
  assert.ok(output === '' || output.endsWith('\n'));
  assert.equal(commands.length, output.split('\n').length - 1);
  return commands.map(({ name, properties, text }) => {
    if (platform === 'github') {
      assert.deepEqual(Object.keys(properties), ['title']);
      return [name, properties.title ?? '', text];
    }
    assert.equal(name, 'task.logissue');
    assert.deepEqual(Object.keys(properties), ['type', 'code']);
    return [properties.type ?? '', properties.code ?? '', text];
  });
}

const levels = (lines: readonly Line[]) => lines.map(([level, plugin]) => [level, plugin]);

/** The same result of so many plugins. */
const ofPlugins = (report: Report, result: Result, number: number): Report => ({
  ...report,
  results: Array.from({ length: number }, (_, i) => ({ ...result, plugin: `plugin${String(i).padStart(2, '0')}` })),
});

const failOf = ({ results }: Report) => results.find(({ status }) => status === 'FAIL') as Result;

describe('annotations', () => {
  it('are commands of the platform', async () => {
    const { results, ...report } = await mixedReport();
    const one = { ...report, results: results.filter(({ status }) => status === 'FAIL').slice(0, 1) };
    const message =
      '1 of 1 server fails the check "Flexible Server refuses connections without TLS": banana. Set the server parameter require_secure_transport to on.';
    assert.equal(annotations(one, view, 'github'), `::error title=flexibleServerRequireSecureTransport::${message}\n`);
    assert.equal(
      annotations(one, view, 'azure'),
      `##vso[task.logissue type=error;code=flexibleServerRequireSecureTransport]${message}\n`,
    );
  });

  for (const platform of platforms) {
    describe(`of ${platform}`, () => {
      const secure = 'flexibleServerRequireSecureTransport';
      const floor = 'flexibleServerSslMinProtocolVersion';

      it('are one for each plugin and status, errors first, worst first', async () => {
        assert.deepEqual(levels(shown(await mixedReport(), platform)), [
          ['error', secure],
          ['error', floor],
          ['warning', secure],
          ['warning', 'singleServerSslEnforcement'],
          ['warning', 'singleServerMinimalTlsVersion'],
          ['warning', floor],
        ]);
      });

      it('are none if all is well', async () => {
        const report = await reportOf(subscription('0', { [flexible]: answered(0) }));
        assert.equal(annotations(report, view, platform), '');
      });

      it('are none of what is suppressed, but tell how much it is', async () => {
        const lines = shown(await suppressedReport(), platform);
        assert.ok(!levels(lines).some(([level, plugin]) => level === 'error' && plugin === secure));
        const { results, ...report } = await mixedReport();
        const two = {
          ...failOf({ ...report, results }),
          resource: { ...failOf({ ...report, results }).resource, id: '/2' },
        };
        const half = suppressed(
          { ...report, results: [failOf({ ...report, results }), two] },
          ({ resource }) => resource.id === '/2',
        );
        assert.match(
          shown(half, platform)[0]?.[2] ?? '',
          /^1 of 2 servers fails the check "[^"]+" \(besides 1 that is accepted\): banana\./,
        );
      });

      it('are of what is new or worse only, where there is a baseline', async () => {
        assert.deepEqual(levels(shown(await comparedReport(), platform)), [
          ['error', secure],
          ['error', floor],
          ['warning', secure],
        ]);
        const report = await mixedReport();
        assert.equal(annotations({ ...report, comparison: comparisonOf(report, []) }, view, platform), '');
      });

      it('are errors of what fails the job', async () => {
        const report = await mixedReport();
        const errors = (failOn: 'fail' | 'warn' | 'never') =>
          shown(report, platform, { failOn }).filter(([level]) => level === 'error').length;
        assert.deepEqual([errors('fail'), errors('warn'), errors('never')], [2, 3, 0]);
      });

      it('say what they count: servers, and scopes that did not answer', async () => {
        const report = await mixedReport();
        const [fail] = report.results.filter(({ status }) => status === 'FAIL') as [Result];
        const [unseen] = report.results.filter(({ resource }) => resource.resourceGroup === null) as [Result];
        const beginning = (...results: readonly Result[]) =>
          shown({ ...report, results }, platform).map(([, , text]) => text.split(' the ')[0]);
        const same = { ...unseen, plugin: fail.plugin };
        assert.deepEqual(beginning(unseen), ['1 of 1 scope is unknown to']);
        assert.deepEqual(beginning(fail, same), [
          '1 of 2 servers and scopes fails',
          '1 of 2 servers and scopes is unknown to',
        ]);
        assert.deepEqual(beginning(fail, fail), ['2 of 2 servers fail']);
      });

      it('name a handful of servers', async () => {
        const report = await mixedReport();
        const [fail] = report.results.filter(({ status }) => status === 'FAIL') as [Result];
        const results = [...'abcdefg'].map((name) => ({ ...fail, resource: { ...fail.resource, id: name, name } }));
        assert.match(
          shown({ ...report, results }, platform)[0]?.[2] ?? '',
          /^7 of 7 servers fail the check "[^"]+": a, b, c, d, e and 2 more\. /,
        );
      });

      for (const [number, more] of [
        [10, undefined],
        [13, 'And 3 more such errors, which are in the report.'],
      ] as const) {
        it(`are ten errors at most, of ${number}`, async () => {
          const report = await mixedReport();
          const lines = shown(ofPlugins(report, failOf(report), number), platform);
          assert.equal(lines.length, 10);
          assert.deepEqual(
            lines.map(([, , message]) => message.includes('And ')),
            Array.from({ length: 10 }, (_, i) => i === 9 && more !== undefined),
          );
          if (more) assert.ok(lines.at(-1)?.[2].endsWith(more));
        });
      }

      it('are not longer than somebody reads', async () => {
        const report = await hostileReport('🍏'.repeat(5000));
        for (const [, , message] of shown(report, platform)) assert.ok([...message].length <= 1000);
      });

      const hostile = [
        ...hostileNames,
        '%0A::error::x',
        '%250A',
        '%AZP250A',
        'a;b]c,d:e=f',
        'x:',
        '::set-output name=x::y',
        '##VSO[x.y]z',
      ];
      for (const name of hostile) {
        it(`show the name ${JSON.stringify(name)}, and obey nothing in it`, async () => {
          const lines = shown(await hostileReport(name), platform);
          assert.deepEqual(levels(lines), levels(shown(await hostileReport('apple'), platform)));
          assert.ok(lines[0]?.[2].includes(`": ${printable(name)}. Set `), lines[0]?.[2]);
        });

        it(`show the plugin ${JSON.stringify(name)}, and obey nothing in it`, async () => {
          const report = await mixedReport();
          const result = { ...failOf(report), plugin: name, title: name };
          const [line, ...others] = shown({ ...report, results: [result] }, platform);
          assert.deepEqual([line?.[0], line?.[1], others], ['error', printable(name), []]);
        });
      }

      it('show any name', async () => {
        const report = await mixedReport();
        const fail = failOf(report);
        const letters = fc.constantFrom(
          '%',
          ':',
          '#',
          '[',
          ']',
          ';',
          ',',
          '=',
          '\n',
          '\r',
          '0',
          'A',
          'vso',
          'x',
          ' ',
          '\u2028',
        );
        const names = fc.oneof(
          fc.string({ unit: 'binary', maxLength: 40 }),
          fc.array(letters, { maxLength: 20 }).map((all) => all.join('')),
        );
        fc.assert(
          fc.property(names, (name) => {
            const results = [{ ...fail, resource: { ...fail.resource, name } }];
            const [line, ...others] = shown({ ...report, results }, platform);
            assert.deepEqual([line?.[0], others], ['error', []]);
            assert.ok(line?.[2].includes(printable(`": ${name}. `)));
          }),
        );
      });
    });
  }
});
