import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { plugins } from '../plugins';
import { root } from './support/root';

const path = join(root, 'README.md');

function demo(): string {
  const args = [join(root, 'dist/cli/index.js'), 'scan', '--demo', '--severity', 'high', '--ignore-ok'];
  const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', env: { ...process.env, FORCE_COLOR: '0' } });
  return `\`\`\`\n${stdout.trim()}\n\`\`\``;
}

function pluginTable(): string {
  const rows = plugins.map(({ id, severity, title, needs }) => {
    const settings = Object.keys(needs).map((need) => `\`${need}\``);
    return `| \`${id}\` | ${severity} | ${title} | ${settings.join(', ')} |`;
  });
  return ['| plugin | severity | PASS proves | rests on |', '|---|---|---|---|', ...rows].join('\n');
}

/** What stands between `<!-- name -->` and `<!-- /name -->` is made here; `npm run docs` writes it. */
const generated = { demo, plugins: pluginTable };

describe('README.md', () => {
  for (const [name, make] of Object.entries(generated)) {
    it(`shows the ${name} as it is (if not: npm run docs)`, () => {
      const readme = readFileSync(path, 'utf8');
      const block = new RegExp(`(<!-- ${name} -->\n)([\\s\\S]*?)(\n<!-- /${name} -->)`);
      if (process.env.UPDATE_DOCS)
        writeFileSync(
          path,
          readme.replace(block, (_, open, __, close) => open + make() + close),
        );
      else assert.equal(block.exec(readme)?.[2], make());
    });
  }
});
