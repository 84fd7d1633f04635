import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runNode } from './support/run';

/** The modules that this line has loaded when it ends. */
function loadedBy(...argv: readonly string[]): string[] {
  const script = `
    process.on('exit', () => fs.writeSync(1, JSON.stringify(Object.keys(require.cache))));
    process.argv = ['node', 'pgposture', ...${JSON.stringify(argv)}];
    require('./dist/cli/index');`;
  return JSON.parse(runNode(['-e', script]).stdout) as string[];
}

describe('the start', () => {
  it('of a scan loads nothing that only the rest of it needs', () => {
    // It ends where Azure would be asked: nobody says what to show GitHub.
    const loaded = loadedBy('scan', '--ignore-ok', '--compliance', 'pci', '--credential', 'github-actions');
    assert.ok(loaded.some((file) => file.includes('core-rest-pipeline')));
    const late =
      /node_modules.(async|yargs|cliui|leven|log-update|yaml|ajv|@streamparser|@azure.arm-)|dist.(emulator|reporters|adapters|schema|engine.(compare|merge|suppress)|cli.(compliance|configFile)|helpers.assessed)/;
    assert.deepEqual(
      loaded.filter((file) => late.test(file)),
      [],
    );
  });
});
