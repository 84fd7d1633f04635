import assert from 'node:assert/strict';

/** In every token, assertion and password of the tests, and nowhere else. */
const marker = 'sesame';

/** A token. */
export const secret = `open-${marker}-open-${marker}`;

/** As it is, or as base64 of any alignment. */
const marks = [
  marker,
  ...[0, 1, 2].map((shift) =>
    Buffer.from(`${'.'.repeat(shift)}${marker}`)
      .toString('base64')
      .slice(shift && shift + 1, -3),
  ),
];

/** Fails if a secret is in the text, plain or in base64. */
export function assertNoSecret(where: string, text: string): void {
  const at = marks.map((mark) => text.indexOf(mark)).find((index) => index >= 0);
  assert.ok(at === undefined, `a secret in the ${where}: ${text.slice(Math.max(0, (at ?? 0) - 80), (at ?? 0) + 80)}`);
}
