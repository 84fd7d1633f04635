import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { credentialNames } from '../../collectors';
import { isServerPlugin } from '../../helpers/kind';
import { plugins } from '../../plugins';
import { reasonKinds } from '../../types';
import { runMain } from '../support/cli';

/** What is given, what the message has to name, and what it has to offer instead. */
const refused: readonly (readonly [argv: readonly string[], names: string, offers: readonly string[]])[] = [
  [['--console', 'html'], '--console cannot be "html"', ['table', 'text', 'none']],
  [['--console='], '--console', ['value']],
  [['--severity', 'critical'], '--severity cannot be "critical"', ['low', 'medium', 'high']],
  [['--severity', 'High '], '--severity cannot be "High "', ['low', 'medium', 'high']],
  [['--concurrency', '0'], '--concurrency cannot be "0"', ['1', '256']],
  [['--concurrency', '257'], '--concurrency cannot be "257"', ['1', '256']],
  [['--concurrency', '-1'], '--concurrency cannot be "-1"', ['1', '256']],
  [['--concurrency', '1e2'], '--concurrency cannot be "1e2"', ['1', '256']],
  [['--concurrency', 'many'], '--concurrency cannot be "many"', ['1', '256']],
  ...['', '1', '0/4', '5/4', '1/1001', '1/0', '-1/4', '1.5/4', 'a/b', '1/4/4', ' 1/4'].map(
    (shard) =>
      [
        [`--shard=${shard}`],
        shard ? `--shard cannot be "${shard}"` : '--shard was given nothing',
        shard ? ['1/4', '1000'] : ['value'],
      ] as const,
  ),
  [['--timeout', '5'], '--timeout cannot be "5"', ['90s', '10m', '1h']],
  [['--timeout', '0s'], '--timeout cannot be "0s"', ['90s', '10m', '1h']],
  [['--timeout', 'soon'], '--timeout cannot be "soon"', ['90s', '10m', '1h']],
  [['--timeout', '600h'], '--timeout cannot be "600h"', ['24 days']],
  [['--setting', 'minimumTlsVersion'], '--setting "minimumTlsVersion"', ['minimumTlsVersion=1.3']],
  [['--setting', '=1.3'], '--setting "=1.3"', ['minimumTlsVersion=1.3']],
  [['--setting', 'minimumTlsVersion=1.1'], 'minimumTlsVersion cannot be "1.1"', ['1.2', '1.3']],
  [['--setting', 'minimumTlsVersion='], 'minimumTlsVersion cannot be ""', ['1.2', '1.3']],
  [['--setting', 'minimalTlsVersion=1.3'], '"minimalTlsVersion"', ['minimumTlsVersion']],
  [['--setting', '__proto__=1.3'], '"__proto__"', ['minimumTlsVersion']],
  [
    ['--plugin', 'flexibleServerSslMinProtocol'],
    '"flexibleServerSslMinProtocol"',
    ['flexibleServerSslMinProtocolVersion'],
  ],
  [['--plugin', 'all'], '"all"', plugins.filter(isServerPlugin).map(({ id }) => id)],
  [['--plugin', 'constructor'], '"constructor"', plugins.filter(isServerPlugin).map(({ id }) => id)],
  [['--plugin', 'flexibleServerSslMinProtocolVersion', '--severity', 'high'], 'severity high', ['--severity']],
  [['--allow-unknown=stoped'], '--allow-unknown knows no reason "stoped"', ['stopped']],
  [['--allow-unknown=everything'], '--allow-unknown knows no reason "everything"', reasonKinds],
  [['--allow-unknown=stopped,'], '--allow-unknown knows no reason ""', reasonKinds],
  [['--subscription', 'Shop - Prod'], '"Shop - Prod"', ['Shop - Production']],
  [['--subscription', 'shop - production'], '"shop - production"', ['Shop - Production']],
  [['--subscription', 'Elsewhere'], '"Elsewhere"', ['Reader', '--tenant']],
  [['--management-group', 'The Shop'], '"The Shop"', ['portal', 'az account management-group list']],
  [['--management-group', 'elsewhere'], '"elsewhere"', ['display name', 'Reader']],
  [['--exclude-subscription', 'Legacy - migrate by 2024'], '"Legacy - migrate by 2024"', ['Legacy - migrate by 2025']],
  [['--subscription', 'Pay-As-You-Go', '--exclude-subscription', 'Pay-As-You-Go'], 'excluded', ['Exclude fewer']],
  [['--quiet', '--verbose'], '--quiet and --verbose', ['one of them']],
  ...[
    ['--credential', 'azure-cli'],
    ['--tenant', 'example.org'],
    ['--client-id', 'shop'],
    ['--service-connection-id', 'shop'],
    ['--cloud', 'usgov'],
    ['--arm-endpoint', 'https://localhost'],
    ['--ca-file', 'ca.pem'],
  ].map((argv) => [argv, `${argv[0]} means nothing`, ['Leave it out']] as const),
  [['--credential', 'azure'], '"azure"', ['azure-cli']],
  [['--credential', 'az login'], '"az login"', credentialNames],
  [['--cloud', 'usgvo'], '"usgvo"', ['usgov']],
  [['--cloud', 'mars'], '"mars"', ['public', 'usgov', 'china', '--arm-endpoint']],
  [['--cloud', 'usgov', '--arm-endpoint', 'https://arm.example'], '--cloud and --arm-endpoint', ['private']],
  [['--cloud', 'usgov', '--authority-host', 'https://login.example'], '--cloud and --authority-host', ['private']],
  [['--authority-host', 'https://login.example'], '--authority-host was given without --arm-endpoint', ['both']],
  [
    ['--subscription', 'a', '--management-group', 'b'],
    '--subscription and --management-group',
    ['--exclude-subscription'],
  ],
  [['--json='], '--json', ['value']],
  [['--json'], 'json', ['--help']],
  [['--no-json'], 'no-json', ['--json']],
  [['--no-plugin'], 'no-plugin', ['--plugin']],
  [['--plugin.x=1'], 'plugin.x', ['--plugin']],
  [['--demo=maybe'], '--demo cannot be "maybe"', ['alone']],
  [['--quiet='], '--quiet cannot be ""', ['alone']],
  [['--ignoreOk', '--demmo'], 'demmo', ['--demo']],
  [['--allow-unknown='], '--allow-unknown was given nothing', ['alone']],
  [['--allow-unknown', ''], '--allow-unknown was given nothing', ['alone']],
  [['--', '--subscription', 'Shop - Production'], '--', ['Leave']],
  [['--subscription', ''], '--subscription was given nothing', ['value']],
  [
    ['--setting', 'minimumTlsVersion=1.2', '--setting', 'minimumTlsVersion=1.3'],
    'minimumTlsVersion was given twice',
    ['once'],
  ],
  ...[
    'console',
    'json',
    'shard',
    'severity',
    'concurrency',
    'timeout',
    'tenant',
    'arm-endpoint',
    'cloud',
    'ca-file',
  ].map((name) => [[`--${name}`, 'none', `--${name}`, 'none'], `--${name} was given 2 times`, ['once']] as const),
];

describe('scan', () => {
  for (const [argv, names, offers] of refused) {
    it(`exits 2 for ${argv.join(' ')}`, async () => {
      const { code, stdout, stderr } = await runMain(['scan', '--demo', ...argv]);
      assert.deepEqual({ code, stdout }, { code: 2, stdout: '' });
      const [what = '', todo = '', ...more] = stderr.split('\n');
      assert.ok(what.startsWith('pgposture: ') && what.includes(names), what);
      for (const offer of offers) assert.ok(todo.includes(offer), `"${todo}" does not offer ${offer}`);
      assert.deepEqual(more, [''], 'it is said in two lines');
    });
  }
});
