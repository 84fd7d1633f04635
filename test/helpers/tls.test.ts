import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isBelow, minimumTlsVersion, parseTlsVersion } from '../../helpers/tls';

describe('parseTlsVersion', () => {
  const versions: readonly [spelling: string, major: number, minor: number][] = [
    ['TLSv1.2', 1, 2],
    ['TLS1_2', 1, 2],
    ['TLSV1.2', 1, 2],
    [' tlsv1_3\n', 1, 3],
    ['TLSv1', 1, 0],
    ['TLS1', 1, 0],
    ['TLS1_10', 1, 10],
    ['TLSv01.2', 1, 2],
    ['SSLv2', 0, 2],
    ['sslV3', 0, 3],
  ];
  for (const [spelling, major, minor] of versions) {
    it(`reads ${JSON.stringify(spelling)}`, () => assert.deepEqual(parseTlsVersion(spelling), { major, minor }));
  }

  const others = [
    '',
    '1.2',
    'TLS',
    'TLSv',
    'TLSv2',
    'TLSv0.9',
    'TLSv11',
    'TLSv1.',
    'TLSv1.2.3',
    'TLSv1-2',
    'TLS v1.2',
    'TLSv1.2 or',
  ];
  for (const value of [
    ...others,
    'SSLv1',
    'SSL3',
    'SSLv30',
    'OpenSSLv3',
    'DTLSv1.2',
    'TLSEnforcementDisabled',
    null,
    undefined,
    1.2,
    ['TLSv1.2'],
  ]) {
    it(`does not read ${JSON.stringify(value)}`, () => assert.equal(parseTlsVersion(value), undefined));
  }

  it('gives back the numbers of every spelling', () => {
    const spelling = fc.tuple(fc.mixedCase(fc.constantFrom('TLS', 'TLSv')), fc.constantFrom('.', '_'), fc.nat(9999));
    fc.assert(
      fc.property(spelling, ([prefix, dot, minor]) =>
        assert.deepEqual(parseTlsVersion(`${prefix}1${dot}${minor}`), { major: 1, minor }),
      ),
    );
  });
});

describe('isBelow', () => {
  const rows: readonly [version: string, floor: string, below: boolean][] = [
    ['TLSv1.1', '1.2', true],
    ['TLSv1.2', '1.2', false],
    ['TLSv1.3', '1.2', false],
    ['TLSv1.2', '1.3', true],
    ['TLSv1.10', '1.9', false],
    ['TLSv1', '1.0', false],
    ['SSLv3', '1.0', true],
  ];
  for (const [version, floor, below] of rows) {
    it(`${version} is ${below ? '' : 'not '}below ${floor}`, () =>
      assert.equal(isBelow(parseTlsVersion(version) ?? assert.fail(), floor), below));
  }

  it('orders as numbers do', () => {
    const version = fc.record({ major: fc.nat(3), minor: fc.nat(9999) });
    const asNumber = ({ major, minor }: { major: number; minor: number }) => major * 10_000 + minor;
    fc.assert(
      fc.property(version, version, (a, b) =>
        assert.equal(isBelow(a, `${b.major}.${b.minor}`), asNumber(a) < asNumber(b)),
      ),
    );
  });
});

it('every floor that may be chosen is a version of TLS', () => {
  for (const floor of minimumTlsVersion.values) assert.ok(parseTlsVersion(`TLSv${floor}`), floor);
  assert.ok(minimumTlsVersion.values.includes(minimumTlsVersion.default));
});
