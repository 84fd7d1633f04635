import type { Block, Document } from './document';
import { grid, indented, styleOf, wrapped } from './layout';

export interface TextView {
  /** Columns of the terminal. Code and links are as wide as they are, so that they can be copied. */
  readonly width: number;
  readonly colour: boolean;
}

const indent = 2;

/** For a terminal: headings at the left edge, everything else to the right of it. */
export function documentText({ title, summary, sections }: Document, { width, colour }: TextView): string {
  const heading = (text: string) => styleOf(colour)('bold', text);
  const body = (block: Block) => indented(blockText(block, width - indent), indent);
  const parts = [
    `${heading(title)}\n${body(summary)}`,
    ...sections.map((section) => [heading(section.heading), section.blocks.map(body).join('\n\n')].join('\n')),
  ];
  return `${parts.join('\n\n')}\n`;
}

function blockText(block: Block, width: number): string {
  if (typeof block === 'string') return wrapped(block, width);
  if ('code' in block) return indented(block.code, indent);
  if ('links' in block) return block.links.join('\n');
  if ('rows' in block) return columns(block.rows, width);
  const items = 'points' in block ? block.points : block.steps;
  const mark = (i: number) => ('points' in block ? '-' : `${i + 1}.`);
  return columns(
    items.map((item, i) => [mark(i), item]),
    width,
    1,
  );
}

/** Each column as wide as its longest cell; the last one has the rest, and wraps. */
function columns(rows: readonly (readonly string[])[], width: number, gap = 2): string {
  const count = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: count - 1 }, (_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)) + gap);
  return grid(rows, [...widths, width - widths.reduce((sum, each) => sum + each, 0)], gap);
}
