/** The calls that a plugin in CloudSploit's shape may need. */
export const apis = {
  single: 'servers:listPostgres',
  flexible: 'servers:listPostgresFlexibleServer',
  parameters: 'flexibleServersConfigurations:listByPostgresServer',
} as const;

const fields = {
  title: 'Server is seen',
  category: 'PostgreSQL Server',
  domain: 'Databases',
  severity: 'Low',
  description: 'Looks at servers.',
  more_info: 'Who is not looked at is not seen.',
  recommended_action: 'Look.',
  link: 'https://example.org/look',
  apis: [apis.flexible, apis.parameters],
};

/** What stands before `run` in a plugin: `servers` is all that the cache lists, `row` is one of CloudSploit's. */
const helpers = `
const listed = (cache) => Object.values(cache.servers).flatMap((regions) =>
  Object.entries(regions).flatMap(([region, { data = [] }]) => data.map((server) => ({ ...server, region }))));
const row = (status, message, { region = 'global', id = null } = {}) =>
  ({ status, message, region, resource: id, custom: false });`;

/** Sees every server. */
export const seesAll = "callback(null, servers.map((server) => row(0, 'seen', server)), {});";

/**
 * The source of a plugin in CloudSploit's shape, as an expression.
 *
 * @param run the body of its `run`.
 * @param other fields that it has besides, or has not, if they are undefined.
 */
export const cloudsploitPlugin = (run: string = seesAll, other: Readonly<Record<string, unknown>> = {}): string =>
  `((() => {${helpers}
return { ...${JSON.stringify({ ...fields, ...other })}, run(cache, settings, callback) { const servers = listed(cache); ${run} } };
})())`;

/** The same, as the text of a CommonJS module. */
export const cloudsploitModule = (...args: Parameters<typeof cloudsploitPlugin>): string =>
  `module.exports = ${cloudsploitPlugin(...args)};`;

/** The source of one by `definePlugin`: PASS, if the parameter is on. */
export const ownPlugin = (id: string, parameter = 'require_secure_transport', other = '') => `definePlugin({
  id: '${id}',
  title: 'Flexible Server has ${parameter}',
  category: 'PostgreSQL Server',
  domain: 'Databases',
  severity: 'low',
  description: 'About ${parameter}.',
  moreInfo: 'Without it there is none.',
  recommendedAction: 'Set ${parameter} to on.',
  link: 'https://example.org/${parameter}',
  compliance: [],
  kind: 'Microsoft.DBforPostgreSQL/flexibleServers',
  needs: { ${parameter}: pgposture.parameter(boolean) },
  settings: {},
  messages: { on: pass('{${parameter}}'), off: fail('{${parameter}}') },
  fix: { set: '${parameter}', to: 'on', values: ['on', 'off'], default: 'on', impact: 'None.' },
  evaluate: (facts) => (facts.${parameter}.value ? 'on' : 'off'),
  ${other}
})`;

export const requirePgposture = `const pgposture = require('pgposture');
const { boolean, definePlugin, fail, pass } = pgposture;\n`;
export const importPgposture = `import * as pgposture from 'pgposture';
const { boolean, definePlugin, fail, pass } = pgposture;\n`;
