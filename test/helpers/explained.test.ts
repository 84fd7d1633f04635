import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isUnexplained } from '../../helpers/explained';
import type { Gap, Report, Result } from '../../types';
import { gap, mixedReport, reportOf, single, subscription, unanswered } from '../support/report';

describe('a report that is not complete', () => {
  const empty: () => Promise<Report> = async () => ({ ...(await reportOf(subscription('0'))), complete: false });
  const withReason = async (kind: Gap['kind']): Promise<Report> => {
    const { results } = await mixedReport();
    const unknown = results.find(({ status }) => status === 'UNKNOWN') as Result & { readonly status: 'UNKNOWN' };
    return { ...(await empty()), results: [{ ...unknown, reason: { ...gap, kind } }] };
  };
  const rows: readonly (readonly [name: string, report: () => Promise<Report>, expected: boolean])[] = [
    ['keeps the reason to itself', empty, true],
    ['has a list that did not come', () => reportOf(subscription('0', { [single]: unanswered })), false],
    ['has a setting for which there was no time', () => withReason('timeout'), false],
    ['has a setting that nobody came to read', () => withReason('not-collected'), false],
    ['has an UNKNOWN that explains nothing of it', () => withReason('stopped'), true],
    ['is complete after all', () => reportOf(subscription('0')), false],
  ];
  for (const [name, report, expected] of rows) {
    it(name, async () => assert.equal(isUnexplained(await report()), expected));
  }
});
