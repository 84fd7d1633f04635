import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { printable } from '../../helpers/printable';
import { reporters } from '../../reporters';
import type { Report } from '../../types';
import { suppressed } from '../support/gated';
import {
  answered,
  flexible,
  flexibleServer,
  hostileNames,
  hostileReport,
  known,
  mixedReport,
  reportOf,
  single,
  subscription,
  view,
} from '../support/report';

describe('text', () => {
  it('says what, why and what to do, worst first', async () => {
    const servers = `/subscriptions/0/resourceGroups/fruit/providers/${flexible}`;
    const set = 'az postgres flexible-server parameter set --subscription 0 --resource-group fruit';
    assert.equal(
      reporters.text(await mixedReport(), { ...view, ignoreOk: true }),
      `Saw 3 PostgreSQL servers: 1 of 2 subscriptions answered.
Incomplete: what was not seen is UNKNOWN, with the reason.
FAIL high flexibleServerRequireSecureTransport ${servers}/banana: require_secure_transport is off: anyone may connect without TLS.
  To do: ${set} --server-name banana --name require_secure_transport --value on
FAIL medium flexibleServerSslMinProtocolVersion ${servers}/cherry: ssl_min_protocol_version is TLSv1.1: TLS older than 1.2 is accepted.
  To do: ${set} --server-name cherry --name ssl_min_protocol_version --value TLSv1.2
UNKNOWN(unreadable) high flexibleServerRequireSecureTransport ${servers}/cherry: require_secure_transport is perhaps, which is not on or off.
  To do: Look at require_secure_transport in the Azure portal; if the value is right, tell the authors of pgposture.
UNKNOWN(forbidden) high singleServerSslEnforcement /subscriptions/1: Azure answered 403 AuthorizationFailed.
  To do: Grant Reader on the subscription.
UNKNOWN(forbidden) medium singleServerMinimalTlsVersion /subscriptions/1: Azure answered 403 AuthorizationFailed.
  To do: Grant Reader on the subscription.
WARN medium flexibleServerSslMinProtocolVersion ${servers}/banana: ssl_min_protocol_version is TLSv1.2, but require_secure_transport is off: the floor binds only clients that choose TLS.
2 FAIL, 3 UNKNOWN, 1 WARN, 2 PASS
`,
    );
  });

  it('marks what is suppressed', async () => {
    const report = suppressed(await mixedReport(), ({ status }) => status !== 'PASS');
    const verdicts = reporters.text(report, view).match(/^(FAIL|UNKNOWN|WARN|PASS)\S*/gm);
    assert.deepEqual(
      [...new Set(verdicts)],
      [
        'FAIL(suppressed)',
        'UNKNOWN(unreadable,suppressed)',
        'UNKNOWN(forbidden,suppressed)',
        'WARN(suppressed)',
        'PASS',
      ],
    );
  });

  it('has no command that would change nothing', async () => {
    const facts = { minimalTlsVersion: known('TLS1_2'), sslEnforcement: known('Enabled') };
    const quince = { ...flexibleServer('quince'), type: single, facts } as const;
    const { results, ...report } = await reportOf(quince, subscription('0', { [single]: answered(1) }));
    const outdated = results.map((result) =>
      result.evidence.minimalTlsVersion ? { ...result, status: 'FAIL' } : result,
    );
    const output = reporters.text({ ...report, results: outdated } as Report, view);
    assert.match(output, /^FAIL .*\n {2}To do: Migrate to Flexible Server; until then .*\n/m);
    assert.doesNotMatch(output, /az resource/);
  });

  it('has no command for a plugin that it does not know', async () => {
    assert.doesNotMatch(reporters.text(await mixedReport(), { ...view, plugins: [] }), /az postgres/);
  });

  for (const name of hostileNames) {
    it(`shows the name ${JSON.stringify(name)}, and breaks no line at it`, async () => {
      const linesWith = async (each: string) => reporters.text(await hostileReport(each), view).split('\n');
      const lines = await linesWith(name);
      assert.equal(lines.length, (await linesWith('apple')).length);
      assert.ok(lines.some((line) => line.startsWith('FAIL') && line.includes(`/${printable(name)}: `)));
    });
  }
});
