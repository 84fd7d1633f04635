import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { parse } from 'yaml';
import { root } from './root';

interface Step {
  readonly name?: string;
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string | number>>;
  readonly env?: Readonly<Record<string, string>>;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly description: string; readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

/** action.yml, as GitHub reads it. */
export const action = parse(readFileSync(join(root, 'action.yml'), 'utf8')) as Action;

const stepNamed = (name: string): Step => {
  const step = action.runs.steps.find((each) => each.name === name);
  if (!step) throw new Error(`The action has no step "${name}".`);
  return step;
};

/** What the step leaves behind, in files that GitHub gives it. */
export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

/**
 * The steps of the action that are scripts, as GitHub's runner runs them, but for the one that builds: what was built is here.
 *
 * @param folder an empty one: the machine's temporary folder, and the workspace.
 */
export function runAction(
  folder: string,
  given: Readonly<Record<string, string>> = {},
  env: Readonly<Record<string, string>> = {},
): { readonly scan: Ran; readonly decide: Ran } {
  const inputs = Object.fromEntries(
    Object.entries(action.inputs).map(([name, { default: value }]) => [name, given[name] ?? value]),
  );
  const scan = runStep(folder, stepNamed('Scan'), {
    inputs,
    github: { action_path: root },
    runner: { temp: folder },
    env,
  });
  const decide = runStep(folder, stepNamed('Decide'), { steps: scan.outputs });
  return { scan, decide };
}

type Context = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** `${{ inputs.tenant-id || env.AZURE_TENANT_ID }}`, and no more of GitHub's expressions. */
const evaluated = (text: string, context: Context): string =>
  text.replaceAll(/\$\{\{ (.*?) \}\}/g, (_, expression: string) => {
    const values = expression.split(' || ').map((word) => {
      const [place = '', ...names] = word.split('.');
      return context[place]?.[names.at(-1) ?? ''];
    });
    return values.find(Boolean) ?? '';
  });

function runStep(folder: string, { run = '', env = {} }: Step, context: Context): Ran {
  const path = (name: string) => join(folder, name);
  mkdirSync(folder, { recursive: true });
  const { status, stdout, stderr } = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', run], {
    cwd: folder,
    encoding: 'utf8',
    env: {
      PATH: [join(process.execPath, '..'), process.env.PATH].join(delimiter),
      GITHUB_ACTIONS: 'true',
      GITHUB_OUTPUT: path('output'),
      GITHUB_STEP_SUMMARY: path('summary'),
      ...Object.fromEntries(Object.entries(env).map(([name, value]) => [name, evaluated(value, context)])),
    },
  });
  const read = (name: string) => (existsSync(path(name)) ? readFileSync(path(name), 'utf8') : '');
  const outputs = Object.fromEntries(
    read('output')
      .trim()
      .split('\n')
      .map((line) => line.split(/=(.*)/s).slice(0, 2)),
  );
  return { status, stdout, stderr, outputs: outputs as Record<string, string>, summary: read('summary') };
}
