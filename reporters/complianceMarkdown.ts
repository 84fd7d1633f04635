import { type AssessedControl, type Compliance, statuses } from '../types';
import { editionLines, mappingName, stateNames } from './compliance';
import { bold, cellLines, code, leftOutOf } from './markdownCells';
import { literal, markdownHeader, markdownRow } from './markdownText';
import type { Part } from './page';

/** A framework: its counts, and each control with its state, whose mapping it is, and which plugins it rests on. */
export function compliancePart(compliance: Compliance): Part {
  const { name, controls } = compliance;
  const head = `### Controls of ${literal(name)}\n\n${editionLines(compliance).map(literal).join('<br>\n')}\n`;
  const table = markdownHeader(['State', 'Control', 'Mapping', 'Results', 'Rests on']);
  return {
    head: controls.length > 0 ? `${head}\n${table}` : head,
    rows: controls.map((control) => () => row(control)),
    tail: '',
    leftOut: leftOutOf(`${controls.length} controls of ${name} are`),
    share: 0.1,
  };
}

function row(control: AssessedControl): string {
  const { edition, level, state, plugins, notRun, summary, suppressed } = control;
  return markdownRow([
    stateNames[state],
    cellLines(bold(control.control), literal(edition), level === undefined ? '' : `Level ${level}`),
    mappingName(control),
    cellLines(
      statuses.map((status) => `${summary[status]} ${status}`).join(', '),
      suppressed > 0 ? `${suppressed} of them suppressed, which meets no control` : '',
    ),
    cellLines(...plugins.map(code), ...notRun.map((id) => `${code(id)} (did not run)`)),
  ]);
}
