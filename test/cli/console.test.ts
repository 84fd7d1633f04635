import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runMain } from '../support/cli';

const scan = ['scan', '--demo'];
const summary = /^\d+ FAIL, \d+ UNKNOWN, \d+ WARN, \d+ PASS\n$/m;

describe('scan, on the console', () => {
  for (const [argv, first] of [
    [[], /^STATUS +SERVER +FINDING$/m],
    [['--console', 'table'], /^STATUS +SERVER +FINDING$/m],
    [['--console', 'text'], /^FAIL high flexibleServerRequireSecureTransport \/subscriptions\//m],
  ] as const) {
    it(`reports on stdout alone: ${argv.join(' ') || 'by default'}`, async () => {
      const { code, stdout, stderr } = await runMain([...scan, ...argv]);
      assert.deepEqual({ code, stderr }, { code: 1, stderr: '' });
      assert.match(stdout, /^Saw 11 PostgreSQL servers: /);
      assert.match(stdout, first);
      assert.match(stdout, summary);
    });
  }

  it('is silent with none, and keeps the code', async () => {
    assert.deepEqual(await runMain([...scan, '--console', 'none']), { code: 1, stdout: '', stderr: '' });
  });

  it('says first that it saw no server, and how many subscriptions answered', async () => {
    const { stdout } = await runMain([...scan, '--subscription', 'Finance (Müller & Söhne)']);
    assert.match(stdout, /^Saw no PostgreSQL server: 0 of 1 subscription answered\.\n/);
  });

  it('keeps to the width of the terminal, but for the commands to copy', async () => {
    for (const columns of [80, 100]) {
      const { stdout } = await runMain(scan, { columns });
      const rows = stdout.slice(0, stdout.indexOf('\nflexibleServerRequireSecureTransport\n'));
      assert.equal(
        rows.split('\n').find((line) => line.length > columns),
        undefined,
      );
    }
  });

  it('leaves PASS out of the rows with --ignore-ok, never out of the counts', async () => {
    for (const format of ['table', 'text']) {
      const all = await runMain([...scan, '--console', format]);
      const worse = await runMain([...scan, '--console', format, '--ignore-ok']);
      assert.match(all.stdout, /^PASS /m);
      assert.doesNotMatch(worse.stdout, /^PASS /m);
      assert.match(worse.stdout, /^FAIL /m);
      assert.equal(summary.exec(worse.stdout)?.[0], summary.exec(all.stdout)?.[0]);
      assert.equal(worse.code, all.code);
    }
  });

  for (const [name, coloured, isTTY, env] of [
    ['a terminal', true, true, {}],
    ['a pipe', false, false, {}],
    ['a dumb terminal', false, true, { TERM: 'dumb' }],
    ['a terminal with NO_COLOR', false, true, { NO_COLOR: '1' }],
    ['a terminal with an empty NO_COLOR', true, true, { NO_COLOR: '' }],
    ['a pipe with FORCE_COLOR', true, false, { FORCE_COLOR: '1' }],
    ['a terminal with FORCE_COLOR=0', false, true, { FORCE_COLOR: '0' }],
    ['a pipe with FORCE_COLOR and NO_COLOR', false, false, { FORCE_COLOR: '1', NO_COLOR: '1' }],
  ] as const) {
    it(`${coloured ? 'colours' : 'does not colour'} ${name}`, async () => {
      const { stdout } = await runMain(scan, { isTTY, env });
      assert.equal(stdout.includes('\u001b['), coloured);
    });
  }

  it('says on stderr how each subscription went, with --verbose', async () => {
    const { stdout, stderr } = await runMain([...scan, '--verbose', '--console', 'none']);
    assert.equal(stdout, '');
    assert.match(stderr, /^5 of 5 subscriptions/);
    assert.match(stderr, /^Finance \(Müller & Söhne\) .*\(forbidden\)/m);
  });
});
