import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const isThere = spawnSync('shellcheck', ['--version']).status === 0;

/** Why scripts cannot be checked here; false if they can. Where tools are required, as in .ci/run, they have to be there. */
export const noShellcheck = !isThere && process.env.PGPOSTURE_TOOLS !== 'required' && 'no shellcheck';

/** shellcheck has nothing to say of any of them, not even in passing. */
export function assertShellcheckClean(folder: string, scripts: readonly string[]): void {
  const files = scripts.map((text, i) => {
    writeFileSync(join(folder, `${i}.sh`), text);
    return `${i}.sh`;
  });
  const { status, stdout, stderr } = spawnSync('shellcheck', ['--norc', '--severity=style', ...files], {
    cwd: folder,
    encoding: 'utf8',
  });
  assert.equal(status, 0, stdout + stderr);
}
