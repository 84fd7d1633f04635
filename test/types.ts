import { boolean, oneOf, parameter } from '../helpers/need';
import { definePlugin, fail, pass } from '../helpers/plugin';

/** A plugin that compiles: each case below spoils one thing in it. */
const good = {
  id: 'ripeness',
  title: 'The fruit is ripe',
  category: 'Fruit',
  domain: 'Orchards',
  severity: 'low',
  description: '-',
  moreInfo: '-',
  recommendedAction: '-',
  link: 'https://example.com/',
  compliance: [],
  settings: {},
  messages: { ripe: pass('ripe'), unripe: fail('unripe') },
  fix: { set: 'sslEnforcement', to: 'Enabled', values: ['Enabled', 'Disabled'], default: 'Enabled', impact: '-' },
} as const;

/** A test for the compiler, which `npm test` runs first: it fails if one of these mistakes compiles. Never called. */
export const mistakes = () => {
  definePlugin({
    ...good,
    kind: 'Microsoft.DBforPostgreSQL/servers',
    needs: { sslEnforcement: oneOf('Enabled', 'Disabled') },
    // @ts-expect-error a message that it does not have
    evaluate: () => 'rotten',
  });
  definePlugin({
    ...good,
    kind: 'Microsoft.DBforPostgreSQL/servers',
    needs: { sslEnforcement: oneOf('Enabled', 'Disabled') },
    // @ts-expect-error a fact that it does not need
    evaluate: ({ minimalTlsVersion }) => (minimalTlsVersion ? 'ripe' : 'unripe'),
  });
  definePlugin({
    ...good,
    kind: 'Microsoft.DBforPostgreSQL/servers',
    // @ts-expect-error a fact that this kind does not have
    needs: { require_secure_transport: parameter(boolean) },
    evaluate: () => 'ripe',
  });
  definePlugin({
    ...good,
    kind: 'Microsoft.DBforPostgreSQL/servers',
    needs: { sslEnforcement: oneOf('Enabled', 'Disabled') },
    // @ts-expect-error a word that the need cannot read
    evaluate: ({ sslEnforcement }) => (sslEnforcement === 'on' ? 'ripe' : 'unripe'),
  });
  definePlugin({
    ...good,
    kind: 'Microsoft.DBforPostgreSQL/flexibleServers',
    needs: { require_secure_transport: parameter(boolean) },
    // @ts-expect-error a setting that it does not have
    evaluate: (_, { minimumTlsVersion }) => (minimumTlsVersion ? 'ripe' : 'unripe'),
  });
  definePlugin({
    ...good,
    // @ts-expect-error a kind that nobody collects
    kind: 'Microsoft.DBforMySQL/servers',
    needs: {},
    evaluate: () => 'ripe',
  });
};
