import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { plugins } from '../../plugins';
import { explain } from '../../reporters';
import type { Document } from '../../reporters/document';
import { documentText } from '../../reporters/documentText';

const link = `https://example.com/${'x'.repeat(80)}`;
const document: Document = {
  title: 'apple',
  summary: 'A fruit.',
  terms: ['sour'],
  sections: [
    {
      heading: 'Taste',
      blocks: [
        'It is sweet, or sour, as the tree and the year would have it.',
        {
          head: ['Fruit', 'Taste'],
          rows: [
            ['Boskoop', 'sour'],
            ['Gala', 'sweet, and then it goes on being sweet'],
          ],
        },
        { points: ['one of them', 'another one, about which there is more to be said'] },
      ],
    },
    {
      heading: 'Use',
      blocks: [
        { steps: ['Wash it.', 'Eat it.'] },
        { code: 'eat --all \\\n  --of-it apple --and-never-mind-the-width', language: 'sh' },
        { links: [link, 'https://example.com/'] },
        `See ${link} too.`,
      ],
    },
  ],
};

describe('a document as text', () => {
  it('wraps prose, and neither code nor links', () => {
    assert.equal(
      documentText(document, { width: 40, colour: false }),
      `apple
  A fruit.

Taste
  It is sweet, or sour, as the tree and
  the year would have it.

  Boskoop  sour
  Gala     sweet, and then it goes on
           being sweet

  - one of them
  - another one, about which there is
    more to be said

Use
  1. Wash it.
  2. Eat it.

    eat --all \\
      --of-it apple --and-never-mind-the-width

  ${link}
  https://example.com/

  See
  ${link}
  too.
`,
    );
  });

  it('is the same in colour, but for its headings', () => {
    const coloured = documentText(document, { width: 40, colour: true });
    assert.equal(stripVTControlCharacters(coloured), documentText(document, { width: 40, colour: false }));
    const bold = coloured.split('\n').filter((line) => line.includes('\u001b'));
    assert.deepEqual(bold.map(stripVTControlCharacters), ['apple', 'Taste', 'Use']);
  });
});

describe('explain', () => {
  for (const plugin of plugins) {
    for (const width of [60, 80, 120]) {
      it(`keeps ${plugin.id} within ${width} columns, but for what is to be copied`, () => {
        const settings = Object.fromEntries(
          Object.entries(plugin.settings).map(([name, setting]) => [name, setting.default]),
        );
        const lines = explain(plugin, settings, { width, colour: false }).split('\n');
        const prose = lines.filter((line) => !line.startsWith('    ') && !/^ *https:\S+$/.test(line));
        assert.ok(prose.length > 40);
        assert.deepEqual(
          prose.filter((line) => line.length > width),
          [],
        );
      });
    }
  }
});
