import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { reporters } from '../../reporters';
import type { Resource, Scope } from '../../types';
import { suppressed, suppressedReport, suppression } from '../support/gated';
import {
  answered,
  flexible,
  flexibleServer,
  hostileNames,
  hostileReport,
  mixedReport,
  reportOf,
  subscription,
  unanswered,
  view,
} from '../support/report';

/** What is true of both reports that people read. */
for (const format of ['text', 'table'] as const) {
  const report = reporters[format];

  describe(`${format} on the console`, () => {
    /** A block for each finding, from its status to the next. */
    const blocksOf = (output: string) => output.split(/^(?=FAIL|UNKNOWN|WARN|PASS)/m).slice(1);

    it('shows every result', async () => {
      const mixed = await mixedReport();
      const blocks = blocksOf(report(mixed, { ...view, plugins: [] }));
      for (const { status, resource, plugin } of mixed.results) {
        const name = resource.type === flexible ? resource.name : /Fruit|subscriptions\/1/;
        const shown = blocks.some((block) => block.startsWith(status) && block.match(name) && block.includes(plugin));
        assert.ok(shown, `${status} ${resource.name} ${plugin}`);
      }
    });

    it('leaves PASS out if asked to, but not out of the counts', async () => {
      const mixed = await mixedReport();
      const whole = report(mixed, view);
      const terse = report(mixed, { ...view, ignoreOk: true });
      assert.ok(blocksOf(whole).some((block) => block.startsWith('PASS')));
      assert.ok(!blocksOf(terse).some((block) => block.startsWith('PASS')));
      for (const output of [whole, terse]) assert.match(output, /\n2 FAIL, 3 UNKNOWN, 1 WARN, 2 PASS\n$/);
    });

    it('keeps what is suppressed, and says who accepts it, until when and why', async () => {
      const output = report(await suppressedReport(), { ...view, width: 200 });
      const block = blocksOf(output).find((each) => each.includes('suppressed')) ?? '';
      assert.match(block, /^FAIL[\s\S]*banana/);
      assert.ok(block.includes('Suppressed until 2027-03-31 by Ann: Behind a proxy that speaks TLS.'));
      assert.doesNotMatch(output, /--server-name banana/);
      assert.match(output, /--server-name cherry/);
      assert.match(output, /\n2 FAIL \(1 suppressed\), 3 UNKNOWN, 1 WARN, 2 PASS\n$/);
    });

    it('has what is suppressed after the others of its status, however severe', async () => {
      const blocks = blocksOf(report(await suppressedReport(), view));
      assert.deepEqual(
        blocks.slice(0, 3).map((block) => [block.match(/^\w+/)?.[0], /suppressed/.test(block), /cherry/.test(block)]),
        [
          ['FAIL', false, true],
          ['FAIL', true, false],
          ['UNKNOWN', false, true],
        ],
      );
    });

    for (const [name, { owner: _owner, expires: _expires, ...some }, line] of [
      ['no owner and no end', suppression, /Suppressed: Behind a proxy that speaks TLS\.$/m],
      ['no reason either', { ...suppression, reason: '' }, /Suppressed$/m],
    ] as const) {
      it(`shows a suppression that has ${name}`, async () => {
        const unknown = suppressed(await mixedReport(), ({ status }) => status === 'UNKNOWN', some);
        const output = report(unknown, { ...view, width: 200 });
        assert.match(output, line);
        assert.doesNotMatch(output, /Grant Reader/);
        assert.match(output, /forbidden/);
      });
    }

    const seen: readonly [name: string, found: (Resource | Scope)[], lines: string[]][] = [
      [
        'what was seen',
        [flexibleServer('apple'), subscription('0', { [flexible]: answered(1) })],
        ['Saw 1 PostgreSQL server: 1 of 1 subscription answered.'],
      ],
      ['that no server was seen', [subscription('0')], ['Saw no PostgreSQL server: 1 of 1 subscription answered.']],
      [
        'that no server was seen, and not everything',
        [subscription('0'), subscription('1', { [flexible]: unanswered })],
        [
          'Saw no PostgreSQL server: 1 of 2 subscriptions answered.',
          'Incomplete: what was not seen is UNKNOWN, with the reason.',
        ],
      ],
    ];
    for (const [name, found, lines] of seen) {
      it(`begins with ${name}`, async () => {
        const output = report(await reportOf(...found), view);
        assert.deepEqual(output.split('\n').slice(0, lines.length), lines);
      });
    }

    it('says that everything answered by not saying otherwise', async () => {
      assert.doesNotMatch(report(await reportOf(subscription('0')), view), /Incomplete/);
    });

    it('has no escape sequence without colour', async () => {
      assert.ok(!report(await mixedReport(), view).includes('\u001b'));
    });

    for (const name of hostileNames) {
      it(`takes the power from the name ${JSON.stringify(name)}`, async () => {
        const output = report(await hostileReport(name), view);
        assert.doesNotMatch(output.replaceAll('\n', ''), /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}]/u);
        assert.doesNotMatch(output, /::|##\[|##vso\[/);
      });
    }
  });
}
