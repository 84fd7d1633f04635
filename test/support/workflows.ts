import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { root } from './root';

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string | boolean | number>>;
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly container?: string;
  readonly environment?: string;
  readonly needs?: string | readonly string[];
  readonly 'timeout-minutes'?: number;
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly string[]>> };
  readonly steps: readonly Step[];
}

export interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

const textOf = (path: string) => readFileSync(join(root, path), 'utf8');
const filesIn = (folder: string, pattern: RegExp) =>
  readdirSync(join(root, folder))
    .filter((file) => pattern.test(file))
    .map((file) => join(folder, file));

/** Those that run in our repository, by their file. */
export const workflows: ReadonlyMap<string, { readonly text: string; readonly workflow: Workflow }> = new Map(
  filesIn('.github/workflows', /\.ya?ml$/).map((file) => {
    const text = textOf(file);
    return [file, { text, workflow: parse(text) as Workflow }];
  }),
);

export interface Use {
  /** The file, and the line. */
  readonly place: string;
  /** `github/codeql-action/upload-sarif@8aad20d… # v4.36.2` */
  readonly what: string;
}

/** Each action that is used, by us or in what users are shown. */
export const uses: readonly Use[] = [
  ...workflows.keys(),
  'action.yml',
  ...filesIn('pipelines', /\.ya?ml$/),
  ...filesIn('docs', /\.md$/),
  ...filesIn('.', /\.md$/),
].flatMap((file) =>
  textOf(file)
    .split('\n')
    .flatMap((line, i) => {
      const [, what] = /^\s*(?:- )?uses:\s*(.*)$/.exec(line) ?? [];
      return what === undefined ? [] : [{ place: `${file}:${i + 1}`, what }];
    }),
);
