import plugin from '../../plugins/postgresql/endpointPlaintextRefused';
import { testPlugin } from '../../testing';
import { gap } from '../support/report';

const seen = (plaintext: string | null, encryptionSetting?: string) => ({
  address: '10.0.0.5',
  plaintext,
  encryptionSetting,
});

testPlugin(plugin, {
  pass: [
    ['refused, and nobody knows what is set', seen('refused'), 'refused'],
    [
      'refused, and what is set could not be read',
      { address: { gap }, plaintext: 'refused', encryptionSetting: { gap } },
      'refused',
    ],
    ['refused, as it is set', seen('refused', 'require_secure_transport = on'), 'refused'],
    ['refused, as it is set on Single Server', seen('refused', 'sslEnforcement = Enabled'), 'refused'],
    ['refused, though it need not be', seen('refused', 'require_secure_transport = off'), 'refusedThough'],
    ['refused, though Single Server would not', seen('refused', 'sslEnforcement = Disabled'), 'refusedThough'],
    ['refused, and nobody understands what is set', seen('refused', 'require_secure_transport = maybe'), 'refused'],
  ],
  fail: [
    ['accepted', seen('accepted'), 'accepted'],
    ['accepted, as it is set', seen('accepted', 'sslEnforcement = Disabled'), 'accepted'],
    ['accepted, though it is set otherwise', seen('accepted', 'require_secure_transport = on'), 'acceptedThough'],
    ['accepted, though Single Server should not', seen('accepted', 'sslEnforcement = Enabled'), 'acceptedThough'],
  ],
  unknown: [
    ['null', seen(null), 'absent'],
    ['another word', seen('both'), 'unreadable'],
    ['not asked', { address: undefined, plaintext: undefined, encryptionSetting: undefined }, 'absent'],
  ],
});
