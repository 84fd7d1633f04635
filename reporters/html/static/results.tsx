import { findingsOf } from '../../findings';
import { place, subscriptionNames } from '../../place';
import type { PageContent } from '../content';
import { Heads } from './heads';
import { Section } from './section';

/** Where the script shows all results. Without it, a plain table of what is wrong, and of what nobody knows. */
export function Results({ report, results, plugins }: PageContent) {
  const names = subscriptionNames(report);
  const open = findingsOf(results.filter(({ status }) => status !== 'PASS'));
  return (
    <Section id="results" heading="All results">
      <div id="live">
        <p class="blocked">All results stand in this file, and are shown by its script, which did not run.</p>
        <noscript>
          <p>Without JavaScript, this is what does not pass:</p>
          <table class="plain">
            <Heads names={['Status', 'Server', 'Finding', 'What to do']} />
            <tbody>
              {open.map((finding) => {
                const [{ status, severity, resource, message, reason, plugin, suppression }] = finding;
                return (
                  <tr key={`${plugin} ${resource.id}`} data-status={status}>
                    <td>
                      <b>{status}</b> {severity} {suppression && 'accepted'}
                    </td>
                    <td>{[resource.name, ...place(resource, names)].filter(Boolean).join(', ')}</td>
                    <td>
                      {message} <code>{finding.map((each) => each.plugin).join(' ')}</code>
                    </td>
                    <td>
                      {suppression
                        ? suppression.reason
                        : (reason?.remedy ?? (status === 'FAIL' ? plugins.get(plugin)?.recommendedAction : ''))}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </noscript>
      </div>
    </Section>
  );
}
