import { boolean } from '../helpers/need';
import { shown } from '../helpers/template';
import type { Repair } from './repairs';
import { spelling } from './spelling';

/** How likely it is that Azure refuses to take a repair back. */
export const doubts = ['none', 'some', 'strong'] as const;

/** Whether a repair can be taken back; a reason where it may not be so. */
export interface WayBack {
  readonly doubt: (typeof doubts)[number];
  readonly why: string;
}

/** Azure may refuse the value that it had: it has learned better since, or lets nobody return to it. */
export function wayBack({ plugin: { fix }, from }: Repair): WayBack {
  const has = (values: readonly string[]) => values.some((value) => meaning(value) === meaning(from));
  if (has(fix.noWayBackTo ?? [])) return { doubt: 'strong', why: `Azure lets nobody return to ${shown(from)}.` };
  if (has(fix.values)) return { doubt: 'none', why: '' };
  return { doubt: 'some', why: `Azure takes ${fix.values.join(', ')}, and may refuse ${shown(from)}.` };
}

/** `false`, `0` and `no` are `off`, to PostgreSQL too. */
const meaning = (value: string): string | boolean => boolean.read(value) ?? spelling(value);

/** `takes them back; Azure may refuse 2 of them`. */
export function takesBack(repairs: readonly Repair[], [one, many]: readonly [string, string] = ['it', 'them']): string {
  const refusals = mayRefuse(repairs);
  return `takes ${repairs.length === 1 ? one : many} back${refusals === '' ? '' : `; ${refusals}`}`;
}

/** `Azure may refuse 2 of them`, or nothing. */
export function mayRefuse(repairs: readonly Repair[]): string {
  const doubtful = repairs.filter((repair) => wayBack(repair).doubt !== 'none').length;
  if (doubtful === 0) return '';
  return `Azure may refuse ${repairs.length === 1 ? 'that' : `${doubtful} of them`}`;
}
