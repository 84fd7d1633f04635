import { stringify } from 'csv-stringify/sync';
import { printable } from '../helpers/printable';
import type { Json, Result } from '../types';
import { changesOf } from './changes';
import { subscriptionNames } from './place';
import type { Reporter } from './view';

const columns = [
  'plugin',
  'title',
  'severity',
  'status',
  'message',
  'reason',
  'code',
  'remedy',
  'resource',
  'name',
  'type',
  'location',
  'resourceGroup',
  'subscriptionId',
  'subscription',
  'evidence',
  'suppression',
  'owner',
  'expires',
  'change',
] as const;

/**
 * A row for each result, scopes included, in the order of the report; what a result does not have is an empty cell.
 * RFC 4180, but for line feeds alone: Excel takes both, and `cut` and `awk` would take a carriage return for a part of the
 * last column. No byte order mark, which they would take for a part of the first.
 */
export const csv: Reporter = (report) => {
  const subscriptions = subscriptionNames(report);
  const changeOf = changesOf(report);
  const rows = report.results.map((result) => ({
    ...cellsOf(result),
    subscription: result.resource.subscriptionId === null ? null : subscriptions.get(result.resource.subscriptionId),
    change: changeOf(result)?.change,
  }));
  return stringify(rows, { header: true, columns: [...columns], escape_formulas: true, cast: { string: harmless } });
};

function cellsOf(result: Result) {
  const { plugin, title, severity, status, message, reason, evidence, suppression } = result;
  const { id: resource, name, type, location, resourceGroup, subscriptionId } = result.resource;
  return {
    ...{ plugin, title, severity, status, message },
    ...{ reason: reason?.kind, code: reason?.code, remedy: reason?.remedy },
    ...{ resource, name, type, location, resourceGroup, subscriptionId },
    ...{ suppression: suppression?.reason, owner: suppression?.owner, expires: suppression?.expires },
    evidence: asciiJson(evidence),
  };
}

/**
 * `escape_formulas` puts a quote before `=`, `+`, `-` and `@` at the start of a cell. Where a comma marks decimals, Excel
 * splits at semicolons, whatever stands in quotes, so there the text after any of them may be a formula.
 */
const harmless = (text: string) => printable(text).replaceAll(/;(?=\s*[=+\-@＝＋－＠])/g, ";'");

/** Spelled so that there is nothing to make harmless, and it stays JSON. */
const asciiJson = (evidence: Json) =>
  JSON.stringify(evidence).replaceAll(
    /[^ -~]|:(?=:)|#(?=#)|;/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
