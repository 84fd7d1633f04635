/** The word, quoted for a POSIX shell where it needs to be. */
export const shellQuote = (word: string): string =>
  /^[\w@%+=,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
