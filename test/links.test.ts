import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { elements, rendered, textOf } from './support/rendered';
import { root } from './support/root';

const pages = ['.', 'docs', 'docs/plugins'].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((file) => file.endsWith('.md'))
    .map((file) => join(folder, file)),
);
const read = (page: string) => rendered(readFileSync(join(root, page), 'utf8'));
const attribute = (element: ReturnType<typeof elements>[number], name: string) =>
  element.attrs.find((each) => each.name === name)?.value;

/** What GitHub makes of a heading. */
const anchorsOf = (page: string): string[] =>
  elements(read(page), 'h1', 'h2', 'h3', 'h4').map((heading) =>
    textOf(heading)
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );

describe('a link of the docs', () => {
  it('is found in each page', () => {
    for (const page of ['README.md', 'SECURITY.md', 'CONTRIBUTING.md', 'docs/ci.md']) assert.ok(pages.includes(page));
  });

  for (const page of pages) {
    it(`leads to what is there: ${page}`, () => {
      const targets = elements(read(page), 'a', 'img').flatMap(
        (each) => attribute(each, 'href') ?? attribute(each, 'src') ?? [],
      );
      for (const target of targets.filter((each) => !/^[a-z]+:/.test(each))) {
        const [path = '', anchor] = target.split('#');
        const file = path === '' ? page : join(dirname(page), path);
        assert.ok(existsSync(join(root, file)), target);
        if (anchor !== undefined) assert.ok(anchorsOf(file).includes(anchor), target);
      }
    });
  }
});
