import plugin from '../../plugins/postgresql/endpointCertificate';
import { testPlugin } from '../../testing';

const good = {
  address: '10.0.0.5',
  certificateVerification: 'verified',
  certificateHostName: 'matches',
  certificateDaysLeft: 90,
  certificateRoot: 'ISRG Root X1',
  operator: 'other',
};

testPlugin(plugin, {
  pass: [
    ['verified', good, 'verified'],
    ['just long enough', { ...good, certificateDaysLeft: 14 }, 'verified'],
    ['of a root of Azure', { ...good, certificateRoot: 'DigiCert Global Root G2', operator: 'Azure' }, 'verified'],
    ['of a root with no name', { ...good, certificateRoot: undefined }, 'verified'],
    ['enough for who asks for less', { ...good, certificateDaysLeft: 8 }, 'verified', { minimumCertificateDays: '7' }],
  ],
  warn: [
    ['soon over', { ...good, certificateDaysLeft: 13 }, 'expiresSoon'],
    ['over today', { ...good, certificateDaysLeft: 0 }, 'expiresSoon'],
    [
      'too short for who asks for more',
      { ...good, certificateDaysLeft: 59 },
      'expiresSoon',
      { minimumCertificateDays: '60' },
    ],
    ['on Azure of another root', { ...good, operator: 'Azure' }, 'otherRoot'],
    ['on Azure of a root with no name', { ...good, certificateRoot: undefined, operator: 'Azure' }, 'otherRoot'],
  ],
  fail: [
    ['by itself', { ...good, certificateVerification: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'unverified'],
    ['expired', { ...good, certificateVerification: 'CERT_HAS_EXPIRED', certificateDaysLeft: -1 }, 'expired'],
    ['for another host', { ...good, certificateHostName: 'DNS:another.example' }, 'otherHost'],
    [
      'none',
      {
        address: '10.0.0.5',
        certificateVerification: 'none',
        certificateHostName: undefined,
        certificateDaysLeft: undefined,
        certificateRoot: undefined,
        operator: 'other',
      },
      'none',
    ],
  ],
  unknown: [
    ['nobody knows of the chain', { ...good, certificateVerification: undefined }, 'absent'],
    ['nobody knows for whom', { ...good, certificateHostName: undefined }, 'absent'],
    ['nobody knows how long', { ...good, certificateDaysLeft: undefined }, 'absent'],
    ['half a day', { ...good, certificateDaysLeft: 0.5 }, 'unreadable'],
  ],
});
