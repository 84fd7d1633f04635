import { printable } from '../helpers/printable';

/** Text for SARIF: one line that holds no `[text](target)`, which would be a link; never empty, which GitHub refuses. */
export const plain = (text: string, otherwise: string): string =>
  printable(text).replaceAll('](', '] (').trim() || otherwise;
