import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { printable } from '../../helpers/printable';
import { type Format, reporters } from '../../reporters';
import { complianceLines } from '../../reporters/compliance';
import { type Compliance, controlStates } from '../../types';
import { assessedAs, assessedReport } from '../support/assessed';
import { elements, rendered, tables, textOf } from '../support/rendered';
import { hostileNames, mixedReport, view } from '../support/report';

/** The tables of controls in a page. */
const controlsIn = (page: string) => tables(rendered(page)).filter(([header]) => header?.[0] === 'State');
const notes = [
  'Did not run, so no control that rests on it is met: stranger.',
  'A suppressed result counts here as what it is: a suppression meets no control.',
];

describe('the lines of controls', () => {
  it('count each edition, what is ours for itself, and say what did not run and what a suppression is not', async () => {
    assert.deepEqual(complianceLines(await assessedReport()), [
      'CIS Azure Database Services 2.0.0: 2 failed, 0 unknown, 0 warning, 0 met, 0 not assessed',
      'CIS Azure Foundations 1.3.0 to 2.1.0: 0 failed, 1 unknown, 0 warning, 0 met, 0 not assessed',
      'CIS Azure Foundations 3.0.0: 1 failed, 0 unknown, 0 warning, 0 met, 0 not assessed',
      'Microsoft cloud security benchmark v1: 0 failed, 1 unknown, 0 warning, 0 met, 0 not assessed',
      'Microsoft cloud security benchmark v1 (our own mapping): 1 failed, 0 unknown, 0 warning, 0 met, 0 not assessed',
      'Microsoft cloud security benchmark v2 preview: 1 failed, 0 unknown, 0 warning, 0 met, 0 not assessed',
      'SOC 2: no plugin is mapped to a control of it.',
      'HIPAA Security Rule (our own mapping): 0 failed, 1 unknown, 0 warning, 0 met, 0 not assessed',
      ...notes,
    ]);
  });

  it('count every state', () => {
    const summary = { FAIL: 0, UNKNOWN: 0, WARN: 0, PASS: 0 };
    const controls = controlStates.flatMap((state, i) =>
      Array.from({ length: i + 1 }, (_, j) => ({
        ...{ edition: 'DSS', control: `${i}.${j}`, own: false, state, plugins: [], notRun: [], summary, suppressed: 0 },
      })),
    );
    const compliance: Compliance[] = [{ framework: 'pci', name: 'PCI', controls }];
    assert.deepEqual(complianceLines({ compliance }), [
      'PCI DSS: 1 failed, 2 unknown, 3 warning, 4 met, 5 not assessed',
    ]);
  });

  it('are none if nobody asked', async () => assert.deepEqual(complianceLines(await mixedReport()), []));
});

for (const format of ['text', 'table'] as const) {
  describe(`${format} with controls`, () => {
    it('has them above its last line, which stays the summary', async () => {
      const report = await assessedReport();
      const output = reporters[format](report, { ...view, width: 200 });
      const lines = output.trimEnd().split('\n');
      const last = lines.filter((line) => line !== '').slice(-1 - complianceLines(report).length);
      assert.deepEqual(last, [...complianceLines(report), '2 FAIL (1 suppressed), 3 UNKNOWN, 1 WARN, 2 PASS']);
    });

    it('is otherwise as it is without', async () => {
      const { compliance, ...report } = await assessedReport();
      const wide = { ...view, width: 200 };
      const block = complianceLines({ compliance: compliance ?? [] }).join('\n');
      const without = reporters[format]({ ...report, compliance: compliance ?? [] }, wide).replace(`${block}\n`, '');
      assert.equal(without.replace('CONTROLS\n\n', ''), reporters[format](report, wide));
    });

    for (const name of hostileNames) {
      it(`takes the power from the control ${JSON.stringify(name)}`, async () => {
        const output = reporters[format](assessedAs(await mixedReport(), name), view);
        assert.doesNotMatch(output.replaceAll('\n', ''), /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}]/u);
        assert.doesNotMatch(output, /::|##\[|##vso\[/);
        assert.ok(output.includes('(our own mapping)'));
      });
    }
  });
}

describe('Markdown with controls', () => {
  it('has a section for each framework, with its counts', async () => {
    const page = rendered(reporters.markdown(await assessedReport(), view));
    assert.deepEqual(elements(page, 'h3').map(textOf), [
      ...['CIS', 'Microsoft cloud security benchmark', 'SOC 2', 'HIPAA'].map((name) => `Controls of ${name}`),
      ...['Findings', 'Suppressions that accept nothing'],
    ]);
    const paragraphs = elements(page, 'p').map(textOf).join('\n');
    const lines = complianceLines(await assessedReport()).filter((line) => !notes.includes(line));
    for (const line of lines) assert.ok(paragraphs.includes(line), line);
  });

  it('has each control with its state, whose mapping it is, its results and its plugins', async () => {
    const [cis, mcsb, hipaa, ...others] = controlsIn(reporters.markdown(await assessedReport(), view));
    assert.deepEqual(cis?.slice(0, 3), [
      ['State', 'Control', 'Mapping', 'Results', 'Rests on'],
      [
        'failed',
        '6.10\nAzure Database Services 2.0.0\nLevel 1',
        'published',
        '1 FAIL, 1 UNKNOWN, 0 WARN, 1 PASS\n1 of them suppressed, which meets no control',
        'flexibleServerRequireSecureTransport',
      ],
      [
        'failed',
        '6.11\nAzure Database Services 2.0.0\nLevel 1',
        'published',
        '1 FAIL, 0 UNKNOWN, 1 WARN, 1 PASS',
        'flexibleServerSslMinProtocolVersion',
      ],
    ]);
    assert.deepEqual(
      mcsb?.slice(1).map(([state, control, mapping]) => [state, control, mapping]),
      [
        ['unknown', 'DP-3\nv1', 'published'],
        ['failed', 'DP-3\nv1', 'our own mapping'],
        ['failed', 'DP-3\nv2 preview', 'published'],
      ],
    );
    assert.deepEqual(hipaa?.slice(1), [
      ['unknown', '1\nSecurity Rule', 'our own mapping', '0 FAIL, 0 UNKNOWN, 0 WARN, 0 PASS', 'stranger (did not run)'],
    ]);
    assert.deepEqual(others.length, 1, 'the suppressions that accept nothing');
  });

  for (const name of [...hostileNames, '|', '<b>', '`x`', '@octocat', '</details>']) {
    it(`takes the control ${JSON.stringify(name)} for text`, async () => {
      const report = await mixedReport();
      const page = reporters.markdown(assessedAs(report, name), view);
      const tags = (text: string) =>
        elements(rendered(text)).flatMap(({ tagName }) => (tagName === 'span' ? [] : tagName));
      assert.deepEqual(tags(page), tags(reporters.markdown(assessedAs(report, 'apple'), view)));
      assert.equal(controlsIn(page)[0]?.[1]?.[1], `${printable(name)}\n${printable(name)}\nLevel 2`);
    });
  }

  it('has room for findings, however many controls there are', async () => {
    const report = assessedAs(await mixedReport(), 'apple');
    const [framework] = report.compliance ?? [];
    const controls = Array.from({ length: 20_000 }, () => framework?.controls ?? []).flat();
    const page = reporters.markdown({ ...report, compliance: [{ framework: 'pci', name: 'PCI', controls }] }, view);
    assert.ok(Buffer.byteLength(page) < 200_000);
    assert.match(page, /\*\*\d+ of 20000 controls of PCI are left out here\*\*/);
    assert.ok(tables(rendered(page)).some(([header, first]) => header?.[0] === 'Status' && first?.[0] === 'FAIL'));
  });
});

it('no other format says anything of controls', async () => {
  const { compliance, ...without } = await assessedReport();
  for (const format of ['csv', 'junit', 'sarif'] satisfies Format[]) {
    assert.equal(
      reporters[format]({ ...without, compliance: compliance ?? [] }, view),
      reporters[format](without, view),
    );
  }
});
