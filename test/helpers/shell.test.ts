import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { scriptQuote, shellQuote } from '../../helpers/shell';

describe('shellQuote', () => {
  for (const word of ['apple', 'properties.sslEnforcement=Enabled', '/subscriptions/0', 'TLSv1.2', '-x', 'a@b']) {
    it(`leaves ${word} as it is`, () => assert.equal(shellQuote(word), word));
  }

  it('quotes every word of a script', () => {
    assert.deepEqual(['apple', '', '-x', "it's", '$(x)'].map(scriptQuote), [
      "'apple'",
      "''",
      "'-x'",
      `'it'"'"'s'`,
      `''"\\$"'(x)'`,
    ]);
  });

  describe('what a shell reads', { skip: process.platform === 'win32' && 'there is no sh' }, () => {
    const shellReads = (words: readonly string[], quote = shellQuote) => {
      const command = `printf '%s\\0' ${words.map((word) => quote(word)).join(' ')}`;
      return execFileSync('sh', ['-c', command], { encoding: 'utf8' }).split('\0').slice(0, -1);
    };

    const hostile = [
      '',
      ' ',
      "it's",
      "'",
      "''\\''",
      '"',
      '\\',
      '\n',
      'a\nb\n',
      '$(echo pwned)',
      '`echo pwned`',
      '$HOME',
      '~',
      '*',
      '!!',
      '#',
      '; echo pwned',
      '& | < >',
      'é🍏',
    ];
    for (const word of hostile) {
      it(`is ${JSON.stringify(word)} again`, () => {
        assert.deepEqual(shellReads([word]), [word]);
        assert.deepEqual(shellReads([word], scriptQuote), [word]);
      });
    }

    it('is any word again', () => {
      const unit = fc.oneof(
        fc.constantFrom(...'\'"\\$`(){}\n\r\t !*?~;&|<>#='),
        fc.string({ unit: 'binary', maxLength: 1 }),
      );
      const word = fc.string({ unit }).map((text) => text.replaceAll('\0', ''));
      fc.assert(
        fc.property(fc.array(word, { minLength: 1 }), (words) => {
          assert.deepEqual(shellReads(words), words);
          assert.deepEqual(shellReads(words, scriptQuote), words);
        }),
        { numRuns: 50 },
      );
    });
  });
});
