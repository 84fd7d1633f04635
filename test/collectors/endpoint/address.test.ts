import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addressOf, addressText } from '../../../collectors/endpoint/address';
import { ScanError } from '../../../helpers/scanError';

describe('the address of an endpoint', () => {
  for (const [word, host, port, text] of [
    ['db.example.com', 'db.example.com', 5432, 'db.example.com:5432'],
    ['DB.Example.com:6432', 'db.example.com', 6432, 'db.example.com:6432'],
    ['db.example.com.', 'db.example.com.', 5432, 'db.example.com.:5432'],
    ['my_db', 'my_db', 5432, 'my_db:5432'],
    ['10.0.0.5:1', '10.0.0.5', 1, '10.0.0.5:1'],
    ['::1', '::1', 5432, '[::1]:5432'],
    ['::FFFF:10.0.0.5', '::ffff:10.0.0.5', 5432, '[::ffff:10.0.0.5]:5432'],
    ['[::1]', '::1', 5432, '[::1]:5432'],
    ['[2001:DB8::5]:65535', '2001:db8::5', 65_535, '[2001:db8::5]:65535'],
  ] as const) {
    it(`is read of ${word}`, () => {
      assert.deepEqual(addressOf(word), { host, port });
      assert.equal(addressText({ host, port }), text);
    });
  }

  for (const word of [
    ...['', ':5432', '[]', '[db]', '[::1', '::1]:5432', 'a b', '-db', 'a..b', 'db/x', 'db:5432:1', 'x'.repeat(64)],
    ...['db:', 'db:0', 'db:65536', 'db:99999999999', 'db:5432x', 'db:-1'],
  ]) {
    it(`is not "${word}"`, () =>
      assert.throws(
        () => addressOf(word),
        (error) => error instanceof ScanError && error.code === 'bad-option' && error.message.includes(`"${word}"`),
      ));
  }

  for (const word of [
    'postgres://ada:secretword@db/x',
    'ada:secretword@db',
    'host=db password=secretword',
    'https://db',
  ]) {
    it(`is not ${word}, and its word is not told`, () =>
      assert.throws(
        () => addressOf(word),
        (error) => error instanceof ScanError && !`${error.message}${error.remedy}`.includes('secretword'),
      ));
  }
});
