import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { printable } from '../../helpers/printable';
import { comparisonReporters, reporters } from '../../reporters';
import type { Comparison, Report } from '../../types';
import { change, comparedReport, comparisonOf, sideOf, suppression } from '../support/gated';
import { obeyed } from '../support/pipelineLog';
import { hostileNames, hostileReport, mixedReport, view } from '../support/report';

const heading =
  'Since the report of 2026-11-01 08:00 UTC: 1 new, 2 worse, 1 unknown, 1 better, 1 fixed, 1 gone, 40 unchanged.';

const comparisonIn = ({ comparison }: Report): Comparison => {
  assert.ok(comparison);
  return comparison;
};

describe('changes', () => {
  it('are text, a line for each, worst first', async () => {
    const lines = comparisonReporters.text(comparisonIn(await comparedReport()), view).split('\n');
    assert.equal(lines[0], heading);
    assert.deepEqual(
      lines.slice(1).map((line) => line.replace(/\/subscriptions\S*\//, '')),
      [
        'new: none → FAIL high flexibleServerRequireSecureTransport banana: require_secure_transport is off: anyone may connect without TLS.',
        'worse: PASS → FAIL medium flexibleServerSslMinProtocolVersion cherry: ssl_min_protocol_version is TLSv1.1: TLS older than 1.2 is accepted.',
        'worse: WARN → UNKNOWN(unreadable) high flexibleServerRequireSecureTransport cherry: require_secure_transport is perhaps, which is not on or off.',
        'unknown: FAIL → not seen high flexibleServerRequireSecureTransport damson: It was not seen: nobody can say what it is now.',
        'better: FAIL → WARN medium flexibleServerSslMinProtocolVersion banana: ssl_min_protocol_version is TLSv1.2, but require_secure_transport is off: the floor binds only clients that choose TLS.',
        'fixed: FAIL → PASS high flexibleServerRequireSecureTransport apple: require_secure_transport is on: a connection without TLS is refused.',
        'gone: FAIL → gone high flexibleServerRequireSecureTransport elder: The list in which it stood was read whole, and it is not there any more.',
        '',
      ],
    );
  });

  it('are a table', async () => {
    const lines = comparisonReporters.table(comparisonIn(await comparedReport()), view).split('\n');
    assert.equal(lines.slice(0, 2).join(' '), heading);
    assert.deepEqual(lines.slice(3, 9), [
      'CHANGE   SERVER                     BEFORE AND AFTER',
      '',
      'new      banana                     none → FAIL',
      'high     eastus, fruit              require_secure_transport is off: anyone may',
      '                                    connect without TLS.',
      '                                    flexibleServerRequireSecureTransport',
    ]);
  });

  it('are JSON', async () => {
    const comparison = comparisonIn(await comparedReport());
    assert.deepEqual(JSON.parse(comparisonReporters.json(comparison, view)), comparison);
  });

  it('are a line if there are none', async () => {
    const comparison = comparisonOf(await mixedReport(), []);
    const line =
      'Since the report of 2026-11-01 08:00 UTC: 0 new, 0 worse, 0 unknown, 0 better, 0 fixed, 0 gone, 40 unchanged.';
    assert.equal(comparisonReporters.text(comparison, view), `${line}\n`);
    assert.equal(comparisonReporters.table(comparison, { ...view, width: 200 }), `${line}\n`);
    assert.match(comparisonReporters.markdown(comparison, view), /0 gone, 40 unchanged\.\n$/);
  });

  it('say that the report before was incomplete', async () => {
    const { baseline, ...others } = comparisonOf(await mixedReport(), []);
    const text = comparisonReporters.text({ ...others, baseline: { ...baseline, complete: false } }, view);
    assert.match(text, /^Since the report of 2026-11-01 08:00 UTC, which was incomplete: /);
  });

  it('say what is no longer accepted', async () => {
    const report = await mixedReport();
    const [fail] = report.results.filter(({ status }) => status === 'FAIL');
    assert.ok(fail);
    const comparison = comparisonOf(report, [change('worse', fail, { status: 'FAIL', message: 'x', suppression })]);
    assert.match(comparisonReporters.text(comparison, view), /^worse: FAIL\(suppressed\) → FAIL high /m);
  });

  it('say what a scope has that showed not all its servers, and does now', async () => {
    const report = await mixedReport();
    const [unseen] = report.results.filter(({ resource }) => resource.resourceGroup === null);
    assert.ok(unseen);
    const gone = { ...change('gone', unseen, sideOf(unseen)), after: null };
    assert.match(
      comparisonReporters.text(comparisonOf(report, [gone]), view),
      /^gone: UNKNOWN\(forbidden\) → gone medium singleServerMinimalTlsVersion \/subscriptions\/1: It did not show all its servers before, and does now\.$/m,
    );
  });

  for (const format of ['text', 'table'] as const) {
    it(`stand before the last line of ${format}`, async () => {
      const report = await comparedReport();
      const output = reporters[format](report, { ...view, width: 200 });
      assert.ok(output.includes(`\n${heading}\n`));
      assert.match(output, /elder[\s\S]*\n2 FAIL, 3 UNKNOWN, 1 WARN, 2 PASS\n$/);
    });

    it(`are not in ${format} if there was no baseline`, async () => {
      assert.doesNotMatch(reporters[format](await mixedReport(), view), /Since|→/);
    });
  }

  it('have colours that are all that is added', async () => {
    const comparison = comparisonIn(await comparedReport());
    const coloured = comparisonReporters.table(comparison, { ...view, colour: true });
    assert.ok(coloured.includes('\u001b[31mnew'));
    assert.equal(stripVTControlCharacters(coloured), comparisonReporters.table(comparison, view));
  });

  for (const name of hostileNames) {
    it(`show the name ${JSON.stringify(name)}, and obey nothing in it`, async () => {
      const report = await hostileReport(name);
      const comparison = comparisonOf(
        report,
        report.results.map((result) => change('new', result, { status: 'PASS', message: name })),
      );
      for (const format of ['text', 'table'] as const) {
        const output = comparisonReporters[format](comparison, { ...view, width: 500 });
        assert.ok(output.includes(printable(name)));
        assert.doesNotMatch(output.replaceAll('\n', ''), /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}]/u);
        for (const platform of ['github', 'azure'] as const) assert.deepEqual(obeyed(output, platform), []);
      }
    });
  }
});
