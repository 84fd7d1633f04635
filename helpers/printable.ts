/** Controls, what turns the direction of text, line separators and halves of a character: nothing a name needs. */
const unprintable = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}]/gu;

/**
 * Text from Azure, fit to be printed on a terminal and in the log of a pipeline: one line, no escape sequence, no
 * turned direction, and no `::command::`, `##[command]` or `##vso[command]` that GitHub or Azure Pipelines would obey.
 */
export function printable(text: string): string {
  return text
    .replace(unprintable, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
    .replaceAll('::', ': :')
    .replace(/##(?=\[|vso\[)/gi, '# #');
}
