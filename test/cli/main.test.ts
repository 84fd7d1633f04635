import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { scanOptions } from '../../cli/options';
import { runMain } from '../support/cli';

describe('pgposture', () => {
  for (const argv of [['--help'], ['-h'], ['scan', '--help'], ['scan', '--demmo', '--help']]) {
    it(`helps on stdout within 80 columns: ${argv.join(' ')}`, async () => {
      const { code, stdout, stderr } = await runMain(argv, { columns: 80 });
      assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
      assert.match(stdout, /^pgposture /);
      assert.deepEqual(
        stdout.split('\n').filter((line) => line.length > 80),
        [],
      );
    });
  }

  it('names each option, an example and the exit codes in the help of scan', async () => {
    const { stdout } = await runMain(['scan', '--help']);
    for (const name of Object.keys(scanOptions)) assert.match(stdout, new RegExp(` --${name} `));
    assert.match(stdout, /^ {2}pgposture scan --demo$/m);
    for (const code of ['0 ', '1 ', '2 ', '3 ']) assert.ok(stdout.slice(stdout.indexOf('Exit code')).includes(code));
  });

  it('tells its version', async () => {
    const { version } = require('../../../package.json') as { version: string };
    assert.deepEqual(await runMain(['--version']), { code: 0, stdout: `${version}\n`, stderr: '' });
  });

  for (const [name, argv, message] of [
    ['no command', [], /command/],
    ['an option, but no command', ['--demo'], /command/],
    ['an unknown command', ['scna'], /scna\nDid you mean scan/],
    ['two commands', ['scan', 'scan', '--demo'], /scan/],
    ['an unknown word', ['scan', 'everything', '--demo'], /everything/],
    ['an unknown letter', ['scan', '-x', '--demo'], /\bx\b/],
    ['a typo', ['scan', '--demo', '--consol', 'text'], /consol\n.*console/],
    ['a typo with a value', ['scan', '--demo', '--severty=high'], /severty\n.*severity/],
    ['a typo of --demo', ['scan', '--demmo'], /demmo\n.*demo/],
  ] as const) {
    it(`exits 2 for ${name}`, async () => {
      const { code, stdout, stderr } = await runMain(argv);
      assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
      assert.match(stderr, /^pgposture: .+\n.+\n$/, 'what is wrong, and what to do');
      assert.match(stderr, message);
    });
  }
});
