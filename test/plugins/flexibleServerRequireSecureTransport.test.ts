import plugin from '../../plugins/azure/postgresqlserver/flexibleServerRequireSecureTransport';
import { testPlugin } from '../../testing';

const set = (value: string | boolean | number | null, isConfigPendingRestart: boolean | string | null = false) => ({
  require_secure_transport: { value, isConfigPendingRestart },
});

testPlugin(plugin, {
  pass: [
    ['on', set('on'), 'required'],
    ['ON, as Azure Policy writes it', set('ON'), 'required'],
    ['true', set('true'), 'required'],
    ['1', set('1'), 'required'],
    ['yes', set('Yes'), 'required'],
    ['with space around it', set(' on '), 'required'],
    ['a JSON true', set(true), 'required'],
    ['an old answer without isConfigPendingRestart', set('on', null), 'required'],
  ],
  warn: [
    ['on, after a restart', set('on', true), 'pendingRestart'],
    ['on, and nobody can read whether after a restart', set('on', 'soon'), 'pendingRestart'],
  ],
  fail: [
    ['off', set('off'), 'plaintextAllowed'],
    ['OFF', set('OFF'), 'plaintextAllowed'],
    ['false', set('false'), 'plaintextAllowed'],
    ['0', set('0'), 'plaintextAllowed'],
    ['no', set('no'), 'plaintextAllowed'],
    ['off, after a restart', set('off', true), 'plaintextAllowed'],
    ['off, and nobody can read whether after a restart', set('off', 'soon'), 'plaintextAllowed'],
  ],
  unknown: [
    ['not in the list, as before August 2021', { require_secure_transport: undefined }, 'absent'],
    ['null', set(null), 'absent'],
    ['empty', set(''), 'unreadable'],
    ['half a word', set('o'), 'unreadable'],
    ['a word that PostgreSQL would take for true, but Azure does not write', set('t'), 'unreadable'],
    ['a name of an object member', set('constructor'), 'unreadable'],
  ],
});
