import { kindName } from '../helpers/kind';
import type { Gap, Kind, Scope } from '../types';

/** What is missing for one reason, in words, with that reason. */
export function gapsOf({ kinds: coverage }: Scope): [lists: string[], gap: Gap][] {
  const gaps = new Map<string, [string[], Gap]>();
  for (const [kind, answer] of Object.entries(coverage) as [Kind, Scope['kinds'][Kind]][]) {
    if (!answer || answer.answered) continue;
    const key = JSON.stringify(answer.reason);
    const lists = gaps.get(key)?.[0] ?? [];
    gaps.set(key, [[...lists, kindName(kind)], answer.reason]);
  }
  return [...gaps.values()];
}
