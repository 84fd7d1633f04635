import assert from 'node:assert/strict';
import { leakIn, secretWord } from './secrets';

/** A token. */
export const secret = `open-${secretWord}-open-${secretWord}`;

/** Fails if a secret is in the text. */
export function assertNoSecret(where: string, text: string): void {
  const leak = leakIn(text);
  assert.ok(leak === undefined, `a secret in the ${where}: ${leak}`);
}
