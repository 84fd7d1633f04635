import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root';

export const libraryPath = join(root, 'docs/library.md');
export const libraryPage = readFileSync(libraryPath, 'utf8');

/** Each example of docs/library.md, an ES module of TypeScript, and what it prints. */
export const libraryExamples = [...libraryPage.matchAll(/```ts\n([\s\S]*?)```\n+```text\n([\s\S]*?)```/g)].map(
  ([, code = '', prints = ''], i) => ({ file: `example${i + 1}`, code, prints }),
);
