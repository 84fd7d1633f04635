/** `npm run new-plugin -- <id>`: writes a plugin, its test, its page and its entry in every list. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { printable } from '../helpers/printable';
import { pluginSource, testSource, withPlugin } from './fromTemplate';
import { leftToDo } from './leftToDo';
import { example, type PluginName, pluginName, Refusal } from './pluginName';
import { pageFolder, pluginFolder, root, shownPath, testFolder } from './project';

const usage = `npm run new-plugin -- <id>

Writes the plugin ${pluginFolder}/<id>.ts and its test ${testFolder}/<id>.test.ts, adds it to
plugins/index.ts, and makes its page in ${pageFolder}/ and its rows in the lists there and in README.md.
What it writes works; it then says what is left to do.

The id is camelCase and starts with flexibleServer; the rest names the server parameter to look at, which is
on or off: ${example.id} looks at ${example.parameter}.
`;

/** Case does not count: there are file systems where it does not. */
function refuseExisting({ id }: PluginName): void {
  for (const folder of [pluginFolder, testFolder]) {
    const there = readdirSync(join(root, folder)).find((file) => file.toLowerCase().startsWith(`${id.toLowerCase()}.`));
    if (there === undefined) continue;
    throw new Refusal(
      `The id ${id} is taken, whatever its case: ${shownPath(`${folder}/${there}`)} is there.`,
      'Choose another id, or move that file away.',
    );
  }
}

/** The text as `npm run format` would leave it. */
function formatted(file: string, text: string): string {
  const biome = require.resolve('@biomejs/biome/bin/biome');
  const args = [biome, 'check', '--write', `--stdin-file-path=${file}`];
  const { status, stdout, stderr, error } = spawnSync(process.execPath, args, {
    cwd: root,
    input: text,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`Biome refuses ${file}: ${error ?? stderr}`);
  return stdout;
}

/** Writes all of the files or none. */
function writeAll(files: ReadonlyMap<string, string>): void {
  const before = new Map<string, string | undefined>();
  try {
    for (const [file, text] of files) {
      const path = join(root, file);
      before.set(path, existsSync(path) ? readFileSync(path, 'utf8') : undefined);
      writeFileSync(path, text);
    }
  } catch (error) {
    for (const [path, text] of before) {
      if (text === undefined) rmSync(path, { force: true });
      else writeFileSync(path, text);
    }
    throw error;
  }
}

function updateDocs(): void {
  const { status, stdout, stderr, error } = spawnSync('npm', ['run', '--silent', 'docs'], {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`The plugin is there, but npm run docs failed: ${error ?? stdout + stderr}`);
}

function newPlugin(name: PluginName): string {
  refuseExisting(name);
  const { id, parameter } = name;
  const list = 'plugins/index.ts';
  const plugin = `${pluginFolder}/${id}.ts`;
  const test = `${testFolder}/${id}.test.ts`;
  const sources = [
    [plugin, pluginSource(name)],
    [test, testSource(name)],
    [list, withPlugin(readFileSync(join(root, list), 'utf8'), id)],
  ] as const;
  writeAll(new Map(sources.map(([file, text]) => [file, formatted(file, text)])));
  updateDocs();
  const left = [...leftToDo([plugin, test]), { place: shownPath('CHANGELOG.md'), what: 'say what its users gain' }];
  return `${id} looks at the server parameter ${parameter}. It works: npm test and npm run lint pass.

wrote    ${shownPath(plugin)}
wrote    ${shownPath(test)}
wrote    ${shownPath(`${pageFolder}/${id}.md`)}
changed  ${shownPath(list)}
changed  ${shownPath('README.md')}
changed  ${shownPath(`${pageFolder}/README.md`)}

Left to do, in this order:
${left.map(({ place, what }, i) => `${i + 1}. ${place}\n   ${what}`).join('\n')}
Then: npm run docs && npm test && npm run lint
`;
}

function main(words: readonly string[]): number {
  if (words.includes('--help') || words.includes('-h')) {
    process.stdout.write(usage);
    return 0;
  }
  try {
    process.stdout.write(newPlugin(pluginName(words)));
    return 0;
  } catch (error) {
    const refused = error instanceof Refusal;
    const { message } = error as Error;
    process.stderr.write(refused ? `${printable(message)}\n${printable(error.remedy)}\n` : `${message}\n`);
    return refused ? 2 : 1;
  }
}

process.exitCode = main(process.argv.slice(2));
