import { complianceOf } from '../helpers/assessed';
import { ScanError } from '../helpers/scanError';
import type { ForeignDescription, Framework, Plugin, Report } from '../types';

/**
 * The report with what it says of the controls of these frameworks; as it is, if there are none. So is that of a shard: its part
 * would meet what another one fails. Throws a ScanError, `unknown-plugin`, if a plugin ran that nobody knows here.
 *
 * @param plugins all that there are.
 */
export function labelled(
  report: Report,
  plugins: readonly (Plugin | ForeignDescription)[],
  frameworks: readonly Framework[],
): Report {
  if (frameworks.length === 0 || report.shard) return report;
  const known = new Set(plugins.map(({ id }) => id));
  const stranger = report.plugins?.find(({ id }) => !known.has(id));
  if (stranger) {
    const what = `The plugin "${stranger.id}" has run, and is not known here, so nobody can say which controls it is mapped to.`;
    throw new ScanError('unknown-plugin', what, 'Load it as the scan did: --plugin-module FILE.');
  }
  return { ...report, compliance: complianceOf(report, plugins, frameworks) };
}
