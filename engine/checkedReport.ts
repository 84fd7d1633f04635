import type { Ajv2020, ValidateFunction } from 'ajv/dist/2020';
import { isTooDeep } from '../helpers/nesting';
import { ScanError } from '../helpers/scanError';
import type { Report } from '../types';

import schema = require('../schema');

/**
 * A report that came from a file, if that is what it is. Throws a ScanError, `bad-report`, that says where it does not fit.
 *
 * @param name what it is called in an error.
 * @param remedy what to give instead.
 */
export function checkedReport(report: Report, name: string, remedy: string): Report {
  if (checked.has(report)) return report;
  const version: unknown = (report as Partial<Report> | null | undefined)?.schemaVersion;
  if (typeof version === 'number' && version > 1) {
    const what = `${name} is a report of schemaVersion ${version}, and this pgposture knows 1.`;
    throw new ScanError('bad-report', what, 'Update pgposture.');
  }
  // Its own texts and numbers are; what a field may hold that is anything, the schema leaves open.
  if (isTooDeep(report)) throw new ScanError('bad-report', `${name} is nested too deeply.`, remedy);
  const wrong = misfit(report);
  if (wrong === undefined) {
    checked.add(report);
    return report;
  }
  const what = version === 1 && wrong !== '' ? `: ${wrong} is missing, or is what it cannot be` : '';
  throw new ScanError('bad-report', `${name} is no report of pgposture${what}.`, remedy);
}

/** A large report takes a while, and is asked for more than once. */
const checked = new WeakSet<Report>();

let validate: ValidateFunction | undefined;

/** Where it does not fit the schema of a report, as in `/results/3/status`; undefined if it fits. */
function misfit(report: unknown): string | undefined {
  // Loaded here: whoever uses the library for something else needs none of it.
  const { Ajv2020: Ajv } = require('ajv/dist/2020') as { readonly Ajv2020: typeof Ajv2020 };
  validate ??= new Ajv({ strict: true }).compile(schema);
  if (validate(report)) return undefined;
  const { instancePath = '', params } = validate.errors?.[0] ?? {};
  return params?.missingProperty === undefined ? instancePath : `${instancePath}/${params.missingProperty}`;
}
