import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { callName, callsOf } from '../adapters/cloudsploit/calls';
import { serverKinds } from '../helpers/kind';
import * as pgposture from '../index';
import { program } from './support/cli';
import { consumer } from './support/consumer';
import { nameOf } from './support/contributing';
import { ownPlugin, requirePgposture } from './support/pluginModules';
import { root } from './support/root';

const path = join(root, 'docs/writing-plugins.md');
const page = readFileSync(path, 'utf8');

/** A command, and what it prints below. */
const shown = /```sh\n((?:npx pgposture|node) [\s\S]*?)\n```\n+```text\n([\s\S]*?)```/g;
const commands = [...page.matchAll(shown)].map(([, command = '', prints = '']) => ({ command, prints }));

describe('docs/writing-plugins.md', () => {
  let folder: string;
  before(() => {
    const files = [...page.matchAll(/```js\n([\s\S]*?)```/g)].map(
      ([, source = '']) => [nameOf(source), source] as const,
    );
    const unfinished = `${requirePgposture}module.exports = ${ownPlugin('unfinished', 'ssl', 'moreInfo: undefined')};`;
    folder = consumer({ ...Object.fromEntries(files), 'unfinished.cjs': unfinished });
  });
  after(() => rmSync(folder, { recursive: true }));

  it('has a plugin that compiles', () => {
    const flags = '--noEmit --allowJs --checkJs --module nodenext --target es2023 --skipLibCheck --noImplicitAny false';
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    const argv = [compiler, ...flags.split(' '), '--strict', 'flexibleServerPasswordMethods.mjs'];
    const { status, stdout } = spawnSync(process.execPath, argv, { cwd: folder, encoding: 'utf8' });
    assert.deepEqual({ status, stdout }, { status: 0, stdout: '' });
  });

  it('has an output below each of its commands', () => {
    assert.ok(commands.length >= 5);
    assert.equal(commands.length, page.match(/```text\n/g)?.length);
  });

  for (const { command, prints } of commands) {
    it(`prints what it says: ${command}`, { skip: process.platform === 'win32' }, () => {
      const script = command.replace(/^npx pgposture/, `"${process.execPath}" "${program}"`);
      const { stdout, stderr } = spawnSync('sh', ['-c', script], {
        cwd: folder,
        encoding: 'utf8',
        env: { PATH: process.env.PATH },
      });
      const printed = (stdout + stderr).replace(/ \([\d.]+ms\)$/gm, '').replace(/^ℹ .*\n/gm, '');
      if (process.env.UPDATE_DOCS) update(command, printed);
      else assert.equal(printed, prints);
    });
  }

  it('names the calls that are made, and things that there are', () => {
    for (const call of serverKinds.flatMap(callsOf)) assert.ok(page.includes(`| \`${callName(call)}\` |`));
    const [, table = ''] = /\| from `pgposture` \|.*\n([\s\S]*?)\n\n/.exec(page) ?? [];
    const names = table
      .split('\n')
      .flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name ?? ''));
    assert.ok(names.length > 8);
    for (const name of names) assert.ok(name in pgposture, name);
  });
});

function update(command: string, printed: string): void {
  const text = readFileSync(path, 'utf8').replace(shown, (block, its: string) =>
    its === command ? `\`\`\`sh\n${command}\n\`\`\`\n\n\`\`\`text\n${printed}\`\`\`` : block,
  );
  writeFileSync(path, text);
}
