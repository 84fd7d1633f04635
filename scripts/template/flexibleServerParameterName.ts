import { boolean, parameter } from '../../helpers/need';
import { definePlugin, fail, pass, warn } from '../../helpers/plugin';

// TODO: make sure of the parameter: its name parameter_name, its values on and off, and that on is the safe one
export default definePlugin({
  id: 'flexibleServerParameterName',
  // TODO: say what a PASS proves, to somebody who does not know the parameter
  title: 'Flexible Server has parameter_name on',
  category: 'PostgreSQL Server',
  domain: 'Databases',
  // TODO: weigh what a FAIL means: low, medium or high
  severity: 'low',
  description: 'TODO: say what the server parameter parameter_name decides.',
  moreInfo: 'TODO: say what happens to whom while it is off.',
  recommendedAction: 'Set the server parameter parameter_name to on.',
  // TODO: link the page that the rule rests on
  link: 'https://www.postgresql.org/docs/current/runtime-config.html',
  // TODO: name the controls that it bears on: published(…) where a source maps them, own(…) where you do
  compliance: [],
  kind: 'Microsoft.DBforPostgreSQL/flexibleServers',
  needs: { parameter_name: parameter(boolean) },
  settings: {},
  messages: {
    on: pass('parameter_name is {parameter_name}.', { parameter_name: 'on' }),
    pendingRestart: warn('parameter_name is {parameter_name}, but waits for a restart: restart the server.', {
      parameter_name: 'on',
    }),
    // TODO: say what that allows
    off: fail('parameter_name is {parameter_name}.', { parameter_name: 'off' }),
  },
  fix: {
    set: 'parameter_name',
    to: 'on',
    values: ['on', 'off'],
    // TODO: make sure of the default
    default: 'off',
    impact: 'TODO: say what the change does to clients, and whether it needs a restart.',
  },
  evaluate({ parameter_name: found }) {
    if (!found.value) return 'off';
    return found.isConfigPendingRestart ? 'pendingRestart' : 'on';
  },
});
