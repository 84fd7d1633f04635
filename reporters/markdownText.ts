import { printable } from '../helpers/printable';

/** What is longer is cut: one endless word must not push all others out of a page of limited size. */
const longest = 1000;

/**
 * What GitHub and GitLab make links, pictures or formulas of when the Markdown is read already, so that no escape helps:
 * `@who`, `#12`, `GH-12`, `!12`, `:tada:`, `https://x`, `www.x`, `a@b.c`, `$x$`.
 */
const live = String.raw`[@#!:~%&](?=[^ ])|\$|(?<=www)\.|(?<=GH)-(?=\d)`;

/** What is Markdown, HTML or the border of a cell. An underscore before a letter ends no emphasis, so it is none of it. */
const markup = String.raw`[\\${'`'}*[\]<>&|~#]|_(?![A-Za-z0-9])`;

const special = new RegExp(`(${live})|${markup}`, 'giu');

/** What would begin a block of its own at the start of a line; and a space at either end, which would be lost. */
const edge = /^(?:[-+=\s]|\d(?=\d*[.)]))|\s$/gu;

const reference = (character: string) => `&#${character.codePointAt(0)};`;

/**
 * Printable text as it is, in the middle of a line. Markup becomes character references. What is live stands in an
 * element of its own, which GitHub advises for a dollar sign
 * (https://docs.github.com/get-started/writing-on-github/working-with-advanced-formatting/writing-mathematical-expressions):
 * links and mentions are looked for in the text between two tags.
 */
export const escaped = (text: string): string =>
  text.replace(special, (character, isLive?: string) =>
    isLive === undefined ? reference(character) : `<span>${reference(character)}</span>`,
  );

/** A line of Markdown that begins no block, and keeps its spaces. */
export const inline = (line: string): string => line.replace(edge, reference);

/** A cell of Markdown, which can begin no block, and keeps its spaces. */
export const inCell = (text: string): string => text.replace(/^\s|\s$/gu, reference);

/** Any text, on one line and as it is: in a cell, in a paragraph, in HTML that stands in Markdown. */
export const literal = (text: string): string => inline(escaped(shortened(printable(text))));

const shortened = (text: string) =>
  text.length <= longest ? text : `${text.slice(0, longest).replace(/[\ud800-\udbff]$/, '')}…`;

/** What stands in a web address: not all that may, but nothing that would end the link. */
const webAddress = /^https?:\/\/[\w./~:?#[\]@!&'()*+,=%-]+$/;

/** Of cells that are Markdown already. */
export const markdownRow = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;

export const markdownHeader = (names: readonly string[]): string =>
  `${markdownRow(names)}${markdownRow(names.map(() => '---'))}`;

/** Printable text in the face of code: between backticks where they hold it. */
export const codeSpan = (text: string): string =>
  /^[^\s`|]([^`|]*[^\s`|])?$/.test(text) ? `\`${text}\`` : `<code>${escaped(text)}</code>`;

/** A web address that is a link to itself; undefined, if the text is none, or more. */
export const linkTo = (text: string): string | undefined => (webAddress.test(text) ? `<${text}>` : undefined);

/** A fence that no line of this code closes: https://github.github.com/gfm/#fenced-code-blocks. */
export const fenceFor = (code: string): string =>
  '`'.repeat(Math.max(3, ...[...code.matchAll(/`+/g)].map(([run]) => run.length + 1)));

/** Shown when somebody asks for it. */
export const folded = (summary: string, content: string) => ({
  head: `<details>\n<summary>${literal(summary)}</summary>\n\n${content}`,
  tail: '\n</details>\n',
});
