import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { plugins } from '../../plugins';
import { runMain } from '../support/cli';

const id = 'flexibleServerSslMinProtocolVersion';

describe('pgposture explain', () => {
  for (const plugin of plugins) {
    it(`explains ${plugin.id} on stdout alone`, async () => {
      const { code, stdout, stderr } = await runMain(['explain', plugin.id]);
      assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
      assert.ok(stdout.startsWith(`${plugin.id}\n`), stdout);
    });
  }

  for (const [argv, message] of [
    [[], /^pgposture: Name a plugin; pgposture plugins lists them\.\nSee pgposture explain --help\.\n$/],
    [['flexibleServerSslMinProtocolVersio'], new RegExp(`^pgposture: No plugin .*\nDid you mean ${id}`)],
    [[id.toUpperCase()], new RegExp(`^pgposture: No plugin .*\nDid you mean ${id}\\?\n$`)],
    [['everything'], new RegExp(`^pgposture: No plugin .*"everything".*\nThere are: .*${id}`)],
    [['constructor'], /No plugin is called "constructor"/],
    [[''], /No plugin is called ""/],
    [['\u001b[31m'], /No plugin is called "\\u\{1b\}\[31m"/],
    [[id, id], /Unknown argument/],
    [[id, '--plugin', id], /Unknown argument: plugin/],
    [[id, '--setting', 'minimumTlsVersion=1.1'], /minimumTlsVersion cannot be "1\.1"\.\n.*1\.2 or 1\.3/],
    [[id, '--setting', 'minimalTlsVersion=1.3'], /"minimalTlsVersion"\.\nDid you mean minimumTlsVersion/],
    [[id, '--setting', 'minimumTlsVersion'], /minimumTlsVersion=1\.3/],
    [['--', id], /--/],
  ] as const) {
    it(`exits 2 for ${JSON.stringify(argv)}`, async () => {
      const { code, stdout, stderr } = await runMain(['explain', ...argv]);
      assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
      assert.match(stderr, message);
      assert.equal(stderr.split('\n').length, 3, 'it is said in two lines');
    });
  }

  it('says what holds for a setting that is given', async () => {
    const { stdout } = await runMain(['explain', id, '--setting', 'minimumTlsVersion=1.3']);
    assert.match(stdout, /^ {2}FAIL {5}ssl_min_protocol_version is older than TLSv1\.3: /m);
    assert.match(stdout, /--value TLSv1\.3$/m);
    assert.match(stdout, /version < 'TLSv1\.3'/);
    assert.match(
      stdout,
      /^ +--setting minimumTlsVersion=1\.3\n\n {2}Or ask Azure/m,
      'the scan that checks it asks for the same',
    );
  });

  it('takes a setting that the plugin does not have, as scan does', async () => {
    const { code } = await runMain(['explain', 'singleServerSslEnforcement', '--setting', 'minimumTlsVersion=1.3']);
    assert.equal(code, 0);
  });

  for (const [name, coloured, isTTY, env] of [
    ['a terminal', true, true, {}],
    ['a pipe', false, false, {}],
    ['a terminal with NO_COLOR', false, true, { NO_COLOR: '1' }],
    ['a pipe with FORCE_COLOR', true, false, { FORCE_COLOR: '1' }],
  ] as const) {
    for (const argv of [['explain', id], ['plugins']]) {
      it(`${argv[0]} ${coloured ? 'colours' : 'does not colour'} ${name}`, async () => {
        const { stdout } = await runMain(argv, { isTTY, env });
        assert.equal(stdout.includes('\u001b['), coloured);
      });
    }
  }
});
