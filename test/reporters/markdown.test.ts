import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { printable } from '../../helpers/printable';
import { reporters } from '../../reporters';
import { fenceFor, folded, literal, markdownHeader, markdownRow } from '../../reporters/markdownText';
import type { Report } from '../../types';
import { comparedReport, suppressed, suppressedReport } from '../support/gated';
import { alive, anyText, hostile } from '../support/hostileMarkdown';
import { elements, livePieces, rendered, tables, textOf } from '../support/rendered';
import {
  answered,
  flexible,
  flexibleServer,
  hostileReport,
  mixedReport,
  reportOf,
  subscription,
  view,
} from '../support/report';

const markdown = (report: Report, some: Partial<typeof view> = {}) => reporters.markdown(report, { ...view, ...some });

/** A table by the name of its first column. */
function tableOf(text: string, first: string): string[][] {
  const found = tables(rendered(text)).filter(([header]) => header?.[0] === first);
  assert.equal(found.length, 1, `${found.length} tables of ${first}`);
  return found[0] ?? [];
}

const summaries = (text: string) => elements(rendered(text), 'summary').map(textOf);

describe('markdown', () => {
  it('begins with the verdict, and what was asked and came', async () => {
    const page = rendered(markdown(await mixedReport()));
    const [heading, coverage] = elements(page, 'h2', 'p').map(textOf);
    assert.equal(heading, 'pgposture: 2 checks fail, 3 checks are unknown, 1 check warns');
    assert.equal(
      coverage,
      'Saw 3 PostgreSQL servers: 1 of 2 subscriptions answered.\n\nIncomplete: what was not seen is UNKNOWN, with the reason.',
    );
  });

  const verdicts: readonly [string, () => Promise<Report>][] = [
    ['no PostgreSQL server to check', () => reportOf(subscription('0'))],
    ['all 2 checks pass', () => reportOf(flexibleServer('apple'), subscription('0', { [flexible]: answered(1) }))],
    [
      'no check fails but what is suppressed, 3 checks are unknown, 1 check warns',
      async () => suppressed(await mixedReport(), ({ status }) => status === 'FAIL'),
    ],
    [
      'no check fails',
      async () =>
        suppressed(
          await reportOf(
            flexibleServer('apple', { ssl_min_protocol_version: 'x' }),
            subscription('0', { [flexible]: answered(1) }),
          ),
          ({ status }) => status === 'UNKNOWN',
        ),
    ],
    [
      '1 check fails, 1 check is unknown',
      () =>
        reportOf(
          flexibleServer('apple', { require_secure_transport: 'off', ssl_min_protocol_version: 'x' }),
          subscription('0', { [flexible]: answered(1) }),
        ),
    ],
  ];
  for (const [words, make] of verdicts) {
    it(`says in words: ${words}`, async () => {
      const [heading] = elements(rendered(markdown(await make())), 'h2');
      assert.equal(heading && textOf(heading), `pgposture: ${words}`);
    });
  }

  it('lists what did not answer, with the reason and what to do', async () => {
    assert.deepEqual(tableOf(markdown(await mixedReport()), 'Not seen').slice(1), [
      [
        'Fruit\n/subscriptions/1\nSingle Server',
        'Azure answered 403 AuthorizationFailed.\nforbidden',
        'Grant Reader on the subscription.',
      ],
    ]);
  });

  it('counts, what is suppressed included', async () => {
    assert.deepEqual(tableOf(markdown(await suppressedReport()), 'FAIL'), [
      ['FAIL', 'UNKNOWN', 'WARN', 'PASS'],
      ['2 (1 suppressed)', '3', '1', '2'],
    ]);
  });

  it('has the findings worst first, with where, why and what to do', async () => {
    const findings = tableOf(markdown(await mixedReport()), 'Status');
    assert.deepEqual(
      findings.map(([status, severity, server]) => [status, severity, server?.split('\n')[0]]),
      [
        ['Status', 'Severity', 'Server'],
        ['FAIL', 'high', 'banana'],
        ['FAIL', 'medium', 'cherry'],
        ['UNKNOWN', 'high', 'cherry'],
        ['UNKNOWN', 'high', 'Fruit'],
        ['WARN', 'medium', 'banana'],
      ],
    );
    assert.deepEqual(findings[1]?.slice(2), [
      'banana\neastus, fruit\nFruit',
      'require_secure_transport is off: anyone may connect without TLS.\nflexibleServerRequireSecureTransport',
      'Set the server parameter require_secure_transport to on.',
    ]);
    assert.deepEqual(findings[4]?.slice(2), [
      'Fruit\nsubscription',
      'Azure answered 403 AuthorizationFailed.\nforbidden\nsingleServerSslEnforcement\nsingleServerMinimalTlsVersion',
      'Grant Reader on the subscription.',
    ]);
  });

  it('has the commands, as they are, in a block that unfolds', async () => {
    const text = markdown(await mixedReport());
    assert.deepEqual(summaries(text), ['Commands that repair 2 FAIL', '2 PASS']);
    const [code] = elements(rendered(text), 'pre').map(textOf);
    assert.ok(
      code?.startsWith(`# flexibleServerRequireSecureTransport: banana
az postgres flexible-server parameter set \\
  --subscription 0 \\
  --resource-group fruit \\
  --server-name banana \\
  --name require_secure_transport --value on
# flexibleServerSslMinProtocolVersion: cherry
`),
    );
  });

  for (const name of ['`', '```', '`````x', '~~~', '</details>']) {
    it(`ends no block of commands at the name ${JSON.stringify(name)}`, async () => {
      const page = rendered(markdown(await hostileReport(name)));
      const blocks = elements(page, 'pre').map(textOf);
      assert.equal(blocks.length, 1);
      assert.equal(blocks[0]?.match(/^# /gm)?.length, 2);
      assert.ok(blocks[0]?.includes(`--server-name '${name}2'`));
    });
  }

  it('lists PASS, folded, unless that is to be left out', async () => {
    const report = await mixedReport();
    assert.deepEqual(
      tableOf(markdown(report), 'Server')
        .slice(1)
        .map(([server]) => server?.split('\n')[0]),
      ['apple', 'apple'],
    );
    const terse = markdown(report, { ignoreOk: true });
    assert.deepEqual(summaries(terse), ['Commands that repair 2 FAIL']);
    assert.equal(tableOf(terse, 'FAIL')[1]?.[3], '2');
  });

  it('has what is suppressed for itself, with who, why and until when, and no command for it', async () => {
    const text = markdown(await suppressedReport());
    const [findings, accepted] = tables(rendered(text)).filter(([header]) => header?.[0] === 'Status');
    assert.ok(!findings?.some(([status, , server]) => status === 'FAIL' && server?.startsWith('banana')));
    assert.deepEqual(accepted?.slice(1), [
      [
        'FAIL',
        'high',
        'banana\neastus, fruit\nFruit',
        'require_secure_transport is off: anyone may connect without TLS.\nflexibleServerRequireSecureTransport',
        'Behind a proxy that speaks TLS.',
        'Ann',
        '2027-03-31',
      ],
    ]);
    assert.deepEqual(summaries(text), ['Commands that repair 1 FAIL', '1 suppressed', '2 PASS']);
  });

  it('lists the suppressions that have expired, or fit nothing, and no others', async () => {
    assert.deepEqual(tableOf(markdown(await suppressedReport()), 'State').slice(1), [
      [
        'expired\nwould fit 2 results',
        'flexibleServerRequireSecureTransport\n*/cherry',
        'Behind a proxy that speaks TLS.',
        'Ann',
        '2025-01-31',
        'pgposture.suppressions.yaml:12',
      ],
      ['unused', '*\n*/quince\nin eastus', 'Sold.', '', '', '--suppress'],
    ]);
  });

  it('has the changes since the baseline, worst first', async () => {
    const report = await comparedReport();
    const text = markdown(report);
    assert.match(
      textOf(rendered(text)),
      /Since the report of 2026-11-01 08:00 UTC: 1 new, 2 worse, 1 unknown, 1 better, 1 fixed, 1 gone, 40 unchanged\./,
    );
    assert.deepEqual(
      tableOf(text, 'Change')
        .slice(1)
        .map(([kind, , , sides]) => [kind, sides]),
      [
        ['new', 'none → FAIL'],
        ['worse', 'PASS → FAIL'],
        ['worse', 'WARN → UNKNOWN(unreadable)'],
        ['unknown', 'FAIL → not seen'],
        ['better', 'FAIL → WARN'],
        ['fixed', 'FAIL → PASS'],
        ['gone', 'FAIL → gone'],
      ],
    );
  });
});

const shape = (text: string) =>
  elements(rendered(text))
    .map(({ tagName }) => tagName)
    .filter((tag) => tag !== 'span');

describe('in Markdown', () => {
  for (const name of hostile) {
    it(`the name ${JSON.stringify(name)} is text`, async () => {
      const text = markdown(await hostileReport(name));
      assert.deepEqual(shape(text), shape(markdown(await hostileReport('apple'))));
      assert.deepEqual(
        livePieces(rendered(text)).filter((piece) => alive.test(piece)),
        [],
      );
      const shown = printable(name);
      assert.equal(tableOf(text, 'Status')[1]?.[2], [shown, printable(`${name}, ${name}`), shown].join('\n'));
      assert.deepEqual(tableOf(text, 'Not seen')[1], [
        `${shown}\n/subscriptions/0\nSingle Server`,
        `${shown}\nforbidden`,
        shown,
      ]);
    });
  }

  /** Everywhere that text stands: at the start of a paragraph, after a heading's words, in cells, in a summary. */
  const everywhere = (text: string) => {
    const each = literal(text);
    const { head, tail } = folded(text, '');
    return [
      `## Of ${each}\n`,
      `${each}<br>\n${each}\n`,
      `${markdownHeader(['A', 'B'])}${markdownRow([each, each])}`,
      `${head}x\n${tail}`,
    ].join('\n');
  };

  it('any text is text, wherever it stands', () => {
    const expected = shape(everywhere('apple'));
    fc.assert(
      fc.property(anyText, (text) => {
        const written = everywhere(text);
        const page = rendered(written);
        const shown = printable(text);
        assert.deepEqual(shape(written), expected);
        assert.deepEqual(tables(page), [
          [
            ['A', 'B'],
            [shown, shown],
          ],
        ]);
        assert.deepEqual(elements(page, 'h2', 'summary').map(textOf), [`Of ${shown}`, shown]);
        const [paragraph] = elements(page, 'p');
        assert.equal(paragraph && textOf(paragraph), `${shown}\n\n${shown}`);
        assert.deepEqual(
          livePieces(page).filter((piece) => alive.test(piece)),
          [],
        );
      }),
      { numRuns: 500 },
    );
  });

  it('a block of code has a fence that no line of it closes', () => {
    for (const code of ['x\n', '```\n', '````\n```\n', ' ``` \n', '`\n']) {
      const fence = fenceFor(code);
      assert.deepEqual(elements(rendered(`${fence}sh\n${code}${fence}\n`), 'pre').map(textOf), [code]);
    }
  });

  it('an endless word is cut, between two characters', () => {
    const [cut] = tables(rendered(`${markdownHeader(['A'])}${markdownRow([literal('🍏'.repeat(5000))])}`));
    assert.equal(cut?.[1]?.[0], `${'🍏'.repeat(500)}…`);
    const odd = tables(rendered(`${markdownHeader(['A'])}${markdownRow([literal(`x${'🍏'.repeat(5000)}`)])}`));
    assert.equal(odd[0]?.[1]?.[0], `x${'🍏'.repeat(499)}…`);
  });
});
