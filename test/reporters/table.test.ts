import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { plugins } from '../../plugins';
import { reporters } from '../../reporters';
import type { Report } from '../../types';
import { comparedReport, suppressed, suppressedReport } from '../support/gated';
import {
  answered,
  flexible,
  flexibleServer,
  hostileNames,
  hostileReport,
  mixedReport,
  reportOf,
  single,
  subscription,
  unanswered,
  view,
} from '../support/report';

const linesOf = (report: Report, width = 80) => reporters.table(report, { ...view, width }).split('\n');
const columns = (line: string) => [...line].length;

describe('table', () => {
  it('shows what two plugins say in the same words once, with the names of both', async () => {
    const report = await reportOf(subscription('1', { [single]: unanswered }));
    assert.deepEqual(linesOf(report).slice(6, -3), [
      'UNKNOWN  Fruit                      Azure answered 403 AuthorizationFailed.',
      'high     subscription               Grant Reader on the subscription.',
      '                                    forbidden',
      '                                    singleServerSslEnforcement',
      '                                    singleServerMinimalTlsVersion',
    ]);
  });

  it('shows what one plugin says for itself, if that alone is suppressed', async () => {
    const report = suppressed(
      await reportOf(subscription('1', { [single]: unanswered })),
      ({ plugin }) => plugin === 'singleServerSslEnforcement',
    );
    assert.deepEqual(
      linesOf(report)
        .filter((line) => /^UNKNOWN|singleServer/.test(line))
        .map((line) => line.trim().split(/ +/)[0]),
      ['UNKNOWN', 'singleServerMinimalTlsVersion', 'UNKNOWN', 'singleServerSslEnforcement'],
    );
  });

  it('shows where a server is', async () => {
    const report = await reportOf(flexibleServer('apple'), subscription('0', { [flexible]: answered(1) }));
    assert.deepEqual(
      linesOf(report)
        .slice(5, 8)
        .map((line) => line.slice(9, 36).trim()),
      ['apple', 'eastus, fruit', 'Fruit'],
    );
  });

  it('marks what is suppressed under its status', async () => {
    const lines = linesOf(await suppressedReport());
    const row = lines.findIndex((line) => /banana/.test(line));
    assert.deepEqual(lines.slice(row, row + 6), [
      'FAIL        banana                     require_secure_transport is off: anyone',
      'suppressed  eastus, fruit              may connect without TLS.',
      'high        Fruit                      Suppressed until 2027-03-31 by Ann:',
      '                                       Behind a proxy that speaks TLS.',
      '                                       flexibleServerRequireSecureTransport',
      '',
    ]);
  });

  it('ends with what to do about each FAIL, by plugin, in commands that can be copied', async () => {
    const fixes = (await mixedReport().then((report) => reporters.table(report, view))).split('\n\n').slice(-3);
    assert.deepEqual(fixes, [
      `flexibleServerRequireSecureTransport
Set the server parameter require_secure_transport to on.
  # banana
  az postgres flexible-server parameter set \\
    --subscription 0 \\
    --resource-group fruit \\
    --server-name banana \\
    --name require_secure_transport --value on`,
      `flexibleServerSslMinProtocolVersion
Set the server parameter ssl_min_protocol_version to TLSv1.2 or above.
  # cherry
  az postgres flexible-server parameter set \\
    --subscription 0 \\
    --resource-group fruit \\
    --server-name cherry \\
    --name ssl_min_protocol_version --value TLSv1.2`,
      '2 FAIL, 3 UNKNOWN, 1 WARN, 2 PASS\n',
    ]);
  });
});

describe('the width of a table', () => {
  const long = {
    name: 'a-name-as-long-as-azure-lets-one-be-which-is-sixty-three-letters',
    resourceGroup: `${'group_'.repeat(14)}(test)`,
    subscription: 'Subscription of the department of fruit, vegetables and everything else',
  };
  const orchard = () =>
    reportOf(
      flexibleServer(long.name, { require_secure_transport: 'off' }, { resourceGroup: long.resourceGroup }),
      flexibleServer('🍏'.repeat(40), { require_secure_transport: 'x'.repeat(300), ssl_min_protocol_version: 'TLSv1' }),
      { ...subscription('0', { [flexible]: answered(2) }), name: long.subscription },
    );
  const isHeading = (line: string) => plugins.some(({ id }) => id === line);

  for (const width of [60, 80, 120]) {
    it(`is ${width} at most, but for the commands`, async () => {
      const lines = linesOf(await orchard(), width);
      const fixes = lines.findIndex(isHeading);
      assert.ok(fixes > 0);
      const commands = lines.slice(fixes).filter((line) => line.startsWith('  '));
      assert.ok(commands.some((line) => line.includes(long.resourceGroup)));
      assert.deepEqual(
        lines.filter((line) => columns(line) > width && !commands.includes(line)),
        [],
      );
    });
  }

  it('is 80 at most for a large tenant', async () => {
    const many = Array.from({ length: 1000 }, (_, i) => subscription(`${i}`, { [flexible]: answered(10) }));
    assert.deepEqual(
      linesOf(await reportOf(...many)).filter((line) => columns(line) > 80),
      [],
    );
  });
});

describe('the colours of a table', () => {
  for (const [name, make] of [
    ['any', mixedReport],
    ['a suppressed', suppressedReport],
    ['a compared', comparedReport],
    ['a hostile', () => hostileReport('\u001b[31mapple')],
  ] as const) {
    it(`are all that is added to ${name} report`, async () => {
      const report = await make();
      const coloured = reporters.table(report, { ...view, colour: true });
      const plain = reporters.table(report, view);
      assert.ok(coloured.includes('\u001b[31mFAIL'));
      assert.equal(stripVTControlCharacters(coloured), plain);
    });
  }
});

for (const name of hostileNames.filter((name) => name.includes('TAIL'))) {
  it(`a table breaks no line at the name ${JSON.stringify(name)}`, async () => {
    assert.deepEqual(
      linesOf(await hostileReport(name)).filter((line) => /^[ :x]*TAIL/.test(line)),
      [],
    );
  });
}
