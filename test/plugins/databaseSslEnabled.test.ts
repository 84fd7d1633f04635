import plugin from '../../plugins/postgresql/databaseSslEnabled';
import { testPlugin } from '../../testing';
import { gap } from '../support/report';

testPlugin(plugin, {
  pass: [['on, and seen', { ssl: 'on', tlsSeen: true }, 'on']],
  warn: [['on, and not seen, as where the certificate could not be loaded', { ssl: 'on', tlsSeen: false }, 'unseen']],
  fail: [
    ['off', { ssl: 'off', tlsSeen: false }, 'off'],
    ['off, and sessions from before have it', { ssl: 'off', tlsSeen: true }, 'off'],
    ['off, and nobody knows of sessions', { ssl: 'off', tlsSeen: { gap } }, 'off'],
  ],
  unknown: [
    ['not there', { ssl: undefined, tlsSeen: true }, 'absent'],
    ['another word', { ssl: 'perhaps', tlsSeen: true }, 'unreadable'],
    ['on, and nobody knows of sessions', { ssl: 'on', tlsSeen: { gap } }, 'forbidden'],
  ],
});
