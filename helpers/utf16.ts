/** Whether a text that is to be UTF-8 is UTF-16: by its mark; without one, by a zero beside a first character that is in ASCII. */
export const isUtf16 = ([first, second]: Uint8Array): boolean =>
  (first === 0xff && second === 0xfe) ||
  (first === 0xfe && second === 0xff) ||
  (second !== undefined && (first === 0) !== (second === 0));
