import type { SuppressionState } from '../../../types';
import type { PageContent } from '../content';
import { thousands } from '../thousands';
import { Heads } from './heads';
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
        <Heads names={['State', 'Of', 'Because', 'By', 'Until', 'Stands in']} />
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
