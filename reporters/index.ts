import { json } from './json';
import { table } from './table';
import { text } from './text';
import type { Reporter } from './view';

/** The formats of a report. */
export const formats = ['json', 'table', 'text'] as const;
export type Format = (typeof formats)[number];

export const reporters: Record<Format, Reporter> = { json, table, text };

export type { Reporter, View } from './view';
