import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, it } from 'node:test';
import { root } from './support/root';

interface Layer {
  /** `helpers/`, or a file of its own: `types.ts`. */
  readonly name: string;
  readonly mayImport: readonly string[];
  readonly mayNot: readonly string[];
}

/** The table in docs/architecture.md: the one place where the walls are written down. */
const layers: readonly Layer[] = readFileSync(join(root, 'docs/architecture.md'), 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, name = '', , mayImport = '', mayNot = ''] = line
      .split('|')
      .map((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, word]) => word ?? ''));
    return name[0] ? [{ name: name[0], mayImport: [...mayImport], mayNot: [...mayNot] }] : [];
  });

const filesOf = ({ name }: Layer): string[] =>
  name.endsWith('/')
    ? readdirSync(join(root, name), { recursive: true, encoding: 'utf8' })
        .filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.d.ts'))
        .map((file) => join(name, file))
    : [name];

/** What a source file imports: packages by name; our own files by their path from the root, even if seen from dist. */
function importsOf(file: string): string[] {
  const source = readFileSync(join(root, file), 'utf8');
  const specifiers = source.matchAll(
    /^(?:(?:import|export)\b[^'"`;=]*\bfrom|import) '([^']+)';$|\b(?:import|require)\(\s*'([^']+)'/gm,
  );
  return [...specifiers].map(([, statement, call = '']) => {
    const specifier = statement ?? call;
    return specifier.startsWith('.')
      ? relative(root, resolve(root, dirname(file), specifier))
          .replaceAll('\\', '/')
          .replace(/^(\.\.\/)+/, '')
      : specifier;
  });
}

const withoutComments = (source: string) => source.replaceAll(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*/g, '');

describe('the walls of docs/architecture.md', () => {
  it('are there for every folder and file of the sources', () => {
    const sources = readdirSync(root, { withFileTypes: true })
      .filter((entry) =>
        entry.isDirectory()
          ? !/^\.|^(node_modules|dist|docs|test|bench)$/.test(entry.name)
          : entry.name.endsWith('.ts'),
      )
      .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name));
    assert.deepEqual(layers.map(({ name }) => name).sort(), sources.sort());
  });

  for (const layer of layers) {
    for (const file of filesOf(layer)) {
      it(`${file} imports nothing behind them`, () => {
        const allowed = [...layer.mayImport, layer.name];
        for (const imported of importsOf(file)) {
          const ok = allowed.some(
            (wall) =>
              imported === wall.replace(/\.ts$/, '') ||
              imported === wall.replace(/\/$/, '') ||
              imported.startsWith(wall.endsWith('/') || wall.endsWith(':') ? wall : `${wall}/`),
          );
          assert.ok(ok, `${file} imports ${imported}`);
          if (file.startsWith('plugins/azure/'))
            assert.ok(!imported.startsWith('plugins/'), `${file} imports another plugin`);
        }
      });

      it(`${file} does not reach past them`, () => {
        const source = withoutComments(readFileSync(join(root, file), 'utf8'));
        for (const word of layer.mayNot) {
          const pattern = /^\w+$/.test(word)
            ? new RegExp(`(?<![.#\\w'])${word}\\b(?!['\\w:])`)
            : new RegExp(word.replace('.', '\\.'));
          assert.doesNotMatch(source, pattern, `${file} uses ${word}`);
        }
      });
    }
  }
});
