import { type Report, type Status, statuses } from '../../../types';
import { inMinutes } from '../../time';
import { count, isToFix } from '../../view';
import { addressOf } from '../address';
import type { PageContent } from '../content';
import { thousands } from '../thousands';
import { NotSeen } from './notSeen';
import { Wrong } from './wrong';

const what: Readonly<Record<Status, string>> = {
  FAIL: 'proven wrong',
  UNKNOWN: 'no proof either way',
  WARN: 'right, but not in force',
  PASS: 'proven right',
};

/** What somebody has to know who reads nothing else. */
export function Verdict(content: PageContent) {
  const { report, headline, coverage } = content;
  const { word, status } = verdictOf(report);
  const part = report.shard ? `Part ${report.shard.index} of ${report.shard.count}: ` : '';
  return (
    <header class="verdict" data-status={status}>
      <p class="from">pgposture · {inMinutes(report.finishedAt)}</p>
      <h1>
        <span class="word">
          {part}
          {word}:
        </span>{' '}
        {headline}
      </h1>
      {coverage.map((line) => (
        <p key={line}>{line}</p>
      ))}
      <Counts {...report} />
      <div class="cards">
        <Wrong {...content} />
        <NotSeen {...content} />
      </div>
    </header>
  );
}

/** In a word or two, and the status that gives it its colour. */
function verdictOf({ results, summary, complete }: Report): { word: string; status: Status } {
  const open = (status: Status) => results.some((result) => result.status === status && !result.suppression);
  const servers = new Set(results.filter(isToFix).map(({ resource }) => resource.id.toLowerCase())).size;
  if (servers > 0) return { word: `${count(servers, 'server')} not safe`, status: 'FAIL' };
  if (summary.UNKNOWN > 0 || !complete) return { word: 'Not proven', status: 'UNKNOWN' };
  if (open('WARN')) return { word: 'Not all in force', status: 'WARN' };
  if (results.length === 0) return { word: 'Nothing to judge', status: 'UNKNOWN' };
  if (summary.PASS < results.length) return { word: 'Nothing open, but for what is accepted', status: 'WARN' };
  return { word: 'Safe', status: 'PASS' };
}

/** The counts, and the same as a bar in which each that is there can be seen. */
function Counts({ summary, results }: Report) {
  if (results.length === 0) return null;
  const least = 8;
  const there = statuses.filter((status) => summary[status] > 0);
  const share = (status: Status) => least + (summary[status] / results.length) * (1000 - least * there.length);
  const starts = there.map((_, i) => there.slice(0, i).reduce((sum, status) => sum + share(status), 0));
  const label = statuses.map((status) => `${summary[status]} ${status}`).join(', ');
  return (
    <>
      <svg class="bar" viewBox="0 0 1000 10" preserveAspectRatio="none" role="img" aria-label={`Results: ${label}`}>
        {there.map((status, i) => (
          <rect key={status} data-status={status} x={starts[i]} width={share(status)} height="10" />
        ))}
      </svg>
      <ul class="counts">
        {statuses.map((status) => {
          const accepted = results.filter((result) => result.status === status && result.suppression).length;
          return (
            <li key={status} data-status={status}>
              <a href={addressOf({ status: [status] })}>
                <b>{thousands(summary[status])}</b> {status}
              </a>
              <span>
                {what[status]}
                {accepted > 0 && `; ${thousands(accepted)} accepted`}
              </span>
            </li>
          );
        })}
      </ul>
    </>
  );
}
