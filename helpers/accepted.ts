import type { Change, Report, Result } from '../types';

/** One key for a result and its change: of a resource, whose id is compared without case, and a plugin. */
export const resultKey = ({ plugin, resource }: Pick<Result, 'plugin' | 'resource'>): string =>
  `${plugin} ${resource.id.toLowerCase()}`;

const isWorse = ({ change }: Change): boolean => change === 'new' || change === 'worse';

/** Why a result fails no gate, whatever its status: somebody has suppressed it, or the baseline has it, and no better. */
export function acceptance({
  comparison,
}: Pick<Report, 'comparison'>): (result: Result) => 'suppression' | 'baseline' | undefined {
  const worse = comparison && new Set(comparison.changes.filter(isWorse).map(resultKey));
  return (result) => {
    if (result.suppression) return 'suppression';
    return worse && result.status !== 'PASS' && !worse.has(resultKey(result)) ? 'baseline' : undefined;
  };
}
