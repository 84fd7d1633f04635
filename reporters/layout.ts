import { styleText } from 'node:util';
import cliui from 'cliui';

type Format = Parameters<typeof styleText>[0];
export type Style = (format: Format, text: string) => string;

export const styleOf =
  (colour: boolean): Style =>
  (format, text) =>
    colour ? styleText(format, text, { validateStream: false }) : text;

/** Cells side by side, each wrapped in its own column. A column is so wide, its gap to the next included. */
export function grid(rows: readonly (readonly string[])[], widths: readonly number[], gap = 2): string {
  const ui = cliui({ width: widths.reduce((sum, width) => sum + width), wrap: true });
  const last = widths.length - 1;
  for (const row of rows) {
    ui.div(
      ...widths.map((width, i) => ({
        text: cell(row[i] ?? ''),
        width,
        padding: [0, i < last ? gap : 0, 0, 0] as const,
      })),
    );
  }
  return ui.toString().replaceAll(/[ \t]+$/gm, '');
}

/** Longer than any text that is meant to be read here; cliui takes half a minute to wrap 100,000 characters. */
const longestCell = 2_000;

const cell = (text: string): string =>
  text.length > longestCell ? `${text.slice(0, longestCell).replace(/[\ud800-\udbff]$/, '')}…` : text;

/** A paragraph. A word that is longer than a line, such as a link, stays whole. */
export const wrapped = (text: string, width: number): string =>
  text.replaceAll(new RegExp(`(?!\\s)(.{1,${width}}|\\S+)(?:\\s+|$)`, 'g'), '$1\n').trimEnd();

export const indented = (text: string, columns: number): string => text.replaceAll(/^(?=.)/gm, ' '.repeat(columns));
