import plugin from '../../plugins/postgresql/databaseSslEnabled';
import { testPlugin } from '../../testing';

testPlugin(plugin, {
  pass: [['on', { ssl: 'on' }, 'on']],
  fail: [['off', { ssl: 'off' }, 'off']],
  unknown: [
    ['not there', { ssl: undefined }, 'absent'],
    ['another word', { ssl: 'perhaps' }, 'unreadable'],
  ],
});
