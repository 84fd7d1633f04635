import { kinds } from '../../../helpers/kind';
import type { Coverage as Answer, Kind, Scope } from '../../../types';
import { count } from '../../view';
import type { PageContent } from '../content';
import { Section } from './section';

/** As many as are shown without being asked for. */
const few = 20;

/** Which scopes were asked, and what each showed. */
export function Coverage({ report, coverage }: PageContent) {
  const isWhole = ({ kinds: answers }: Scope) => Object.values(answers).every(({ answered }) => answered);
  const whole = report.scopes.filter(isWhole);
  const broken = report.scopes.filter((scope) => !isWhole(scope));
  return (
    <Section id="coverage" heading="What was asked">
      <p>{coverage.join(' ')} Azure lists only what the identity that asks may read.</p>
      {broken.length > 0 && <Scopes caption="Did not show all" scopes={broken} />}
      {whole.length > 0 && (
        <details open={whole.length <= few}>
          <summary>Answered wholly: {whole.length.toLocaleString('en')}</summary>
          <Scopes caption="Answered wholly" scopes={whole} />
        </details>
      )}
    </Section>
  );
}

const Scopes = ({ caption, scopes }: { readonly caption: string; readonly scopes: readonly Scope[] }) => (
  <table>
    <caption>{caption}</caption>
    <thead>
      <tr>
        <th scope="col">Asked</th>
        <th scope="col">State</th>
        <th scope="col">What it showed</th>
      </tr>
    </thead>
    <tbody>
      {scopes.map(({ id, name, state, kinds: answers, collectedAt }) => (
        <tr key={id}>
          <th scope="row">
            {name} <small>{id}</small>
          </th>
          <td>{[state, collectedAt && `collected ${collectedAt}`].filter(Boolean).join(', ')}</td>
          <td>
            {(Object.entries(answers) as [Kind, Answer][]).map(([kind, answer]) => (
              <p key={kind}>
                {count(answer.servers, kinds[kind].name)}
                {!answer.answered && (
                  <>
                    {' '}
                    at least. <b class="unknown">{answer.reason.kind}</b> {answer.reason.detail}{' '}
                    <span class="to-do">{answer.reason.remedy}</span>
                  </>
                )}
              </p>
            ))}
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);
