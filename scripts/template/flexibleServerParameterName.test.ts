import { testPlugin } from '../../testing';
import plugin from './flexibleServerParameterName';

const set = (value: string | null, isConfigPendingRestart: boolean | null = false) => ({
  parameter_name: { value, isConfigPendingRestart },
});

// TODO: add what real servers answer, and what you fear that they might
testPlugin(plugin, {
  pass: [
    ['on', set('on'), 'on'],
    ['ON, as Azure Policy writes it', set('ON'), 'on'],
    ['an old answer without isConfigPendingRestart', set('on', null), 'on'],
  ],
  warn: [['on, after a restart', set('on', true), 'pendingRestart']],
  fail: [
    ['off', set('off'), 'off'],
    ['off, after a restart', set('off', true), 'off'],
  ],
  unknown: [
    ['not in the list', { parameter_name: undefined }, 'absent'],
    ['null', set(null), 'absent'],
    ['another word', set('perhaps'), 'unreadable'],
  ],
});
