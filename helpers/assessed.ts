import {
  type AssessedControl,
  type Compliance,
  type Control,
  type ControlState,
  type ForeignDescription,
  type Framework,
  frameworks,
  type Plugin,
  type Report,
  type Status,
  statuses,
} from '../types';
import { frameworkNames } from './compliance';
import { isUnexplained } from './explained';
import { byCodeUnit } from './resourceId';

/** As much of a report as controls rest on. */
export type AssessedReport = Pick<Report, 'results' | 'plugins' | 'shard' | 'complete' | 'scopes'>;

/**
 * What the report says of the controls of these frameworks, in the order of {@link frameworks}. It looks at each result once, and
 * the order of what it is given leaves no trace. Of the report of a shard it is about that part only.
 *
 * @param plugins all that there are, so that a control knows which of its plugins did not run. What is not among them counts for
 * no control, so those that ran have to be.
 */
export function complianceOf(
  report: AssessedReport,
  plugins: readonly (Plugin | ForeignDescription)[],
  chosen: readonly Framework[],
): Compliance[] {
  const tallies = talliesOf(report);
  const isDoubtful = isUnexplained(report);
  return frameworks
    .filter((framework) => chosen.includes(framework))
    .map((framework) => ({
      framework,
      name: frameworkNames[framework],
      controls: mappingsTo(framework, plugins).map((mapping) => assessed(mapping, tallies, isDoubtful)),
    }));
}

/** The results of a plugin that ran. */
interface Tally {
  readonly summary: Count;
  suppressed: number;
}

type Count = Record<Status, number>;

const none = (): Count => ({ FAIL: 0, UNKNOWN: 0, WARN: 0, PASS: 0 });

/** By the plugin's id. A report that is older than its list of plugins knows those that have a result. */
function talliesOf({ plugins, shard, results }: AssessedReport): ReadonlyMap<string, Tally> {
  const tallies = new Map<string, Tally>();
  const tallyOf = (id: string) => {
    const tally = tallies.get(id) ?? { summary: none(), suppressed: 0 };
    tallies.set(id, tally);
    return tally;
  };
  for (const { id } of plugins ?? shard?.plugins ?? []) tallyOf(id);
  for (const { plugin, status, suppression } of results) {
    const tally = tallyOf(plugin);
    tally.summary[status]++;
    if (suppression) tally.suppressed++;
  }
  return tallies;
}

/** A control, and the ids of the plugins that are mapped to it. */
interface Mapping {
  control: Control;
  readonly ids: Set<string>;
}

/** What is published and what is ours of one control are two. */
function mappingsTo(framework: Framework, plugins: readonly (Plugin | ForeignDescription)[]): Mapping[] {
  const mappings = new Map<string, Mapping>();
  for (const plugin of plugins) {
    for (const control of 'compliance' in plugin ? plugin.compliance : []) {
      if (control.framework !== framework) continue;
      const key = JSON.stringify([control.edition, control.control, control.own]);
      const mapping = mappings.get(key) ?? { control, ids: new Set() };
      mapping.ids.add(plugin.id);
      mapping.control = firstProfile(mapping.control, control);
      mappings.set(key, mapping);
    }
  }
  return [...mappings.values()].sort((a, b) => inOrder(a.control, b.control));
}

/** Where two plugins name two profiles, the control belongs to the lower one, which the higher one includes. */
const firstProfile = (one: Control, other: Control): Control =>
  (other.level ?? Number.POSITIVE_INFINITY) < (one.level ?? Number.POSITIVE_INFINITY) ? other : one;

const inOrder = (a: Control, b: Control): number =>
  byNumbers(a.edition, b.edition) || byNumbers(a.control, b.control) || Number(a.own) - Number(b.own);

/** By code unit, but 6.9 before 6.10. */
function byNumbers(a: string, b: string): number {
  const others = b.split(/(\d+)/);
  for (const [i, part] of a.split(/(\d+)/).entries()) {
    const other = others[i] ?? '';
    // Every second part is a number; of what is none there is no difference.
    const order = Number(part) - Number(other) || byCodeUnit(part, other);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function assessed(
  { control, ids }: Mapping,
  tallies: ReadonlyMap<string, Tally>,
  isDoubtful: boolean,
): AssessedControl {
  const { framework: _, ...named } = control;
  const sorted = [...ids].sort(byCodeUnit);
  const notRun = sorted.filter((id) => !tallies.has(id));
  const summary = none();
  let suppressed = 0;
  for (const tally of sorted.flatMap((id) => tallies.get(id) ?? [])) {
    for (const status of statuses) summary[status] += tally.summary[status];
    suppressed += tally.suppressed;
  }
  const isUnknown = isDoubtful || notRun.length > 0;
  const state = stateOf(summary, isUnknown);
  return { ...named, state, plugins: sorted.filter((id) => tallies.has(id)), notRun, summary, suppressed };
}

function stateOf({ FAIL, UNKNOWN, WARN, PASS }: Count, isUnknown: boolean): ControlState {
  if (FAIL > 0) return 'failed';
  if (UNKNOWN > 0 || isUnknown) return 'unknown';
  if (WARN > 0) return 'warning';
  return PASS > 0 ? 'met' : 'not-assessed';
}
