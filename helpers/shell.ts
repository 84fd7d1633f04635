/** The word, quoted for a POSIX shell where it needs to be. */
export const shellQuote = (word: string): string =>
  /^[\w@%+=,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/**
 * The word in quotes, needed or not, for a script. What would mean something without quotes, or look so to shellcheck (SC1003,
 * SC1112, SC2016), stands in double quotes.
 */
export const scriptQuote = (word: string): string =>
  `'${word.replaceAll(/['$`\\\u2018\u2019]+/g, (some) => `'"${some.replaceAll(/[$`\\]/g, '\\$&')}"'`)}'`;

/** A file, quoted, as an argument: one that begins with a dash is no option. */
export const shellFile = (path: string): string => shellQuote(path.startsWith('-') ? `./${path}` : path);
