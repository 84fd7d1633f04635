import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { printable } from '../../helpers/printable';

describe('printable', () => {
  for (const text of ['', 'apple', 'Größe 3', '리소스', '🍏', '"><script>', 'a:b', '# 1', 'C:\\x', 'https://x.y']) {
    it(`leaves ${JSON.stringify(text)} as it is`, () => assert.equal(printable(text), text));
  }

  const rows: readonly [what: string, text: string, printed: string][] = [
    ['a line break', 'a\r\nb', 'a\\u{d}\\u{a}b'],
    ['an escape sequence', '\u001b[31mred', '\\u{1b}[31mred'],
    ['a turned direction', 'a\u202egnp', 'a\\u{202e}gnp'],
    ['a line separator', 'a\u2028b', 'a\\u{2028}b'],
    ['half a character', 'a\ud83d', 'a\\u{d83d}'],
    ['a command of GitHub', '::error::x', ': :error: :x'],
    ['an old command of GitHub', '##[group]', '# #[group]'],
    ['a command of Azure Pipelines', '##VSO[task.complete]', '# #VSO[task.complete]'],
  ];
  for (const [what, text, printed] of rows) {
    it(`takes the power from ${what}`, () => assert.equal(printable(text), printed));
  }

  it('lets nothing through, whatever the text', () => {
    const unit = fc.oneof(
      fc.constantFrom(':', '::', '#', '##', '[', 'vso[', '##vso[', '\n', '\u0085', '\u2029', '\u061c', '\u2066'),
      fc.string({ unit: 'binary', maxLength: 2 }),
      fc.nat(0xffff).map((half) => String.fromCharCode(half)),
    );
    fc.assert(
      fc.property(fc.string({ unit }), (text) => {
        const printed = printable(text);
        assert.doesNotMatch(printed, /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}]/u);
        assert.doesNotMatch(printed, /::|##\[|##vso\[/i);
      }),
      { numRuns: 1000 },
    );
  });
});
