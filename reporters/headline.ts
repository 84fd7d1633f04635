import type { Report } from '../types';
import { suppressedCounts } from './suppressed';

/** The verdict in words: `2 checks fail, 1 check is unknown`. What is suppressed is not counted. */
export function headline(report: Report): string {
  const { results, summary } = report;
  if (results.length === 0) return 'no PostgreSQL server to check';
  if (summary.PASS === results.length) return `all ${checks(results.length)} pass`;
  const suppressed = suppressedCounts(report);
  const [fail, unknown, warn] = [
    summary.FAIL - suppressed.FAIL,
    summary.UNKNOWN - suppressed.UNKNOWN,
    summary.WARN - suppressed.WARN,
  ];
  const nothingElse = suppressed.FAIL > 0 ? 'no check fails but what is suppressed' : 'no check fails';
  return [
    fail > 0 ? `${checks(fail)} ${fail === 1 ? 'fails' : 'fail'}` : nothingElse,
    ...(unknown > 0 ? [`${checks(unknown)} ${unknown === 1 ? 'is' : 'are'} unknown`] : []),
    ...(warn > 0 ? [`${checks(warn)} ${warn === 1 ? 'warns' : 'warn'}`] : []),
  ].join(', ');
}

const checks = (number: number) => `${number} ${number === 1 ? 'check' : 'checks'}`;
