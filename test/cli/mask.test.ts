import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { masker } from '../../cli/mask';

const env = {
  AZURE_CLIENT_SECRET: 'a/b"c~d',
  SYSTEM_ACCESSTOKEN: 'a/b"c~d and more',
  AZURE_PASSWORD: 'short',
  HOME: '/home/ada',
};

describe('what stands on stderr', () => {
  for (const [name, text, masked] of [
    ['a secret of the environment', 'It is a/b"c~d.', 'It is ***.'],
    ['one that another one is a part of', 'a/b"c~d and more', '***'],
    ['one in a URL', '?secret=a%2Fb%22c~d&x', '?secret=***&x'],
    ['one in JSON', '{"secret":"a/b\\"c~d"}', '{"secret":"***"}'],
    ['a token', 'Bearer eyJhbGciOiJub25lIn0.eyJhIjoxfQ.c2ln, x', 'Bearer ***, x'],
    ['tokens', 'eyJhbGciOiJub25lIn0.a.b eyJhbGciOiJub25lIn0.c.d', '*** ***'],
  ] as const) {
    it(`shows nothing of ${name}`, () => assert.equal(masker(env)(text), masked));
  }

  for (const text of ['short', '/home/ada', 'eyJ', 'server.eyJ.example', 'Azure answered 403 AuthorizationFailed.']) {
    it(`shows ${text}`, () => assert.equal(masker(env)(text), text));
  }
});
