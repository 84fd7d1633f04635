import type { ForeignDescription, Plugin, Settings } from '../types';
import { csv } from './csv';
import { documentMarkdown } from './documentMarkdown';
import { documentText, type TextView } from './documentText';
import { explanation, foreignExplanation } from './explanation';
import { html } from './html';
import { json } from './json';
import { junit } from './junit';
import { markdown } from './markdown';
import { ocsf } from './ocsf';
import { sarif } from './sarif';
import { table } from './table';
import { text } from './text';
import type { Reporter } from './view';

/** The formats of a report. */
export const formats = ['csv', 'html', 'json', 'junit', 'markdown', 'ocsf', 'sarif', 'table', 'text'] as const;
export type Format = (typeof formats)[number];

export const reporters: Record<Format, Reporter> = { csv, html, json, junit, markdown, ocsf, sarif, table, text };

/** Everything about one plugin, for eyes. */
export const explain = (plugin: Plugin | ForeignDescription, settings: Settings, view: TextView): string =>
  documentText('fix' in plugin ? explanation(plugin, settings) : foreignExplanation(plugin), view);

/** The same of one of ours as a page. */
export const pluginPage = (plugin: Plugin, settings: Settings): string =>
  documentMarkdown(explanation(plugin, settings));

export { annotations, type Platform } from './annotations';
export { catalogueJson, catalogueTable } from './catalogue';
export { type ComparisonFormat, comparisonReporters } from './comparison';
export type { TextView } from './documentText';
export { fixScript } from './fixScript';
export { changesOnServers, notRepaired, repairsOf } from './repairs';
export { undoScript } from './undoScript';
export type { Reporter, View } from './view';
export { takesBack } from './wayBack';
