import { printable } from '../helpers/printable';

/** A command for a POSIX shell: its parts on a line each. It stands unwrapped, so that it can be copied. */
export const command = (parts: readonly string[]): string => parts.map((part) => printable(part)).join(' \\\n  ');
