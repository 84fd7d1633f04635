import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { commands } from '../../cli/commands';
import { cloudNames } from '../../collectors/azure/clouds';
import { credentialNames } from '../../collectors/azure/credentialNames';
import { isServerPlugin } from '../../helpers/kind';
import { plugins } from '../../plugins';
import { frameworks, reasonKinds, severities } from '../../types';
import { program, spawnCli } from '../support/cli';

const ids = plugins.map(({ id }) => id);
const ofServers = plugins.filter(isServerPlugin).map(({ id }) => id);
const [anId = ''] = ofServers;
const optionsOf = (command: string) => Object.keys(commands[command] ?? {}).map((name) => `--${name}`);
const consoles = ['table', 'text', 'none'];

/** The words of a line, the last one being written; what is offered for it; what must not be. */
const lines: readonly (readonly [words: readonly string[], offered: readonly string[], not?: string])[] = [
  [[''], Object.keys(commands)],
  [['expl'], Object.keys(commands)],
  [['scan', ''], optionsOf('scan')],
  [['scan', '--'], optionsOf('scan')],
  [['scan', '--plugin'], ['--demo']],
  [['scan', '--plugin', ''], ofServers, 'endpointCertificate'],
  [['scan', '--plugin', 'fl'], ofServers, '--demo'],
  [['scan', '--plugin', anId, '--plugin', ''], ofServers, '--demo'],
  [['scan', '--probe', '--plugin', ''], [...ofServers, 'endpointCertificate'], 'databaseSslEnabled'],
  [['probe', '--plugin', ''], ['endpointCertificate'], anId],
  [['audit', '--plugin', ''], ['databaseSslEnabled'], anId],
  [['probe', ''], [], '--json'],
  [['scan', '--plugin', anId, ''], ['--demo'], anId],
  [['scan', '--severity', ''], severities, '--demo'],
  [['scan', '--compliance', ''], frameworks, '--demo'],
  [['merge', 'a.json', '--compliance', 'p'], frameworks, '--json'],
  [['scan', '--console', ''], consoles, '--demo'],
  [['scan', '--console', '=', 't'], consoles, '--demo'],
  [['scan', '--cloud', ''], cloudNames, '--demo'],
  [['scan', '--credential', ''], credentialNames, '--demo'],
  [['scan', '--allow-unknown', '=', 'st'], reasonKinds, '--demo'],
  [['scan', '--demo', ''], ['--json'], '--demo'],
  [['plugins', ''], optionsOf('plugins')],
  [['plugins', '--json', ''], [], '--json'],
  [['merge', ''], [], '--json'],
  [['merge', '--'], optionsOf('merge')],
  [['merge', 'a.json', '--console', ''], consoles, '--json'],
  [['remediate', ''], [], '--output'],
  [['remediate', '--'], optionsOf('remediate')],
  [['remediate', 'a.json', '--output', ''], [], '--undo'],
  [['explain', ''], ids, '--setting'],
  [['explain', 'single'], ids, '--setting'],
  [['explain', '--'], optionsOf('explain'), anId],
  [['explain', '--setting', 'minimumTlsVersion=1.3', ''], ids],
  [['explain', anId, ''], optionsOf('explain'), anId],
  [['scan', '--help'], ['--demo']],
  [['nonsense', ''], ['scan']],
];

describe('completion', () => {
  for (const [words, offered, not] of lines) {
    it(`of pgposture ${words.join(' ')}_`, async () => {
      const { code, stdout, stderr } = await spawnCli(['--get-yargs-completions', 'pgposture', ...words]);
      assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
      const found = stdout.split('\n');
      for (const word of offered) assert.ok(found.includes(word), `${word} is not among ${found.join(' ')}`);
      assert.ok(not === undefined || !found.includes(not), not);
    });
  }

  it('offers only what can be given', async () => {
    for (const option of ['--severity', '--console', '--plugin']) {
      const { stdout } = await spawnCli(['--get-yargs-completions', 'pgposture', 'scan', option, '']);
      for (const word of stdout.trim().split('\n')) {
        const { code, stderr } = await spawnCli(['scan', '--demo', option, word]);
        assert.notEqual(code, 2, stderr);
      }
    }
  });
});

const noBash = spawnSync('bash', ['-c', 'mapfile -t x < /dev/null']).status !== 0;

describe('the script for bash', { skip: noBash && 'no bash' }, () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pgposture-'));
    const command = join(folder, 'pgposture');
    await writeFile(command, `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`);
    await chmod(command, 0o755);
  });
  after(() => rm(folder, { recursive: true }));

  for (const [words, reply] of [
    [['expl'], ['explain']],
    [['explain', ''], ids],
    [['explain', 'flexibleServerSsl'], ids.filter((id) => id.startsWith('flexibleServerSsl'))],
    [['scan', '--sev'], ['--severity']],
    [
      ['scan', '--console', 't'],
      ['table', 'text'],
    ],
    [['plugins', '--json', ''], []],
  ] as const) {
    it(`completes pgposture ${words.join(' ')}_`, () => {
      const script = `source <(pgposture completion)
        complete -p pgposture >/dev/null || exit 9
        COMP_WORDS=(pgposture "$@"); COMP_CWORD=$#
        _pgposture_yargs_completions
        printf '%s\\n' "\${COMPREPLY[@]}"`;
      const env = { PATH: `${folder}${delimiter}${process.env.PATH}`, SHELL: '/bin/bash' };
      const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-c', script, 'bash', ...words], {
        env,
        encoding: 'utf8',
      });
      assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
      assert.deepEqual(stdout.trim().split('\n').filter(Boolean), reply);
    });
  }
});
