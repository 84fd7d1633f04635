/** Azure does not always spell a value as it was given. */
export const spelling = (text: string): string => text.toLowerCase().replaceAll(/\s/g, '');

export const sameSpelling = (a: string, b: string): boolean => spelling(a) === spelling(b);
