import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { program } from './cli';
import { temporaryFolder } from './folder';

/** Why a script of a pipeline cannot be run here; false if it can. */
export const noBash = process.platform === 'win32' && 'no bash';

/** Runs scripts of pipelines as their machines do: an npx that has pgposture, and an Azure that can be signed in to, the sample tenant. */
export function recipeRunner() {
  const folder = temporaryFolder();
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const npx = join(bin, 'npx');
  writeFileSync(
    npx,
    `#!/bin/sh
[ "$1 $2" = '--yes pgposture@0.1.0' ] || exit 9
shift 2
case $* in *'--credential '*) command=$1; shift 3; set -- "$command" --demo "$@" ;; esac
[ -z "$BREAKS" ] || exit "$BREAKS"
exec '${process.execPath}' '${program}' "$@"
`,
  );
  chmodSync(npx, 0o755);
  return {
    folder,
    /** @param cwd a folder below. */
    run(cwd: string, script: string, env: Readonly<Record<string, string>> = {}) {
      mkdirSync(join(folder, cwd), { recursive: true });
      return spawnSync('bash', ['--norc', '--noprofile', '-eo', 'pipefail', '-c', script], {
        cwd: join(folder, cwd),
        encoding: 'utf8',
        env: { PATH: [bin, join(process.execPath, '..'), process.env.PATH].join(delimiter), ...env },
      });
    },
  };
}
