import type { Platform } from '../reporters';
import type { Io } from './io';

/** https://no-color.org, https://force-color.org */
export function useColour({ stdout, env }: Io): boolean {
  if (env.NO_COLOR) return false;
  return env.FORCE_COLOR ? env.FORCE_COLOR !== '0' : stdout.isTTY && env.TERM !== 'dumb';
}

/** The columns to fill: not so few that nothing fits, and no more than an eye follows. */
export const widthOf = ({ stdout }: Io, most: number): number => Math.max(60, Math.min(stdout.columns || 80, most));

/**
 * The pipeline in which it runs, if its log has annotations:
 * https://docs.github.com/actions/reference/workflows-and-actions/variables,
 * https://learn.microsoft.com/azure/devops/pipelines/build/variables.
 */
export function platformOf({ env }: Pick<Io, 'env'>): Platform | undefined {
  if (env.GITHUB_ACTIONS === 'true') return 'github';
  return env.TF_BUILD?.toLowerCase() === 'true' ? 'azure' : undefined;
}
