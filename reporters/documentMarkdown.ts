import { printable } from '../helpers/printable';
import type { Block, Document } from './document';
import {
  codeSpan,
  escaped,
  fenceFor,
  inCell,
  inline,
  linkTo,
  literal,
  markdownHeader,
  markdownRow,
} from './markdownText';

type Prose = (text: string) => string;

/** GitHub-flavoured Markdown: a page. In its text a web address is a link to itself, and a term is code; nothing else is markup. */
export function documentMarkdown({ title, summary, terms, sections }: Document): string {
  const prose = proseWith(terms);
  const parts = [
    `# ${literal(title)}`,
    inline(prose(summary)),
    ...sections.flatMap(({ heading, part, blocks }) => [
      `${part ? '###' : '##'} ${literal(heading)}`,
      ...blocks.map((block) => blockMarkdown(block, prose)),
    ]),
  ];
  return `${parts.join('\n\n')}\n`;
}

/** By the names that GitHub's highlighter knows: https://github.com/github-linguist/linguist/blob/main/lib/linguist/languages.yml. */
const fenceLanguages = { sh: 'sh', sql: 'sql', bicep: 'bicep', terraform: 'hcl' } as const;

function blockMarkdown(block: Block, prose: Prose): string {
  if (typeof block === 'string') return inline(prose(block));
  if ('points' in block) return block.points.map((point) => `- ${inline(prose(point))}`).join('\n');
  if ('steps' in block) return block.steps.map((step, i) => `${i + 1}. ${inline(prose(step))}`).join('\n');
  // Another mark than that of points: else the two would be one list.
  if ('links' in block)
    return block.links.map((link) => `* ${inline(linkTo(printable(link)) ?? escaped(printable(link)))}`).join('\n');
  if ('rows' in block) return table(block.head.map(literal), block.rows, prose);
  const fence = fenceFor(block.code);
  return `${fence}${fenceLanguages[block.language]}\n${block.code}\n${fence}`;
}

const table = (head: readonly string[], rows: readonly (readonly string[])[], prose: Prose): string =>
  `${markdownHeader(head)}${rows.map((row) => markdownRow(row.map((cell) => inCell(prose(cell))))).join('')}`.trimEnd();

/** Any text, in the middle of a line. */
function proseWith(terms: readonly string[]): Prose {
  const longestFirst = terms.filter((term) => term !== '').sort((a, b) => b.length - a.length);
  const term = longestFirst.map((each) => each.replace(/[^\w\s]/gu, '\\$&')).join('|') || '(?!)';
  const special = new RegExp(`((?<!\\w)https?://\\S*[\\w/]|(?<![\\w./-])(?:${term})(?![\\w/-]|\\.\\w))`);
  return (text) => {
    let written = '';
    /** Not written yet: what follows decides how it is escaped. */
    let plain = '';
    for (const [i, piece] of printable(text).split(special).entries()) {
      // Right beside another one a term is text: their backticks would run together.
      const own = i % 2 === 1 && (plain !== '' || written === '') ? (linkTo(piece) ?? inFace(piece)) : undefined;
      if (own === undefined) plain += piece;
      else {
        written += escaped(plain) + own;
        plain = '';
      }
    }
    return written + escaped(plain);
  };
}

/** A term, if it is no address that cannot be a link. */
const inFace = (piece: string) => (/^https?:/.test(piece) ? undefined : codeSpan(piece));
