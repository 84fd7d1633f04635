import { printable } from '../helpers/printable';
import { type AssessedControl, type Compliance, type ControlState, controlStates, type Report } from '../types';

export const stateNames: Readonly<Record<ControlState, string>> = {
  failed: 'failed',
  unknown: 'unknown',
  warning: 'warning',
  met: 'met',
  'not-assessed': 'not assessed',
};

/** Whose word it is that the control is served: never left out where it is ours. */
export const mappingName = ({ own }: Pick<AssessedControl, 'own'>): string => (own ? 'our own mapping' : 'published');

/** The counts of each framework, a line for each edition, and what to know of them. */
export function complianceLines({ compliance = [] }: Pick<Report, 'compliance'>): string[] {
  const controls = compliance.flatMap((framework) => framework.controls);
  const notRun = [...new Set(controls.flatMap((control) => control.notRun))].sort();
  return [
    ...compliance.flatMap(editionLines),
    ...(notRun.length > 0
      ? [printable(`Did not run, so no control that rests on it is met: ${notRun.join(', ')}.`)]
      : []),
    ...(controls.some(({ suppressed }) => suppressed > 0)
      ? ['A suppressed result counts here as what it is: a suppression meets no control.']
      : []),
  ];
}

/** `PCI DSS 4.0.1: 1 failed, 0 unknown, …`, worst first, zeros included; what is ours for itself. */
export function editionLines({ name, controls }: Compliance): string[] {
  if (controls.length === 0) return [printable(`${name}: no plugin is mapped to a control of it.`)];
  const groups = new Map<string, AssessedControl[]>();
  for (const control of controls) {
    const title = `${name} ${control.edition}${control.own ? ` (${mappingName(control)})` : ''}`;
    const group = groups.get(title);
    if (group) group.push(control);
    else groups.set(title, [control]);
  }
  return [...groups].map(([title, group]) => printable(`${title}: ${counts(group)}`));
}

const counts = (controls: readonly AssessedControl[]): string =>
  controlStates
    .map((state) => `${controls.filter((control) => control.state === state).length} ${stateNames[state]}`)
    .join(', ');
