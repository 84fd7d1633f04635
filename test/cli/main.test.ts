import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { commands } from '../../cli/commands';
import { runMain } from '../support/cli';

/** All but completion, of which yargs prints the script whatever else is asked. */
const { completion: _, ...withOptions } = commands;

describe('pgposture', () => {
  for (const argv of [
    ['--help'],
    ['-h'],
    ['scan', '--demmo', '--help'],
    ...Object.keys(withOptions).map((command) => [command, '--help']),
  ]) {
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

  it('names each command in its help', async () => {
    const { stdout } = await runMain(['--help']);
    for (const command of Object.keys(commands)) assert.match(stdout, new RegExp(`^  pgposture ${command} `, 'm'));
  });

  for (const [command, options] of Object.entries(withOptions)) {
    it(`names each option of ${command} in its help, and an example that runs`, async () => {
      const { stdout } = await runMain([command, '--help']);
      for (const name of Object.keys(options)) assert.match(stdout, new RegExp(` --${name} `));
      const [, example = ''] = /^ {2}pgposture (.*)$/m.exec(stdout.slice(stdout.indexOf('Examples:'))) ?? [];
      assert.ok(example.startsWith(command), example);
      // These need files, or a server: test/cli/merge.test.ts, test/cli/gate.test.ts, test/cli/remediate.test.ts, test/cli/audit.test.ts.
      if (!['merge', 'diff', 'remediate', 'audit'].includes(command))
        assert.notEqual((await runMain(example.split(' '))).code, 2);
    });
  }

  it('names the exit codes in the help of scan', async () => {
    const { stdout } = await runMain(['scan', '--help']);
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
    ['another unknown command', ['explian', 'x'], /\nDid you mean explain/],
    ['two commands', ['scan', 'scan', '--demo'], /scan/],
    ['an unknown word', ['scan', 'everything', '--demo'], /everything/],
    ['an unknown letter', ['scan', '-x', '--demo'], /\bx\b/],
    ['a typo', ['scan', '--demo', '--consol', 'text'], /consol\n.*console/],
    ['a typo with a value', ['scan', '--demo', '--severty=high'], /severty\n.*severity/],
    ['a typo of --demo', ['scan', '--demmo'], /demmo\n.*demo/],
    ['a typo of an option of another command', ['plugins', '--jsn', 'x'], /jsn\nDid you mean --json\?/],
    ['an option of another command', ['explain', 'x', '--demo'], /demo\nSee pgposture explain --help\./],
    ['a word too many', ['plugins', 'x'], /x\nSee pgposture plugins --help\./],
    ['merge without a report', ['merge'], /Name the reports to merge\.\nSee pgposture merge --help\./],
    ['an option without its value', ['plugins', '--json'], /json\nSee pgposture plugins --help\./],
  ] as const) {
    it(`exits 2 for ${name}`, async () => {
      const { code, stdout, stderr } = await runMain(argv);
      assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
      assert.match(stderr, /^pgposture: .+\n.+\n$/, 'what is wrong, and what to do');
      assert.match(stderr, message);
    });
  }
});
