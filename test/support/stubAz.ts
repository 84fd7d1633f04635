import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Report } from '../../types';

/** Why no script can be run here; false if it can. */
export const noSh = process.platform === 'win32' && 'there is no sh';

/** By `server setting`. */
export type Values = Readonly<Record<string, string>>;

/** What an az does that has these settings, a file each: it knows the commands of our scripts, and no more. */
const program = `#!/bin/sh
printf '%s\\0' "$@" '' >>argv
for word; do
  case $word in
    --server-name=*) server=\${word#*=} ;;
    --ids=*) server=\${word##*/} ;;
    --name=*) name=\${word#*=} ;;
    --query=properties.*) name=\${word#*.} ;;
    --value=*) value=\${word#*=} ;;
    --properties=*) name=\${word#*\\"} name=\${name%%\\"*} value=\${word%\\"*} value=\${value##*\\"} ;;
    --*) ;;
    *) verb=$word ;;
  esac
done
there="values/$server $name"
[ -e "$there" ] || { echo "ResourceNotFound: $server $name" >&2; exit 3; }
case $verb in
  show) cat "$there"; echo; exit ;;
  set | patch) ;;
  *) exit 9 ;;
esac
[ "$server" != "$AZ_FAILS" ] || { echo "ServerBusy: $server $name" >&2; exit 1; }
printf %s "$value" >"$there"
`;

/** A folder with an az, which has these settings, and keeps what it is told. */
export function stubAz(folder: string, before: Values) {
  const at = (...names: readonly string[]) => join(folder, ...names);
  const set = (values: Values) => {
    for (const [name, value] of Object.entries(values)) writeFileSync(at('values', name), value);
  };
  for (const name of ['bin', 'values']) mkdirSync(at(name), { recursive: true });
  writeFileSync(at('bin', 'az'), program, { mode: 0o755 });
  set(before);
  return {
    set,
    /** A tool of the machine that does not work any more. */
    spoil: (tool: string) => writeFileSync(at('bin', tool), '#!/bin/sh\nexit 127\n', { mode: 0o755 }),
    values: (): Values =>
      Object.fromEntries(readdirSync(at('values')).map((name) => [name, readFileSync(at('values', name), 'utf8')])),
    /** Runs a script, and tells each command line that az was given, and those of them that write. `into` is where a shell is to send what it says. */
    run(script: string, { fails = '', into = '' } = {}) {
      writeFileSync(at('argv'), '');
      const { status, stdout, stderr } = spawnSync('sh', ['-c', `sh "$0" ${into}`, script], {
        cwd: folder,
        encoding: 'utf8',
        env: { PATH: [at('bin'), process.env.PATH].join(delimiter), AZ_FAILS: fails },
      });
      assert.ok(!existsSync(at('pwned')), 'a name was run');
      const lines = readFileSync(at('argv'), 'utf8').split('\0\0').slice(0, -1);
      const calls = lines.map((line) => line.split('\0'));
      return { status, stdout, stderr, calls, writes: calls.filter((call) => !call.includes('show')) };
    },
  };
}

/** All settings that stand in a report, as its servers have them. */
export const valuesOf = ({ results }: Report): Values =>
  Object.fromEntries(
    results.flatMap(({ resource, evidence }) =>
      Object.entries(evidence).map(([name, value]) => [`${resource.name} ${name}`, String(value)]),
    ),
  );
