import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

/** Where people are told something: no test says how. What a finding says (`text`, `detail`) is no such place. */
const fields = ['title', 'category', 'domain', 'description', 'moreInfo', 'recommendedAction', 'impact', 'remedy'];

const prose = {
  shouldIgnore({ key, node }) {
    const named = node.type === 'ObjectProperty' && key !== undefined && fields.includes(node.key.name);
    return named && /^(String|Template)Literal$|^BinaryExpression$/.test(node.value.type) ? 'prose' : undefined;
  },
};

export const strykerPlugins = [declareValuePlugin(PluginKind.Ignore, 'prose', prose)];
