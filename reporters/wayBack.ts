import { sameName } from '../helpers/resourceId';
import { shown } from '../helpers/template';
import type { Repair } from './repairs';

/** Whether a repair can be taken back; a reason where it may not be so. */
export interface WayBack {
  readonly open: 'yes' | 'perhaps' | 'no';
  readonly why: string;
}

/** Azure may refuse the value that it had: it has learned better since, or lets nobody return to it. */
export function wayBack({ plugin: { fix }, from }: Repair): WayBack {
  const has = (values: readonly string[]) => values.some((value) => sameName(value, from.trim()));
  if (has(fix.noWayBackTo ?? [])) return { open: 'no', why: `Azure lets nobody return to ${shown(from)}.` };
  if (has(fix.values)) return { open: 'yes', why: '' };
  return { open: 'perhaps', why: `Azure takes ${fix.values.join(', ')}, and may refuse ${shown(from)}.` };
}
