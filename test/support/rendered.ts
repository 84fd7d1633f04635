import { marked } from 'marked';
import { type DefaultTreeAdapterTypes, parseFragment } from 'parse5';

type Node = DefaultTreeAdapterTypes.Node;
export type Element = DefaultTreeAdapterTypes.Element;

/** What a reader of Markdown makes of it. */
export const rendered = (markdown: string): Node => parseFragment(marked.parse(markdown, { gfm: true, async: false }));

const childrenOf = (node: Node): Node[] => ('childNodes' in node ? node.childNodes : []);

/** All that is below a node, in the order of the document. */
const below = (node: Node): Node[] => childrenOf(node).flatMap((child) => [child, ...below(child)]);

export const elements = (node: Node, ...names: readonly string[]): Element[] =>
  below(node).filter(
    (each): each is Element => 'tagName' in each && (names.length === 0 || names.includes(each.tagName)),
  );

/** The text that a reader sees; a line break is one. */
export function textOf(node: Node): string {
  if ('value' in node) return node.value;
  if ('tagName' in node && node.tagName === 'br') return '\n';
  return childrenOf(node).map(textOf).join('');
}

/** Text in which GitHub and GitLab look for what they make links and pictures of: each piece for itself, not in code. */
export const livePieces = (node: Node): string[] =>
  childrenOf(node).flatMap((child) => {
    if ('value' in child) return [child.value];
    return 'tagName' in child && ['code', 'pre', 'a'].includes(child.tagName) ? [] : livePieces(child);
  });

/** Each table as rows of cells, its header first. */
export const tables = (node: Node): string[][][] =>
  elements(node, 'table').map((table) =>
    elements(table, 'tr').map((row) => elements(row, 'th', 'td').map((cell) => textOf(cell))),
  );
