import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { reporters } from '../../reporters';
import { mostBytes } from '../../reporters/markdown';
import { type Part, page, paragraph } from '../../reporters/page';
import type { Report, Result, Status } from '../../types';
import { change, comparisonOf, suppression } from '../support/gated';
import { elements, rendered, tables, textOf } from '../support/rendered';
import { mixedReport, view } from '../support/report';

const bytes = (text: string) => Buffer.byteLength(text);

const partOf = (name: string, rows: readonly string[], share?: number): Part => ({
  head: `${name}:\n`,
  rows: rows.map((row) => () => `${row}\n`),
  tail: `end of ${name}\n`,
  leftOut: (left) => `${left} of ${name} left out\n`,
  ...(share !== undefined && { share }),
});

describe('a page', () => {
  it('has all parts, with an empty line between them', () => {
    assert.equal(
      page([paragraph('Hello'), partOf('A', ['1', '2']), partOf('B', [])], 1000),
      'Hello\n\nA:\n1\n2\nend of A\n\nB:\nend of B\n',
    );
  });

  it('leaves out from the end, and says so', () => {
    const parts = [partOf('A', ['1', '2', '3']), partOf('B', ['4'])];
    const room =
      bytes(page([partOf('A', []), partOf('B', [])], 1000)) + bytes('3 of A left out\n1 of B left out\n') + 2;
    assert.equal(page(parts, room + 5), 'A:\n1\n2\nend of A\n\n1 of A left out\n\n1 of B left out\n');
  });

  it('gives a part no more than its share, and what follows the rest', () => {
    const text = page([partOf('A', Array(100).fill('12345678'), 1 / 4), partOf('B', Array(40).fill('1234'))], 400);
    assert.match(text, /^A:\n(12345678\n){11}end of A\n\n89 of A left out\n\nB:\n(1234\n){39}/);
  });

  it('is never larger than it may be, and leaves out nothing before something that is there', () => {
    const rows = fc.array(fc.string({ unit: fc.constantFrom('a', 'ä', '🍏'), maxLength: 20 }), { maxLength: 12 });
    fc.assert(
      fc.property(fc.array(rows, { maxLength: 5 }), fc.nat(800), (all, more) => {
        const parts = all.map((each, i) => partOf(`P${i}`, each));
        const least = parts.reduce(
          (sum, { head, tail, rows: { length }, leftOut }) => sum + bytes(head + tail + leftOut(length)) + 2,
          0,
        );
        const text = page(parts, least + more);
        assert.ok(bytes(text) <= least + more);
        const left = [...text.matchAll(/^(\d+) of P(\d) left out$/gm)].map(([, count, part]) => [
          Number(part),
          Number(count),
        ]);
        const cut = left[0]?.[0] ?? all.length;
        for (const [i, each] of all.entries()) {
          const missing = left.find(([part]) => part === i)?.[1] ?? 0;
          if (i < cut) assert.equal(missing, 0);
          if (i > cut) assert.equal(missing, each.length);
          const whole = `P${i}:\n${each
            .slice(0, each.length - missing)
            .map((row) => `${row}\n`)
            .join('')}end of P${i}\n`;
          assert.equal(text.includes(whole), missing < each.length || each.length === 0);
        }
      }),
    );
  });
});

/** So many servers with a name of so many bytes, of a status. */
function servers(like: Result, status: Status, number: number, suppressed = false): Result[] {
  return Array.from({ length: number }, (_, i) => {
    const name = `${'🍏'.repeat(40)}${status}${i}`;
    const { reason: _reason, ...others } = like;
    const rest = {
      ...others,
      message: `${name} is ${status}.`,
      resource: { ...like.resource, id: `/${status}/${suppressed}/${i}`, name },
      ...(suppressed && { suppression }),
    };
    return status === 'UNKNOWN'
      ? { ...rest, status, reason: { kind: 'timeout', detail: 'x', remedy: 'Wait.' } }
      : { ...rest, status };
  });
}

interface Counts {
  readonly FAIL: number;
  readonly WARN: number;
  readonly suppressed: number;
  readonly PASS: number;
}

async function large({ FAIL, WARN, suppressed, PASS }: Counts): Promise<Report> {
  const { results, ...report } = await mixedReport();
  const [like] = results.filter(({ status }) => status === 'FAIL') as [Result];
  return {
    ...report,
    summary: { ...report.summary, FAIL: FAIL + suppressed, UNKNOWN: 0, WARN, PASS },
    results: [
      ...servers(like, 'FAIL', FAIL),
      ...servers(like, 'WARN', WARN),
      ...servers(like, 'FAIL', suppressed, true),
      ...servers(like, 'PASS', PASS),
    ],
  };
}

/** How many of each are there. */
function shown(text: string): Counts {
  const rows = tables(rendered(text)).flatMap(([header, ...others]) =>
    others.map((row) => ({ header, row, first: row[0] ?? '' })),
  );
  const findings = rows.filter(({ header }) => header?.[0] === 'Status' && header.length === 5);
  return {
    FAIL: findings.filter(({ first }) => first === 'FAIL').length,
    WARN: findings.filter(({ first }) => first === 'WARN').length,
    suppressed: rows.filter(({ header }) => header?.length === 7).length,
    PASS: rows.filter(({ header }) => header?.[0] === 'Server').length,
  };
}

describe('a large report in Markdown', () => {
  const sizes: readonly [string, Counts, Partial<Counts>, string[]][] = [
    ['whole, if it fits', { FAIL: 300, WARN: 100, suppressed: 100, PASS: 300 }, {}, []],
    ['without some PASS', { FAIL: 300, WARN: 100, suppressed: 100, PASS: 3000 }, { PASS: -1 }, ['3000 that PASS']],
    [
      'without PASS, and without some that is suppressed',
      { FAIL: 300, WARN: 100, suppressed: 3000, PASS: 100 },
      { PASS: 0, suppressed: -1 },
      ['3000 suppressed findings', '100 that PASS'],
    ],
    [
      'without the least bad findings, and all that is less',
      { FAIL: 1000, WARN: 3000, suppressed: 100, PASS: 100 },
      { WARN: -1, suppressed: 0, PASS: 0 },
      ['4000 findings', '1000 commands', '100 suppressed findings', '100 that PASS'],
    ],
  ];
  for (const [name, counts, left, notes] of sizes) {
    it(`is ${name}`, async () => {
      const text = reporters.markdown(await large(counts), view);
      assert.ok(bytes(text) <= mostBytes);
      if (notes.length > 0) assert.ok(bytes(text) > mostBytes * 0.98, `${bytes(text)}`);
      const there = shown(text);
      for (const status of ['FAIL', 'WARN', 'suppressed', 'PASS'] as const) {
        const expected = left[status] ?? counts[status];
        if (expected >= 0) assert.equal(there[status], expected, status);
        else assert.ok(there[status] > 0 && there[status] < counts[status], `${there[status]} ${status}`);
      }
      const told = [
        ...textOf(rendered(text)).matchAll(/(\d+) of (.+?)(?:, the least bad of them,)? are left out here/g),
      ];
      assert.deepEqual(
        told.map(([, , what]) => what),
        notes,
      );
      const [, number] = told.find(([, , what]) => what === notes[0]) ?? [];
      const missing = Object.entries(counts).map(([status, count]) => count - there[status as keyof Counts]);
      const [first] = [there.PASS, there.suppressed].includes(0) ? [undefined] : missing.filter((each) => each > 0);
      if (first !== undefined) assert.equal(Number(number), first);
    });

    it(`breaks nothing when it is ${name}`, async () => {
      const page = rendered(reporters.markdown(await large(counts), view));
      for (const [header, ...rows] of tables(page)) {
        assert.ok(rows.length > 0);
        assert.ok(rows.every((row) => row.length === header?.length));
      }
      assert.doesNotMatch(textOf(page), /\ufffd/);
      for (const details of elements(page, 'details')) assert.equal(elements(details, 'details').length, 0);
    });
  }

  it('gives neither changes nor what did not answer more than a quarter of the page', async () => {
    const report = await large({ FAIL: 500, WARN: 0, suppressed: 0, PASS: 0 });
    const [like] = report.results as [Result];
    const [, scope] = report.scopes;
    assert.ok(scope);
    const text = reporters.markdown(
      {
        ...report,
        scopes: Array.from({ length: 5000 }, (_, i) => ({ ...scope, name: `${'🍏'.repeat(40)}${i}` })),
        comparison: comparisonOf(
          report,
          servers(like, 'FAIL', 5000).map((result) => change('new', result, null)),
        ),
      },
      view,
    );
    assert.equal(shown(text).FAIL, 500);
    assert.ok(bytes(text) <= mostBytes);
    for (const first of ['Not seen', 'Change']) {
      const rows = tables(rendered(text)).find(([header]) => header?.[0] === first)?.length ?? 0;
      assert.ok(rows > 300 && rows < 2000, `${rows} ${first}`);
    }
  });
});
