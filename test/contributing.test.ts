import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { consumer } from './support/consumer';
import { nameOf, shownInContributing } from './support/contributing';
import { root } from './support/root';
import { runNode } from './support/run';

describe('a plugin in a repository of its own, as CONTRIBUTING.md shows it', () => {
  const plugin = shownInContributing('own-plugin');
  const test = shownInContributing('own-test');
  const folder = consumer({ [nameOf(plugin)]: plugin, [nameOf(test)]: test });
  const runTest = () => runNode(['--test', nameOf(test)], { cwd: folder });
  const compile = () => {
    const flags = '--noEmit --allowJs --checkJs --module nodenext --target es2023 --skipLibCheck --noImplicitAny false';
    return runNode([join(root, 'node_modules/typescript/bin/tsc'), ...flags.split(' '), nameOf(test)], { cwd: folder });
  };

  after(() => rmSync(folder, { recursive: true }));

  it('passes the strict tester', () => {
    const { status, output } = runTest();
    assert.equal(status, 0, output);
    assert.match(output, /flexibleServerPasswordEncryption[\s\S]*survives every odd value/);
  });

  it('compiles', () => {
    const { status, output } = compile();
    assert.equal(status, 0, output);
  });

  it('does not compile, and does not pass, with a message that it does not have', () => {
    writeFileSync(join(folder, nameOf(plugin)), plugin.replace("return 'md5'", "return 'sha1'"));
    assert.match(compile().output, /Type '"sha1"/);
    const { status, output } = runTest();
    assert.equal(status, 1);
    assert.match(output, /Expected FAIL md5, but it is UNKNOWN plugin-crashed/);
  });
});
