import { type Change, type ChangeKind, changeKinds } from '../../../types';
import { beforeAndAfter, messageNow } from '../../changes';
import { inMinutes } from '../../time';
import { addressOf } from '../address';
import type { PageContent } from '../content';
import { thousands } from '../thousands';
import { Heads } from './heads';
import { Section } from './section';

/** What is different since the baseline; what has no result any more stands here. */
export function Changes({ report: { comparison } }: PageContent) {
  if (!comparison) return null;
  const { baseline, summary, changes } = comparison;
  const still = (kind: ChangeKind) => changes.some(({ change, after }) => change === kind && after);
  return (
    <Section id="changes" heading="What has changed">
      <p>
        Since the report of {inMinutes(baseline.startedAt)}
        {!baseline.complete && ', which was incomplete'}: {thousands(summary.same)} unchanged.
      </p>
      <ul class="changes">
        {changeKinds.map((kind) => (
          <li key={kind}>
            <b>{thousands(summary[kind])}</b> {still(kind) ? <a href={addressOf({ change: kind })}>{kind}</a> : kind}
          </li>
        ))}
      </ul>
      <Lost heading="No longer there" changes={changes.filter(({ change }) => change === 'gone')} />
      <Lost
        heading="Not seen any more"
        changes={changes.filter(({ change, after }) => change !== 'gone' && after === null)}
      />
    </Section>
  );
}

const Lost = ({ heading, changes }: { readonly heading: string; readonly changes: readonly Change[] }) =>
  changes.length === 0 ? null : (
    <details>
      <summary>
        {heading}: {thousands(changes.length)}
      </summary>
      <table>
        <Heads names={['Server', 'Before and after', 'Now']} />
        <tbody>
          {changes.map((change) => (
            <tr key={`${change.plugin} ${change.resource.id}`}>
              <th scope="row">
                <bdi>{change.resource.name}</bdi> <small>{change.resource.id}</small>
              </th>
              <td>{beforeAndAfter(change)}</td>
              <td>
                {messageNow(change)} <code>{change.plugin}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
