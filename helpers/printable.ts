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
