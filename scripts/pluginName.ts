/** A new plugin, and the server parameter that it looks at. */
export interface PluginName {
  readonly id: string;
  readonly parameter: string;
}

export const example: PluginName = { id: 'flexibleServerLogLockWaits', parameter: 'log_lock_waits' };

/** Something is wrong with what the user gave. Nothing was written. */
export class Refusal extends Error {
  constructor(
    message: string,
    readonly remedy: string,
  ) {
    super(message);
  }
}

/** PostgreSQL cuts longer names: https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS. */
const longestName = 63;

/** The name that the words of the command line give. Throws a Refusal if they give none. */
export function pluginName(words: readonly string[]): PluginName {
  const [id, ...more] = words;
  const option = words.find((word) => word.startsWith('-'));
  if (option !== undefined) throw new Refusal(`There is no option ${option}.`, 'There is only --help.');
  if (!id) throw new Refusal('The id of the new plugin is missing.', `Such as: ${command(example.id)}`);
  if (more.length > 0) throw new Refusal(`An id is one word, not ${words.length}: ${words.join(' ')}.`, meant(words));
  if (!prefix.test(id) || /^single/i.test(id)) {
    throw new Refusal(
      `The id ${id} does not start with flexibleServer: Single Server is retired, so new plugins look at Flexible Server.`,
      meant(words),
    );
  }
  if (!isId(id)) throw new Refusal(`The id ${id} is not camelCase, or names no parameter.`, meant(words));
  const parameter = wordsOf(id).slice(2).join('_').toLowerCase();
  if (parameter.length > longestName) {
    throw new Refusal(`No parameter has a name as long as ${parameter}.`, `At most ${longestName} characters.`);
  }
  return { id, parameter };
}

const prefix = /^(flexible|single)[^a-z0-9]*server/i;
const isId = (id: string) => /^flexibleServer([A-Z][a-z0-9]+)+$/.test(id);
const command = (id: string) => `npm run new-plugin -- ${id}`;

/** `flexible-server_SSLLog` is flexible, server, SSL, Log. */
const wordsOf = (text: string) => text.match(/[A-Z]+(?![a-z])[0-9]*|[A-Z]?[a-z0-9]+/g) ?? [];

function meant(words: readonly string[]): string {
  const capitals = wordsOf(words.join(' ').replace(prefix, '')).map(
    (word) => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase(),
  );
  const id = `flexibleServer${capitals.join('')}`;
  return isId(id) ? `Did you mean: ${command(id)}` : `Such as: ${command(example.id)}`;
}
