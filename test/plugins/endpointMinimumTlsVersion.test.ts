import plugin from '../../plugins/postgresql/endpointMinimumTlsVersion';
import { testPlugin } from '../../testing';
import { gap } from '../support/report';

type Seen = string | undefined | { readonly gap: typeof gap };
const aes = 'ECDHE-RSA-AES256-GCM-SHA384';
const old = 'ECDHE-RSA-AES256-SHA';

/** What came of TLS 1.0 to 1.3. */
const seen = (versions: readonly [Seen, Seen, Seen, Seen], more: Readonly<Record<string, Seen>> = {}) => ({
  address: '10.0.0.5',
  TLSv1: versions[0],
  'TLSv1.1': versions[1],
  'TLSv1.2': versions[2],
  'TLSv1.3': versions[3],
  directTls: undefined,
  plaintext: 'refused',
  minimumTlsVersionSetting: undefined,
  ...more,
});
const no = 'refused';
const unknown = { gap };

testPlugin(plugin, {
  pass: [
    ['1.2 and 1.3', seen([no, no, aes, aes]), 'modern'],
    ['1.3 only', seen([no, no, no, aes]), 'modern'],
    ['1.3 only, with that floor', seen([no, no, no, aes]), 'modern', { minimumTlsVersion: '1.3' }],
    ['1.2, and nobody knows of 1.3', seen([no, no, aes, unknown]), 'modern'],
    ['1.3, and nobody knows of 1.2', seen([no, no, unknown, aes]), 'modern'],
    ['direct TLS, too', seen([no, no, aes, aes], { directTls: 'accepted' }), 'modern'],
    ['nobody knows whether direct TLS', seen([no, no, aes, aes], { directTls: unknown }), 'modern'],
    ['nobody knows whether plaintext', seen([no, no, aes, aes], { plaintext: unknown }), 'modern'],
    [
      'as it is set',
      seen([no, no, aes, aes], { minimumTlsVersionSetting: 'ssl_min_protocol_version = TLSv1.2' }),
      'modern',
    ],
    ['what is set could not be read', seen([no, no, aes, aes], { minimumTlsVersionSetting: unknown }), 'modern'],
    [
      'more than is set',
      seen([no, no, aes, aes], { minimumTlsVersionSetting: 'minimalTlsVersion = TLS1_0' }),
      'modernThough',
    ],
    [
      'more than is set, with a higher floor',
      seen([no, no, no, aes], { minimumTlsVersionSetting: 'ssl_min_protocol_version = TLSv1.2' }),
      'modernThough',
      { minimumTlsVersion: '1.3' },
    ],
  ],
  warn: [
    ['modern, but plaintext is accepted', seen([no, no, aes, aes], { plaintext: 'accepted' }), 'plaintextAllowed'],
  ],
  fail: [
    ['1.0', seen([old, no, aes, aes]), 'outdated'],
    ['1.1', seen([no, old, aes, aes]), 'outdated'],
    ['1.1, and nobody knows of 1.0', seen([unknown, old, aes, aes]), 'outdated'],
    ['1.2, with a higher floor', seen([no, no, aes, aes]), 'outdated', { minimumTlsVersion: '1.3' }],
    ['nothing newer than 1.1', seen([no, old, no, no]), 'outdated'],
    [
      '1.0, as it is set',
      seen([old, old, aes, aes], { minimumTlsVersionSetting: 'minimalTlsVersion = TLS1_0' }),
      'outdated',
    ],
    [
      '1.1, though it is set otherwise',
      seen([no, old, aes, aes], { minimumTlsVersionSetting: 'ssl_min_protocol_version = TLSv1.2' }),
      'outdatedThough',
    ],
    ['none', seen([no, no, no, no]), 'noTls'],
  ],
  unknown: [
    ['1.0 was not tested', seen([unknown, no, aes, aes]), 'forbidden'],
    ['1.1 is not there', seen([no, undefined, aes, aes]), 'absent'],
    ['none that is known', seen([no, no, unknown, no]), 'forbidden'],
    ['1.2, with a higher floor', seen([no, no, unknown, aes]), 'forbidden', { minimumTlsVersion: '1.3' }],
    [
      'unreachable',
      seen([unknown, unknown, unknown, unknown], { plaintext: unknown, directTls: unknown }),
      'forbidden',
    ],
  ],
});
