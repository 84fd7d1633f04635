import { kindName } from '../../../helpers/kind';
import { isAzures } from '../../../helpers/scope';
import type { Coverage as Answer, Kind, Scope } from '../../../types';
import { gapsOf } from '../../unanswered';
import { count } from '../../view';
import type { PageContent } from '../content';
import { thousands } from '../thousands';
import { Heads } from './heads';
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
      <p>
        {coverage.join(' ')}{' '}
        {report.scopes.every((scope) => !isAzures(scope))
          ? ''
          : 'Azure lists only what the identity that asks may read.'}
      </p>
      {broken.length > 0 && (
        <details open>
          <summary>Did not show all: {thousands(broken.length)}</summary>
          <Scopes scopes={broken} />
        </details>
      )}
      {whole.length > 0 && (
        <details open={whole.length <= few}>
          <summary>Answered wholly: {thousands(whole.length)}</summary>
          <Scopes scopes={whole} />
        </details>
      )}
    </Section>
  );
}

const Scopes = ({ scopes }: { readonly scopes: readonly Scope[] }) => (
  <table class="scopes">
    <Heads names={['Asked', 'State', 'What it showed']} />
    <tbody>
      {scopes.map((scope) => {
        const { id, name, state, kinds: answers, collectedAt } = scope;
        return (
          <tr key={id}>
            <th scope="row">
              <bdi>{name}</bdi> <small>{id}</small>
            </th>
            <td>{[state, collectedAt && `collected ${collectedAt}`].filter(Boolean).join(', ')}</td>
            <td>
              {(Object.entries(answers) as [Kind, Answer][]).map(([kind, { answered, servers }]) => (
                <p key={kind}>
                  {count(servers, kindName(kind))}
                  {!answered && ' seen, of nobody knows how many'}
                </p>
              ))}
              {gapsOf(scope).map(([lists, { kind, detail, remedy }]) => (
                <p key={lists.join()}>
                  <b class="unknown">{kind}</b> {detail} <span class="to-do">{remedy}</span>
                </p>
              ))}
            </td>
          </tr>
        );
      })}
    </tbody>
  </table>
);
