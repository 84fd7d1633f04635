import type { Gap } from '../types';

export const scanAgain = 'Scan again; if it stays so, look at https://status.azure.com or ask Azure support.';

/** A list that broke off, or that held what it cannot hold. */
export const incompleteList = (why: string, code?: string): Gap => ({
  kind: 'incomplete-list',
  ...(code && { code }),
  detail: `The list is not whole: ${why}`,
  remedy: scanAgain,
});
