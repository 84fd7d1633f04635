import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { printable } from '../../helpers/printable';
import type { Block, Document } from '../../reporters/document';
import { documentMarkdown } from '../../reporters/documentMarkdown';
import { explanation } from '../../reporters/explanation';
import { alive, anyText, hostile } from '../support/hostileMarkdown';
import { elements, livePieces, rendered, tables, textOf } from '../support/rendered';
import { plugins, settings } from '../support/report';

const apple: Document = {
  title: 'apple',
  summary: 'A fruit.',
  terms: ['grow_tree', 'apple_size', 'Pomaceae/apple'],
  sections: [
    {
      heading: 'Taste',
      blocks: [
        'It is sweet, or sour: grow_tree decides.',
        {
          head: ['Sort', 'Taste'],
          rows: [
            ['Boskoop', '1. sour | 2. sweet'],
            ['Pomaceae/apple', '- unknown'],
          ],
        },
        { points: ['one', 'two'] },
        { links: ['https://example.com/a?b=c&d#e', 'javascript:alert(1)', 'https://example.com/><b>'] },
      ],
    },
    {
      heading: 'Use',
      part: true,
      blocks: [
        { steps: ['Wash it.', 'Read https://example.com/eat.'] },
        { code: 'echo `date` <b>', language: 'sh' },
        { code: '```\n# a comment\n```', language: 'terraform' },
      ],
    },
  ],
};

/** A document of one section of these blocks. */
const of = (blocks: readonly Block[], terms: readonly string[] = []): Document => ({
  title: 'apple',
  summary: 'A fruit.',
  terms,
  sections: [{ heading: 'Taste', blocks }],
});
const prose = (text: string, terms: readonly string[] = []) => rendered(documentMarkdown(of([text], terms)));

describe('a document as Markdown', () => {
  it('is a page', () => {
    assert.equal(
      documentMarkdown(apple),
      `# apple

A fruit.

## Taste

It is sweet, or sour: \`grow_tree\` decides.

| Sort | Taste |
| --- | --- |
| Boskoop | 1. sour &#124; 2. sweet |
| \`Pomaceae/apple\` | - unknown |

- one
- two

* <https://example.com/a?b=c&d#e>
* javascript<span>&#58;</span>alert(1)
* https<span>&#58;</span>//example.com/&#62;&#60;b&#62;

### Use

1. Wash it.
2. Read <https://example.com/eat>.

\`\`\`sh
echo \`date\` <b>
\`\`\`

\`\`\`\`hcl
\`\`\`
# a comment
\`\`\`
\`\`\`\`
`,
    );
  });

  it('is a page whose parts a reader of Markdown sees as they are', () => {
    const page = rendered(documentMarkdown(apple));
    assert.deepEqual(
      elements(page, 'h1', 'h2', 'h3').map((heading) => [heading.tagName, textOf(heading)]),
      [
        ['h1', 'apple'],
        ['h2', 'Taste'],
        ['h3', 'Use'],
      ],
    );
    assert.deepEqual(tables(page), [
      [
        ['Sort', 'Taste'],
        ['Boskoop', '1. sour | 2. sweet'],
        ['Pomaceae/apple', '- unknown'],
      ],
    ]);
    assert.deepEqual(
      elements(page, 'ul', 'ol').map((list) => elements(list, 'li').length),
      [2, 3, 2],
    );
    assert.deepEqual(
      elements(page, 'a').map(({ attrs }) => attrs[0]?.value),
      ['https://example.com/a?b=c&d#e', 'https://example.com/eat'],
    );
    assert.deepEqual(
      elements(page, 'pre').map((pre) => elements(pre, 'code').map((code) => [code.attrs[0]?.value, textOf(code)])),
      [[['language-sh', 'echo `date` <b>\n']], [['language-hcl', '```\n# a comment\n```\n']]],
    );
  });

  for (const [text, terms, expected] of [
    ['set apple_size now', ['apple_size', 'apple'], ['apple_size']],
    ['apple, apples, an apple.', ['apple'], ['apple', 'apple']],
    ['apple_size_2, my-apple_size, x.apple_size, apple_size.max, /apple_size', ['apple_size'], []],
    ['v1x2 is not v1.2', ['v1.2'], ['v1.2']],
    ['a=+b c', ['a=', '+b', ''], ['a=']],
    ['@https://\\w @apple', ['apple'], ['apple']],
    ['a`b and a|b', ['a`b', 'a|b'], ['a`b', 'a|b']],
    ['nothing', [], []],
    ['x'.repeat(3000), ['x'], []],
  ] as const) {
    it(`has ${expected.length} terms of ${JSON.stringify(terms)} in ${JSON.stringify(text).slice(0, 50)}`, () => {
      const page = prose(text, terms);
      assert.deepEqual(elements(page, 'code').map(textOf), expected);
      assert.equal(textOf(elements(page, 'p')[1] ?? assert.fail()), text);
    });
  }

  for (const [text, expected] of [
    [
      'see https://example.com/a_b*c, or (https://example.com/).',
      ['https://example.com/a_b*c', 'https://example.com/'],
    ],
    ['[safe](https://evil.example/x)', ['https://evil.example/x']],
    ['<a href="https://evil.example/">x</a>', []],
    ['xhttps://example.com ftp://example.com mailto:a@b.co javascript:alert(1)', []],
  ] as const) {
    it(`links nothing but whole addresses to themselves: ${text}`, () => {
      const page = prose(text);
      const links = elements(page, 'a');
      assert.deepEqual(links.map(textOf), expected);
      assert.deepEqual(
        links.map(({ attrs }) => attrs.map(({ value }) => value)),
        expected.map((each) => [each]),
      );
      assert.equal(textOf(elements(page, 'p')[1] ?? assert.fail()), text);
    });
  }

  /** In every place that has text. */
  const everywhere = (text: string, terms: readonly string[]): Document => ({
    title: text,
    summary: text,
    terms,
    sections: [
      { heading: text, blocks: [text, { points: [text, text] }] },
      { heading: text, part: true, blocks: [{ head: [text, text], rows: [[text, text]] }, { steps: [text] }] },
      { heading: text, blocks: [{ links: [text] }] },
    ],
  });
  const structure = (page: ReturnType<typeof rendered>) =>
    elements(page)
      .map(({ tagName }) => tagName)
      .filter((tag) => !['span', 'code', 'a'].includes(tag));
  const expected = structure(rendered(documentMarkdown(everywhere('apple', []))));

  function assertText(text: string, terms: readonly string[]): void {
    const page = rendered(documentMarkdown(everywhere(text, terms)));
    assert.deepEqual(structure(page), expected);
    const shown = printable(text);
    const places = elements(page, 'h1', 'h2', 'h3', 'p', 'li', 'th', 'td').map(textOf);
    assert.deepEqual(places, Array(14).fill(shown));
    assert.deepEqual(
      livePieces(page).filter((piece) => alive.test(piece)),
      [],
    );
    for (const { attrs } of elements(page, 'a')) assert.match(attrs[0]?.value ?? '', /^https?:\/\//);
  }

  for (const text of [
    ...hostile,
    'see https://x.example/`a`',
    '`https://x.example/`',
    'a_b',
    'a_ba_b',
    '@https://x\\y',
  ]) {
    it(`has ${JSON.stringify(text)} as text`, () => assertText(text, ['a_b', 'x', text]));
  }

  it('has any text as text, in every place, with any terms', () => {
    const withLinks = fc.oneof(
      anyText,
      fc.tuple(anyText, anyText).map(([before, after]) => `${before}https://${after}`),
    );
    fc.assert(fc.property(withLinks, fc.array(anyText, { maxLength: 4 }), assertText), { numRuns: 500 });
  });

  it('has any code as it is', () => {
    const lines = fc.string({ unit: fc.constantFrom(...'`~ \n-#<&|\\a'), minLength: 1 });
    fc.assert(
      fc.property(lines, (code) => {
        const [pre = assert.fail()] = elements(rendered(documentMarkdown(of([{ code, language: 'sql' }]))), 'pre');
        assert.equal(textOf(pre), `${code}\n`);
      }),
    );
  });

  for (const text of hostile) {
    it(`is no other page for a plugin that says ${JSON.stringify(text)} of itself`, () => {
      const page = (said: string) =>
        plugins.slice(0, 1).map((plugin) => {
          const { description: _, ...others } = plugin;
          const document = explanation({ ...others, description: said, title: said, moreInfo: said }, settings);
          return structure(rendered(documentMarkdown(document)));
        });
      assert.deepEqual(page(text), page('apple'));
    });
  }
});
