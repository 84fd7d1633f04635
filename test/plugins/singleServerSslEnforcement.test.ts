import plugin from '../../plugins/azure/postgresqlserver/singleServerSslEnforcement';
import { testPlugin } from '../../testing';

testPlugin(plugin, {
  pass: [
    ['Enabled', { sslEnforcement: 'Enabled' }, 'enforced'],
    ['in other case', { sslEnforcement: 'ENABLED' }, 'enforced'],
    ['with space around it', { sslEnforcement: ' Enabled ' }, 'enforced'],
  ],
  fail: [
    ['Disabled', { sslEnforcement: 'Disabled' }, 'plaintextAllowed'],
    ['in other case', { sslEnforcement: 'disabled' }, 'plaintextAllowed'],
  ],
  unknown: [
    ['absent', { sslEnforcement: undefined }, 'absent'],
    ['null', { sslEnforcement: null }, 'absent'],
    ['empty', { sslEnforcement: '' }, 'unreadable'],
    ['another word', { sslEnforcement: 'on' }, 'unreadable'],
    ['no word', { sslEnforcement: ['Enabled'] }, 'unreadable'],
    ['a boolean', { sslEnforcement: true }, 'unreadable'],
  ],
});
