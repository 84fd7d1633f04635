import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PluginName } from './pluginName';
import { root } from './project';

/** scripts/template/ holds a plugin and its test that compile and work as they stand, under these names. */
const template: PluginName = { id: 'flexibleServerParameterName', parameter: 'parameter_name' };

function named(file: string, { id, parameter }: PluginName): string {
  const text = readFileSync(join(root, 'scripts/template', file), 'utf8');
  return text.replaceAll(template.id, id).replaceAll(template.parameter, parameter);
}

export const pluginSource = (name: PluginName): string =>
  named(`${template.id}.ts`, name).replaceAll("'../../helpers/", "'../../../helpers/");

export const testSource = (name: PluginName): string =>
  named(`${template.id}.test.ts`, name).replace("'./", "'../../plugins/azure/postgresqlserver/");

/** The text of plugins/index.ts with one more. Biome sorts the imports. */
export function withPlugin(list: string, id: string): string {
  const [whole, open = '', entries = '', close = ''] =
    /(\nexport const plugins.*\[\n)([\s\S]*?)(\n\];)/.exec(list) ?? [];
  if (whole === undefined) throw new Error('plugins/index.ts holds no list of plugins.');
  const sorted = [...entries.split('\n'), `  ${id},`].sort();
  return `import ${id} from "./azure/postgresqlserver/${id}";\n${list.replace(whole, open + sorted.join('\n') + close)}`;
}
