import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import fc from 'fast-check';
import { main } from '../../cli/main';
import { scanOptions } from '../../cli/options';
import { plainScan } from '../../cli/plainScan';
import type { ScanRequest } from '../../cli/request';

const names = Object.keys(scanOptions);

/** What can stand in a line, and what yargs has views of its own about. */
const word = fc.oneof(
  fc.constantFrom(...names.map((name) => `--${name}`)),
  fc.constantFrom(
    'a',
    '-',
    '1',
    '010',
    'x=y',
    'true',
    'false',
    '',
    ' ',
    '"q"',
    "'q",
    '-5',
    '-x',
    '--',
    '--help',
    'é\n',
  ),
  fc
    .tuple(fc.constantFrom(...names, 'armEndpoint', 'no-demo'), fc.string())
    .map(([name, value]) => `--${name}=${value}`),
  fc.string(),
);
const values = ['a', 'b c', '1.3', '-', 'x=1', 'TRUE', '😀'];
const spelled = (name: string, value: string) => [[`--${name}`, value], [`--${name}=${value}`], [`--${name}`]];
/** An option with a value, more often than chance brings one. */
const option = fc
  .tuple(fc.constantFrom(...names), fc.constantFrom(...values))
  .chain(([name, value]) => fc.constantFrom(...spelled(name, value)));
const line = fc.array(fc.oneof(option, fc.tuple(word)), { maxLength: 4 }).map((words) => ['scan', ...words.flat()]);

/** What the line asks for, or what is said about it; by yargs alone, if it is to be. */
async function understood(argv: readonly string[], byYargs: boolean): Promise<unknown> {
  let request: ScanRequest | undefined;
  let said = '';
  const scan = mock.method(require('../../cli/scan'), 'scanCommand', async (asked: ScanRequest) => {
    request = asked;
    return 0;
  });
  const plain = byYargs ? mock.method(require('../../cli/plainScan'), 'plainScan', () => undefined) : undefined;
  const write = async (text: string) => {
    said += text;
  };
  const output = { isTTY: false, columns: 80, write };
  try {
    await main(argv, { stdout: output, stderr: output, env: {}, onInterrupt: () => () => undefined });
    return request ?? said;
  } finally {
    scan.mock.restore();
    plain?.mock.restore();
  }
}

describe('a line that yargs need not read', () => {
  async function check(argv: readonly string[]): Promise<boolean> {
    if (!plainScan(argv)) return false;
    assert.deepEqual(await understood(argv, false), await understood(argv, true), argv.join(' '));
    return true;
  }

  it('means what yargs takes it for, whichever option it has', async () => {
    for (const name of names) {
      for (const words of ['a', '-', 'x=1'].flatMap((value) => spelled(name, value))) await check(['scan', ...words]);
      await check(['scan', `--${name}`, 'a', `--${name}`, 'b']);
    }
  });

  it('means what yargs takes it for, whatever stands in it', async () => {
    let plain = 0;
    const property = fc.asyncProperty(line, async (argv) => {
      if (await check(argv)) plain++;
    });
    await fc.assert(property, { numRuns: 60 });
    assert.ok(plain > 5, `only ${plain} are`);
  });

  for (const argv of [
    ['scan'],
    ['scan', '--demo'],
    ['scan', '--json', '-', '--quiet', '--plugin', 'a', '--plugin=b'],
    ['scan', '--setting', 'minimumTlsVersion=1.3', '--ca-file', '/etc/ca.pem', '--console=none'],
  ]) {
    it(`is ${argv.join(' ')}`, () => assert.ok(plainScan(argv)));
  }

  for (const argv of [
    [],
    ['plugins'],
    ['--demo', 'scan'],
    ['scan', '--help'],
    ['scan', '--jsn', 'x'],
    ['scan', '--json'],
    ['scan', '--json', '--quiet'],
    ['scan', '--demo=true'],
    ['scan', '--demo', '--demo'],
    ['scan', '--demo', 'true'],
    ['scan', '--armEndpoint', 'x'],
    ['scan', '--allow-unknown'],
    ['scan', '--', 'x'],
    ['scan', '--toString', 'x'],
  ]) {
    it(`is not ${argv.join(' ') || 'empty'}`, () => assert.equal(plainScan(argv), undefined));
  }
});
