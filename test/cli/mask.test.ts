import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { masker } from '../../cli/mask';

const env = {
  AZURE_CLIENT_SECRET: 'a/b"c~d',
  SYSTEM_ACCESSTOKEN: 'a/b"c~d and more',
  AZURE_PASSWORD: 'short',
  PGPASSWORD: 'correct horse',
  HOME: '/home/ada',
};
const argv = [
  'audit',
  "host=db password='battery staple' user=ada",
  'postgresql://ada:p@ss/w?rd@db/shop',
  'host=db password=tiny',
];

describe('what stands on stderr', () => {
  for (const [name, text, masked] of [
    ['a secret of the environment', 'It is a/b"c~d.', 'It is ***.'],
    ['one that another one is a part of', 'a/b"c~d and more', '***'],
    ['one in a URL', '?secret=a%2Fb%22c~d&x', '?secret=***&x'],
    ['one in JSON', '{"secret":"a/b\\"c~d"}', '{"secret":"***"}'],
    ['a token', 'Bearer eyJhbGciOiJub25lIn0.eyJhIjoxfQ.c2ln, x', 'Bearer ***, x'],
    ['tokens', 'eyJhbGciOiJub25lIn0.a.b eyJhbGciOiJub25lIn0.c.d', '*** ***'],
    ['the password of libpq', 'It is correct horse.', 'It is ***.'],
    ['a password of the command line', 'Unknown: battery staple', 'Unknown: ***'],
    ['one of a URI there', 'Unknown: p@ss/w?rd', 'Unknown: ***'],
    [
      'one in pairs',
      "Unknown argument: host=db password = 'a b\\' c' user=ada",
      'Unknown argument: host=db password = *** user=ada',
    ],
    ['one in pairs that begins no quote', 'host=db password=a\\ b user=ada', 'host=db password=*** user=ada'],
    ['the password of a key', 'sslpassword=x sslkey=y', 'sslpassword=*** sslkey=y'],
    ['one in a URI', 'Unknown argument: postgres://ada:x@y@db/shop', 'Unknown argument: postgres://ada:***@db/shop'],
    [
      'one in the parameters of a URI',
      'postgres://db/shop?password=x&user=ada',
      'postgres://db/shop?password=***&user=ada',
    ],
  ] as const) {
    it(`shows nothing of ${name}`, () => assert.equal(masker(env, argv)(text), masked));
  }

  for (const text of [
    'short',
    '/home/ada',
    'eyJ',
    'server.eyJ.example',
    'Azure answered 403 AuthorizationFailed.',
    'https://localhost:1234/x',
    'postgres://ada@db:5432/shop',
    'tiny',
  ] as const) {
    it(`shows ${text}`, () => assert.equal(masker(env, argv)(text), text));
  }
});
