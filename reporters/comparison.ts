import type { Comparison } from '../types';
import { changesTable, changesText } from './changes';
import { changesPart } from './changesMarkdown';
import { asJson } from './json';
import { styleOf } from './layout';
import { mostBytes } from './markdown';
import { page } from './page';
import type { View } from './view';

/** The formats of what is different between two reports. */
export type ComparisonFormat = 'json' | 'table' | 'text' | 'markdown';

/** Makes a string of a comparison alone. It has no names of subscriptions. */
export const comparisonReporters: Record<ComparisonFormat, (comparison: Comparison, view: View) => string> = {
  json: (comparison) => asJson(comparison),
  text: (comparison) => `${changesText(comparison).join('\n')}\n`,
  table: (comparison, { width, colour }) =>
    `${changesTable(comparison, width, styleOf(colour), new Map()).join('\n\n')}\n`,
  markdown: (comparison) => page([changesPart(comparison, new Map())], mostBytes),
};
