import { type AssessedControl, type Compliance, type ControlState, controlStates, statuses } from '../../../types';
import { stateNames } from '../../compliance';
import { addressOf } from '../address';
import type { PageContent } from '../content';
import { thousands } from '../thousands';
import { Heads } from './heads';
import { Own } from './own';
import { Section } from './section';

/** Which status has the colour of a state. */
const tones: Readonly<Record<ControlState, string>> = {
  failed: 'FAIL',
  unknown: 'UNKNOWN',
  warning: 'WARN',
  met: 'PASS',
  'not-assessed': 'NONE',
};

/** What the results say of the controls of each framework; or why they say nothing. */
export function ComplianceView({ compliance, report }: PageContent) {
  if (compliance.length === 0) return null;
  return (
    <Section id="compliance" heading="Compliance">
      {typeof compliance === 'string' ? (
        <p>{compliance}</p>
      ) : (
        <>
          <p>
            What these checks say of a control, which asks for more than they look at. One with an UNKNOWN is not met,
            nor failed; what a suppression accepts meets no control. <Own /> marks what no published source maps to a
            control, but we do by analogy.
          </p>
          {compliance.map((each) => (
            <Framework key={each.framework} {...each} open={report.compliance !== undefined} />
          ))}
        </>
      )}
    </Section>
  );
}

const Framework = ({ name, controls, open }: Compliance & { readonly open: boolean }) => (
  <details open={open}>
    <summary>
      <b>{name}</b>{' '}
      {controlStates
        .map((state) => [state, controls.filter((each) => each.state === state).length] as const)
        .filter(([, number]) => number > 0)
        .map(([state, number]) => (
          <span key={state} class="status" data-status={tones[state]}>
            {number} {stateNames[state]}{' '}
          </span>
        ))}
    </summary>
    <table class="controls">
      <Heads names={['Control', 'State', 'Results', 'Checks']} />
      <tbody>
        {controls.map((control) => (
          <Row key={`${control.edition} ${control.control} ${control.own}`} {...control} />
        ))}
      </tbody>
    </table>
  </details>
);

const Row = ({ edition, control, level, own, state, summary, suppressed, plugins, notRun }: AssessedControl) => (
  <tr>
    <th scope="row">
      {control} {own && <Own />} <small>{[edition, level && `Level ${level}`].filter(Boolean).join(', ')}</small>
    </th>
    <td>
      <span class="status" data-status={tones[state]}>
        {stateNames[state]}
      </span>
    </td>
    <td>
      {statuses
        .filter((status) => summary[status] > 0)
        .map((status) => `${thousands(summary[status])} ${status}`)
        .join(', ') || 'none'}
      {suppressed > 0 && ` (${thousands(suppressed)} accepted)`}
    </td>
    <td>
      {plugins.map((plugin) => (
        <a key={plugin} href={addressOf({ plugin })}>
          {plugin}
        </a>
      ))}
      {notRun.map((plugin) => (
        <span key={plugin}>{plugin} did not run</span>
      ))}
    </td>
  </tr>
);
