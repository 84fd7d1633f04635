import { cloudNames } from '../collectors/azure/clouds';
import { credentialNames } from '../collectors/azure/credentialNames';
import { serverKinds } from '../helpers/kind';
import { plugins } from '../plugins';
import { failOns, frameworks, type Kind, reasonKinds, severities } from '../types';
import { allOptions, commandIn } from './commands';
import { consoles } from './options';

const ids = plugins.map(({ id }) => id);

/** Those that a line can run. */
function idsFor(words: readonly string[]): readonly string[] {
  const kinds: Readonly<Record<string, readonly Kind[]>> = {
    scan: words.includes('--probe') ? [...serverKinds, 'PostgreSQL/endpoints'] : serverKinds,
    probe: ['PostgreSQL/endpoints'],
    audit: ['PostgreSQL/databases'],
  };
  const told = kinds[commandIn(words) ?? ''];
  return told ? plugins.filter(({ kind }) => told.includes(kind)).map(({ id }) => id) : ids;
}

/** What can stand after an option, by its name. */
const values: Readonly<Record<string, readonly string[]>> = {
  severity: severities,
  'fail-severity': severities,
  'fail-on': failOns,
  console: consoles,
  credential: credentialNames,
  cloud: cloudNames,
  compliance: frameworks,
  'allow-unknown': reasonKinds,
};

/**
 * What can stand in place of the last word; undefined where yargs knows: a command, or an option.
 * None leaves it to the shell, which offers files.
 */
export function completions(words: readonly string[]): readonly string[] | undefined {
  if (words.at(-1)?.startsWith('-')) return undefined;
  // Bash makes three words of --console=table.
  const before = words.slice(0, -1).filter((word) => word !== '=');
  const [, option = ''] = /^--([\w-]+)$/.exec(before.at(-1) ?? '') ?? [];
  if (option === 'plugin') return idsFor(words);
  if (Object.hasOwn(values, option)) return values[option];
  if (Object.hasOwn(allOptions, option) && allOptions[option]?.requiresArg) return [];
  const command = commandIn(before);
  if (command !== undefined && ['probe', 'audit', 'merge', 'diff', 'remediate'].includes(command)) return [];
  return command === 'explain' && !before.some((word) => ids.includes(word)) ? ids : undefined;
}
