// Makes dist/reporters/html/built.js: page.tsx with the script and the style of the page in it.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const jsx = { jsx: 'automatic', jsxImportSource: 'preact' };

const bundled = async (file, options = {}) => {
  const { outputFiles } = await build({
    entryPoints: [join(here, file)],
    bundle: true,
    minify: true,
    write: false,
    target: ['es2023', 'chrome123', 'firefox121', 'safari17.5'],
    ...jsx,
    ...options,
  });
  return outputFiles[0].text.trim();
};

// Preact itself comes without the text of its licence; its renderer, of the same authors, has it.
const licences = [
  ['Preact', 'preact-render-to-string'],
  ['TanStack Virtual', '@tanstack/virtual-core'],
].map(([name, folder]) => `${name}\n${readFileSync(join(root, 'node_modules', folder, 'LICENSE'), 'utf8').trim()}`);
const script = `/*\n${licences.join('\n\n')}\n*/\n${await bundled('live/main.tsx', { format: 'iife' })}`;
const style = await bundled('style.css');
const hash = (text) => `sha256-${createHash('sha256').update(text).digest('base64')}`;
const assets = { script, style, scriptHash: hash(script), styleHash: hash(style) };

await build({
  stdin: {
    contents: `import { pageOf } from './page';\nexport const page = pageOf(${JSON.stringify(assets)});`,
    resolveDir: here,
  },
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: ['cliui'],
  outfile: join(root, 'dist/reporters/html/built.js'),
  ...jsx,
});
