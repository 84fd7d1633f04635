import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root';

/** What CONTRIBUTING.md shows between `<!-- name -->` and `<!-- /name -->`, without its fence. */
export function shownInContributing(name: string): string {
  const text = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');
  const block = new RegExp(`<!-- ${name} -->\n\`\`\`\\w*\n([\\s\\S]*?)\`\`\`\n<!-- /${name} -->`);
  return block.exec(text)?.[1] ?? assert.fail(`CONTRIBUTING.md shows no ${name}`);
}

/** The file that it is, as its first line says. */
export const nameOf = (source: string) => /^\/\/ (\S+)\n/.exec(source)?.[1] ?? assert.fail('it does not say its name');
