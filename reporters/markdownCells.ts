import { printable } from '../helpers/printable';
import type { ResourceReference } from '../types';
import type { FindingOfPlugins } from './findings';
import { literal } from './markdownText';
import { place, type SubscriptionNames } from './place';

/** Lines in one cell, without the empty ones. */
export const cellLines = (...lines: readonly string[]): string => lines.filter((line) => line !== '').join('<br>');

export const bold = (text: string): string => (text === '' ? '' : `<b>${literal(text)}</b>`);
export const code = (text: string): string => `<code>${literal(text)}</code>`;

/** Which server, and where it is. */
export const serverCell = (resource: ResourceReference, names: SubscriptionNames): string =>
  cellLines(bold(resource.name), ...place(resource, names).map(literal));

/** What is said, why nobody knows more, and who says so. */
export const findingCell = ([first, ...others]: FindingOfPlugins): string =>
  cellLines(
    literal(first.message),
    ...(first.reason ? [code(first.reason.kind)] : []),
    ...[first, ...others].map(({ plugin }) => code(plugin)),
  );

/** What a page says of rows that it has no room for. */
export const leftOutOf = (what: string) => (rows: number) =>
  `**${rows} of ${printable(what)} left out here**: a page may have no more than 1,000,000 bytes. The JSON report (\`--json\`) has all of them.\n`;
