import { sameName } from '../helpers/resourceId';
import { shown } from '../helpers/template';
import type { Repair } from './repairs';

/** How likely it is that Azure refuses to take a repair back. */
export const doubts = ['none', 'some', 'strong'] as const;

/** Whether a repair can be taken back; a reason where it may not be so. */
export interface WayBack {
  readonly doubt: (typeof doubts)[number];
  readonly why: string;
}

/** Azure may refuse the value that it had: it has learned better since, or lets nobody return to it. */
export function wayBack({ plugin: { fix }, from }: Repair): WayBack {
  const has = (values: readonly string[]) => values.some((value) => sameName(value, from.trim()));
  if (has(fix.noWayBackTo ?? [])) return { doubt: 'strong', why: `Azure lets nobody return to ${shown(from)}.` };
  if (has(fix.values)) return { doubt: 'none', why: '' };
  return { doubt: 'some', why: `Azure takes ${fix.values.join(', ')}, and may refuse ${shown(from)}.` };
}
