import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { demoReport, runMain, verdicts } from '../support/cli';

const production = ['--subscription', 'Shop - Production'];
const staging = ['--subscription', 'Shop - Staging & Test (do not delete!)'];
const finance = ['--subscription', 'Finance (Müller & Söhne)'];
const tlsFloor = ['--plugin', 'flexibleServerSslMinProtocolVersion'];

describe('scan --demo', () => {
  it('shows every status', async () => {
    const { code, summary } = await demoReport();
    assert.equal(code, 1);
    for (const status of ['PASS', 'WARN', 'FAIL', 'UNKNOWN'] as const) assert.ok(summary[status] > 0, status);
  });

  for (const [name, argv, code] of [
    ['a FAIL', production, 1],
    ['an UNKNOWN, but no FAIL', staging, 3],
    ['no server, with all lists answered', ['--subscription', 'Pay-As-You-Go'], 0],
    ['a subscription that may not be read', finance, 3],
    ['every UNKNOWN allowed', [...finance, '--allow-unknown'], 0],
    ['its reason allowed', [...finance, '--allow-unknown=forbidden'], 0],
    ['another reason allowed', [...finance, '--allow-unknown=stopped'], 3],
    ['all of several reasons allowed', [...staging, '--allow-unknown=stopped, provisioning,absent'], 0],
    ['reasons that add up', [...staging, '--allow-unknown=stopped,absent', '--allow-unknown', 'provisioning'], 0],
    ['one of several reasons not allowed', [...staging, '--allow-unknown=stopped,absent'], 3],
    ['a FAIL, and every UNKNOWN allowed', ['--allow-unknown'], 1],
    ['a FAIL in what is excluded', [...production, ...finance, '--exclude-subscription', 'Shop - Production'], 3],
  ] as const) {
    it(`exits ${code} for ${name}`, async () => {
      assert.equal((await demoReport(...argv)).code, code);
    });
  }
});

describe('scan', () => {
  it('runs one plugin on one subscription', async () => {
    const report = await demoReport(...production, ...tlsFloor);
    assert.deepEqual(verdicts(report), {
      'shop-orders flexibleServerSslMinProtocolVersion': 'PASS',
      'shop-payments flexibleServerSslMinProtocolVersion': 'WARN',
      'shop-payments-replica flexibleServerSslMinProtocolVersion': 'PASS',
      'partner-gateway flexibleServerSslMinProtocolVersion': 'FAIL',
    });
  });

  it('judges by the setting', async () => {
    const report = await demoReport(...production, ...tlsFloor, '--setting', 'minimumTlsVersion=1.3');
    assert.deepEqual(verdicts(report), {
      'shop-orders flexibleServerSslMinProtocolVersion': 'FAIL',
      'shop-payments flexibleServerSslMinProtocolVersion': 'FAIL',
      'shop-payments-replica flexibleServerSslMinProtocolVersion': 'PASS',
      'partner-gateway flexibleServerSslMinProtocolVersion': 'FAIL',
    });
    assert.deepEqual(report.settings, { minimumTlsVersion: '1.3' });
  });

  it('adds up what is given twice', async () => {
    const report = await demoReport(
      ...[...production, '--subscription', '33B8D5E6-2c3d-4f60-9ba1-6d7e8f9a0b03'],
      ...[...tlsFloor, '--plugin', 'singleServerSslEnforcement'],
    );
    assert.deepEqual(
      report.scopes.map(({ name }) => name),
      ['Shop - Production', 'Legacy - migrate by 2025'],
    );
    assert.deepEqual(
      new Set(report.results.map(({ plugin }) => plugin)),
      new Set(['flexibleServerSslMinProtocolVersion', 'singleServerSslEnforcement']),
    );
  });

  it('leaves out what is excluded, by name or id', async () => {
    const excluded = ['Shop - Production', '22a9c3d4-1b2c-4e5f-8a90-5c6d7e8f9a02', 'Pay-As-You-Go'];
    const { scopes } = await demoReport(...excluded.flatMap((each) => ['--exclude-subscription', each]));
    assert.deepEqual(
      scopes.map(({ name }) => name),
      ['Legacy - migrate by 2025', 'Finance (Müller & Söhne)'],
    );
  });

  it('runs plugins at or above a severity', async () => {
    const severities = async (severity: string) =>
      new Set((await demoReport('--severity', severity)).results.map((result) => result.severity));
    assert.deepEqual(await severities('high'), new Set(['high']));
    assert.deepEqual(await severities('medium'), new Set(['high', 'medium']));
  });

  it('reports on Ctrl-C what was not seen as UNKNOWN, and exits 2', async () => {
    const { code, stdout, stderr } = await runMain(['scan', '--demo', '--json', '-', '--verbose'], {
      interruptWhen: /subscriptions are scanned/,
    });
    assert.equal(code, 2);
    assert.match(stderr, /Stopping/);
    const { complete, summary, results } = JSON.parse(stdout) as Awaited<ReturnType<typeof demoReport>>;
    assert.equal(complete, false);
    assert.deepEqual([summary.PASS, summary.WARN, summary.FAIL], [0, 0, 0]);
    assert.deepEqual(new Set(results.map(({ reason }) => reason?.kind)), new Set(['not-collected']));
  });
});
