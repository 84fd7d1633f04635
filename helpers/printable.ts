/** Controls, invisible characters (but the joiner of emoji), line separators and halves of a character: no name needs them. */
const unprintable = /(?!\u200d)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** What GitHub and Azure Pipelines obey wherever it stands in a log: `##[command]`, `##vso[command]`. */
export const pipelineCommand = /##(?=\[|vso\[)/gi;

/**
 * Text from Azure, fit to be printed on a terminal and in the log of a pipeline: one line, no escape sequence, no
 * turned direction, and no `::command::`, `##[command]` or `##vso[command]` that GitHub or Azure Pipelines would obey.
 */
export function printable(text: string): string {
  return text
    .replace(unprintable, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
    .replace(/:(?=:)/g, ': ')
    .replace(pipelineCommand, '# #');
}

/** The same of every text in a value, names of properties included; functions go. Equal texts are looked at once. */
export function printableAll<T>(value: T): T {
  const known = new Map<string, string>();
  const word = (text: string): string => {
    const seen = known.get(text);
    if (seen !== undefined) return seen;
    const shown = printable(text);
    known.set(text, shown);
    return shown;
  };
  const all = (each: unknown): unknown => {
    if (typeof each === 'string') return word(each);
    if (Array.isArray(each)) return each.map(all);
    if (typeof each !== 'object' || each === null) return each;
    return Object.fromEntries(Object.entries(each).map(([name, part]) => [word(name), all(part)]));
  };
  return all(value) as T;
}
