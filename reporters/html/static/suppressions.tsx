import type { SuppressionState } from '../../../types';
import type { PageContent } from '../content';
import { thousands } from '../thousands';
import { Section } from './section';

const states: Readonly<Record<SuppressionState, string>> = {
  used: 'in force',
  expired: 'expired: it accepts nothing any more',
  unused: 'fits nothing',
  untried: 'what it could fit was not looked at',
};

/** What somebody has accepted, who, why and until when. */
export function Suppressions({ report: { suppressions = [] } }: PageContent) {
  if (suppressions.length === 0) return null;
  return (
    <Section id="suppressions" heading="What is accepted">
      <table class="accepted-by">
        <thead>
          <tr>
            <th scope="col">State</th>
            <th scope="col">Of</th>
            <th scope="col">Because</th>
            <th scope="col">By</th>
            <th scope="col">Until</th>
            <th scope="col">Stands in</th>
          </tr>
        </thead>
        <tbody>
          {suppressions.map(
            ({ state, results, plugin, resource, location = '*', reason, owner, expires, source }, i) => (
              <tr key={i}>
                <td>
                  {states[state]}
                  {results > 0 && ` (${thousands(results)})`}
                </td>
                <td>
                  <code>{plugin}</code> {resource} {location !== '*' && `in ${location}`}
                </td>
                <td>{reason}</td>
                <td>{owner}</td>
                <td>{expires}</td>
                <td>{source}</td>
              </tr>
            ),
          )}
        </tbody>
      </table>
    </Section>
  );
}
